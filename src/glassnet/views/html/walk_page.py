"""A walk as a page to hand out: one HTML file in which every number can be pointed at.

It stands by itself: style, script and numbers are in it, and its Content-Security-Policy lets
it fetch nothing. Of many walks each formula is kept once, and only the values for each.
"""

import json
import math
from collections.abc import Sequence
from typing import Any

from glassnet.core.errors import InputError
from glassnet.explain import Address, Answer, Stage, Walk, parse
from glassnet.formula.text import Piece, pieces
from glassnet.formula.tree import Equation, Node, Symbol, Transposed
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


def walk_page(walks: Sequence[Walk]) -> str:
    """The page as HTML, to be opened from a disk, sent to a friend, or put behind any server.

    Args: walks, of one network after ever more updates: [walk(WORKED, n) for n in (0, 1, 2)].

    Raises: InputError for no walk at all, or a network whose numbers are too many to tell.
    """
    if not walks:
        raise InputError("there is no walk to show: give one or more.")
    for walk in walks:
        if not walk.stages:
            raise InputError(
                "this network has too many numbers to tell each: ask for one with --at ADDRESS."
            )
    name = walks[0].name
    title = name[:1].upper() + name[1:]
    return fill("walk.html", title=title, lead=_lead(walks[0]), record=_record(walks))


def _lead(walk: Walk) -> str:
    """The network in a sentence."""
    net = walk.net
    parts = [f"{net.n_in} input{'s' * (net.n_in != 1)}"]
    parts += [f"{layer.n_out} {layer.activation.name}" for layer in net.dense_layers]
    biases = " and ".join(dict.fromkeys(BIASES[layer.bias] for layer in net.dense_layers))
    return (
        f"{' → '.join(parts).replace('_', ' ')}; loss: {net.loss.name.replace('_', ' ')}; "
        f"learning rate {walk.ask.learning_rate:g}; biases: {biases}."
    )


# -- the numbers ---------------------------------------------------------------------------


def _record(walks: Sequence[Walk]) -> dict[str, Any]:
    """All walks as one document: each quantity once, and its values walk by walk.

    A quantity is [address, symbol, meaning, formula, algebra, unit, note], formula and algebra in
    `_pieces`, meaning, note and algebra as places in `texts` or `algebras`; what differs in a
    later walk stands there under `other`. A walk's `digits` are those of the numbers put in, where
    they are more than all have.
    """
    told = [_answers(walk) for walk in walks]
    addresses = list(dict.fromkeys(address for answers in told for address in answers))
    texts: dict[str, int] = {"": 0}
    algebras: dict[str, int] = {}

    def row(answer: Answer) -> list[Any]:
        shapes = {name: list(shape) for name, shape in answer.shapes.items()}
        line = json.dumps([_pieces(answer.equation), shapes], ensure_ascii=False)
        return [
            answer.address,
            answer.symbol,
            texts.setdefault(answer.meaning, len(texts)),
            _pieces(answer.expression),
            algebras.setdefault(line, len(algebras)),
            answer.unit,
            texts.setdefault(answer.note, len(texts)),
        ]

    rows: dict[str, list[Any]] = {}
    steps: list[dict[str, Any]] = []
    first = _stages(walks[0])
    for walk, answers in zip(walks, told, strict=True):
        other: list[list[Any]] = []
        for answer in answers.values():
            now = row(answer)
            if rows.setdefault(answer.address, now) != now:
                other.append(now)
        found = (answers.get(address) for address in addresses)
        step: dict[str, Any] = {
            "steps": walk.steps,
            "after": _plain(walk.loss_after),
            "values": [None if answer is None else _plain(answer.value) for answer in found],
        }
        more = {
            a: answer.digits_put_in
            for a, answer in answers.items()
            if answer.digits_put_in != answer.digits
        }
        stages = _stages(walk)
        steps.append(
            step
            | ({"other": other} if other else {})
            | ({"digits": more} if more else {})
            | ({"stages": stages} if stages != first else {})
        )
    net = walks[0].net
    layers = [[layer.n_out, layer.activation.name, layer.bias] for layer in net.dense_layers]
    return {
        "inputs": net.n_in,
        "layers": layers,
        "batch": walks[0].ask.batch,
        "digits": walks[0].stages[0].answers[0].digits,
        "texts": list(texts),
        "algebras": [json.loads(line) for line in algebras],
        "quantities": [rows[address] for address in addresses],
        "stages": first,
        "walks": steps,
    }


def _answers(walk: Walk) -> dict[str, Answer]:
    """Every answer of a walk's record by its address, and those that these depend on."""
    known = {answer.address: answer for stage in walk.stages for answer in stage.answers}
    given = [quantity["address"] for quantity in walk.record()["quantities"]]
    answers: dict[str, Answer] = {}
    ahead = given[::-1]
    while ahead:
        address = ahead.pop()
        if address not in answers:
            answer = known.get(address) or walk.ask.at(address)
            answers[address] = answer
            ahead += [name for name in answer.depends_on if name not in answers]
    return answers


def _stages(walk: Walk) -> list[dict[str, Any]]:
    stages: list[dict[str, Any]] = []
    for stage in walk.stages:
        place = parse(stage.answers[0].address)
        says = SAYS[_kind(walk, place)]
        phase = PHASES.get(place.name, "Update") if not place.prefix else "Update"
        line = stage.equation
        whole = isinstance(line, Equation)
        stages.append(
            {
                "title": stage.title,
                "array": place.array,
                "phase": phase,
                "says": says,
                "sign": line.sign if whole else "",
                "right": _pieces(line.right if whole else line, spaced=True),
                "addresses": _addresses(stage),
            }
        )
    return stages


def _kind(walk: Walk, place: Address) -> str:
    if place.prefix == "new":
        return "new" if walk.ask.is_learned(place) else "stays"
    if place.prefix:
        return ""
    output = place.name == "delta" and place.layer == len(walk.net.dense_layers)
    return "output" if output else place.name


def _pieces(tree: Node | None, spaced: bool = False) -> list[str | list[Any]]:
    """A formula as the page writes it: text, and [address] or [array, whether it is transposed]."""

    def plain(piece: Piece) -> str | list[Any]:
        match piece:
            case str():
                return piece
            case Transposed(Symbol(name)):
                return [name, True]
            case _:
                return [*piece.symbols()]

    return [] if tree is None else [plain(piece) for piece in pieces(tree, spaced)]


def _addresses(stage: Stage) -> list[str]:
    return [answer.address for answer in stage.answers]


def _plain(value: float) -> float | str:
    """A number that JSON knows; infinities and not-a-number go as text."""
    return value if math.isfinite(value) else str(value).replace("-", "−")
