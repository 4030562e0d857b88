"""Mistakes on the way forward: the activation, the weighted sum, the loss."""

from typing import Any

import numpy as np

from glassnet.tutor import textbook as book
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.textbook import Array, TextbookPass


def _is_output(p: TextbookPass, l: int) -> bool:
    return l == p.last


def _unshifted(p: TextbookPass, l: int, z: Array) -> Array:
    if p.case.activations[l - 1] == "softmax":
        return np.exp(z) / np.exp(z).sum(axis=0)
    if p.case.activations[l - 1] == "sigmoid":
        return np.exp(z) / (1 + np.exp(z))
    return book.activate(p, l, z)


def _softmax_over_samples(p: TextbookPass, l: int, z: Array) -> Array:
    if p.case.activations[l - 1] != "softmax":
        return book.activate(p, l, z)
    e = np.exp(z - z.max())
    return e / e.sum(axis=1, keepdims=True)


def _softmax_over_everything(p: TextbookPass, l: int, z: Array) -> Array:
    if p.case.activations[l - 1] != "softmax":
        return book.activate(p, l, z)
    e = np.exp(z - z.max())
    return e / e.sum()


def _sigmoid_only(wrong: Any) -> Any:
    """A rule for f that concerns the sigmoid alone."""

    def f(p: TextbookPass, l: int, z: Array) -> Array:
        if p.case.activations[l - 1] == "sigmoid":
            return wrong(z)
        return book.activate(p, l, z)

    return f


def _z_fed_onward(p: TextbookPass, l: int) -> Array:
    return p.W[l] @ (p.x if l == 1 else p.z[l - 1]) + p.b[l]


def _bias_of_next(p: TextbookPass, l: int) -> Array:
    return p.W[l] @ p.a[l - 1] + p.b[min(l + 1, p.last)]


MISTAKES = (
    Mistake(
        "sigmoid-sign",
        "the sign in the sigmoid's exponent is lost",
        "The curve is mirrored: a large z gives an answer near 0 where it should give one near 1. "
        "Everything computed from it is that of another function.",
        "σ(z) = 1 / (1 + eᶻ)",
        "σ(z) = 1 / (1 + e⁻ᶻ)",
        "What should σ(5) be, roughly, and what does yours give?",
        "expected",
        {"f": _sigmoid_only(lambda z: 1 / (1 + np.exp(z)))},
    ),
    Mistake(
        "sigmoid-brackets",
        "brackets are missing in the sigmoid",
        "Without brackets around the denominator the division ends before the sum. "
        "The result leaves the range from 0 to 1.",
        "σ(z) = 1 / 1 + e⁻ᶻ",
        "σ(z) = 1 / (1 + e⁻ᶻ)",
        "σ(0) is ½. Does yours say so?",
        "expected",
        {"f": _sigmoid_only(lambda z: 1 + np.exp(-z))},
    ),
    Mistake(
        "tanh-for-sigmoid",
        "the activation is tanh where a sigmoid is called for",
        "tanh runs from −1 to 1 and is steeper; the sigmoid runs from 0 to 1. "
        "Its derivative differs too.",
        "f(z) = tanh z",
        "σ(z) = 1 / (1 + e⁻ᶻ)",
        "Which values can your activation take?",
        "seen",
        {"f": _sigmoid_only(np.tanh)},
    ),
    Mistake(
        "overflow-in-exp",
        "the exponential overflows for large z",
        "e to a large power exceeds what a float can hold: infinity divided by infinity is not a "
        "number, and one NaN spreads into every weight. Shift the exponent so that it is never "
        "positive.",
        "eᶻ / (1 + eᶻ), or eᶻ / Σ eᶻ",
        "1 / (1 + e⁻ᶻ), or e^(z − max z) / Σ e^(z − max z)",
        "What does yours give at z = 800?",
        "expected",
        {"f": _unshifted},
    ),
    Mistake(
        "softmax-over-samples",
        "the softmax is taken along the samples",
        "Softmax makes one sample's outputs sum to 1. Along the wrong axis it makes one class's "
        "share over all samples sum to 1, which is no probability of anything.",
        "Σ over the samples of e^z[k, sample]",
        "Σ over the classes of e^z[class, s]",
        "Which sum of your softmax is 1: that of a sample's outputs, or that of a class's?",
        "seen",
        {"f": _softmax_over_samples},
    ),
    Mistake(
        "softmax-over-everything",
        "the softmax sums over all samples at once",
        "A sum without an axis mixes the samples: each one's probabilities then depend on the "
        "others in the batch. With one sample it happens to be right.",
        "Σ over everything of eᶻ",
        "Σ over the classes of e^z[class, s], for each sample s",
        "With two samples, do the outputs of the first still sum to 1?",
        "seen",
        {"f": _softmax_over_everything},
    ),
    Mistake(
        "weights-transposed",
        "the weight matrix is transposed in the forward pass",
        "Row i of W holds the weights into neuron i, so the product is W·a. With the transpose "
        "each neuron gets the weights out of it; only a square matrix hides that by its shape.",
        "z = Wᵀ·a + b",
        "z = W·a + b",
        "Which entries of W does z[0] use?",
        "seen",
        {"weighted_sum": lambda p, l: p.W[l].T @ p.a[l - 1] + p.b[l]},
    ),
    Mistake(
        "bias-left-out",
        "the bias is not added",
        "Without b every neuron is forced through the origin. The biases then exist but act on "
        "nothing.",
        "z = W·a",
        "z = W·a + b",
        "Which of the parameters does z depend on?",
        "seen",
        {"weighted_sum": lambda p, l: p.W[l] @ p.a[l - 1]},
    ),
    Mistake(
        "bias-left-out-at-the-output",
        "the output layer's bias is not added",
        "The hidden layers add theirs, the last one does not. Its bias then acts on nothing.",
        "z2 = W2·a1",
        "z2 = W2·a1 + b2",
        "Does every layer use its bias?",
        "seen",
        {"weighted_sum": lambda p, l: p.W[l] @ p.a[l - 1] + (0 if l == p.last else p.b[l])},
    ),
    Mistake(
        "bias-subtracted",
        "the bias is subtracted",
        "A threshold is subtracted, a bias is added: with the sign of a threshold the update of b "
        "must change its sign too. Here only the forward pass has it.",
        "z = W·a − b",
        "z = W·a + b",
        "If b grows, should z grow or fall?",
        "expected",
        {"weighted_sum": lambda p, l: p.W[l] @ p.a[l - 1] - p.b[l]},
    ),
    Mistake(
        "bias-of-another-layer",
        "a layer adds the bias of the layer after it",
        "Each layer has biases of its own, one a neuron. An index that is one too far takes "
        "those of the next.",
        "z1 = W1·x + b2",
        "z1 = W1·x + b1",
        "Which index does the bias have in your loop?",
        "expected",
        {"weighted_sum": _bias_of_next},
    ),
    Mistake(
        "z-fed-onward",
        "the weighted sum is fed onward instead of the activation",
        "The next layer takes a = f(z). Fed with z the layers are one linear map after another, "
        "and the activation is computed for nothing.",
        "z2 = W2·z1 + b2",
        "z2 = W2·a1 + b2",
        "What goes into layer 2: what layer 1 summed, or what it gave out?",
        "often",
        {"weighted_sum": _z_fed_onward},
    ),
    Mistake(
        "input-fed-to-every-layer",
        "every layer is given the data",
        "Layer 2 takes what layer 1 gave out, not x. The hidden layer is then without effect.",
        "z2 = W2·x + b2",
        "z2 = W2·a1 + b2",
        "Does the output change if you change a weight of the first layer?",
        "expected",
        {"weighted_sum": lambda p, l: p.W[l] @ p.x + p.b[l]},
    ),
    Mistake(
        "first-weights-everywhere",
        "every layer uses the first layer's weights",
        "Each layer has a matrix of its own. Here W1 stands where W2 is meant, which equal shapes "
        "do not betray.",
        "z2 = W1·a1 + b2",
        "z2 = W2·a1 + b2",
        "Does the output change if you change W2?",
        "often",
        {"weighted_sum": lambda p, l: p.W[1] @ p.a[l - 1] + p.b[l]},
    ),
    Mistake(
        "weights-elementwise",
        "the weights are multiplied element by element, not as a matrix",
        "W·a is a matrix product: each row of W times a, summed. `*` multiplies entry by entry "
        "and sums nothing.",
        "z = W ∗ a + b",
        "z = W·a + b, in NumPy W @ a",
        "What shape should z have, and what shape has yours?",
        "expected",
        {"weighted_sum": lambda p, l: p.W[l] * p.a[l - 1] + p.b[l]},
    ),
    Mistake(
        "activation-left-off",
        "the activation is left off in every layer",
        "Without f the layers are linear maps, and two of them are no more than one. Each layer "
        "gives out f(z), not z.",
        "a = z",
        "a = σ(z)",
        "Between which bounds do your activations lie?",
        "expected",
        {"activation": lambda p, l: p.z[l]},
    ),
    Mistake(
        "activation-left-off-at-the-output",
        "the output layer's activation is left off",
        "The output is given out as the weighted sum. If that is meant, the output's derivative "
        "is 1 and the delta a − y; here the rest of the computation still counts on f.",
        "a2 = z2",
        "a2 = σ(z2)",
        "Between which bounds does your output lie?",
        "expected",
        {"activation": lambda p, l: p.z[l] if _is_output(p, l) else p.f(l, p.z[l])},
    ),
    Mistake(
        "activation-twice",
        "the activation is applied twice",
        "f(f(z)) squeezes an already squeezed value: a sigmoid of a sigmoid lies between ½ and "
        "0.73. One call is enough.",
        "a = σ(σ(z))",
        "a = σ(z)",
        "What is your largest and your smallest activation?",
        "expected",
        {"activation": lambda p, l: p.f(l, p.f(l, p.z[l]))},
    ),
    Mistake(
        "activation-twice-at-the-output",
        "the output's activation is applied twice",
        "f(f(z)) squeezes an already squeezed value: the output then can't come near its target. "
        "One call is enough.",
        "a2 = σ(σ(z2))",
        "a2 = σ(z2)",
        "How often is the activation called for the last layer?",
        "expected",
        {"activation": lambda p, l: p.f(l, p.f(l, p.z[l])) if _is_output(p, l) else p.f(l, p.z[l])},
    ),
    Mistake(
        "loss-half-left-out",
        "the ½ of the squared error is left out of the loss",
        "With ½ its derivative is a − y, the delta that you use. Without it the loss shown is "
        "twice the one that is descended.",
        "L = Σ(a − y)²",
        "L = ½ Σ(a − y)²",
        "What is the derivative of your loss with respect to a?",
        "expected",
        {"loss": lambda p: 2 * book.loss(p)},
    ),
    Mistake(
        "loss-half-doubled",
        "the loss is halved twice",
        "One ½ is there so that the derivative is a − y. A second one, or a mean over two "
        "outputs beside it, halves the loss again.",
        "L = ¼ Σ(a − y)²",
        "L = ½ Σ(a − y)²",
        "How many factors stand before your sum?",
        "expected",
        {"loss": lambda p: book.loss(p) / 2},
    ),
    Mistake(
        "loss-averaged-over-outputs",
        "the loss is divided by the number of outputs too",
        "The errors of a sample's outputs are summed, and the mean is over the samples. np.mean "
        "of the whole array divides by both.",
        "L = ½ mean over all entries of (a − y)²",
        "L = ½ Σ(a − y)² / B",
        "By which number is your sum divided: by the samples, or by all entries?",
        "seen",
        {"loss": lambda p: book.loss(p) / p.y.shape[0]},
    ),
    Mistake(
        "loss-mean-of-squares",
        "the loss is the mean of all squares, without ½",
        "np.mean divides by samples and outputs together, and the ½ is missing. The gradients "
        "that go with it differ from those of ½ Σ(a − y)² / B.",
        "L = mean over all entries of (a − y)²",
        "L = ½ Σ(a − y)² / B",
        "By which number is your sum divided, and where is the ½?",
        "seen",
        {"loss": lambda p: 2 * book.loss(p) / p.y.shape[0]},
    ),
    Mistake(
        "loss-summed-over-samples",
        "the loss is summed over the samples, not averaged",
        "A sum grows with the number of samples, so that losses of different batches can't be "
        "compared. The mean divides by B.",
        "L = ½ Σ(a − y)²",
        "L = ½ Σ(a − y)² / B",
        "Does your loss double if every sample is given twice?",
        "seen",
        {"loss": lambda p: book.loss(p) * p.count},
    ),
    Mistake(
        "loss-not-squared",
        "the errors are not squared",
        "Errors of opposite sign cancel: a network that is wrong both ways has a loss of 0. The "
        "square makes each error count.",
        "L = ½ Σ(a − y)",
        "L = ½ Σ(a − y)²",
        "Can your loss be negative?",
        "expected",
        {"loss": lambda p: 0.5 * np.sum(p.error) / p.count},
    ),
    Mistake(
        "loss-sum-then-square",
        "the errors are summed first and squared after",
        "(Σ e)² is not Σ e²: errors of opposite sign cancel before the square. Square each error, "
        "then sum.",
        "L = ½ (Σ(a − y))²",
        "L = ½ Σ(a − y)²",
        "In which order do you square and sum?",
        "expected",
        {"loss": lambda p: 0.5 * np.sum(p.error) ** 2 / p.count},
    ),
    Mistake(
        "loss-absolute",
        "the loss takes the absolute errors",
        "The derivative of |a − y| is its sign, not a − y. The delta that you use belongs to the "
        "squared error.",
        "L = Σ|a − y|",
        "L = ½ Σ(a − y)²",
        "What is the derivative of your loss with respect to a?",
        "seen",
        {"loss": lambda p: np.sum(np.abs(p.error)) / p.count},
    ),
    Mistake(
        "loss-absolute-mean",
        "the loss is the mean absolute error",
        "The derivative of |a − y| is its sign, not a − y. What is printed is not what is "
        "descended.",
        "L = mean |a − y|",
        "L = ½ Σ(a − y)²",
        "What is the derivative of your loss with respect to a?",
        "often",
        {"loss": lambda p: np.mean(np.abs(p.error))},
    ),
)
