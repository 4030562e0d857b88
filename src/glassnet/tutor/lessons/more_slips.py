"""Slips that are known beside the five of each lesson, those of its exercise among them."""

from collections.abc import Sequence

from glassnet.tutor.lessons.slips import Slip, changed, line
from glassnet.tutor.lessons.typed import FUNCTIONS, PROGRAM_WITH_BIASES

_SLOPE = "sigmoid_derivative(z)"
_BACK = "W_next.T @ delta_next"
_HALF = "0.5 * (a - y) ** 2"
_INSERT = "deltas.insert(0, hidden_delta(weights[l + 1], deltas[0], "
_TRAIN = "train(x, y, weights, biases, learning_rate, "
_DELTA2 = "(A2 - Y) * A2 * (1 - A2)"
_LEARNT = PROGRAM_WITH_BIASES

MORE_SLIPS: Sequence[Slip] = (
    line("numbers-in-a-row", "column", "np.array(values).reshape(1, -1)"),
    line("numbers-flat", "column", "np.array(values)"),
    changed("bias-left-out", "neuron_by_loop", ("z = b", "z = 0.0")),
    changed("last-product-only", "neuron_by_loop", ("z = z +", "z = b +")),
    line("product-turned", "neuron", "x @ w + b"),
    changed("biases-not-counted", "count_parameters", (" + after", "")),
    line("one-number-at-a-time", "sigmoid", "1 / (1 + __import__('math').exp(-z))"),
    line("inverse-turned", "inverse_sigmoid", "np.log((1 - a) / a)"),
    changed("input-not-kept", "forward", ("return zs, activations", "return zs, activations[1:]")),
    changed("input-not-kept", "forward", ("[], [x]", "[], []")),
    changed("return-in-the-loop", "forward", ("    return", "        return")),
    changed("list-overwritten", "forward", ("zs.append(layer(W, activations[-1], b))",
                                            "zs = layer(W, activations[-1], b)"),
                                           ("sigmoid(zs[-1])", "sigmoid(zs)")),
    changed("lists-exchanged", "forward", ("zs, activations\n", "activations, zs\n")),
    line("all-layers-given", "predict", "forward(x, weights, biases)[1]"),
    line("all-layers-given", "predict", "forward(x, weights, biases)"),
    line("sum-for-activation", "predict", "forward(x, weights, biases)[0][-1]"),
    line("errors-not-summed", "loss", _HALF),
    line("errors-not-summed", "loss", f"{_HALF} / y.shape[1]"),
    line("errors-summed", "loss_of_each", "0.5 * np.sum((a - y) ** 2)"),
    changed("nudge-kept", "slope", ("[W.copy() for W in weights]", "weights.copy()")),
    changed("nudge-not-used", "slope", ("(x, nudged,", "(x, weights,")),
    changed("nudge-not-used", "bias_slope", (", nudged)", ", biases)")),
    changed("multiplied-by-the-step", "slope", ("(2 * step)", "2 * step")),
    changed("indices-exchanged", "slope", ("[i, j]", "[j, i]")),
    changed("multiplied-by-the-step", "bias_slope", ("(2 * step)", "2 * step")),
    changed("divided-by-one-step", "bias_slope", ("(2 * step)", "step")),
    changed("slope-turned", "bias_slope", ("(up - down)", "(down - up)")),
    changed("indices-exchanged", "descend", ("[i, j]", "[j, i]")),
    changed("taken-from-the-step", "descend", ("W - learning_rate * S", "learning_rate * S - W")),
    changed("one-pass-a-slope", "passes_needed", ("2 * weights", "weights")),
    changed("biases-nudged-too", "passes_needed", ("before * after", "(before + 1) * after")),
    line("slope-given-a", "output_delta", "(a - y) * sigmoid_derivative(a)"),
    line("derivative-given-z", "output_delta", "(a - y) * z * (1 - z)"),
    line("brackets-lost", "output_delta", f"a - y * {_SLOPE}"),
    line("one-factor-lost", "output_delta", "(a - y) * (1 - a)"),
    line("one-factor-lost", "output_delta", "(a - y) * a"),
    line("tanh-slope-of-z", "tanh_output_delta", "(a - y) * (1 - z**2)"),
    line("tanh-slope-of-z", "tanh_output_delta", "(a - y) * (1 - np.tanh(a) ** 2)"),
    line("sigmoid-slope-kept", "tanh_output_delta", "(a - y) * a * (1 - a)"),
    line("derivative-given-z", "hidden_delta", f"({_BACK}) * z * (1 - z)"),
    line("slope-carried-back", "hidden_delta", f"W_next.T @ (delta_next * {_SLOPE})"),
    line("weights-by-entry-back", "hidden_delta", f"(W_next.T * delta_next) * {_SLOPE}"),
    line("slope-as-product", "hidden_delta", f"({_BACK}) @ {_SLOPE}"),
    Slip("loop-variable-moved", "update", """\
    for W, b, dW, db in zip(weights, biases, dWs, dbs):
        W = W - learning_rate * dW
        b = b - learning_rate * db
    return weights, biases
"""),
    changed("update-not-kept", "train", ("weights, biases = update(", "update(")),
    changed("hidden-through-own-weights", "train", ("weights[l + 1]", "weights[l]")),
    changed("deltas-turned-round", "train", ("insert(0, ", "append(")),
    changed("deltas-turned-round", "train", (_INSERT, _INSERT.replace("insert(0, ", "append(")
                                             .replace("deltas[0]", "deltas[-1]"))),
    changed("activation-of-z", "train", ("output_delta(zs[-1], activations[-1], y)",
                                         "output_delta(activations[-1], activations[-1], y)")),
    Slip("biases-moved-meanwhile", "train_weights", f"    return {_TRAIN}steps)[0]\n"),
    Slip("one-step-only", "train_weights", f"    return {_TRAIN}1)[0]\n"),
    changed("loss-averaged-over-outputs", "loss", ("y.shape[1]", "len(y)"), many=True),
    Slip("gradients-of-one-sample", "gradients", FUNCTIONS["gradients"].body),
    changed("outputs-counted", "gradients", ("deltas[0].shape[1]", "len(deltas[0])"), many=True),
    line("turned-in-rows", "hidden_delta_rows", f"(delta_next @ W_next.T) * {_SLOPE}"
         .replace("(z)", "(Z)")),
    changed("input-fed-to-every-layer", "forward_rows", ("(A @", "(X @")),
    changed("still-in-columns", "forward_rows", ("A @ W.T + b", "W @ A + b")),
    line("columns-in-rows", "hidden_delta_rows", f"({_BACK}) * sigmoid_derivative(Z)"),
    changed("brackets-lost", "", (_DELTA2, "A2 - Y * A2 * (1 - A2)")),
    changed("slope-of-another-layer", "", (_DELTA2, "(A2 - Y) * A2 * (1 - A1)")),
    changed("slope-of-another-layer", "", (_DELTA2, "(A2 - Y) * A1 * (1 - A1)")),
    changed("one-factor-lost", "", (_DELTA2, "(A2 - Y) * (1 - A2)")),
    changed("one-factor-lost", "", (_DELTA2, "(A2 - Y) * A2")),
    changed("update-adds", "", ("W1 -= learning_rate", "W1 += learning_rate")),
    changed("update-adds", "", ("W2 -= learning_rate", "W2 += learning_rate")),
    Slip("update-adds", "", _LEARNT.replace("b1 -=", "b1 +=")),
    Slip("update-adds", "", _LEARNT.replace("b2 -=", "b2 +=")),
    Slip("bias-gradient-one-number", "", _LEARNT.replace("delta1.sum(axis=0)", "delta1.sum()")),
    Slip("bias-gradient-one-number", "", _LEARNT.replace("delta2.sum(axis=0)", "delta2.sum()")),
    Slip("bias-gradient-one-number", "", _LEARNT.replace("sum(axis=0)", "sum()")),
)  # fmt: skip
