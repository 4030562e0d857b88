"""A walk as a page to hand out: one HTML file in which every number can be pointed at.

It stands by itself: style, script and numbers are in it, and its Content-Security-Policy lets
it fetch nothing. Of many walks each formula is kept once, and only the values for each.
"""

from collections.abc import Sequence
from typing import Any

from glassnet.core.errors import InputError
from glassnet.explain import Answer, Stage, Walk
from glassnet.files.plain import to_plain
from glassnet.formula.text import Piece, pieces
from glassnet.formula.tree import Equation, Expression, Symbol, Transposed
from glassnet.views.html.page import fill

BIASES = {"frozen": "fixed", "neuron": "one a neuron, learned", "layer": "one a layer, learned"}
PHASES = {
    "z": "Forward", "a": "Forward", "loss": "The error", "delta": "Backward", "dW": "Backward",
    "db": "Backward",
}  # fmt: skip
SAYS = {
    "z": "Each neuron adds up its inputs, each times its weight, and its bias.",
    "a": "The activation function turns each weighted sum into what the neuron says.",
    "loss": "One number for how far the outputs are from their targets.",
    "output": "How the loss would change if an output’s weighted sum grew a little.",
    "delta": "The next layer’s deltas come back along the weights that activations went out by.",
    "dW": "How the loss would change with each weight: its neuron’s delta times its input.",
    "db": "How the loss would change with each bias: its input is always 1, so delta itself.",
    "new": "Each takes a step against its gradient, and the next pass begins with it.",
    "stays": "They take no part in learning here.",
    "": "What the optimizer keeps in mind, on the way to the update.",
}


def walk_page(walks: Sequence[Walk], begin: str = "") -> str:
    """The page as HTML, to be opened from a disk, sent to a friend, or put behind any server.

    In a frame of another page it leaves its heading and its list of keys out.

    Args:
        walks: of one network after ever more updates: [walk(WORKED, n) for n in (0, 1, 2)].
        begin: the array, "delta2", whose stage it opens at; "" for the first.

    Raises: InputError for no walk at all, or a network whose numbers are too many to tell.
    """
    record = walk_record(walks)
    name = walks[0].name
    title = name[:1].upper() + name[1:]
    return fill("walk.html", title=title, lead=_lead(walks[0]), record=record | {"begin": begin})


def _lead(walk: Walk) -> str:
    """The network in a sentence."""
    n_in = walk.layers[0].n_in
    parts = [f"{n_in} input{'s' * (n_in != 1)}"]
    parts += [f"{layer.n_out} {layer.activation}" for layer in walk.layers]
    biases = " and ".join(dict.fromkeys(BIASES[layer.bias] for layer in walk.layers))
    return (
        f"{' → '.join(parts).replace('_', ' ')}; loss: {walk.loss_name.replace('_', ' ')}; "
        f"learning rate {walk.learning_rate:g}; biases: {biases}."
    )


# -- the numbers ---------------------------------------------------------------------------


def walk_record(walks: Sequence[Walk]) -> dict[str, Any]:
    """All walks as one document: each quantity once, and its values walk by walk.

    A quantity tells what an Answer tells, by the same names, its formula and its line of algebra
    in `_pieces`; what differs in a later walk stands there under `other`. Its value is in each
    walk's `values`, in the order of the quantities; `absent` are those that a walk has not. A
    walk's `digits` are those of the numbers put in, where they are more than all have.

    Raises: InputError for no walk at all, or a network whose numbers are too many to tell.
    """
    if not walks:
        raise InputError("there is no walk to show: give one or more.")
    for walk in walks:
        if not walk.stages:
            raise InputError(
                "this network has too many numbers to tell each: ask for one with --at ADDRESS."
            )
    told = [{a.address: a for a in [*walk.quantities, *walk.besides]} for walk in walks]
    quantities: dict[str, dict[str, Any]] = {}
    for answers in told:
        for address, answer in answers.items():
            quantities.setdefault(address, _quantity(answer))
    first = _stages(walks[0])
    document: dict[str, Any] = {
        "layers": walks[0].layers,
        "batch": walks[0].batch,
        "digits": walks[0].digits,
        "quantities": list(quantities.values()),
        "stages": first,
        "walks": [],
    }
    for walk, answers in zip(walks, told, strict=True):
        values = [answers[a].value if a in answers else None for a in quantities]
        now = [_quantity(answer) for answer in answers.values()]
        more = {
            "absent": [address for address in quantities if address not in answers],
            "other": [q for q in now if q != quantities[q["address"]]],
            "digits": {
                a: answer.digits_put_in
                for a, answer in answers.items()
                if answer.digits_put_in != answer.digits
            },
            "stages": stages if (stages := _stages(walk)) != first else [],
        }
        head = {"steps": walk.steps, "loss_after": walk.loss_after, "values": values}
        document["walks"].append(head | {name: one for name, one in more.items() if one})
    return to_plain(document)


def _quantity(answer: Answer) -> dict[str, Any]:
    """What an answer tells but its value; what is empty is left out."""
    told = {
        "address": answer.address,
        "symbol": answer.symbol,
        "meaning": answer.meaning,
        "formula": _pieces(answer.expression, digits=answer.digits_put_in),
        "equation": _pieces(answer.equation),
        "shapes": answer.shapes,
        "unit": answer.unit,
        "note": answer.note,
    }
    return {name: one for name, one in told.items() if one}


def _stages(walk: Walk) -> list[dict[str, Any]]:
    return [_stage(walk, stage) for stage in walk.stages]


def _stage(walk: Walk, stage: Stage) -> dict[str, Any]:
    place, line = stage.place, stage.equation
    whole = isinstance(line, Equation)
    return {
        "title": stage.title,
        "array": place.array,
        "phase": "Update" if place.prefix else PHASES.get(place.name, "Update"),
        "says": SAYS[_kind(walk, stage)],
        "sign": line.sign if whole else "",
        "right": _pieces(line.right if whole else line, spaced=True),
        "addresses": stage.addresses,
    }


def _kind(walk: Walk, stage: Stage) -> str:
    place = stage.place
    if place.prefix == "new":
        return "new" if stage.learned else "stays"
    if place.prefix:
        return ""
    output = place.name == "delta" and place.layer == len(walk.layers)
    return "output" if output else place.name


def _pieces(
    tree: Expression | None, spaced: bool = False, digits: int | None = None
) -> list[str | list[Any]]:
    """A formula as the page writes it: text, and [address] or [array, whether it is transposed]."""

    def plain(piece: Piece) -> str | list[Any]:
        match piece:
            case str():
                return piece
            case Transposed(Symbol(name)):
                return [name, True]
            case _:
                return [*piece.symbols()]

    return [] if tree is None else [plain(piece) for piece in pieces(tree, spaced, digits)]
