"""The tape changes nothing: a program prints the same with it; and what it notes is the truth."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from statement_kinds import KINDS

from glassnet.tutor.dataflow.graph import recorded
from glassnet.tutor.process.sandbox import Limits, Sandbox

pytestmark = pytest.mark.outside  # takes long: a program is run, and judged, in each

HERE = Path(__file__).parent
PROGRAMS = sorted((HERE / "programs").glob("*.py"))
STRANGERS = sorted(
    path
    for folder in (HERE.parents[1] / "strangers", HERE.parent / "strangers" / "honest")
    for path in folder.glob("*.py")
    if not path.name.startswith("_") and "1500" not in path.name
)
# they train long, and the tape ends them in the middle
SHORT = [path for path in STRANGERS if "pandas" not in path.name]


def alike(paths: list[Path]) -> list[bool]:
    """Whether each prints the same; one whose tape was full, the same as far as it came."""
    both = []
    for way in ("plain", "tape"):
        run = [sys.executable, str(HERE / "watched_alike.py"), way, *map(str, paths)]
        done = subprocess.run(run, capture_output=True, text=True, check=True, timeout=600)
        both.append(json.loads(done.stdout))
    return [
        one == other or (ended == "enough" and one.startswith(other))
        for (one, _), (other, ended) in zip(*both)
    ]


def test_a_program_prints_the_same_with_the_tape():
    assert alike(PROGRAMS) == [True] * len(PROGRAMS)


@pytest.mark.campaign
@pytest.mark.parametrize("script", SHORT, ids=lambda path: path.name)
def test_a_strangers_program_prints_the_same_with_the_tape(script):
    assert alike([script]) == [True]


def test_the_tape_changes_no_statement(tmp_path):
    shown = """
for name in "abcde":
    value = globals().get(name)
    print(name, repr(value.tolist() if isinstance(value, np.ndarray) else value))
"""
    paths = []
    for kind, lines in KINDS.items():
        paths.append(tmp_path / f"{kind.replace(' ', '_')}.py")
        start = "import numpy as np\nnp.random.seed(0)\n"
        paths[-1].write_text(start + lines + shown, encoding="utf-8")
    assert dict(zip(KINDS, alike(paths))) == dict.fromkeys(KINDS, True)


def test_what_was_computed_from_what_is_known_through_views_and_changes(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "import numpy as np\nW = np.array([[1.0, 2.0], [3.0, 4.0]])\nW[0, 1] = W[1, 0] * 2\n"
        "V = W.T[1:]\nV += 10\ny = V.reshape(-1) * W[:, 1]\n",
        encoding="utf-8",
    )
    graph = recorded(path)
    (last,) = [n for n in graph.nodes if graph.names.get(n.index) == "y"]
    # both operands are the same numbers, those that were added to
    one, other = (graph.entries(operand) for operand in last.operands)
    assert [a.tolist() for a in one] == [a.tolist() for a in other]
    np.testing.assert_array_equal(last.value, [16.0**2, 14.0**2])
    added = graph.nodes[int(one[0][0])]
    assert added.name == "add"
    assert {graph.nodes[s].name for s in graph.sources(added.operands[0])} == {"leaf", "multiply"}


def test_only_loops_that_train_are_cut(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "import numpy as np\nw = np.zeros(80)\nfor i in range(80):\n    w[i] = 0.01 * i\n"
        "x, c = np.ones(80), 0.0\nfor i in range(500):\n"
        "    e = x @ w - 1\n    w = w - 0.001 * e * x\nend = w * 1\n",
        encoding="utf-8",
    )
    graph = recorded(path)
    (end,) = [n for n in graph.nodes if graph.names.get(n.index) == "end"]
    assert len({round(v, 9) for v in np.diff(end.value)}) == 1  # all 80 were begun, each its own
    assert sum(graph.site(n.index).text.startswith("w - 0.001") for n in graph.nodes) < 10


def test_a_list_that_nobody_keeps_is_a_loop_that_is_cut(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "class Net:\n    w = 0.5\n    def step(self, x):\n        e = self.w * x - 1\n"
        "        self.w = self.w - 0.01 * e * x\nnet = Net()\n"
        "[net.step(x) for _ in range(500) for x in (0.7, 1.3)]\nkept = [v for v in range(60)]\n"
        "end = 1.0 * len(kept)\n",
        encoding="utf-8",
    )
    graph = recorded(path)
    (end,) = [n for n in graph.nodes if graph.names.get(n.index) == "end"]
    assert float(end.value) == 60
    assert sum(graph.site(n.index).text.startswith("self.w -") for n in graph.nodes) < 20


def test_files_beside_the_script_are_recorded_too(tmp_path):
    (tmp_path / "helper.py").write_text("def twice(v):\n    return 2 * v\n", encoding="utf-8")
    path = tmp_path / "mine.py"
    path.write_text("import helper\na = 1.5\ny = helper.twice(a)\n", encoding="utf-8")
    graph = recorded(path)
    (made,) = [n for n in graph.nodes if n.name == "multiply"]
    assert (graph.site(made.index).file, graph.site(made.index).line) == ("helper.py", 2)
    assert [site.line for site in graph.callers(made.index)] == [3]


@pytest.mark.parametrize(
    "call",
    ["np.clip(g, -1, 1, out=g)", "np.clip(g, -1, 1, g)", "g.clip(-1, 1, out=g)",
     "np.tanh(g, g)", "np.tanh(g, out=(g,))", "np.multiply(g, 0.5, out=g)"],
)  # fmt: skip
def test_a_call_that_writes_into_what_it_takes_is_computed_from_what_that_was(tmp_path, call):
    path = tmp_path / "mine.py"
    path.write_text(
        f"import numpy as np\nx = np.array([1.5, -3.0])\ng = x * x\n{call}\ny = g + 1\n",
        encoding="utf-8",
    )
    graph = recorded(path)
    (last,) = [n for n in graph.nodes if graph.names.get(n.index) == "y"]
    (first,) = [n for n in graph.nodes if graph.names.get(n.index) == "g"]
    made = graph.nodes[last.operands[0]]
    assert made.name == call.split("(")[0].split(".")[1]
    assert made.operands[0] == first.index
    assert np.abs(made.value).max() < np.abs(first.value).max()


def test_a_run_whose_time_is_over_while_it_trains_is_late(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "import threading\nw = 0.5\nfor i in range(9):\n    w = w - 0.1 * (w - 1.0)\n"
        "    if i == 2:\n        threading.Event().wait()\n",
        encoding="utf-8",
    )
    graph = recorded(path, sandbox=Sandbox(Limits(seconds=20)))
    assert (graph.ended, graph.late) == ("enough", True)
