"""One way to write a wrong line: in the learner's own words, and a statement by itself."""

import ast

import pytest

from glassnet.tutor.dataflow.locating.fault import Fault
from glassnet.tutor.dataflow.telling.rewriting import rewritten

LINES = {
    1: "err = y - out",
    2: "w2 -= lr * h.T @ d2",
    3: "d1 = d2 @ w2.T * (1 - z1 ** 2)",
    4: "b = b + lr * g.mean(axis=0)",
    5: "w2 -= lr * grad(z1, z1)",
    6: "total = (out - y",
}


def fault(kind, line, text="", quantity="w2", **more):
    return Fault(kind, 0, line, text or LINES[line], quantity, **more)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (fault("operand", 3, "1 - z1 ** 2", operand="z1", wanted="h"),
         "d1 = d2 @ w2.T * (1 - h ** 2)"),
        (fault("operand", 3, "d2 @ w2.T", operand="w2.T", wanted="x @ w1"),
         "d1 = d2 @ (x @ w1) * (1 - z1 ** 2)"),
        (fault("operand", 3, "1 - z1 ** 2", operand="z", wanted="h"), ""),
        (fault("operand", 5, "grad(z1, z1)", operand="z1", wanted="h"), ""),
        (fault("operand", 3, "1 - z1 ** 2", operand="z1", wanted="z1"), ""),
        (fault("broadcast", 1, "y - out", operand="y", wanted="y.reshape(-1, 1)"),
         "err = y.reshape(-1, 1) - out"),
        (fault("operand", 6, "out - y", operand="y", wanted="t"), ""),
        (fault("version", 3, line_of=2), f"{LINES[3]}\n{LINES[2]}"),
        (fault("version", 2, line_of=3), ""),
        (fault("direction", 2), "w2 += lr * h.T @ d2"),
        (fault("direction", 1), "err = out - y"),
        (fault("direction", 4, quantity="b"), "b = b - lr * g.mean(axis=0)"),
        (fault("rate", 4, got="0.0333"), "b = b + lr * g.sum(axis=0)"),
        (fault("rate", 4, got="30"), ""),
        (fault("dropped", 5, "w2 - lr * g"), "w2 = w2 - lr * g"),
        (fault("missing", 1, wanted="z2"), ""),
        (fault("expression", 3), ""),
    ],
)  # fmt: skip
def test_the_line_as_it_could_stand(given, written):
    found = rewritten(given, lambda line: LINES.get(line, ""))
    assert found == written
    ast.parse(found)
