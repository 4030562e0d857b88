"""Files that only define a network, in eight styles: each is driven, and judged for what it is."""

import json
from pathlib import Path

import pytest

from glassnet.core.errors import InputError
from glassnet.tutor.check import check_file
from glassnet.tutor.dataflow.graph import recorded
from glassnet.tutor.dataflow.judge import judge, judged_in_haste
from glassnet.tutor.dataflow.verdict import Judgement
from glassnet.tutor.process.sandbox import Limits, Sandbox
from glassnet.tutor.process.source import read_source
from glassnet.tutor.trying.drive import Driven, drive

pytestmark = pytest.mark.outside  # takes long: a program is run, and judged, in each

PROGRAMS = Path(__file__).parent / "programs"
STEP = "(reduce(lambda g, l: (l.backward(g), l.dinputs)[1], net[::-1], (loss.backward("
LINES = {
    "in_a_class.py": "net = NeuralNetwork(2, 4, 3); [(net.forward(X), net.backward(X, y)) "
    "for _ in range(3)]",
    "functions.py": "W1, b1, W2, b2 = initialize_parameters(2, 4, 3); for _ in range(3): "
    "Z1, A1, Z2, A2 = forward_prop(W1, b1, W2, b2, X); "
    "dW1, db1, dW2, db2 = backward_prop(Z1, A1, A2, W2, X, y); "
    "W1, b1, W2, b2 = update_params(W1, b1, W2, b2, dW1, db1, dW2, db2, 0.1)",
    "flat.py": "[train(X, y) for _ in range(3)]",
    "of_lists.py": "layers = make_network([2, 4, 5, 3]); train(layers, list(zip(X, y)), 3, 0.1)",
    "scalars.py": "TinyNetwork().train(X, y)",
    "in_a_dictionary.py": "params = init_params([2, 4, 5, 3]); for _ in range(3): "
    "out, cache = forward(X, params); grads = backward(out, y, cache, params); "
    "params = update(params, grads, 0.1)",
    "layer_objects.py": "from functools import reduce; "
    "net = [Dense(2, 4), Tanh(), Dense(4, 3), Tanh()]; loss = MeanSquaredError(); opt = SGD(); "
    f"[{STEP}reduce(lambda a, l: (l.forward(a), l.output)[1], net, X), y), loss.dinputs)[1]), "
    "[opt.update_params(l) for l in net if isinstance(l, Dense)]) for _ in range(3)]",
    "in_a_notebook.ipynb": "model = init(2, 4, 3); train_model(model, X, y, num_passes=3)",
}  # fmt: skip
# of each a mistake: what stands there, what is written instead
MISTAKES = {
    "in_a_class.py": ("self.a1 * (1 - self.a1)\n", "(1 - self.a1)\n"),
    "functions.py": ("W2.T.dot(dZ2) * (Z1 > 0)", "W2.T.dot(dZ2) * (A2.max() > 0)"),
    "flat.py": ("weights_1_2.T) * hidden * (1 - hidden)", "weights_1_2.T) * (1 - hidden)"),
    "of_lists.py": ("e * a * (1 - a)", "e * (1 - a)"),
    "scalars.py": ("d_o * self.w6 * h2", "d_o * self.w5 * h2"),
    "in_a_dictionary.py": (" str(l - 1)] ** 2)", " str(l - 1)])"),
    "layer_objects.py": ("dvalues @ self.weights.T", "dvalues @ np.abs(self.weights.T)"),
    "in_a_notebook.ipynb": ("(1 - np.power(a1, 2))", "(1 - np.power(z1, 2))"),
}  # fmt: skip


def driven(path: Path, run: str = "", seconds: float = 60.0) -> Driven:
    return drive(path, read_source(path), run, Sandbox(Limits(seconds=seconds)))


def judged(found: Driven, seed: int = 1) -> Judgement:
    return judge(recorded(found.path, seed=seed, more=found.more))


def written(folder: Path, text: str, name: str = "mine.py") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", LINES)
def test_a_file_that_only_defines_is_driven_and_right(name):
    found = driven(PROGRAMS / name)
    assert found.line == LINES[name]
    assert [judged(found, seed).verdict for seed in (1, 2)] == ["right", "right"]


@pytest.mark.parametrize("name", ["functions.py", "layer_objects.py", "scalars.py"])
def test_the_line_that_is_told_can_be_given(name):
    found = driven(PROGRAMS / name, LINES[name])
    assert found.line == LINES[name]
    assert judged(found).verdict == "right"


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_what_is_driven_is_seen(name, tmp_path):
    text = (PROGRAMS / name).read_text(encoding="utf-8")
    right, wrong = (json.dumps(t)[1:-1] if name.endswith("nb") else t for t in MISTAKES[name])
    assert text.count(right) == 1
    path = written(tmp_path, text.replace(right, wrong), name)
    found = driven(path)
    seen = judged_in_haste(recorded(path, seed=1, more=found.more))
    assert found.line == LINES[name]
    assert 0 < seen.explained < seen.parameters


NET = """
import numpy as np
class Net:
    def __init__(self, sizes):
        self.W = [np.random.randn(a, b) for a, b in zip(sizes, sizes[1:])]
    def train(self, x, wanted, wobble):
        values = [x]
        for W in self.W:
            values.append(np.tanh(values[-1] @ W))
        delta = (values[-1] - wanted) * (1 - values[-1] ** 2)
        for i in (1, 0):
            gradient = values[i].T @ delta
            delta = (delta @ self.W[i].T) * (1 - values[i] ** 2)
            self.W[i] = self.W[i] - 0.1 * wobble * gradient
"""


@pytest.mark.parametrize(
    "run",
    ["net = Net([3, 4, 2]); [net.train(X, y, 1) for _ in range(3)]",
     "net = Net([3, 4, 2]); for _ in range(3): net.train(inputs, targets, 1)",
     "net = Net([3, 4, 1]); [net.train(x_train, y_train, 1) for _ in range(3)]",
     "net = Net([X.shape[1], 4, y.shape[1]]); [net.train(X, y, 1) for _ in range(3)]",
     "y = y.reshape(len(X), -1); net = Net([3, 4, y.shape[1]]); [net.train(X, y, 1) for _ in X]"],
)  # fmt: skip
def test_a_line_that_is_given_gets_data_that_fit(run, tmp_path):
    found = driven(written(tmp_path, NET), run)
    assert found.said.startswith(f"ran as `{run}`, with X as a sample a row, y as ")
    assert [judged(found, seed).verdict for seed in (1, 2)] == ["right", "right"]


def test_data_of_the_files_own_stay_what_they_are(tmp_path):
    path = written(tmp_path, NET + "X, y = np.ones((5, 3)), np.zeros((5, 2))\n")
    found = driven(path, "net = Net([3, 4, 2]); [net.train(X, y, 1) for _ in range(3)]")
    assert found.data == ""
    assert judged(found).verdict == "right"


@pytest.mark.parametrize(
    ("run", "said"),
    [("Net([2, 3, 1])", "no number of the file's moved"),
     ("Net([2, 3, 1]).learn(X, y)", "AttributeError"),
     ("Net([2, 3, 1]", "is not Python")],
)  # fmt: skip
def test_a_line_that_does_not_train_is_refused(run, said, tmp_path):
    with pytest.raises(InputError, match=said):
        driven(written(tmp_path, NET), run)


def test_no_line_is_offered_that_was_not_seen_to_train(tmp_path):
    path = written(tmp_path, NET + "x = np.ones(2) + 1\nfor i in range(0):\n    print(i)\n")
    assert driven(path).line == ""
    with pytest.raises(InputError) as raised:
        check_file(path)
    assert "`for i in range(0):`, went round no times." in str(raised.value)
    assert (
        str(raised.value).count("--run") == str(raised.value).count("--run LINE` runs a line") == 1
    )


def test_a_file_that_imports_it_is_run_in_its_place(tmp_path):
    path = written(tmp_path, NET, "network.py")
    written(tmp_path, "print('nothing')\n", "other.py")
    starts = "import numpy as np\nfrom network import Net\nnet = Net([3, 4, 2])\n"
    data = "X, t = np.random.rand(5, 3), np.random.rand(5, 2)\n"
    written(tmp_path, f"{starts}{data}for _ in range(9):\n    net.train(X, t, 1)\n", "xor.py")
    found = driven(path)
    assert (found.path.name, found.said) == ("xor.py", "ran by xor.py, which imports it")
    assert judged(found).verdict == "right"


def test_a_method_that_never_ends_takes_its_time_and_no_more(tmp_path):
    text = "class Net:\n    def train(self, X, y):\n        while True:\n            pass\n"
    assert driven(written(tmp_path, text), seconds=8.0).line == ""


def test_a_line_that_raises_is_refused_though_the_file_trains_by_itself(tmp_path):
    begins = "net = Net([3, 4, 2])\nfor _ in range(9):\n    "
    trains = "net.train(np.random.rand(5, 3), np.random.rand(5, 2), 1)\n"
    with pytest.raises(InputError, match="it raised AttributeError"):
        driven(written(tmp_path, NET + begins + trains), "net.learn(X, y)")


FIXED = """
import numpy as np
class Net:
    def __init__(self):
        self.W, self.V = np.random.randn(3, 4), np.random.randn(4, 2)
    def train(self, x, t):
        a = np.tanh(x @ self.W)
        d = a @ self.V - t
        e = (d @ self.V.T) * (1 - a**2)
        self.V, self.W = self.V - 0.1 * a.T @ d, self.W - 0.1 * x.T @ e
"""


def test_sizes_that_a_file_writes_are_learned_from_its_errors(tmp_path):
    found = driven(written(tmp_path, FIXED))
    # one output would be stretched over the two
    assert found.said.endswith("with X as a sample a row, y as one-hot")
    assert "'rows', 'several', 3, 2, 6" in found.more
    assert judged(found).verdict == "right"


def test_a_line_is_run_though_the_rest_of_the_file_never_ends(tmp_path):
    text = (PROGRAMS / "in_a_class.py").read_text() + "\nX = 'mine'\nwhile True:\n    pass\n"
    found = driven(written(tmp_path, text), LINES["in_a_class.py"], seconds=12.0)
    assert found.bare
    graph = recorded(found.path, seed=1, more=found.more, bare=True)
    assert judge(graph).verdict == "right"


TWICE = """
import numpy as np
rng = np.random.default_rng(0)

def train(X, y, hidden, rate, rounds, sign):
    W1, W2 = rng.normal(size=(X.shape[1], hidden)), rng.normal(size=(hidden, y.shape[1]))
    for _ in range(rounds):
        h = np.tanh(X @ W1)
        o = h @ W2
        d = o - y
        W1, W2 = W1 - sign * rate * X.T @ (d @ W2.T * (1 - h * h)), W2 - rate * h.T @ d

train(rng.normal(size=(9, 3)), rng.normal(size=(9, 2)), 5, 0.01, 60, -1)
"""


def test_of_a_file_that_trains_by_itself_the_line_alone_is_judged(tmp_path):
    path = tmp_path / "twice.py"
    path.write_text(TWICE)
    assert check_file(path).verdict == "wrong"
    assert check_file(path, run="train(X, y, 4, 0.1, 60, 1)").verdict == "right"


ONE_OUTPUT = """
import numpy as np
def train(X, y, sizes, rounds, rate):
    W1, W2 = np.random.randn(sizes[1], sizes[0]), np.random.randn(sizes[2], sizes[1])
    for _ in range(rounds):
        h = np.tanh(W1 @ X)
        a = 1 / (1 + np.exp(-W2 @ h))
        d = -(y / a - (1 - y) / (1 - a)) * a * (1 - a) / X.shape[1]
        W2, W1 = W2 - rate * d @ h.T, W1 - rate * ((W2.T @ d) * (1 - h * h)) @ X.T
train(np.random.randn(5, 9), np.ones((1, 9)), [5, 4, 1], 10, 0.1)
"""


def test_labels_of_several_classes_are_no_targets_of_one_output(tmp_path):
    run = "train(X.T, y.reshape(1, -1), [X.shape[1], 4, 1], 50, 0.1)"
    found = driven(written(tmp_path, ONE_OUTPUT), run)
    assert found.data == "X as a sample a row, y as one output"
    report = check_file(tmp_path / "mine.py", run=run)
    assert report.verdict == "right"


NEURONS = """
import math, random
def squared(out, target):
    return 0.5 * (out - target) ** 2
class Net:
    def __init__(self, num_inputs, num_hidden, num_outputs, loss_function, hidden_weights=None):
        self.error, self.w = loss_function, []
        self.init_weights(hidden_weights, num_inputs, num_hidden)
        self.v = [[random.random() for _ in range(num_hidden)] for _ in range(num_outputs)]
    def init_weights(self, hidden_weights, count, neurons):
        for j in range(neurons):
            self.w.append(hidden_weights[j] if hidden_weights else
                          [random.uniform(-1, 1) for _ in range(count)])
    def train(self, inputs, targets):
        h = [1 / (1 + math.exp(-sum(a * b for a, b in zip(w, inputs)))) for w in self.w]
        out = [sum(a * b for a, b in zip(v, h)) for v in self.v]
        self.loss = sum(self.error(o, t) for o, t in zip(out, targets))
        d = [o - t for o, t in zip(out, targets)]
        e = [sum(d[k] * self.v[k][j] for k in range(len(d))) * h[j] * (1 - h[j])
             for j in range(len(h))]
        for k in range(len(d)):
            for j in range(len(h)):
                self.v[k][j] -= 0.3 * d[k] * h[j]
        for j in range(len(h)):
            for i in range(len(inputs)):
                self.w[j][i] -= 0.3 * e[j] * inputs[i]
"""


def test_a_network_draws_its_own_weights_and_gets_the_files_function_of_the_loss(tmp_path):
    found = driven(written(tmp_path, NEURONS))
    line = "net = Net(2, 4, 3, squared); [net.train(x, t) for _ in range(3) for x, t in zip(X, y)]"
    assert found.line == line
    assert judged(found).verdict == "right"


def test_what_the_file_made_of_its_class_is_trained(tmp_path):
    text = NEURONS.replace(
        "num_hidden, num_outputs, loss_function", "layout, secret, loss_function"
    )
    text = text.replace("num_hidden", "layout").replace("num_outputs", "secret[0]")
    found = driven(written(tmp_path, text + "mine = Net(2, 4, [3], squared)\n"))
    assert found.line == "net = mine; [net.train(x, t) for _ in range(3) for x, t in zip(X, y)]"
    assert judged(found).verdict == "right"
