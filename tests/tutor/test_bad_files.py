"""Whatever a learner's file does, `check` says it in one sentence and goes on."""

import json
from pathlib import Path

import numpy as np
import pytest
from recorded_runs import run_of

from glassnet.core.errors import InputError
from glassnet.tutor.check import check_file
from glassnet.tutor.process.sandbox import Limits, Sandbox, Trouble
from glassnet.tutor.process.source import read_source
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
    "tabs mixed": ("if 1:\n\tx = 1\n    y = 2\n", "syntax", "line 3"),
    "no text": (bytes(range(256)), "syntax", "no text"),
    "a raise": ("import numpy as np\nraise KeyError('w')\n", "raised", "line 2"),
    "os._exit": ("import os\nos._exit(3)\n", "exit", "status 3"),
    "a kill": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", "exit", "SIGKILL"),
    "memory": ("x = 'a' * (1 << 36)\n", "memory", "memory"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_one_sentence(tmp_path, what):
    text, kind, said = BAD[what]
    with pytest.raises(Trouble) as trouble:
        run_of(script(tmp_path, text), sandbox=Sandbox(LONG))
    assert trouble.value.kind == kind
    assert said in str(trouble.value)
    assert "\n" not in str(trouble.value)
    assert "Traceback" not in str(trouble.value)


def test_a_loop_without_end_is_left_after_some_rounds(tmp_path):
    seen = run_of(
        script(tmp_path, "x = 1.5\nwhile True:\n    x = x * 0.5\n"), sandbox=Sandbox(LONG)
    )
    assert seen.graph.ended == "done"
    assert len(seen.graph) < 5000


def test_an_endless_call_is_stopped_and_said(tmp_path):
    path = script(tmp_path, "x = 1\n\nt = sum(1 for _ in iter(int, 1))\n")
    with pytest.raises(InputError, match=r"mine\.py .*within"):
        check_file(path, sandbox=Sandbox(Limits(seconds=2.0)))


def test_what_it_prints_beyond_the_limit_is_thrown_away(tmp_path):
    """In one piece and in many; it is read to its end, so that the script does not wait."""
    text = (
        "print('y' * 50_000_000)\nlist(map(lambda _: print('x' * 100_000), range(500)))\nx = 2.5\n"
    )
    sandbox = Sandbox(Limits(seconds=120.0, output=1000))
    seen = run_of(script(tmp_path, text), sandbox=sandbox)
    assert seen.printed == "y" * 1000
    assert "x" in seen.names


def test_what_reads_the_keyboard_gets_an_answer_or_an_end(tmp_path):
    text = (
        "n = float(input('epochs? '))\nimport sys\nrest = float(len(sys.stdin.read()))\nx = 0.5\n"
    )
    seen = run_of(script(tmp_path, text), sandbox=Sandbox(LONG))
    assert set(seen.names) >= {"n", "rest", "x"}


def test_a_script_that_exits_after_its_work_is_looked_at(tmp_path):
    seen = run_of(script(tmp_path, TRAINING + "import sys\nsys.exit(1)\n"), sandbox=Sandbox(LONG))
    assert seen.graph.ended == "done"
    assert "W" in seen.names


def test_numpy_of_this_process_is_untouched(tmp_path):
    text = (
        "import numpy as np\nnp.seterr(all='raise')\nnp.set_printoptions(precision=2)\n"
        "np.random.seed(3)\nnp.dot = None\nnp.float64 = float\n" + TRAINING
    )
    before, state = np.geterr(), np.random.get_state()[1].copy()  # noqa: NPY002
    run_of(script(tmp_path, text), sandbox=Sandbox(LONG))
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
    seen = run_of(path, sandbox=Sandbox(LONG))
    node = next(node for node, name in seen.graph.names.items() if name == "y")
    assert read_source(path).where(seen.graph.site(node).line) == "code cell 2, line 2"


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
}


@pytest.mark.parametrize("style", STYLES)
def test_watching_changes_nothing_that_is_computed(tmp_path, style):
    """The last value seen of W is that of the script run as it is, with its loop cut alike."""
    text = STYLES[style]
    seen = run_of(script(tmp_path, text), seed=0, sandbox=Sandbox(LONG))
    last = seen.last("W")
    found = []
    for rounds in range(1, 9):  # its loop was left after a few
        plain = text
        for count in ("1000", "200", "100"):
            plain = plain.replace(f"range({count})", f"range({rounds})")
        names: dict = {}
        exec(compile(plain, "plain", "exec"), names)
        found.append(np.array(names["W"]))
    assert any(np.array_equal(last, W) for W in found)


def test_equal_seeds_agree_and_others_differ(tmp_path):
    path = script(tmp_path, TRAINING)
    one, two, other = (run_of(path, seed=s, sandbox=Sandbox(LONG)) for s in (4, 4, 5))
    first = [[value.tobytes() for _, value in run.values] for run in (one, two, other)]
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
    seen = run_of(script(tmp_path, text), sandbox=Sandbox(LONG))
    assert seen.graph.stood_in == [
        "tiny data stand in for mnist_train.csv, which is not here, and for the data set mnist and "
        "the data set iris."
    ]
    for name in ABSENT:
        assert len(seen.last(name)) == 12
