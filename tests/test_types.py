"""What a type checker knows of glassnet: a program passes strictly, fourteen wrong ones do not."""

import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import glassnet as gn

RIGHT = '''
"""Every public name, as the README uses them."""

import numpy as np
from typing_extensions import assert_type

import glassnet as gn

data = gn.load_data("digits", seed=1)
X, y, X_test, y_test = gn.split_train_test(data, seed=0)
mine: gn.Dataset = gn.Dataset("mine", X, y, task="classes")

net = gn.Network.dense([64, 32, 10], hidden="relu", output="softmax", dropout=0.1, seed=0)
net.preparation = gn.Preparation.learn(X, image=True)
run = gn.fit(net, X, y, epochs=2, optimizer=gn.Adam(3e-3), validation=0.1, early_stopping=3)
assert_type(run, gn.History)
print(run["val_accuracy"][-1], run.stopped, run.best_epoch, len(run))
assert_type(gn.accuracy(y_test, net.predict(X_test)), float)
print(gn.confusion(y_test, net.predict(X_test), 10).shape, gn.r2([1.0, 2.0], [1.0, 2.5]))
net.save("digits.safetensors")
again = gn.load("digits.safetensors")
gn.export(again, "digits.py", to="numpy", optimizer=gn.Adam())
assert_type(again, gn.Network)
again.load_state_dict(net.state_dict())
print(again.predict_proba(X_test[:3]).shape, again.summary())
print(again.fit(X, y, epochs=1, callbacks=[lambda event: "stop"], progress=False).message)
print(again.score(X_test, y_test))

layers = [gn.Dense(2, 3, "tanh", W=np.ones((3, 2))), gn.Dropout(0.5), gn.Dense(3, 1, "sigmoid")]
small = gn.Network(layers, gn.BinaryCrossEntropy(smoothing=0.1), dtype="float64", l2=0.01)
answer = gn.ask(small, [0.5, -1.0], [1.0], optimizer=gn.SGD(0.1)).at("delta1[0]")
assert_type(answer.value, float)
assert_type(answer.formula, str)
print(answer.put_in(6), answer.depends_on)
by = gn.conformalize(small, np.zeros((20, 2)), np.arange(20.0), groups=range(20))
print([each.shape for each in by.predict_interval([[0.5, -1.0]], coverage=0.9)], by.holds(0.9))
print(gn.load_conformal("digits.safetensors").predict_set(X_test, coverage=0.9).shape)
made_elsewhere = gn.from_torch(small, classes=["a", "b"]), gn.from_keras(small, output="softmax")
assert_type(gn.from_sklearn(made_elsewhere), gn.Network)
told = gn.shapley_values(small, [0.5, -1.0], [[0.0, 0.0]], seed=1)
assert_type(told.base, float)
print([(each.name, each.cell, each.value, each.error) for each in told.contributions])
other = gn.counterfactual(small, [0.5, -1.0], [[0.0, 0.0], [1.0, 2.0]], to=0.9, fix="x[0]")
print([] if other is None else [(each.name, each.before, each.after) for each in other.changes])
along = gn.partial_dependence(small, [[0.0, 0.0], [1.0, 2.0]], "x[0]", points=5)
assert_type([point.mean for point in along.points], list[float])
assert gn.gradcheck(small, [[0.5, -1.0]], [[1.0]]).ok
assert_type(gn.along_directions(small, [[0.5, -1.0]], [[1.0]]), float)

rules = [
    gn.SGD(0.1), gn.Momentum(0.1, 0.9), gn.Nesterov(), gn.AdaGrad(), gn.RMSProp(decay=0.9),
    gn.Adam(beta1=0.8), gn.AMSGrad(form="paper"), gn.AdamW(weight_decay=0.1),
]
for rule in rules:
    gn.fit(small, [[0.5, -1.0]], [[1.0]], epochs=1, optimizer=rule, schedule=gn.Cosine())
schedules = [
    gn.Constant(), gn.StepDecay(3), gn.Exponential(0.9), gn.Cosine(floor=0.1), gn.OneCycle(),
    gn.CosineOfLog(waves=3), gn.WarmUp(3, gn.Constant()),
]
print([schedule(1) for schedule in schedules])
losses = [
    gn.SquaredError(), gn.AbsoluteError(), gn.Huber(2.0), gn.CrossEntropy(0.1), gn.Poisson(),
    gn.Pinball(0.9),
]
print([loss.name for loss in losses])
found = gn.LBFGS(memory=5).minimize(lambda t: (float(t @ t), 2 * t), np.ones(2))
print(found.value, found.reason)
bent = gn.Distortion(rotate=10, elastic=34.0)
gn.fit(small, [[0.5, -1.0]], [[1.0]], epochs=1, augment=bent)
recording = gn.Recording.open("run")
print(recording.steps, recording.network(0).theta)
try:
    gn.load("absent")
except gn.InputError as error:
    print(error)
with gn.watch() as seen:
    print("what trains stands here")
print(seen.check().verdict)
studio = gn.Studio(small, [0.5, -1.0], [1.0])
assert studio.network is not net.play(mine)
studio.refresh()
own = gn.Elementwise("cube", lambda z: z**3, lambda z: 3 * z**2)
kinds: list[type] = [gn.Activation, gn.Loss, gn.Optimizer, gn.Schedule]
print(gn.__version__, own, kinds, gn.register)
'''

WRONG = [
    "gn.fit(net, X, y, epohcs=3)",
    "gn.Adam(lr=1)",
    "gn.fit(net, X)",
    "gn.fit(net, X, y, epochs='many')",
    "gn.fit('net', X, y)",
    "gn.Network.dense([2, 1], hiden='relu')",
    "gn.Dense(3, 2, bias='none')",
    "gn.Netwrok",
    "gn.load(5)",
    "gn.AMSGrad(form='book')",
    "gn.fit(net, X, y).stoped",
    "gn.ask(net, X, y, learnig_rate=1.0)",
    "net.fit(X, y, batchsize=3)",
    "gn.StepDecay()",
]


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What pyright, strict, says of each file: one run for all."""
    pytest.importorskip("pyright")
    folder = tmp_path_factory.mktemp("user")
    (folder / "right.py").write_text(RIGHT, encoding="utf-8")
    head = "import numpy as np\n\nimport glassnet as gn\n\nX, y = np.eye(2), np.arange(2)\n"
    head += "net = gn.Network.dense([2, 2])\n"
    (folder / "wrong.py").write_text(head + "".join(f"print({c})\n" for c in WRONG), "utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict"}))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    done = subprocess.run([*command, "-p", folder], capture_output=True, text=True, check=False)
    said: dict[str, list[dict[str, Any]]] = {"right.py": [], "wrong.py": []}
    for each in json.loads(done.stdout)["generalDiagnostics"]:
        said[Path(each["file"]).name].append(each)
    return said


def test_the_users_program_has_every_public_name():
    assert not [name for name in gn.__all__ if f"gn.{name}" not in RIGHT]


def test_a_users_program_passes_a_strict_checker(complaints):
    assert [each["message"] for each in complaints["right.py"]] == []


@pytest.mark.parametrize("call", WRONG)
def test_a_wrong_program_is_refused(complaints, call):
    line = 6 + WRONG.index(call)
    lines = [each["range"]["start"]["line"] for each in complaints["wrong.py"]]
    assert line in lines


def test_the_signature_that_help_shows_is_whole():
    known = inspect.signature(gn.fit).parameters
    assert {"epochs", "batch_size", "optimizer", "validation", "threads", "resume"} <= set(known)
    assert not any(p.kind == p.VAR_KEYWORD for p in known.values())
    said = gn.fit.__doc__ or ""
    assert [name for name in known if name not in said] == []
