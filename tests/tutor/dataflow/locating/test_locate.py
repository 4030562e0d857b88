"""Usual mistakes in programs of every style: wrong at their line, or in part, never right."""

from pathlib import Path

import pytest

from glassnet.tutor.dataflow.graph import recorded
from glassnet.tutor.dataflow.judge import judge
from glassnet.tutor.dataflow.verdict import Judgement

pytestmark = pytest.mark.outside  # takes long: a program is run, and judged, in each

PROGRAMS = Path(__file__).parents[1] / "programs"
# program → (mistake, what is written otherwise, how)
BUGS = {
    "list_comprehensions": [
        ("slope of z", "(1 - a * a) for w, a in zip(W2, h)", "(1 - a) for w, a in zip(W2, h)"),
        ("slope left out", "d * w * (1 - a * a)", "d * w"),
        ("output delta through the wrong weights", "[d * w * (1", "[d * b2 * w * (1"),
    ],
    "neuron_lists": [
        ("slope of the output, not of itself", "derivative(layer[j][\"output\"])",
         "derivative(layer[0][\"output\"])"),
        ("bias uphill", "[-1] -= rate", "[-1] += rate"),
    ],
    "dictionary_deep": [
        ("relu's slope turned", "dA, 0.01 * dA)", "0.01 * dA, dA)"),
        ("bias sums all", "np.sum(dZ, axis=1, keepdims=True) / m", "np.sum(dZ) / m"),
    ],
    "dictionary_rows": [
        ("slope of z", "np.square(cache[\"h\"])", "np.square(cache[\"z1\"])"),
        ("input for hidden", "\"W2\": cache[\"h\"].T.dot(d_out)",
         "\"W2\": cache[\"z1\"].T.dot(d_out)"),
        ("mean for sum", "d_z.sum(axis=0)", "d_z.mean(axis=0)"),
    ],
    "layer_objects": [
        ("slope with the wrong sign inside", "g * self.y * (1 - self.y)",
         "g * self.y * (1 + self.y)"),
        ("slope left out", "g * self.y * (1 - self.y)", "g * 1.0"),
    ],
    "layer_columns": [
        ("relu's slope of the input", "dA * (self.Z > 0) if", "dA * (self.Z < 0) if"),
        ("bias sums all", "np.mean(dZ, axis=1, keepdims=True)", "np.sum(dZ) / m"),
    ],
    "scalars": [
        ("through the other's weight", "d2 = d * w6", "d2 = d * w5"),
        ("slope of the other", "h2 * (1 - h2)", "h2 * (1 - h1)"),
        ("other delta", "w3 -= rate * d2", "w3 -= rate * d1"),
    ],
    "numpy_loops": [
        ("stale", "dh[j] += W2[j, k] * do[k]", "dh[j] += W2[j, k] * (o[k] - Y[n, k])"),
        ("slope left out", "dh[j] *= h[j] * (1 - h[j])", "dh[j] *= 1.0"),
    ],
    "functions_columns": [
        ("slope of relu left out", "dA1 * drelu(Z1)", "dA1 * 1.0"),
        ("delta uphill", "\"W1\": np.dot(dZ1", "\"W1\": -np.dot(dZ1"),
    ],
    "class_rows": [
        ("slope of sigmoid for tanh", "(1 - self.a1 ** 2)", "self.a1 * (1 - self.a1)"),
        ("input of the wrong layer", "self.a1.T @ d2", "self.z1.T @ d2"),
    ],
    "xor_online": [
        ("slope twice", "slope(h)", "slope(slope(h))"),
        ("error for delta", "d_h = d_o.dot", "d_h = (t - o).dot"),
    ],
    "sums_over_samples": [
        ("delta is never carried back", "self.W[l].T.dot(delta) * a",
         "self.W[l].T.dot(delta) * out.sum()"),
        ("bias by the error", "gB[l] += delta", "gB[l] += delta ** 2"),
    ],
}  # fmt: skip
CASES = [(program, *bug) for program, bugs in BUGS.items() for bug in bugs]


def verdicts(path: Path, text: str) -> list[Judgement]:
    path.write_text(text, encoding="utf-8")
    return [judge(recorded(path, seed=seed)) for seed in (1, 2)]


@pytest.mark.parametrize(("program", "what", "old", "new"), CASES, ids=lambda v: str(v)[:30])
def test_a_usual_mistake_is_wrong_at_its_line_or_judged_in_part(tmp_path, program, what, old, new):
    text = (PROGRAMS / f"{program}.py").read_text(encoding="utf-8")
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    for found in verdicts(tmp_path / "mine.py", text.replace(old, new)):
        assert found.verdict in ("wrong", "in part")
        if found.fault:
            assert abs(found.fault.line - line) <= 1, found.fault


@pytest.mark.parametrize(
    ("program", "old", "new"),
    [
        ("neuron_lists", "out * (1.0 - out)", "transfer(out)"),
        ("dictionary_deep", "dZ = dA * A * (1 - A)", "dZ = dA * 1.0"),
    ],
)
def test_a_mistake_of_the_output_layer_is_never_right(tmp_path, program, old, new):
    text = (PROGRAMS / f"{program}.py").read_text(encoding="utf-8")
    assert old in text
    assert "right" not in [
        f.verdict for f in verdicts(tmp_path / "mine.py", text.replace(old, new))
    ]


def test_weights_that_were_updated_before_they_carry_back_are_named(tmp_path):
    text = (PROGRAMS / "layer_columns.py").read_text(encoding="utf-8")
    text = text.replace("        dA_before = self.W.T @ dZ\n", "")
    text = text.replace("return dA_before", "return self.W.T @ dZ")
    for found in verdicts(tmp_path / "mine.py", text):
        assert found.fault
        assert (found.fault.kind, found.fault.operand) == ("version", "self.W")


ONE_OUTPUT = """
import math, random
random.seed(2)
W1 = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(2)]
W2 = [[random.uniform(-1, 1)] for _ in range(3)]
def f(z): return 1 / (1 + math.exp(-z))
def back(x, t):
    h = [f(sum(x[i] * W1[i][j] for i in range(2))) for j in range(3)]
    o = [f(sum(h[j] * W2[j][0] for j in range(3)))]
    d = [(t - a) * a * (1 - a) for a in o]
    for j in range(3):
        W2[j][0] += 0.5 * d[0] * h[j]
    e = [d[0] * W2[j][0] * h[j] * (1 - h[j]) for j in range(3)]
    for i in range(2):
        for j in range(3):
            W1[i][j] += 0.5 * e[j] * x[i]
for epoch in range(100):
    for x, t in [((0.1, 0.9), 1), ((0.8, 0.3), 0), ((0.5, 0.6), 1), ((0.2, 0.4), 0)]:
        back(x, t)
print(f(sum(f(W1[0][j]) * W2[j][0] for j in range(3))))
"""


def test_a_single_number_is_known_by_its_rounds(tmp_path):
    """Of one output every delta is a multiple of any other: the rounds tell which it is."""
    for found in verdicts(tmp_path / "mine.py", ONE_OUTPUT):
        assert found.fault
        assert (found.fault.kind, found.fault.line) == ("version", 13)
