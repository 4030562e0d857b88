"""Mistakes in the deltas: how the error goes back from layer to layer."""

from typing import Any

from glassnet.tutor import textbook as book
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.textbook import Array, TextbookPass


def _mask_from_gradient(p: TextbookPass, l: int) -> Array:
    carried = p.W[l + 1].T @ p.delta[l + 1]
    return (
        carried * (carried > 0) if p.case.activations[l - 1] == "relu" else book.hidden_delta(p, l)
    )


def _from_updated_weights(p: TextbookPass, l: int) -> Array:
    W = p.W[l + 1] - p.rate * p.rules.weight_gradient(p, l + 1)
    return (W.T @ p.delta[l + 1]) * p.slope[l]


def _below_output(rule: Any) -> Any:
    """A rule for the layer next to the output, the others as in the textbook."""
    return lambda p, l: rule(p, l) if l == p.last - 1 else book.hidden_delta(p, l)


def _own_slope_at_the_next(from_value: bool) -> Any:
    """The layer's own f′, of the next one's value, or of its sum."""

    def hidden_delta(p: TextbookPass, l: int) -> Array:
        kind = book.kind_of(p, l)
        z = p.a[l + 1] if from_value else p.z[l + 1]
        return (p.W[l + 1].T @ p.delta[l + 1]) * kind.df(z, z if from_value else kind.f(z.T).T)

    return hidden_delta


def _softmax_left_in(p: TextbookPass) -> Array:
    if not p.case.natural:
        return book.output_delta(p)
    a = p.a[p.last]
    return p.error * a * (1 - a)


MISTAKES = (
    Mistake(
        "output-slope-lost",
        "the output delta lacks the derivative of its activation",
        "With the squared error the output's delta is the error times f′(z). The error alone is "
        "right beside cross-entropy or a linear output, not here.",
        "δ2 = a2 − y",
        "δ2 = (a2 − y) ⊙ σ′(z2)",
        "How does the loss depend on z2: through which functions?",
        "seen",
        {"output_delta": lambda p: p.error},
    ),
    Mistake(
        "output-slope-beside-cross-entropy",
        "the output's derivative is left in beside cross-entropy",
        "The derivative of cross-entropy cancels that of softmax or sigmoid: what remains is "
        "a − y. A factor a(1 − a) on top makes confident mistakes learn slowest.",
        "δ2 = (a2 − y) ⊙ a2(1 − a2)",
        "δ2 = a2 − y",
        "What remains of the chain rule where cross-entropy meets its activation?",
        "often",
        {"output_delta": _softmax_left_in},
    ),
    Mistake(
        "output-delta-sign",
        "the output delta has the wrong sign",
        "y − a points downhill and a − y uphill. Beside an update that subtracts, y − a climbs "
        "the loss.",
        "δ2 = (y − a2) ⊙ σ′(z2)",
        "δ2 = (a2 − y) ⊙ σ′(z2)",
        "If the output is too large, what is the sign of your delta?",
        "expected",
        {"output_delta": lambda p: -book.output_delta(p)},
    ),
    Mistake(
        "output-delta-doubled",
        "the output delta is twice too large",
        "The derivative of ½(a − y)² is a − y. A factor 2 belongs to the square without its ½.",
        "δ2 = 2(a2 − y) ⊙ σ′(z2)",
        "δ2 = (a2 − y) ⊙ σ′(z2)",
        "What is the derivative of ½(a − y)²?",
        "expected",
        {"output_delta": lambda p: 2 * book.output_delta(p)},
    ),
    Mistake(
        "output-delta-halved",
        "the output delta is halved",
        "The ½ of the loss cancels against the 2 of the square. It does not stay in the delta.",
        "δ2 = ½(a2 − y) ⊙ σ′(z2)",
        "δ2 = (a2 − y) ⊙ σ′(z2)",
        "What is the derivative of ½(a − y)²?",
        "expected",
        {"output_delta": lambda p: book.output_delta(p) / 2},
    ),
    Mistake(
        "output-slope-twice",
        "the output delta has the derivative twice",
        "The chain rule passes through the output's activation once. A second f′ shrinks the "
        "delta by a further factor of at most ¼.",
        "δ2 = (a2 − y) ⊙ σ′(z2) ⊙ σ′(z2)",
        "δ2 = (a2 − y) ⊙ σ′(z2)",
        "How often is σ′ multiplied in?",
        "expected",
        {"output_delta": lambda p: book.output_delta(p) * p.slope[p.last]},
    ),
    Mistake(
        "output-delta-squared-error",
        "the output delta starts from the squared error",
        "A delta is a derivative: that of ½(a − y)² is a − y. The loss's own value has lost its "
        "sign.",
        "δ2 = (a2 − y)² ⊙ σ′(z2)",
        "δ2 = (a2 − y) ⊙ σ′(z2)",
        "Can your delta be negative?",
        "expected",
        {"output_delta": lambda p: book.through_output(p, p.error**2)},
    ),
    Mistake(
        "output-delta-lacks-error",
        "the output delta is the derivative alone",
        "The delta is how much the loss changes with z: the error times the slope. Without the "
        "error it knows nothing of the target.",
        "δ2 = σ′(z2)",
        "δ2 = (a2 − y) ⊙ σ′(z2)",
        "What is your delta when the output is exactly right?",
        "expected",
        {"output_delta": lambda p: p.slope[p.last]},
    ),
    Mistake(
        "hidden-error-carried-back",
        "the hidden delta carries back the error instead of the delta",
        "Layer 2 hands back what its z2 were worth, δ2, which has σ′(z2) in it. The bare error "
        "leaves that factor out, and a popular book's readers copy it.",
        "δ1 = W2ᵀ(a2 − y) ⊙ σ′(z1)",
        "δ1 = W2ᵀδ2 ⊙ σ′(z1)",
        "What does the output layer hand back: its error, or its delta?",
        "often",
        {"hidden_delta": _below_output(lambda p, l: (p.W[l + 1].T @ p.error) * p.slope[l])},
    ),
    Mistake(
        "hidden-slope-lost",
        "the hidden delta lacks the derivative of its own activation",
        "W2ᵀδ2 is what a1 is worth. To reach z1 it must pass f, which multiplies by f′(z1).",
        "δ1 = W2ᵀδ2",
        "δ1 = W2ᵀδ2 ⊙ σ′(z1)",
        "Is yours the derivative with respect to a1 or to z1?",
        "often",
        {"hidden_delta": lambda p, l: p.W[l + 1].T @ p.delta[l + 1]},
    ),
    Mistake(
        "hidden-from-updated-weights",
        "the hidden delta uses output weights that were already updated",
        "All gradients of a step belong to the same weights. Updating W2 first makes δ1 that of "
        "a network which never ran forward; at small rates it differs in the third digit only.",
        "δ1 = (W2 − α·dW2)ᵀδ2 ⊙ σ′(z1)",
        "δ1 = W2ᵀδ2 ⊙ σ′(z1), with W2 as it was in the forward pass",
        "In which order do you update W2 and compute δ1?",
        "often",
        {"hidden_delta": _from_updated_weights},
    ),
    Mistake(
        "hidden-slope-twice",
        "the hidden delta has the derivative twice",
        "The chain rule passes through the hidden activation once. A second f′ makes the first "
        "layers learn several times too slowly.",
        "δ1 = W2ᵀδ2 ⊙ σ′(z1) ⊙ σ′(z1)",
        "δ1 = W2ᵀδ2 ⊙ σ′(z1)",
        "How often is σ′(z1) multiplied in?",
        "expected",
        {"hidden_delta": lambda p, l: book.hidden_delta(p, l) * p.slope[l]},
    ),
    Mistake(
        "hidden-slope-of-activation",
        "the hidden derivative is replaced by the activation",
        "The chain rule asks for f′(z1), not f(z1). For a sigmoid that is a1(1 − a1).",
        "δ1 = W2ᵀδ2 ⊙ a1",
        "δ1 = W2ᵀδ2 ⊙ a1(1 − a1)",
        "Which factor stands beside W2ᵀδ2, and what is it the derivative of?",
        "expected",
        {"hidden_delta": lambda p, l: (p.W[l + 1].T @ p.delta[l + 1]) * p.a[l]},
    ),
    Mistake(
        "hidden-weights-not-transposed",
        "the weights are not transposed on the way back",
        "Forward, z2 = W2·a1: each a1 reached the outputs by a column of W2. Back, it collects "
        "from that column, which is a row of W2ᵀ; a square matrix hides the difference.",
        "δ1 = W2 δ2 ⊙ σ′(z1)",
        "δ1 = W2ᵀδ2 ⊙ σ′(z1)",
        "Which weights lead from hidden neuron 0 to the outputs: a row or a column of W2?",
        "seen",
        {"hidden_delta": lambda p, l: (p.W[l + 1] @ p.delta[l + 1]) * p.slope[l]},
    ),
    Mistake(
        "hidden-through-gradient",
        "the gradient dW2 stands where the weights W2 belong",
        "The delta goes back along the weights by which the signal came. dW2 is how they will "
        "change, not what they are.",
        "δ1 = dW2ᵀδ2 ⊙ σ′(z1)",
        "δ1 = W2ᵀδ2 ⊙ σ′(z1)",
        "Through which matrix does the delta go back?",
        "often",
        {
            "hidden_delta": lambda p, l: (
                (p.rules.weight_gradient(p, l + 1).T @ p.delta[l + 1]) * p.slope[l]
            )
        },
    ),
    Mistake(
        "hidden-through-own-weights",
        "the hidden delta goes back through its own layer's weights",
        "δ2 comes back along the weights between layer 1 and layer 2, W2. W1 leads from the data "
        "to layer 1; equal shapes hide the swap.",
        "δ1 = W1ᵀδ2 ⊙ σ′(z1)",
        "δ1 = W2ᵀδ2 ⊙ σ′(z1)",
        "Which matrix lies between layer 1 and layer 2?",
        "seen",
        {"hidden_delta": lambda p, l: (p.W[l].T @ p.delta[l + 1]) * p.slope[l]},
    ),
    Mistake(
        "hidden-weights-left-out",
        "the delta is handed back without the weights",
        "Each hidden neuron is worth what its outgoing weights carry: W2ᵀδ2. Without W2 all of "
        "them would get the same.",
        "δ1 = Σδ2 · σ′(z1)",
        "δ1 = W2ᵀδ2 ⊙ σ′(z1)",
        "If one outgoing weight is 0, what should come back along it?",
        "expected",
        {"hidden_delta": lambda p, l: p.delta[l + 1].sum(axis=0) * p.slope[l]},
    ),
    Mistake(
        "hidden-slope-of-next-layer",
        "the derivative of the layer after is multiplied in",
        "δ2 already holds σ′(z2). The hidden delta needs σ′ at its own z1.",
        "δ1 = W2ᵀ(δ2 ⊙ σ′(z2))",
        "δ1 = W2ᵀδ2 ⊙ σ′(z1)",
        "At which layer's z do you take σ′?",
        "seen",
        {"hidden_delta": lambda p, l: p.W[l + 1].T @ (p.delta[l + 1] * p.slope[l + 1])},
        also=(
            {"hidden_delta": _own_slope_at_the_next(from_value=True)},
            {"hidden_delta": _own_slope_at_the_next(from_value=False)},
        ),
    ),
    Mistake(
        "hidden-sign",
        "the hidden delta has its sign turned",
        "The chain rule multiplies, it does not change the sign. The output layer descends while "
        "the hidden one climbs.",
        "δ1 = −W2ᵀδ2 ⊙ σ′(z1)",
        "δ1 = W2ᵀδ2 ⊙ σ′(z1)",
        "Where does a minus come in?",
        "expected",
        {"hidden_delta": lambda p, l: -book.hidden_delta(p, l)},
    ),
    Mistake(
        "relu-mask-from-gradient",
        "the mask of ReLU is taken from the gradient",
        "Whether a unit passes the gradient on depends on its z in the forward pass. Here the "
        "sign of the incoming gradient decides.",
        "δ1 = g where g > 0, else 0, with g = W2ᵀδ2",
        "δ1 = g where z1 > 0, else 0",
        "Of which array do you ask whether it is above 0?",
        "often",
        {"hidden_delta": _mask_from_gradient},
    ),
)
