"""What a session at the keyboard may get wrong: each ends in one sentence, never in a raw error.

`python tests/odd_calls.py` counts how many of them end otherwise; test_odd_calls.py holds it at 0.
"""

import warnings

import numpy as np

import glassnet as gn

nan = float("nan")
X = np.random.default_rng(0).random((20, 3))
y = np.arange(20) % 2
obj = np.array([["a", None, 1.0]] * 20, dtype=object)


def N():
    """A small classifier."""
    return gn.Network.dense([3, 4, 2], output="softmax")


def Rg():
    """A small regressor."""
    return gn.Network.dense([3, 4, 1])


def f(net, X, y, **settings):
    """One epoch of it."""
    return gn.fit(net, X, y, **{"epochs": 1, **settings})


# Each once ended in a TypeError, AttributeError, KeyError, … of Python's or NumPy's own.
RAW = (
    "gn.Network.dense(5)",
    "gn.Network.dense(None)",
    "gn.Network.dense([3,2,1],learning_rate=.1)",
    "gn.Network.dense([10**6,10**6])",
    "gn.Network.dense([3,10**12,2])",
    "gn.Network.dense([3,10**30,2])",
    "gn.Network(None)",
    "gn.Network(5)",
    "gn.Network(gn.Dense(3,2))",
    "gn.Dense(3)",
    'gn.Dense(3,2,W="abc")',
    "gn.Dense(3,2,W=[[1,2,3],[4,5]])",
    'gn.Dense(3,2,b="x")',
    "gn.Dropout()",
    'gn.Momentum(.1,"a")',
    "gn.Momentum(.1,None)",
    'gn.Adam(beta1="a")',
    "gn.Adam(lr=.1)",
    'gn.AdamW(weight_decay="a")',
    'gn.LBFGS(memory="a")',
    'gn.LBFGS(tolerance="a")',
    "gn.LBFGS().minimize(None,np.ones(2))",
    "gn.LBFGS().minimize(lambda t:(t@t,2*t),np.ones(2),max_iterations=-1)",
    'gn.LBFGS().minimize(lambda t:(t@t,2*t),np.ones(2),max_iterations="a")',
    "gn.LBFGS().minimize(lambda t:t@t,np.ones(2))",
    "gn.LBFGS().minimize(lambda t:(t@t,np.ones(3)),np.ones(2))",
    'gn.StepDecay("a")',
    "gn.StepDecay()",
    "gn.SquaredError(3)",
    'N().forward("abc")',
    "N().forward([[1,2],[3]])",
    'N().forward(["a","b","c"])',
    "N().forward(obj)",
    'N().forward({"a":1})',
    "N().backward(X,y)",
    'N().gradient(X,y,w="a")',
    'N().gradient(X,y,w=["a"]*20)',
    "N().gradient(X,[[1,0],[1]])",
    'Rg().gradient(X,["a"]*20)',
    'N().predict("abc")',
    "N().predict(obj)",
    "N().predict([[1,2],[3]])",
    'N().freeze("a")',
    "N().freeze(1.5)",
    "N().astype(5)",
    'N().astype("foo")',
    "N().split(None)",
    "N().save(5)",
    "N().save(None)",
    "gn.load(None)",
    "f(N(),X,5)",
    "f(N(),X,[[0],[1,2]]*10)",
    "f(N(),X,y,optimizer=gn.Adam(.1),learning_rate=.1)",
    "f(N(),X,y,schedule=gn.OneCycle(start=0))",
    'f(N(),X,y,schedule=gn.OneCycle(rise="a"))',
    'f(N(),X,y,schedule=gn.WarmUp(3,"cosine"))',
    'f(N(),X,y,schedule=gn.StepDecay(2,"a"))',
    'f(N(),X,y,sample_weight="a")',
    'f(N(),X,y,sample_weight=["a"]*20)',
    "f(N(),X,y,sample_weight=[[1],[2,3]])",
    'f(N(),X,y,class_weight={0:"a"})',
    'f(N(),X,y,clip_norm="a")',
    "f(N(),X,y,clip_value=[1])",
    "f(N(),X,y,callbacks=5)",
    "f(N(),X,y,callbacks=[5])",
    "f(N(),X,y,callbacks=print)",
    'f(N(),X,y,threads="a")',
    "f(N(),X,y,threads=1.5)",
    "f(N(),X,y,record=5)",
    "f(N(),X,y,checkpoint=5)",
    "f(N(),X,y,foo=1)",
    "f(5,X,y)",
    "f(None,X,y)",
    'f("net",X,y)',
    "f(gn.Network,X,y)",
    "gn.fit(N(),X)",
    "gn.ask(N(),X,y).at(5)",
    "gn.ask(N(),X,y).at(None)",
    'gn.ask(N(),X[0],y[0]).at("a1[0]").put_in(-1)',
    'gn.ask(N(),X[0],y[0]).at("a1[0]").put_in("a")',
    'gn.ask(N(),X[0],y[0]).at("a1[0]").put_in(2.5)',
    'gn.ask(N(),"abc",y)',
    "gn.ask(N(),X[0],[1,2,3])",
    "gn.ask(N(),[[1,2],[3]],[0,1])",
    "gn.ask(5,X,y)",
    'gn.ask(N(),X,y,optimizer="adams")',
    "gn.ask(N(),X,y,optimizer=5)",
    'gn.ask(N(),X,y,clip_norm="a").at("new.W1[0,0]")',
    'gn.ask(N(),X,y,clip_value="a").at("new.W1[0,0]")',
    'gn.ask(N(),X,y,factor="a")',
    'gn.ask(N(),X,y,most_terms="a").at("loss")',
    'gn.ask(N(),X,y).addresses("foo")',
    'gn.ask(N(),X,y).addresses("W")',
    "gn.gradcheck(5,X,y)",
    'gn.gradcheck(N(),"a",y)',
    "gn.gradcheck(N(),X,y,max_receipts=-1)",
    "gn.gradcheck(N(),X,y,max_receipts=1.5)",
    'gn.gradcheck(N(),X,y,max_receipts="a")',
    'gn.gradcheck(N(),X,y,tolerance="a")',
    "gn.gradcheck(N(),X,y,seed=-1)",
    'gn.gradcheck(N(),X,y,seed="a")',
    'gn.along_directions(N(),X,y,directions="a")',
    "gn.along_directions(N(),X,y,seed=-1)",
    "gn.confusion([0,1],[0])",
    'gn.confusion([0,1],[0,1],"a")',
    'gn.r2(["a"],["b"])',
    'gn.load_data("xor",foo=1)',
    'gn.load_data("spirals",n="a")',
    "gn.Dataset()",
    "gn.Dataset(X,y)",
    "gn.split_train_test(5)",
    'gn.split_train_test(gn.load_data("iris"),seed=-1)',
    'gn.split_train_test(gn.load_data("iris"),test=2)',
    "gn.Preparation()",
    "gn.Preparation(5)",
    "gn.Recording.open(5)",
    "gn.Recording.open(None)",
    'f(N(),X,y)["foo"]',
    "f(N(),X,y)[0]",
    "gn.foo",
)

# What once ended so too, and now is answered.
ANSWERED = (
    "gn.LBFGS().minimize(lambda t:(t@t,2*t),[1.,2.]).theta.round(6).tolist() == [0.0, 0.0]",
)

# Each was once taken as it stood, or was answered with something untrue.
NONSENSE = (
    "gn.Adam(eps=-1)",
    "gn.Adam(eps=nan)",
    'gn.Adam(eps="a")',
    "gn.AdaGrad(initial=-5)",
    "gn.Exponential(-1)",
    "gn.Exponential(nan)",
    "gn.OneCycle(rise=2)",
    "gn.WarmUp(-1)",
    "gn.SGD(True)",
    "f(N(), X, y, threads=0)",
    "f(N(), X, y, threads=-1)",
    'f(N(), X, y, shuffle="no")',
    "gn.ask(N(), X, y, clip_norm=-1)",
    "gn.Dense(3, 2, W=np.full((2, 3), nan))",
    "gn.Network([gn.Dense(3, 2)], dtype=None)",
    "N().gradient(X, [None] * 20)",
    "gn.accuracy(None, None)",
    "N().predict(np.ma.masked_less(X, 0.5))",
    "f(N(), np.ma.masked_less(X, 0.5), y)",
    "f(N(), X, y, sample_weight=[1e308] * 20)",
    "f(N(), X, np.ma.masked_equal(y, 1))",
)

# The call, and what its sentence must say: what was said before led the wrong way.
MISLEADING = (
    ("f(N(), X, y + 0.5)", "whole numbers"),
    ("f(gn.Network.dense([3, 1], output='softmax'), X, y)", "one output"),
    ("f(N(), X * 1e200, y)", "float32 cannot hold"),
    ("N().predict(X * 1e200)", "float32 cannot hold"),
    ("gn.Network.dense([10**6, 10**6])", "TB"),
    ("gn.Adam(lr=1)", "did you mean learning_rate?"),
    ("gn.fit(N(), X, y, epohcs=3)", "did you mean epochs?"),
    ("gn.fit(N(), X)", "fit needs y"),
    ("gn.Dense(3)", "Dense needs n_out"),
    ("gn.fti", "did you mean fit?"),
    ("f(N(), X, y)['los']", "did you mean loss?"),
)


def outcome(call):
    """How a call ends: the InputError's sentence, or what else came of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            value = eval(call)
        except gn.InputError as error:
            return str(error), None
        except Exception as error:
            return None, f"{type(error).__name__}: {error}"
    if call in ANSWERED and value is True:
        return "answered.", None
    return None, f"accepted: {value!r}"[:100]


if __name__ == "__main__":
    for title, calls in (("raw errors", (*RAW, *ANSWERED)), ("accepted nonsense", NONSENSE)):
        wrong = [(call, end) for call in calls for _, end in [outcome(call)] if end is not None]
        print(f"{title}: {len(wrong)} of {len(calls)}")
        for call, end in wrong:
            print(f"    {call}  →  {end}")
    wrong = [call for call, words in MISLEADING if words not in (outcome(call)[0] or "")]
    print(f"misleading: {len(wrong)} of {len(MISLEADING)}", *wrong, sep="\n    ")
