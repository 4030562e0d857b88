"""Whatever a learner's file does, `check` says it in one sentence and goes on."""

import json
import os
import time
from pathlib import Path

import numpy as np
import pytest

from glassnet.tutor.check import check_file
from glassnet.tutor.letters import read_letter, write_letter
from glassnet.tutor.sandbox import Limits, Trouble, run_apart
from glassnet.tutor.skeleton_answers import filled_in
from glassnet.tutor.watched import watch_file

QUICK = Limits(seconds=2.0)
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
    "an absent module": ("import no_such_module_xyz\n", "raised", "no_such_module_xyz"),
    "os._exit": ("import os\nos._exit(3)\n", "exit", "status 3"),
    "a kill": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", "exit", "SIGKILL"),
    "memory": ("x = 'a' * (1 << 36)\n", "memory", "memory"),
    "an endless call": (
        "def f():\n    x = 0\n    for i in iter(int, 1):\n        x += 1\nimport time\n"
        "t = sum(1 for _ in iter(int, 1))\n",
        "time",
        "2 s",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_one_sentence(tmp_path, what):
    text, kind, said = BAD[what]
    with pytest.raises(Trouble) as trouble:
        watch_file(script(tmp_path, text), limits=QUICK)
    assert trouble.value.kind == kind
    assert said in str(trouble.value)
    assert "\n" not in str(trouble.value)
    assert "Traceback" not in str(trouble.value)


def test_a_loop_without_end_is_left_after_some_rounds(tmp_path):
    seen = watch_file(script(tmp_path, "x = 1.5\nwhile True:\n    x = x * 0.5\n"), limits=QUICK)
    assert seen.cut == [2]
    assert seen.ended == "done"


def test_an_endless_call_tells_its_line(tmp_path):
    path = script(tmp_path, "x = 1\n\nt = sum(1 for _ in iter(int, 1))\n")
    with pytest.raises(Trouble, match="line 3"):
        watch_file(path, limits=QUICK)


@pytest.mark.parametrize(
    "line",
    [
        "print('y' * 1_000_000_000)",
        "for _ in range(4000): print('x' * 100_000)",
    ],
)
def test_a_gigabyte_of_print_is_thrown_away(tmp_path, line):
    seen = watch_file(script(tmp_path, line + "\nx = 2.5\n"), limits=Limits(seconds=15))
    assert len(seen.printed) <= Limits().output
    assert any(event.name == "x" for event in seen.events)


def test_what_reads_the_keyboard_gets_an_answer_or_an_end(tmp_path):
    text = "n = int(input('epochs? '))\nimport sys\nrest = len(sys.stdin.read())\nx = 0.5\n"
    seen = watch_file(script(tmp_path, text), limits=QUICK)
    assert {event.name for event in seen.events} >= {"n", "rest", "x"}


def test_a_script_that_exits_after_its_work_is_looked_at(tmp_path):
    seen = watch_file(script(tmp_path, TRAINING + "import sys\nsys.exit(1)\n"), limits=QUICK)
    assert seen.ended == "done"
    assert any(event.name == "W" for event in seen.events)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_what_it_forks_does_not_outlive_it(tmp_path):
    beacon = tmp_path / "beacon"
    text = (
        f"import os, time\nfrom importlib import reload\nsleep = reload(time).sleep\n"
        f"if os.fork() == 0:\n    for _ in range(80):\n        sleep(0.05)\n"
        f"        open({str(beacon)!r}, 'a').write('.')\n    os._exit(0)\nx = 1.5\n"
    )
    watch_file(
        script(
            tmp_path,
            text.replace(
                "reload(time).sleep",
                "__import__('select').select\nwait = lambda s: sleep([], [], [], s)",
            ).replace("sleep(0.05)", "wait(0.05)"),
        ),
        limits=QUICK,
    )
    size = beacon.stat().st_size if beacon.exists() else 0
    time.sleep(0.4)
    assert (beacon.stat().st_size if beacon.exists() else 0) == size


def test_numpy_of_this_process_is_untouched(tmp_path):
    text = (
        "import numpy as np\nnp.seterr(all='raise')\nnp.set_printoptions(precision=2)\n"
        "np.random.seed(3)\nnp.dot = None\nnp.float64 = float\n" + TRAINING
    )
    before, state = np.geterr(), np.random.get_state()[1].copy()  # noqa: NPY002
    watch_file(script(tmp_path, text), limits=QUICK)
    assert np.geterr() == before
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002
    assert callable(np.dot)


def test_what_it_writes_does_not_land_beside_it(tmp_path):
    watch_file(script(tmp_path, "open('w.txt', 'w').write('x')\nx = 1.5\n"), limits=QUICK)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.py"]


def test_a_helper_beside_the_file_comes_along(tmp_path):
    script(tmp_path, "def double(v):\n    return 2 * v\n", "helper.py")
    text = "from helper import double\nx = double(1.25)\n"
    seen = watch_file(script(tmp_path, text), limits=QUICK)
    assert [e.array.item() for e in seen.events if e.name == "x"] == [2.5]


def test_a_file_beside_it_is_read(tmp_path):
    script(tmp_path, "1,2\n3,4\n", "rows.csv")
    text = "import numpy as np\nrows = np.loadtxt('rows.csv', delimiter=',')\n"
    seen = watch_file(script(tmp_path, text), limits=QUICK)
    assert [e.array.tolist() for e in seen.events if e.name == "rows"] == [[[1, 2], [3, 4]]]


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
    seen = watch_file(path, limits=QUICK)
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
def test_a_function_of_the_skeleton_that_misbehaves_is_the_first_wrong_one(tmp_path, what):
    body, said = FUNCTIONS[what]
    report = check_file(script(tmp_path, filled_in("mine.py", output_delta=body)), seconds=1)
    assert [stage.name for stage in report.stages if stage.passed] == [
        "sigmoid", "sigmoid_derivative", "forward", "loss",
    ]  # fmt: skip
    assert report.wrong is not None
    assert report.wrong.stage == "output_delta"
    assert said in report.wrong.got + report.wrong.expected


def test_letters_keep_every_bit(tmp_path):
    content = {"a": [np.array([np.nan, np.inf, -0.0, 5e-324]), {"b": np.arange(6).reshape(2, 3).T}]}
    write_letter(tmp_path / "letter", content)
    back = read_letter(tmp_path / "letter")
    assert back["a"][0].tobytes() == content["a"][0].tobytes()
    assert (back["a"][1]["b"] == content["a"][1]["b"]).all()


def test_a_reply_that_is_torn_is_trouble(tmp_path):
    text = (
        "import os, pathlib, threading\n"
        "folder = pathlib.Path(os.getcwd()).parent\n"
        '(folder / \'reply.json\').write_text(\'{"map": {"result": {"array": "a9"}}}\')\n'
        "os._exit(0)\n"
    )
    with pytest.raises(Trouble):
        run_apart("glassnet.tutor.watching:watch", {}, script(tmp_path, text), QUICK)


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
    seen = watch_file(script(tmp_path, text), seed=0, iterations=3, limits=QUICK)
    plain = text
    for count in ("1000", "200", "100"):
        plain = plain.replace(f"range({count})", "range(3)")
    names: dict = {}
    exec(compile(plain, "plain", "exec"), names)
    last = [event for event in seen.events if event.name == "W" and event.assign][-1]
    assert np.array_equal(last.array, np.array(names["W"]))


def test_equal_seeds_agree_and_others_differ(tmp_path):
    path = script(tmp_path, TRAINING)
    one, two, other = (watch_file(path, seed=s, limits=QUICK) for s in (4, 4, 5))
    first = [[e.array.tobytes() for e in run.events] for run in (one, two, other)]
    assert first[0] == first[1] != first[2]


@pytest.mark.parametrize(
    "line",
    [
        "rows = np.loadtxt('mnist_train.csv', delimiter=',')",
        "import pandas as pd\nrows = pd.read_csv('mnist_train.csv').to_numpy()",
        "rows = [l.split(',') for l in open('mnist_train.csv')]\nrows = np.array(rows, float)",
        "from keras.datasets import mnist\nrows = mnist.load_data()[0][0]",
        "from sklearn.datasets import load_iris\nrows = load_iris().data",
    ],
)
def test_tiny_data_stand_in_for_what_is_absent(tmp_path, line):
    seen = watch_file(script(tmp_path, f"import numpy as np\n{line}\n"), limits=QUICK)
    assert len(seen.stood_in) == 1
    assert [len(e.array) for e in seen.events if e.name == "rows"][-1] == 12
