"""Five usual slips of each lesson, as a learner types them, and the mistake that each is."""

from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.tutor.lessons.own_mistakes import OWN_MISTAKES
from glassnet.tutor.lessons.typed import FOR_MANY, FUNCTIONS, PROGRAM
from glassnet.tutor.lessons.wording import in_its_lesson
from glassnet.tutor.mistakes.catalogue import mistake_named
from glassnet.tutor.mistakes.record import Mistake


@dataclass(frozen=True)
class Slip:
    """A mistake typed: the function's body with it in; the whole program where function is ""."""

    name: str
    function: str
    body: str

    @property
    def mistake(self) -> Mistake:
        known = OWN_MISTAKES.get(self.name) or mistake_named(self.name)
        return in_its_lesson(known, self.function)


def line(name: str, function: str, value: str) -> Slip:
    """A function of one line that gives this value."""
    return Slip(name, function, f"    return {value}\n")


def changed(name: str, function: str, *changes: tuple[str, str], many: bool = False) -> Slip:
    """The body that is right with pieces of it replaced."""
    body = (FOR_MANY if many else FUNCTIONS)[function].body if function else PROGRAM
    for old, new in changes:
        if old not in body:
            raise ValueError(f"{function} has no {old!r}")
        body = body.replace(old, new)
    return Slip(name, function, body)


_NUDGED = "[W.copy() for W in weights]"
_DOWN = "W - learning_rate * S"
_ROUNDS = "    for _ in range(steps):\n"
_FORWARD = "    zs, activations = forward(x, weights, biases)\n"
_IN_ROWS = "A @ W.T + b"
_BACK = "(delta2 @ W2) * A1 * (1 - A1)"
_W2 = "    W2 -= learning_rate * delta2.T @ A1 / len(X)\n"

SLIPS: Sequence[Sequence[Slip]] = (
    (
        changed("inputs-in-a-row", "example", ("[[0.05], [0.10]]", "[[0.05, 0.10]]")),
        changed("inputs-flat", "example", ("[[0.05], [0.10]]", "[0.05, 0.10]")),
        changed(
            "biases-flat", "example",
            ("[[0.35], [0.35]]", "[0.35, 0.35]"), ("[[0.60], [0.60]]", "[0.60, 0.60]"),
        ),
        changed(
            "weights-by-input", "example",
            ("[[0.15, 0.20], [0.25, 0.30]]", "[[0.15, 0.25], [0.20, 0.30]]"),
            ("[[0.40, 0.45], [0.50, 0.55]]", "[[0.40, 0.50], [0.45, 0.55]]"),
        ),
        changed("targets-for-inputs", "example", ("return x, y,", "return y, x,")),
    ),
    (
        line("bias-left-out", "neuron", "w @ x"),
        line("bias-subtracted", "neuron", "w @ x - b"),
        line("products-not-summed", "neuron", "w * x + b"),
        line("bias-inside", "neuron", "w @ (x + b)"),
        line("bias-times", "neuron", "(w @ x) * b"),
    ),
    (
        line("weights-transposed", "layer", "W.T @ a + b"),
        line("weights-elementwise", "layer", "W * a + b"),
        line("bias-left-out", "layer", "W @ a"),
        line("bias-across", "layer", "W @ a + b.T"),
        line("product-turned", "layer", "a @ W + b"),
    ),
    (
        line("sigmoid-sign", "sigmoid", "1 / (1 + np.exp(z))"),
        line("sigmoid-brackets", "sigmoid", "1 / 1 + np.exp(-z)"),
        line("overflow-in-exp", "sigmoid", "np.exp(z) / (1 + np.exp(z))"),
        line("one-left-out", "sigmoid", "1 / np.exp(-z)"),
        line("tanh-for-sigmoid", "sigmoid", "np.tanh(z)"),
    ),
    (
        changed(
            "z-fed-onward", "forward", ("(W, activations[-1]", "(W, zs[-1] if zs else x")
        ),
        changed("input-fed-to-every-layer", "forward", ("(W, activations[-1]", "(W, x")),
        changed("bias-left-out", "forward", (", b))", ", 0 * b))")),
        changed("weights-transposed", "forward", ("(W,", "(W.T,")),
        changed("activation-left-off", "forward", ("sigmoid(zs[-1])", "zs[-1]")),
    ),
    (
        line("loss-half-left-out", "loss", "np.sum((a - y) ** 2)"),
        line("loss-mean-of-squares", "loss", "np.mean((a - y) ** 2)"),
        line("loss-not-squared", "loss", "0.5 * np.sum(a - y)"),
        line("loss-sum-then-square", "loss", "0.5 * np.sum(a - y) ** 2"),
        line("loss-absolute", "loss", "np.sum(np.abs(a - y))"),
    ),
    (
        changed(
            "nudged-up-only", "slope", ("(step, -step)", "(step, 0)"), ("(2 * step)", "step")
        ),
        changed("divided-by-one-step", "slope", ("(2 * step)", "step")),
        changed("slope-turned", "slope", ("(up - down)", "(down - up)")),
        changed("nudge-kept", "slope", (_NUDGED, "weights")),
        changed("row-nudged", "slope", ("[l][i, j]", "[l][i]")),
    ),
    (
        changed("update-adds", "descend", (_DOWN, "W + learning_rate * S")),
        changed("rate-left-out", "descend", (_DOWN, "W - S")),
        changed("one-step-only", "descend", ("    return weights", "        return weights")),
        changed("weights-replaced", "descend", (_DOWN, "-learning_rate * S")),
        Slip(
            "moved-while-measuring", "descend",
            """\
    weights = [W.copy() for W in weights]
    for _ in range(steps):
        for l, W in enumerate(weights):
            for i, j in np.ndindex(W.shape):
                W[i, j] -= learning_rate * slope(x, y, weights, biases, l, i, j)
    return weights
""",
        ),
    ),
    (
        line("derivative-given-z", "sigmoid_derivative", "z * (1 - z)"),
        line("derivative-of-tanh", "sigmoid_derivative", "1 - sigmoid(z) ** 2"),
        line("output-slope-lost", "output_delta", "a - y"),
        line("output-delta-sign", "output_delta", "(y - a) * sigmoid_derivative(z)"),
        line("output-delta-doubled", "output_delta", "2 * (a - y) * sigmoid_derivative(z)"),
    ),
    (
        line("hidden-slope-lost", "hidden_delta", "W_next.T @ delta_next"),
        line(
            "hidden-weights-not-transposed", "hidden_delta",
            "(W_next @ delta_next) * sigmoid_derivative(z)",
        ),
        line("hidden-slope-of-activation", "hidden_delta", "(W_next.T @ delta_next) * sigmoid(z)"),
        line(
            "hidden-weights-left-out", "hidden_delta", "np.sum(delta_next) * sigmoid_derivative(z)"
        ),
        line("hidden-sign", "hidden_delta", "-(W_next.T @ delta_next) * sigmoid_derivative(z)"),
    ),
    (
        changed("outer-product-wrong-way", "gradients", ("delta @ a.T", "a @ delta.T")),
        changed(
            "gradient-from-own-activation", "gradients",
            ("zip(deltas, activations)", "zip(deltas, activations[1:])"),
        ),
        changed(
            "update-adds", "update",
            ("W - learning", "W + learning"), ("b - learning", "b + learning"),
        ),
        changed(
            "rate-left-out", "update", ("learning_rate * dW", "dW"), ("learning_rate * db", "db")
        ),
        changed(
            "forward-only-once", "train",
            (f"{_ROUNDS}    {_FORWARD}", f"{_FORWARD}{_ROUNDS}"),
        ),
    ),
    (
        changed("loss-summed-over-samples", "loss", (" / y.shape[1]", ""), many=True),
        changed("gradients-not-averaged", "gradients", (" / count", ""), many=True),
        changed(
            "bias-gradient-one-number", "gradients",
            ("delta.sum(axis=1, keepdims=True)", "np.full((len(delta), 1), delta.sum())"),
            many=True,
        ),
        changed("rows-not-transposed", "forward_rows", (_IN_ROWS, "A @ W + b")),
        changed("still-in-columns", "forward_rows", (_IN_ROWS, "(W @ A.T).T + b"),
                 ("return A", "return A.T")),
    ),
    (
        changed("hidden-slope-lost", "", (_BACK, "delta2 @ W2")),
        changed("hidden-weights-not-transposed", "", ("delta2 @ W2)", "delta2 @ W2.T)")),
        changed("hidden-error-carried-back", "", ("(delta2 @ W2)", "((A2 - Y) @ W2)")),
        changed(
            "hidden-from-updated-weights", "",
            (_W2, ""), (f"    delta1 = {_BACK}\n", f"{_W2}    delta1 = {_BACK}\n"),
        ),
        changed("update-adds", "", ("-= learning_rate", "+= learning_rate")),
    ),
)  # fmt: skip
