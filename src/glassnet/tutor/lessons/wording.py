"""What the catalogue says of a mistake, in the words that a lesson has at that point."""

from collections.abc import Mapping
from dataclasses import replace

from glassnet.tutor.mistakes.record import Mistake

_Words = tuple[str, str, str, str, str]  # title, why, wrong, right, hint
_NO_BIAS = (
    "the bias is not added",
    "Without its bias a neuron gives 0 whenever all its inputs are 0, whatever it is to judge. The "
    "bias lifts or lowers its sum.",
)
_EMPTY = "What does yours give when every input is 0?"
_TURNED = (
    "rows and columns of the weights are exchanged",
    "`W.T` is W turned over, its columns made rows. The rows of W are the neurons, so W is taken "
    "as it is; only a square W hides the difference by its shape.",
)
_OF_Z = "Do you put in the sum z, or the activation a?"

_IN_LESSON: Mapping[tuple[str, str], _Words] = {
    ("neuron", "bias-left-out"): (*_NO_BIAS, "w @ x", "w @ x + b", _EMPTY),
    ("neuron_by_loop", "bias-left-out"): (*_NO_BIAS, "z = 0", "z = b", _EMPTY),
    ("neuron", "bias-subtracted"): (
        "the bias is subtracted",
        "A bias is added: above 0 it lifts the sum, below 0 it lowers it. Subtracted it does the "
        "opposite.",
        "w @ x - b", "w @ x + b", "If b grows, should z grow or fall?",
    ),
    ("neuron", "product-turned"): (
        "the product stands the wrong way round",
        "In a product with @ the row of weights comes first and meets the column of inputs.",
        "x @ w + b", "w @ x + b", "Which shapes stand beside each other in your product?",
    ),
    ("layer", "bias-left-out"): (*_NO_BIAS, "W @ a", "W @ a + b", _EMPTY),
    ("layer", "weights-transposed"): (
        *_TURNED, "W.T @ a + b", "W @ a + b", "Which entries of W does z[0] use?",
    ),
    ("layer", "weights-elementwise"): (
        "the weights are multiplied entry by entry",
        "`W @ a` takes each row of W times a and adds up. `*` multiplies entry by entry and adds "
        "nothing.",
        "W * a + b", "W @ a + b", "What shape should z have, and what shape has yours?",
    ),
    ("sigmoid", "overflow-in-exp"): (
        "the exponential grows too large to be held",
        "For a large z, eᶻ is more than a number in Python can hold: it becomes infinite, and "
        "infinite divided by infinite is no number, nan. In 1 / (1 + e⁻ᶻ) the same only makes the "
        "result 0.",
        "eᶻ / (1 + eᶻ)", "1 / (1 + e⁻ᶻ)", "What does yours give at z = 800?",
    ),
    ("sigmoid", "tanh-for-sigmoid"): (
        "the curve is another one, tanh",
        "tanh is a bend too, and runs from −1 to 1. The sigmoid runs from 0 to 1.",
        "np.tanh(z)", "1 / (1 + np.exp(-z))", "Which values can yours take?",
    ),
    ("forward", "z-fed-onward"): (
        "the sum is handed on instead of the activation",
        "The next layer takes what the sigmoid made of the sums. Given the sums themselves, the "
        "bend between the layers is lost.",
        "layer(W, zs[-1], b)", "layer(W, activations[-1], b)",
        "What goes into the second layer: what the first summed, or what it gave out?",
    ),
    ("forward", "input-fed-to-every-layer"): (
        "every layer is given x",
        "Only the first layer takes x. The second takes what the first gave out, which is else "
        "without effect.",
        "layer(W, x, b)", "layer(W, activations[-1], b)",
        "Does the output change if you change a weight of the first layer?",
    ),
    ("forward_rows", "input-fed-to-every-layer"): (
        "every layer is given X",
        "Only the first layer takes X. The second takes what the first gave out, which is else "
        "without effect.",
        "X @ W.T + b", "A @ W.T + b", "What is A used for in yours?",
    ),
    ("forward", "bias-left-out"): (
        *_NO_BIAS, "W @ activations[-1]", "layer(W, activations[-1], b)", _EMPTY,
    ),
    ("forward", "weights-transposed"): (
        *_TURNED, "layer(W.T, activations[-1], b)", "layer(W, activations[-1], b)",
        "Which entries of W does z[0] use?",
    ),
    ("forward", "activation-left-off"): (
        "the sigmoid is left off",
        "Without the bend two layers are no more than one. Each layer hands on sigmoid(z), not z.",
        "activations.append(zs[-1])", "activations.append(sigmoid(zs[-1]))",
        "Between which bounds do your activations lie?",
    ),
    ("loss", "loss-half-left-out"): (
        "the ½ is left out",
        "Texts differ in the ½. Here it belongs to the loss, which is twice as large without it.",
        "Σ (a − y)²", "½ Σ (a − y)²", "How many times the expected loss is yours?",
    ),
    ("loss", "loss-mean-of-squares"): (
        "the squares are averaged, without the ½",
        "np.mean adds up and divides by how many there are. Here the squares are added up and "
        "halved.",
        "mean of (a − y)²", "½ Σ (a − y)²",
        "By which number is your sum divided, and where is the ½?",
    ),
    ("loss", "loss-absolute"): (
        "the errors are taken without their sign, not squared",
        "So each counts, but a large error should count for more than two of half its size. The "
        "square does that.",
        "Σ |a − y|", "½ Σ (a − y)²", "What does an error of 2 count beside one of 1?",
    ),
    ("descend", "update-adds"): (
        "the step goes uphill",
        "A slope says where the loss grows: to go down, subtract it. Added, every step makes the "
        "loss larger.",
        "W + learning_rate * S", "W - learning_rate * S", "Does the loss fall after one step?",
    ),
    ("descend", "rate-left-out"): (
        "the learning rate is left out",
        "A step is the rate times the slope. Without it the rate that is given changes nothing.",
        "W - S", "W - learning_rate * S", "Does another learning rate change your step?",
    ),
    ("descend", "one-step-only"): (
        "only one step is made, whatever was asked",
        "The loop is left after its first round, often by a `return` inside it. The number of "
        "steps then changes nothing.",
        "one step", "as many as steps says",
        "Where does your `return` stand: inside the loop, or after it?",
    ),
    ("descend", "weights-replaced"): (
        "the weights are replaced by the step",
        "A step changes the weights a little. Here it takes their place, and what they were is "
        "gone.",
        "-learning_rate * S", "W - learning_rate * S", "What remains of the old weights?",
    ),
    ("sigmoid_derivative", "derivative-given-z"): (
        "the formula is in a, and it is given z",
        "a(1 − a) is the slope of σ where a = σ(z) is put in. With z itself it is another number, "
        "often below 0.",
        "z(1 − z)", "a(1 − a), where a = σ(z)", _OF_Z,
    ),
    ("output_delta", "derivative-given-z"): (
        "the slope of σ is worked out of z, not of a",
        "The slope of σ is a(1 − a). With z in the place of a it is another number.",
        "(a − y) ⊙ z ⊙ (1 − z)", "(a − y) ⊙ a ⊙ (1 − a)", _OF_Z,
    ),
    ("hidden_delta", "derivative-given-z"): (
        "the slope of σ is worked out of z, not of a",
        "The slope of σ is a(1 − a), where a = σ(z); sigmoid_derivative(z) works it out. With z in "
        "the place of a it is another number.",
        "Wᵀδ ⊙ z ⊙ (1 − z)", "Wᵀδ ⊙ σ′(z)", _OF_Z,
    ),
    ("sigmoid_derivative", "derivative-of-tanh"): (
        "the slope is that of another curve, tanh",
        "1 − a² is the slope of tanh. That of σ is a(1 − a).",
        "1 − a²", "a(1 − a)", "Of which curve is this the slope?",
    ),
    ("output_delta", "output-slope-lost"): (
        "the slope of σ is left out",
        "a − y is how fast the loss changes with a. To come to z it is multiplied by how fast a "
        "changes with z.",
        "a − y", "(a − y) ⊙ σ′(z)", "Through which two wheels does z turn the loss?",
    ),
    ("hidden_delta", "hidden-slope-lost"): (
        "the neuron's own slope is left out",
        "Wᵀδ is how fast the loss changes with a. To come to z it is multiplied by how fast a "
        "changes with z.",
        "Wᵀδ", "Wᵀδ ⊙ σ′(z)", "Is yours the slope by a, or by z?",
    ),
    ("hidden_delta", "hidden-slope-of-activation"): (
        "the activation stands where its slope belongs",
        "The factor beside Wᵀδ is how fast a changes with z, σ′(z) = a(1 − a), not a itself.",
        "Wᵀδ ⊙ a", "Wᵀδ ⊙ a(1 − a)", "Which factor stands beside Wᵀδ, and what is it the slope of?",
    ),
}  # fmt: skip


def in_its_lesson(mistake: Mistake, function: str) -> Mistake:
    """The mistake as its lesson tells it, where the catalogue's words come later."""
    words = _IN_LESSON.get((function, mistake.name))
    if words is None:
        return mistake
    title, why, wrong, right, hint = words
    return replace(mistake, title=title, why=why, wrong=wrong, right=right, hint=hint)
