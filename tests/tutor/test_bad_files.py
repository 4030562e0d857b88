"""Whatever a learner's file does, `check` says it in one sentence and goes on."""

import json
from pathlib import Path

import numpy as np
import pytest

from glassnet.tutor.check import check_file
from glassnet.tutor.process.sandbox import Limits, Sandbox, Trouble
from glassnet.tutor.script.run import watch_file
from glassnet.tutor.skeleton.answers import filled_in

LONG = Limits(seconds=120.0)  # for what ends by itself, on a busy machine too
TRAINING = """
import numpy as np
rng = np.random.default_rng(0)
W = rng.normal(size=(2, 3)); b = np.zeros(2)
x = rng.normal(size=3); y = np.array([0.2, 0.7])
for epoch in range(1000):
    a = np.tanh(W @ x + b)
    delta = (a - y) * (1 - a**2)
    W -= 0.1 * np.outer(delta, x); b -= 0.1 * delta
"""


def script(folder: Path, text: str | bytes, name: str = "mine.py") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


BAD = {
    "a syntax error": ("def f(:\n    pass\n", "syntax", "line 1"),
    "tabs mixed": ("if 1:\n\tx = 1\n        y = 2\n", "syntax", "line 3"),
    "no text": (bytes(range(256)), "syntax", "no text"),
    "a raise": ("import numpy as np\nraise KeyError('w')\n", "raised", "line 2"),
    "os._exit": ("import os\nos._exit(3)\n", "exit", "status 3"),
    "a kill": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", "exit", "SIGKILL"),
    "memory": ("x = 'a' * (1 << 36)\n", "memory", "memory"),
    "an endless call": (
        "def f():\n    x = 0\n    for i in iter(int, 1):\n        x += 1\nimport time\n"
        "t = sum(1 for _ in iter(int, 1))\n",
        "time",
        "within 1 s",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_one_sentence(tmp_path, what):
    text, kind, said = BAD[what]
    limits = Limits(seconds=1.0) if kind == "time" else LONG
    with pytest.raises(Trouble) as trouble:
        watch_file(script(tmp_path, text), sandbox=Sandbox(limits))
    assert trouble.value.kind == kind
    assert said in str(trouble.value)
    assert "\n" not in str(trouble.value)
    assert "Traceback" not in str(trouble.value)


def test_a_loop_without_end_is_left_after_some_rounds(tmp_path):
    seen = watch_file(
        script(tmp_path, "x = 1.5\nwhile True:\n    x = x * 0.5\n"), sandbox=Sandbox(LONG)
    )
    assert seen.cut == [2]
    assert seen.ended == "done"


def test_an_endless_call_tells_its_line(tmp_path):
    path = script(tmp_path, "x = 1\n\nt = sum(1 for _ in iter(int, 1))\n")
    at = None
    for seconds in (2.0, 8.0, 60.0):  # until it has come so far, on a busy machine
        with pytest.raises(Trouble) as trouble:
            watch_file(path, sandbox=Sandbox(Limits(seconds=seconds)))
        assert trouble.value.kind == "time"
        at = at or ("line 3" in str(trouble.value))
        if at:
            break
    assert at


def test_what_it_prints_beyond_the_limit_is_thrown_away(tmp_path):
    """In one piece and in many; it is read to its end, so that the script does not wait."""
    text = (
        "print('y' * 50_000_000)\nlist(map(lambda _: print('x' * 100_000), range(500)))\nx = 2.5\n"
    )
    sandbox = Sandbox(Limits(seconds=120.0, output=1000))
    seen = watch_file(script(tmp_path, text), sandbox=sandbox)
    assert seen.printed == "y" * 1000
    assert any(event.name == "x" for event in seen.events)


def test_what_reads_the_keyboard_gets_an_answer_or_an_end(tmp_path):
    text = "n = int(input('epochs? '))\nimport sys\nrest = len(sys.stdin.read())\nx = 0.5\n"
    seen = watch_file(script(tmp_path, text), sandbox=Sandbox(LONG))
    assert {event.name for event in seen.events} >= {"n", "rest", "x"}


def test_a_script_that_exits_after_its_work_is_looked_at(tmp_path):
    seen = watch_file(
        script(tmp_path, TRAINING + "import sys\nsys.exit(1)\n"), sandbox=Sandbox(LONG)
    )
    assert seen.ended == "done"
    assert any(event.name == "W" for event in seen.events)


def test_numpy_of_this_process_is_untouched(tmp_path):
    text = (
        "import numpy as np\nnp.seterr(all='raise')\nnp.set_printoptions(precision=2)\n"
        "np.random.seed(3)\nnp.dot = None\nnp.float64 = float\n" + TRAINING
    )
    before, state = np.geterr(), np.random.get_state()[1].copy()  # noqa: NPY002
    watch_file(script(tmp_path, text), sandbox=Sandbox(LONG))
    assert np.geterr() == before
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002
    assert callable(np.dot)


@pytest.mark.parametrize("name", ["absent.py", ".", "absent.ipynb"])
def test_what_is_no_file_is_said(tmp_path, name):
    with pytest.raises(Trouble) as trouble:
        check_file(tmp_path / name)
    assert trouble.value.kind == "missing"


def test_a_notebook_tells_cell_and_line(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": ["# hi"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "!ls\n", "import numpy as np"]},
        {"cell_type": "code", "source": ["x = np.ones(2)\n", "y = x + 0.5\n", "x?"]},
    ]
    path = script(tmp_path, json.dumps({"cells": cells, "nbformat": 4}), "mine.ipynb")
    seen = watch_file(path, sandbox=Sandbox(LONG))
    assert [e.where for e in seen.events if e.name == "y"] == ["cell 3, line 2"]


def test_a_notebook_that_is_none_is_said(tmp_path):
    with pytest.raises(Trouble, match="not a notebook"):
        check_file(script(tmp_path, "x = 1", "mine.ipynb"))


FUNCTIONS = {
    "None": ("    pass_ = 1\n", "return"),
    "a string": ("    return 'half'\n", "type"),
    "the wrong shape": ("    return np.zeros((7, 7))\n", "shape"),
    "a raise": ("    return 1 / 0\n", "ZeroDivisionError"),
    "an exit": ("    raise SystemExit\n", "exit"),
    "no end": ("    while True:\n        pass\n", "did not end"),
    "os._exit": ("    import os\n    os._exit(0)\n", "ended the process"),
}


@pytest.mark.parametrize("what", FUNCTIONS)
def test_a_function_of_the_skeleton_that_misbehaves_is_the_first_wrong_one(
    tmp_path, what, monkeypatch
):
    body, said = FUNCTIONS[what]
    path = script(tmp_path, filled_in("mine.py", output_delta=body))
    runs = []
    run = Sandbox.run
    monkeypatch.setattr(Sandbox, "run", lambda *a, **b: runs.append(a) or run(*a, **b))
    # what does not end must have come so far as to be the one that does not
    for seconds in (3.0, 20.0, 100.0) if what == "no end" else (LONG.seconds,):
        report = check_file(path, sandbox=Sandbox(Limits(seconds=seconds)))
        passed = [stage.name for stage in report.stages if stage.passed]
        if len(passed) == 4:
            break
    assert passed == ["sigmoid", "sigmoid_derivative", "forward", "loss"]
    assert report.wrong is not None
    assert report.wrong.stage == "output_delta"
    assert said in report.wrong.got + report.wrong.expected
    assert len(runs) == 1 or what == "no end"  # one process gives the answers before it, and it


STYLES = {
    "a flat loop": TRAINING,
    "a class": """
import numpy as np
class Net:
    def __init__(self):
        rng = np.random.default_rng(0)
        self.W = rng.normal(size=(3, 2))
    def train(self, x, y):
        a = np.tanh(x @ self.W)
        self.W = self.W - 0.1 * np.outer(x, (a - y) * (1 - a * a))
net = Net()
for i in range(200):
    net.train(np.array([0.1, 0.5, -0.4]), np.array([0.3, 0.1]))
W = net.W
""",
    "lists": """
import random
random.seed(1)
W = [[random.random() for _ in range(3)] for _ in range(2)]
x = [0.5, -0.2, 0.1]
for step in range(100):
    for i in range(2):
        z = sum(w * v for w, v in zip(W[i], x))
        for j in range(3):
            W[i][j] -= 0.1 * (z - 0.5) * x[j]
""",
}


@pytest.mark.parametrize("style", STYLES)
def test_watching_changes_nothing_that_is_computed(tmp_path, style):
    """The last value seen of W is that of the script run as it is, with its loop cut alike."""
    text = STYLES[style]
    seen = watch_file(script(tmp_path, text), seed=0, iterations=3, sandbox=Sandbox(LONG))
    plain = text
    for count in ("1000", "200", "100"):
        plain = plain.replace(f"range({count})", "range(3)")
    names: dict = {}
    exec(compile(plain, "plain", "exec"), names)
    last = [event for event in seen.events if event.name == "W" and event.assign][-1]
    assert np.array_equal(last.array, np.array(names["W"]))


def test_equal_seeds_agree_and_others_differ(tmp_path):
    path = script(tmp_path, TRAINING)
    one, two, other = (watch_file(path, seed=s, sandbox=Sandbox(LONG)) for s in (4, 4, 5))
    first = [[e.array.tobytes() for e in run.events] for run in (one, two, other)]
    assert first[0] == first[1] != first[2]


ABSENT = {
    "table": "np.loadtxt('mnist_train.csv', delimiter=',')",
    "frame": "pd.read_csv('mnist_train.csv').to_numpy()",
    "lines": "np.array([l.split(',') for l in open('mnist_train.csv')], float)",
    "keras": "mnist.load_data()[0][0]",
    "sklearn": "load_iris().data",
}


def test_tiny_data_stand_in_for_what_is_absent(tmp_path):
    text = (
        "import numpy as np\nimport pandas as pd\nfrom keras.datasets import mnist\n"
        "from sklearn.datasets import load_iris\n"
    ) + "".join(f"{name} = {code}\n" for name, code in ABSENT.items())
    seen = watch_file(script(tmp_path, text), sandbox=Sandbox(LONG))
    assert seen.stood_in == [
        f"tiny data stand in for {what}."
        for what in (
            "mnist_train.csv, which is not here",
            "the data set mnist",
            "the data set iris",
        )
    ]
    for name in ABSENT:
        assert [len(e.array) for e in seen.events if e.name == name][-1] == 12
