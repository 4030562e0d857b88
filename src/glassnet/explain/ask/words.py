"""What an answer says beside its formula: symbol, meaning, unit, the line of algebra, the why."""

from __future__ import annotations

from glassnet.core.activations import Softmax
from glassnet.core.losses import BinaryCrossEntropy, CrossEntropy
from glassnet.explain.ask.addresses import STATE, Address, parse
from glassnet.explain.ask.quantities import Quantities
from glassnet.explain.ask.updates import rules

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
    """nats, of a loss that is a logarithm of probabilities."""
    logarithm = isinstance(q.net.loss, CrossEntropy | BinaryCrossEntropy)
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
    if place.prefix == "rest":
        return "Each of these terms is smaller than those that the sum's own answer shows."
    return ""


def rounded(exact: float, dtype: str) -> str:
    """That a value is not quite what its formula gives, since both are rounded on the way."""
    return (
        f"Worked out from these numbers it is {exact + 0.0:.9g}: where numbers nearly cancel few "
        f"digits are left, in the pass ({dtype}) or in the working out."
    )


def algebra(q: Quantities, place: Address) -> tuple[str, dict[str, tuple[int, ...]]]:
    """The line of matrix algebra that gives the whole array, columns as the tutorial has them.

    Returns: the line, and the shape of each array in it; ("", {}) where there is none.
    """
    line, arrays = _line(q, place)
    sample = place.sample if place.sample is not None else (0 if q.batch == 1 else None)
    shapes: dict[str, tuple[int, ...]] = {}
    for array in arrays:
        if array.name in ("W", "dW", "b", "db") and array.sample is None:
            shapes[array.array] = q.array(array).shape
        elif sample is not None:
            shapes[array.array] = q.array(
                Address(array.name, array.layer, (), sample, array.prefix)
            ).shape
    return line, shapes


def _line(q: Quantities, place: Address) -> tuple[str, list[Address]]:
    n, last = place.layer or 0, len(q.net.dense_layers)

    def plain(name: str, layer: int | None) -> Address:
        return Address(name, layer, (), place.sample)

    before = plain("x", None) if n < 2 else plain("a", n - 1)
    masked = f" ⊙ mask{n - 1}" if n - 1 in q.masks else ""
    mask = [plain("mask", n - 1)] if masked else []
    W, b = Address("W", n), Address("b", n)
    back = [Address("W", n + 1), plain("delta", n + 1)]
    if place.prefix.startswith("rest"):
        return "", []
    if place.prefix:
        return _update_line(q, place)
    match place.name:
        case "z":
            x = f"({before.array}{masked})" if masked else before.array
            return f"z{n} = W{n} {x} + b{n}", [W, before, *mask, b, plain("z", n)]
        case "a":
            f = q.net.dense_layers[n - 1].activation.name
            return f"a{n} = {f}(z{n})", [plain("z", n), plain("a", n)]
        case "loss":
            name = q.net.loss.name.replace("_", " ")
            if place.sample is None and q.batch > 1:
                return f"loss = mean over the samples of {name}(a{last}, y)", []
            return f"loss = {name}(a{last}, y)", [plain("a", last), plain("y", None)]
        case "delta" if n == last:
            joint = q.net.loss.joint is not None
            error = f"a{n} − y" if joint or q.net.loss.name == "squared_error" else f"∂ℓ/∂a{n}"
            slope = "" if joint else f" ⊙ f′(z{n})"
            mean = "" if q.batch == 1 else " · share"
            arrays = [plain("a", n), plain("y", None), plain("delta", n)]
            told = f"({error}){slope}{mean}" if slope or mean else error
            return f"delta{n} = {told}", arrays
        case "delta" | "da" | "dx":
            kept = f" ⊙ mask{n}" if n in q.masks else ""
            slope = f" ⊙ f′(z{n})" if place.name == "delta" else ""
            if place.name == "da" and n == last:
                return f"da{n} = ∂L/∂a{n}", [plain("da", n)]
            array = plain(place.name, place.layer)
            whose = [plain("z", n)] if slope else []
            line = f"{array.array} = W{n + 1}ᵀ delta{n + 1}{kept}{slope}"
            return line, [*back, *([plain("mask", n)] if kept else []), *whose, array]
        case "dW":
            total = "Σ " if q.batch > 1 and place.sample is None else ""
            x = f"({before.array}{masked})" if masked else before.array
            arrays = [plain("delta", n), before, *mask, Address("dW", n)]
            return f"dW{n} = {total}delta{n} {x}ᵀ", arrays
        case "db":
            shared = q.net.dense_layers[n - 1].bias == "layer"
            total = "Σ " if shared or (q.batch > 1 and place.sample is None) else ""
            return f"db{n} = {total}delta{n}", [plain("delta", n), Address("db", n)]
    return "", []


def _update_line(q: Quantities, place: Address) -> tuple[str, list[Address]]:
    """An update's rule, entry by entry on whole arrays."""
    name = f"{place.name}{place.layer}"
    own = Address(place.name, place.layer, (), None, place.prefix)
    if place.prefix == "penalty":
        return f"penalty.{name} = l1 sign({name}) + l2 {name}", [own]
    if place.prefix in STATE or not q.is_learned(place):
        stays = place.prefix == "new"
        plain = Address(place.name, place.layer)
        return (f"{name} stays as it is", [plain]) if stays else ("", [])
    if place.prefix == "g":
        return f"g.{name} = d{name}" + _and(q, place), [own]
    told = rules(q.rule, q.t).get(place.prefix)
    if told is None:
        return "", []
    given = f"g.{name}" if _and(q, place) else f"d{name}"
    told = told.replace("{W}", name).replace("{g}", given).replace("{η}", "η")
    told = told.replace("{", "").replace("}", f".{name}").replace("·", " · ")
    if place.prefix == "new":
        arrays = [Address(place.name, place.layer), parse(given), own]
        return f"{name} ← {told.replace(' · ', ' ')}", arrays
    return f"{place.prefix}.{name} = {told}", [own]


def _and(q: Quantities, place: Address) -> str:
    parts = ""
    if place.name == "W" and (q.net.l1 or q.net.l2):
        parts += f" + penalty.{place.name}{place.layer}"
    return parts + (", clipped" if q.clip_norm or q.clip_value else "")
