"""What an answer says beside its formula: symbol, meaning, unit, the why."""

from __future__ import annotations

from glassnet.core.activations import Softmax
from glassnet.core.display.numbers import written
from glassnet.core.losses import BinaryCrossEntropy, CrossEntropy, Poisson
from glassnet.explain.ask.addresses import STATE, Address
from glassnet.explain.ask.quantities import Quantities

MEANINGS = {
    "x": "input", "y": "target", "z": "weighted sum", "a": "activation", "da": "∂L/∂a",
    "delta": "delta, ∂L/∂z", "W": "weight", "b": "bias", "dW": "gradient, ∂L/∂W",
    "db": "gradient, ∂L/∂b", "dx": "gradient, ∂L/∂x", "mask": "dropout's factor", "loss": "loss",
    "objective": "loss with its penalty", "learning_rate": "learning rate",
}  # fmt: skip
OF = {
    "new": "updated {}", "penalty": "penalty's part of the gradient of the {}",
    "g": "gradient of the {} as the update takes it", "m": "first moment of the {}, before",
    "v": "gathered gradient of the {}, before", "s": "gathered squares of the {}, before",
    "mean": "mean gradient of the {}, before", "v_max": "largest second moment of the {}, before",
    "m_hat": "first moment of the {}, corrected", "v_hat": "second moment of the {}, corrected",
}  # fmt: skip
_LOW = str.maketrans("0123456789,", "₀₁₂₃₄₅₆₇₈₉,")
_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SIGNS = {"m_hat": "m̂", "v_hat": "v̂", "v_max": "v̄", "mean": "ḡ"}


def symbol(place: Address) -> str:
    """As a textbook writes it: δ²₀, ∂L/∂W¹₀,₁."""
    layer = "" if place.layer is None else str(place.layer).translate(_HIGH)
    index = ",".join(map(str, place.index)).translate(_LOW)
    base = {"delta": "δ", "loss": "L", "objective": "J", "learning_rate": "η"}.get(
        place.name, place.name
    )
    sample = "" if place.sample is None else f" ({place.sample})"
    if place.name in ("dW", "db", "dx", "da"):
        plain = f"∂L/∂{base[1:]}{layer}{index}{sample}"
    else:
        sign = {"new": "′", "penalty": "ᴾ"}.get(place.prefix, "")
        plain = f"{base}{sign}{layer}{index}{sample}"
    head, _, tail = place.prefix.rpartition(".")
    if head == "rest" or place.prefix == "rest":
        return f"rest of {plain}"
    if tail in ("g", "m_hat", "v_hat", *STATE):
        return f"{_SIGNS.get(tail, tail)}{'′' if head == 'new' else ''}({plain})"
    return plain


def meaning(place: Address) -> str:
    """In words: weighted sum, layer 1."""
    words = MEANINGS[place.name]
    head, _, tail = place.prefix.rpartition(".")
    if place.prefix.startswith("rest"):
        words = f"the terms left out of: {words}"
    elif place.prefix:
        words = OF[tail].format(words)
        words = words.replace(", before", ", after this update" if head == "new" else ", before it")
    if place.layer is not None:
        words += f", layer {place.layer}"
    return words + ("" if place.sample is None else f", sample {place.sample}")


def unit(q: Quantities, place: Address) -> str:
    """nats, of a loss that is a logarithm of probabilities, as far as they depend on a."""
    logarithm = isinstance(q.net.loss, CrossEntropy | BinaryCrossEntropy | Poisson)
    return "nats" if logarithm and place.name == "loss" else ""


def why(q: Quantities, place: Address) -> str:
    """The algebra behind a form that is shorter than the chain rule's."""
    loss, output = q.net.loss, place.layer == len(q.net.dense_layers)
    if place.name == "delta" and output and isinstance(loss, CrossEntropy):
        return (
            "Why a − y: ℓ = −Σⱼ yⱼ ln aⱼ gives ∂ℓ/∂aⱼ = −yⱼ/aⱼ, and softmax has "
            "∂aⱼ/∂zᵢ = aⱼ(1[i = j] − aᵢ). Their product, summed over j, is "
            "−Σⱼ yⱼ(1[i = j] − aᵢ) = aᵢ Σⱼ yⱼ − yᵢ = aᵢ − yᵢ, as the targets sum to 1."
        )
    if place.name == "delta" and output and isinstance(loss, BinaryCrossEntropy):
        return (
            "Why a − y: ℓ = −y ln a − (1 − y) ln(1 − a) gives ∂ℓ/∂a = (a − y)/(a(1 − a)), and "
            "the sigmoid has ∂a/∂z = a(1 − a). Their product is a − y."
        )
    if place.name == "delta" and output and isinstance(loss, Poisson):
        return (
            "Why a − y: ℓ = a − y ln a gives ∂ℓ/∂a = 1 − y/a, and the exponential has ∂a/∂z = a. "
            "Their product is a − y."
        )
    if place.name == "delta" and isinstance(q.net.dense_layers[(place.layer or 1) - 1].activation,
                                            Softmax):  # fmt: skip
        return (
            "Every output of a softmax depends on every z: ∂aⱼ/∂zᵢ = aⱼ(1[i = j] − aᵢ), so that "
            "∂L/∂zᵢ = Σⱼ ∂L/∂aⱼ ∂aⱼ/∂zᵢ = aᵢ(∂L/∂aᵢ − Σⱼ ∂L/∂aⱼ aⱼ)."
        )
    if place.name in ("dW", "db", "loss") and place.sample is not None and q.batch > 1:
        return (
            "One sample's share; the shares of the batch sum to the whole."
            if place.name != "loss"
            else f"It counts {q.p.share[place.sample]:.6g} in the batch's loss."
        )
    if place.prefix == "new" and q.shortened(place) < 1:
        return "The last factor is max_norm's: it brings the neuron's weights back to that length."
    if place.name == "learning_rate" and not (q.rate_is_given and q.factor == 1):
        times = "" if q.factor == 1 else f", times the schedule's factor {q.factor:.6g}"
        return f"It is that of {q.rule.name.replace('_', ' ')}, {q.rule.learning_rate:g}{times}."
    if place.prefix == "rest":
        return "Each of these terms is smaller than those that the sum's own answer shows."
    return ""


def rounded(exact: float, dtype: str) -> str:
    """That a value is not quite what its formula gives, since both are rounded on the way."""
    return (
        f"Worked out from these numbers it is {written(exact, 9)}: where numbers nearly cancel few "
        f"digits are left, in the pass ({dtype}) or in the working out."
    )
