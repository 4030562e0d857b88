"""Scripts as people write them: right ones pass, and a mistake put into one is named or placed."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from glassnet.core.errors import InputError
from glassnet.tutor.check import check_file, draft_map
from glassnet.views.text.check import check_text

pytestmark = pytest.mark.outside  # takes long: a program is run, and judged, in each

STRANGERS = Path(__file__).parents[1] / "strangers"
MORE = Path(__file__).parent / "strangers"  # whole scripts: honest, and with a mistake by its name


def scripts(folder: Path) -> list[Path]:
    found = (p for p in folder.iterdir() if p.suffix in (".py", ".ipynb"))
    return sorted(p for p in found if not p.name.startswith("_"))


STYLES = Path(__file__).parents[2] / "benchmarks" / "styles" / "second" / "right"
BY_OTHERS = [STYLES / "circle_layers.py"]  # once accused: 1 − t is met before t
SCRIPTS = [*scripts(STRANGERS), *scripts(MORE / "honest"), *BY_OTHERS]


def thinned(cases: Iterable[Any], every: int = 3) -> list[Any]:
    """One case in three for `make test`, the others for `make test-outside`: they take long."""
    marked = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [
        pytest.param(*case, marks=() if n % every == 0 else pytest.mark.outside)
        for n, case in enumerate(marked)
    ]


def changed(folder: Path, script: str, *changes: tuple[str, str]) -> Path:
    """A script with pieces of it replaced, each of which must be there."""
    text = (STRANGERS / script).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{script} has no {old!r}"
        text = text.replace(old, new)
    path = folder / script
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("script", thinned(SCRIPTS), ids=lambda path: path.name)
def test_an_honest_script_passes(script):
    report = check_file(script)
    assert report.passed, check_text(report)
    assert report.remarks or script.name != "plain_lists.py"


# what is no mistake: (script, what is written otherwise)
CONVENTIONS = {
    "the sum for the mean": (
        "parameter_dict.py",
        [("A1.T)/m", "A1.T)"), ("X.T)/m", "X.T)"), ("keepdims=True)/m", "keepdims=True)")],
    ),
    "y - a and plus": (
        "softmax_rows.py",
        [
            ("] -= 1\n", "] -= 1\n    dscores = -dscores\n"),
            ("+= -step_size", "+= step_size"),
            ("dW2 += reg * W2", "dW2 -= reg * W2"),
            ("dW += reg * W\n", "dW -= reg * W\n"),
        ],
    ),
    ">= for >": ("mnist_columns.py", [("return Z > 0", "return Z >= 0")]),
    "f' from z": (
        "one_class.py",
        [("return p * (1 - p)", "q = -np.log(1 / p - 1)\n    return act(q) * (1 - act(q))")],
    ),
    "a half for the two": ("layer_objects.py", [("grad = 2 *", "grad = 0.5 *")]),
    "another order of updates": (
        "online_nodes.py",
        [
            ("        who += lr * numpy.dot(grad_out, numpy.transpose(z2))\n", ""),
            (
                "numpy.transpose(inputs))\n",
                "numpy.transpose(inputs))\n"
                "        who += lr * numpy.dot(grad_out, numpy.transpose(z2))\n",
            ),
        ],
    ),
    "no biases in one layer": (
        "parameter_dict.py",
        [
            ('("W1", "b1", "W2", "b2"):', '("W1", "W2", "b2"):'),
            (' + parameters["b1"]', ""),
            ('"db1": db1, ', ""),
            ("    db1 = np.sum(dZ1, axis=1, keepdims=True)/m\n", ""),
        ],
    ),
    "decaying rate": (
        "bias_in_matrix.py",
        [("    H = g(", "    eta = 0.2 / (1 + step)\n    H = g(")],
    ),
    "weight decay": (
        "bias_in_matrix.py",
        [("U = U - eta", "U = 0.99 * U - eta"), ("V = V - eta", "V = 0.99 * V - eta")],
    ),
    "nesterov's lookahead left out": (
        "momentum_regression.py",
        [("0.9 * velocity[i] - 0.05 * g", "0.5 * velocity[i] - 0.01 * g")],
    ),
    "rmsprop": (
        "clipped.py",
        [
            ("c = 0.5", "s1 = np.zeros_like(w1); s2 = np.zeros_like(w2)"),
            ("gw2 = np.clip(h.T.dot(e), -c, c)", "gw2 = h.T.dot(e)"),
            (
                "gw1 = np.clip(X.T.dot(e.dot(w2.T) * (1 - h * h)), -c, c)",
                "gw1 = X.T.dot(e.dot(w2.T) * (1 - h * h))",
            ),
            (
                "w1 -= 0.1 * gw1",
                "s1 = 0.9 * s1 + 0.1 * gw1**2; w1 -= 0.01 * gw1 / (np.sqrt(s1) + 1e-8)",
            ),
            (
                "w2 -= 0.1 * gw2",
                "s2 = 0.9 * s2 + 0.1 * gw2**2; w2 -= 0.01 * gw2 / (np.sqrt(s2) + 1e-8)",
            ),
        ],
    ),
    "a linear output": (
        "online_nodes.py",
        [("z3 = f(a2)", "z3 = 1 * a2"), ("output_errors * z3 * (1.0 - z3)", "output_errors * 1")],
    ),
}


@pytest.mark.parametrize("name", thinned(CONVENTIONS))
def test_a_convention_is_no_mistake(tmp_path, name):
    script, changes = CONVENTIONS[name]
    report = check_file(changed(tmp_path, script, *changes))
    assert report.passed, check_text(report)


MISTAKES = [
    (
        "hidden-error-carried-back",
        "one_class.py",
        [
            (
                "np.dot(2*(self.y - self.output) * act_deriv(self.output), self.w_b.T)",
                "np.dot(2*(self.y - self.output), self.w_b.T)",
            )
        ],
    ),
    (
        "hidden-error-carried-back",
        "online_nodes.py",
        [("numpy.dot(who.T, grad_out)", "numpy.dot(who.T, output_errors)")],
    ),
    (
        "hidden-error-carried-back",
        "bias_in_matrix.py",
        [("dO.dot(U[:-1].T)", "(O - T).dot(U[:-1].T)")],
    ),
    (
        "hidden-slope-lost",
        "one_class.py",
        [("self.w_b.T) * act_deriv(self.layer1)", "self.w_b.T)")],
    ),
    ("hidden-slope-lost", "mini_batches.py", [("delta) * squash_prime(zs[-l])", "delta)")]),
    ("hidden-slope-lost", "steps.ipynb", [("dz2) * a1*(1-a1)", "dz2)")]),
    (
        "output-slope-lost",
        "mini_batches.py",
        [
            ("y) * squash_prime(zs[-1])", "y)"),
            (
                "        delta = (act",
                "        cost = 0.5 * np.sum((activations[-1] - y) ** 2)\n        delta = (act",
            ),
        ],
    ),
    (
        "output-slope-beside-cross-entropy",
        "softmax_rows.py",
        [
            ("dscores = probs\n", "dscores = probs.copy()\n"),
            ("dscores /= num_examples", "dscores = dscores * probs * (1 - probs) / num_examples"),
        ],
    ),
    (
        "hidden-from-updated-weights",
        "layer_objects.py",
        [
            ("        input_gradient = np.dot(self.weights.T, output_gradient)\n", ""),
            (
                "        return input_gradient",
                "        return np.dot(self.weights.T, output_gradient)",
            ),
        ],
    ),
    (
        "hidden-from-updated-weights",
        "plain_lists.py",
        [
            (
                "        dh=[]\n",
                "        for i in range(1):\n"
                "            for j in range(3): w2[i][j]-=lr*do[i]*h[j]\n        dh=[]\n",
            ),
            (
                "            for j in range(3): w2[i][j]-=lr*do[i]*h[j]\n            b2",
                "            b2",
            ),
        ],
    ),
    ("relu-derivative-one", "mnist_columns.py", [("return Z > 0", "return 1")]),
    ("relu-derivative-one", "softmax_rows.py", [("    dhidden[hidden_layer <= 0] = 0\n", "")]),
    (
        "relu-mask-from-gradient",
        "mnist_columns.py",
        [("W2.T.dot(dZ2) * ReLU_deriv(Z1)", "W2.T.dot(dZ2) * ReLU_deriv(W2.T.dot(dZ2))")],
    ),
    ("relu-derivative-is-relu", "mnist_columns.py", [("return Z > 0", "return np.maximum(Z, 0)")]),
    (
        "bias-gradient-one-number",
        "mnist_columns.py",
        [
            ("np.sum(dZ1, axis=1, keepdims=True)", "np.sum(dZ1)"),
            ("np.sum(dZ2, axis=1, keepdims=True)", "np.sum(dZ2)"),
        ],
    ),
    (
        "bias-gradient-first-sample",
        "parameter_dict.py",
        [
            ("np.sum(dZ2, axis=1, keepdims=True)/m", "dZ2[:, :1]"),
            ("np.sum(dZ1, axis=1, keepdims=True)/m", "dZ1[:, :1]"),
        ],
    ),
    ("bias-gradient-not-averaged", "parameter_dict.py", [("keepdims=True)/m", "keepdims=True)")]),
    (
        "bias-gradient-unmasked",
        "only_a_class.py",
        [
            (
                "eh = (e @ self.wo.T) * (1 - self.h ** 2)",
                "eo = e @ self.wo.T; eh = eo * (1 - self.h ** 2)",
            ),
            ("eh.sum(0)", "eo.sum(0)"),
        ],
    ),
    (
        "weight-gradient-not-averaged",
        "parameter_dict.py",
        [("A1.T)/m", "A1.T)"), ("X.T)/m", "X.T)")],
    ),
    (
        "derivative-given-z",
        "layer_objects.py",
        [("1 - np.tanh(self.input) ** 2", "1 - self.input ** 2")],
    ),
    (
        "derivative-given-a",
        "one_class.py",
        [("return p * (1 - p)", "return act(p) * (1 - act(p))")],
    ),
    ("derivative-of-tanh", "one_class.py", [("return p * (1 - p)", "return 1 - p**2")]),
    ("derivative-of-sigmoid", "parameter_dict.py", [("(1 - np.power(A1, 2))", "A1 * (1 - A1)")]),
    ("derivative-square-lost", "parameter_dict.py", [("np.power(A1, 2)", "A1")]),
    ("softmax-over-everything", "mnist_columns.py", [("/ sum(np.exp(Z))", "/ np.sum(np.exp(Z))")]),
    (
        "softmax-over-samples",
        "mnist_columns.py",
        [("/ sum(np.exp(Z))", "/ np.sum(np.exp(Z), axis=1, keepdims=True)")],
    ),
    ("activation-twice-at-the-output", "online_nodes.py", [("z3 = f(a2)", "z3 = f(f(a2))")]),
    (
        "z-fed-onward",
        "parameter_dict.py",
        [('np.dot(parameters["W2"], A1)', 'np.dot(parameters["W2"], Z1)')],
    ),
    ("gradient-from-z", "parameter_dict.py", [("np.dot(dZ2, A1.T)", 'np.dot(dZ2, cache["Z1"].T)')]),
    ("hidden-through-gradient", "steps.ipynb", [("np.dot(w2.T, dz2)", "np.dot(dw2.T, dz2)")]),
    (
        "update-adds",
        "steps.ipynb",
        [("w2 - lr*dw2", "w2 + lr*dw2"), ("w1 - lr*dw1", "w1 + lr*dw1")],
    ),
    (
        "bias-update-adds",
        "only_a_class.py",
        [("self.bo -=", "self.bo +="), ("self.bh -=", "self.bh +=")],
    ),
    ("only-last-layer-updated", "one_class.py", [("        self.w_a += d_a\n", "")]),
    (
        "weights-replaced",
        "bias_in_matrix.py",
        [("U = U - eta", "U = 0 * U - eta"), ("V = V - eta", "V = 0 * V - eta")],
    ),
    (
        "gradients-never-reset",
        "only_a_class.py",
        [
            (
                "        for _ in range(epochs):",
                "        gwo = gbo = gwh = gbh = 0\n        for _ in range(epochs):",
            ),
            (
                "gwo = self.h.T @ e; gbo = e.sum(axis=0)",
                "gwo = gwo + self.h.T @ e; gbo = gbo + e.sum(axis=0)",
            ),
            (
                "            self.wh -= self.lr * X.T @ eh; self.bh -= self.lr * eh.sum(0)",
                "            gwh = gwh + X.T @ eh; gbh = gbh + eh.sum(0)\n"
                "            self.wh -= self.lr * gwh; self.bh -= self.lr * gbh",
            ),
        ],
    ),
    (
        "only-last-sample",
        "mini_batches.py",
        [
            ("[s + d for s, d in zip(sum_b, d_b)]", "d_b"),
            ("[s + d for s, d in zip(sum_w, d_w)]", "d_w"),
        ],
    ),
]


MISTAKES += [
    (
        "constant-initial-weights",
        "momentum_regression.py",
        [("rng.normal(0, .7, (2, 5))", "np.full((2, 5), 0.3)")],
    ),
    (
        "constant-initial-weights",
        "clipped.py",
        [
            ("w1 = np.random.randn(3, 4); w2 = np.random.randn(4, 2)",
             "w1 = np.zeros((3, 4)); w2 = np.zeros((4, 2))"),
        ],
    ),
    (
        "row-against-column",
        "momentum_regression.py",
        [(".reshape(-1, 1)", ""), ("err = out - y", "err = (out - y).mean(axis=1, keepdims=True)")],
    ),
    (
        "penalty-in-loss-only",
        "softmax_rows.py",
        [("    dW2 += reg * W2\n", ""), ("    dW += reg * W\n", "")],
    ),
    (
        "parameter-ignored",
        "layer_objects.py",
        [("learning_rate * weights_gradient", "0.1 * weights_gradient"),
         ("learning_rate * output_gradient", "0.1 * output_gradient")],
    ),
]  # fmt: skip


MENDED = {
    "hidden-through-own-weights__one_class": [("enc.T", "dec.T")],
    "only-first-layer-updated__flat": [
        ("w_in, w_out = better_in, w_out", "w_in, w_out = better_in, better_out")
    ],
    "hidden-slope-lost__pure_python": [("append(share)", "append(share * (1 - hidden[j] ** 2))")],
    "only-last-sample__nabla": [
        ("    for x, y in batch:\n", "    sums = [[0, 0], [0, 0]]\n    for x, y in batch:\n"),
        (
            "        total += cost\n",
            "        total += cost\n"
            "        sums[0] = [s + g for s, g in zip(sums[0], grad_w)]\n"
            "        sums[1] = [s + g for s, g in zip(sums[1], grad_b)]\n",
        ),
        ("    for l in range(2):\n", "    grad_w, grad_b = sums\n    for l in range(2):\n"),
    ],
    "forward-only-once__flat": [
        (
            "for i in range(50):\n",
            "for i in range(50):\n"
            "    A1 = np.tanh(np.dot(X, W1) + b1)\n"
            "    A2 = 1 / (1 + np.exp(-(np.dot(A1, W2) + b2)))\n",
        )
    ],
    "parameter-ignored__functions": [("-= 0.1 *", "-= learning_rate *")],
    "weights-transposed__columns": [("W1.T @ x", "W1 @ x"), ("W2.T @ h1", "W2 @ h1")],
    "bias-of-another-layer__lists": [("Ws[0] + bs[1]", "Ws[0] + bs[0]")],
    "first-weights-everywhere__lists": [("self.weights[0] @", "self.weights[k] @")],
    "only-first-sample__one_class": [("            return [t", "        return [t")],
    "only-last-layer-updated__lists": [
        ("            continue\n", ""),
        ("        layer['w'] -=", "            layer['w'] -="),
        ("        layer['b'] -=", "            layer['b'] -="),
    ],
    "gradients-never-reset__layer_objects": [
        ("        p.value -= self.lr * p.grad\n", "        p.value -= self.lr * p.grad\n"),
        ("    optim.step()\n", "    optim.step()\n    optim.zero_grad()\n"),
    ],
    "derivative__relu_sign": [("np.sign(x) ", "(x > 0) ")],
    "forward__bias_multiplied": [("w1) * b1", "w1) + b1")],
    "forward__hidden_reversed": [("H[::-1]", "H")],
    "forward__softmax_by_max": [("e / e.max(", "e / e.sum(")],
    "forward__stable_sigmoid_half": [
        ("1 / (1 + np.exp(-np.abs(z))))", "np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))")
    ],
    "output-delta__cross_entropy_sign": [("(Y / A2 + (1", "(Y / A2 - (1")],
    "output-delta__error_cubed": [("e ** 3 *", "e *")],
    "test-data-seen__rows": [("points, inside\n", "points[:split], inside[:split]\n")],
    "huge-initial-weights__flat": [("astype(float)", "astype(float) / 100")],
    "metric-across-samples__rows": [
        ("axis=0)\n    print", "axis=1)\n    print"),
        ("np.isin(best, kind)", "best == kind"),
    ],
    "labels-shifted__rows": [("hot[labels - 1,", "hot[labels,")],
}


@pytest.mark.parametrize("name", thinned(MENDED))
def test_a_script_whose_mistake_is_mended_passes(tmp_path, name):
    found = next(path for path in MORE.rglob(f"{name}.py"))
    text = found.read_text(encoding="utf-8")
    for old, new in MENDED[name]:
        assert old in text, f"{name} has no {old!r}"
        text = text.replace(old, new)
    path = tmp_path / found.name
    path.write_text(text, encoding="utf-8")
    report = check_file(path)
    assert report.passed, check_text(report)
    assert not any("not checked" in note for note in report.notes)


@pytest.mark.parametrize(("name", "script", "changes"), thinned(MISTAKES))
def test_a_mistake_in_a_script_is_named(tmp_path, name, script, changes):
    report = check_file(changed(tmp_path, script, *changes))
    assert name in [m.name for m in report.mistakes], check_text(report)
    assert len(report.mistakes) <= 3
    assert not report.together
    assert report.wrong is not None
    assert report.wrong.place is not None


UNKNOWN = [
    ("gradients", "one_class.py", [("np.dot(self.layer1.T, 2*", "np.dot(self.layer1.T**2, 2*")]),
    (
        "hidden delta",
        "one_class.py",
        [("act_deriv(self.output), self.w_b.T)", "act_deriv(self.output), self.w_b.T + 0.1)")],
    ),
    ("in part", "one_class.py", [("return p * (1 - p)", "return 1.1 * p - p * p")]),
    (
        "hidden delta",
        "mini_batches.py",
        [("delta) * squash_prime(zs[-l])", "delta) * squash_prime(zs[-l]) * zs[-l]")],
    ),
    (
        "gradients",
        "parameter_dict.py",
        [("dW1 = np.dot(dZ1, X.T)/m", "dW1 = np.dot(dZ1, np.abs(X.T))/m")],
    ),
    (
        "update",
        "only_a_class.py",
        [
            (
                "self.wh -= self.lr * X.T @ eh",
                "gwh = X.T @ eh; self.wh -= self.lr * gwh * np.abs(gwh)",
            )
        ],
    ),
    (
        "in part",  # it tells no loss, and may mean this one
        "only_a_class.py",
        [("e = (out - y) / len(X)", "e = (out - y) ** 3 / len(X)")],
    ),
    ("hidden delta", "steps.ipynb", [("np.dot(w2.T, dz2)", "np.dot(w2.T + 0.1, dz2)")]),
]


NAMED = scripts(MORE / "mistakes")


@pytest.mark.parametrize("script", thinned(NAMED, every=6), ids=lambda path: path.stem)
def test_a_script_with_a_mistake_by_its_name(script):
    report = check_file(script)
    assert script.stem.split("__")[0] in [m.name for m in report.mistakes], check_text(report)
    assert len(report.mistakes) <= 3


@pytest.mark.parametrize(("stage", "script", "changes"), thinned(UNKNOWN))
def test_what_is_on_no_list_is_placed(tmp_path, stage, script, changes):
    report = check_file(changed(tmp_path, script, *changes))
    if stage == "in part":
        assert report.verdict == stage
        return
    assert report.unknown, check_text(report)
    assert report.wrong is not None
    assert report.wrong.stage == stage


# where no loss is told, or no rate, nobody can say that a step is wrong: (what is pointed to)
IN_PART = {
    "forward__softmax_by_max": "line 22",
    "gradients__divided_by_layer_inputs": "W[0]",
    "output-delta__softmax_times_a": "output delta of layer 2, line 20",
    "update__weights_clipped": "b_h",
}

# the way forward is taken as it is written, and the way back does not fit it: where it is unusual
WAY_BACK = {"forward__bias_multiplied": "line 14", "forward__stable_sigmoid_half": "line"}


@pytest.mark.parametrize("script", thinned(scripts(MORE / "unknown")), ids=lambda path: path.stem)
def test_a_script_with_a_mistake_of_nobodys_list_is_placed(script):
    report = check_file(script)
    if script.stem in IN_PART:
        assert report.verdict == "in part"
        assert IN_PART[script.stem] in report.partly
        return
    assert report.unknown, check_text(report)
    assert report.wrong is not None
    if script.stem in WAY_BACK:
        assert report.wrong.stage == "gradients"
        assert f"activation in {WAY_BACK[script.stem]}" in report.reason
        return
    # neurons in another order on the way forward alone are as well gradients in another order
    stage = "update" if "reversed" in script.stem else script.stem.split("__")[0]
    assert report.wrong.stage == stage.replace("-", " ")


def test_biases_that_no_line_updates_are_judged_in_part(tmp_path):
    path = changed(
        tmp_path, "only_a_class.py",
        ("self.bo -= self.lr * gbo", "pass"),
        ("; gbo = e.sum(axis=0)", ""),
        ("; self.bh -= self.lr * eh.sum(0)", ""),
        ("np.zeros(n_hidden)", "np.full(n_hidden, 0.3)"),
        ("np.zeros(n_outputs)", "np.full(n_outputs, 0.2)"),
    )  # fmt: skip
    report = check_file(path)
    assert report.verdict == "in part", check_text(report)
    assert "no step changed it" in report.partly


def test_a_map_says_which_is_which(tmp_path):
    script = STRANGERS / "one_class.py"
    draft = draft_map(script)
    assert "W1 = self.w_a" in draft
    assert "W2 = self.w_b" in draft
    given = tmp_path / "map.txt"
    given.write_text(draft, encoding="utf-8")
    assert check_file(script, mapping=given).passed


def test_comments_in_the_script_are_a_map(tmp_path):
    note = "# glassnet: W1 = w_a\n# glassnet: W2 = w_b\n"
    path = changed(
        tmp_path, "one_class.py", ("import numpy as np\n", note + "import numpy as np\n")
    )
    assert check_file(path).passed


def test_a_map_may_say_how_to_run(tmp_path):
    given = tmp_path / "map.txt"
    given.write_text(
        "run = import numpy as np; MLP(2, 3, 1).fit(np.random.rand(5, 2), np.random.rand(5, 1))\n",
        encoding="utf-8",
    )
    report = check_file(STRANGERS / "only_a_class.py", mapping=given)
    assert report.passed
    assert report.found[0].startswith("ran as `import numpy as np; MLP(2, 3, 1).fit(")
    assert "2-3-1" in report.found[1]


@pytest.mark.parametrize(
    ("line", "said"), [("W1: w", "line 1: expected"), ("weights = w", "line 1: expected")]
)
def test_a_line_of_a_map_that_is_none_is_said(tmp_path, line, said):
    given = tmp_path / "map.txt"
    given.write_text(line, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        check_file(STRANGERS / "one_class.py", mapping=given)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import numpy as np\nprint(np.arange(3) + 1)\n", "none of its arrays changed"),
        ("x = 'nothing'\n", "computed nothing"),
        (
            "import numpy as np\nW = np.random.rand(3, 3)\n"
            "for epoch in range(9): W = 0.9 * W + 0.1\n",
            "none of its arrays changed as weights do",
        ),
    ],
)
def test_a_script_without_a_network_is_one_sentence(tmp_path, text, said):
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        check_file(path)


def test_a_mistake_in_an_imported_file_is_placed_there(tmp_path):
    text = (STRANGERS / "only_a_class.py").read_text(encoding="utf-8")
    wrong = text.replace("self.wh -= self.lr * X.T @ eh", "self.wh -= self.lr * X.T @ eh ** 3")
    assert wrong != text
    (tmp_path / "helper.py").write_text(wrong, encoding="utf-8")
    (tmp_path / "mine.py").write_text(
        "import numpy as np\nfrom helper import MLP\n"
        "r = np.random.default_rng(1)\nMLP(2, 3, 1).fit(r.random((5, 2)), r.random((5, 1)))\n",
        encoding="utf-8",
    )
    report = check_file(tmp_path / "mine.py")
    assert report.wrong is not None
    assert report.wrong.place is not None
    line = 1 + next(n for n, own in enumerate(wrong.splitlines()) if "eh ** 3" in own)
    assert report.wrong.place.where == f"line {line} of helper.py"


def test_each_activation_that_a_script_offers_is_tried(tmp_path):
    path = changed(tmp_path, "choose_activation.py", ("(a > 0) * 1.0", "np.ones_like(a)"))
    report = check_file(path)
    assert "relu-derivative-one" in [m.name for m in report.mistakes]
    assert "asks for tanh" in report.notes[0]
    assert "with relu" in report.notes[0]
