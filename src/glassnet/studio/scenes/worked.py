"""The worked example, alive: every number of it can be changed, and everything follows."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.activations import ACTIVATIONS
from glassnet.core.errors import InputError
from glassnet.core.layers import Bias, Dropout
from glassnet.core.network import Network
from glassnet.explain import WORKED, Ask, Example, Walk, chain, nudge, parse, pass_of, walk_of
from glassnet.explain.ask.addresses import Address
from glassnet.explain.walks.example import example_of_text
from glassnet.explain.walks.walk import count
from glassnet.files.plain import from_plain
from glassnet.jobs.walk import PAGE_STEPS, page_steps
from glassnet.studio.messages import FileToKeep, Wish, choice
from glassnet.tutor.published.examples import library, published
from glassnet.views.html.walk_page import walk_page, walk_record

MOST_NUMBERS = 3_000  # of a pass that is told while a hand moves
MOST_NEURONS = 16  # of a layer that is shaped on the page
MOST_STEPS = 1_000_000
COURSE = 61  # points of the loss along a number
CHANGED = ("W", "b", "x", "y", "learning_rate")
BIASES = ("frozen", "neuron", "layer")


@dataclass(frozen=True)
class Worked:
    """The example as it is now, how its biases are learned, and the walks that are shown."""

    kind, version = "worked", 1

    example: Example
    bias: Bias
    record: Mapping[str, Any]


@dataclass(frozen=True)
class Values:
    """The numbers of a pass, in the order of the record's quantities; None: not in this pass."""

    kind, version = "values", 1

    values: list[float | None]
    loss_after: float


@dataclass(frozen=True)
class LossAlong:
    """The loss as one number goes from low to high, the others kept; where it is now."""

    kind, version = "loss_along", 1

    address: str
    x: list[float]
    loss: list[float]
    here: float
    loss_here: float
    slope: float


class WorkedScene:
    """What a page asks of an example: a verb a method."""

    def __init__(self) -> None:
        self.example: Example = WORKED
        self.bias: Bias = "frozen"
        self.steps = [*page_steps(PAGE_STEPS)]
        self.adopted: Network | None = None
        self._walks: dict[int, Walk] = {}
        self._addresses: list[Address] = []

    # -- a network of one's own --------------------------------------------------------------

    def adopt(self, net: Network, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        """Shows the pass of a network for one sample; what is set is set in the network too."""
        if any(isinstance(layer, Dropout) for layer in net.layers):
            raise InputError("a network with dropout has no one pass to show: leave dropout out.")
        for name, given, wanted in (("x", x, net.n_in), ("y", y, net.n_out)):
            if given.shape != (wanted,):
                raise InputError(
                    f"{name} has the shape {given.shape}; of one sample it is ({wanted},)."
                )
        layers = net.dense_layers
        example = Example(
            "your network",
            *_parameters(net),
            x.tolist(),
            y.tolist(),
            [layer.activation.name for layer in layers],
            net.loss.name,
            self.example.learning_rate,
        )
        self._turn_to(example, layers[0].bias)
        self.adopted = net

    def refreshed(self) -> Worked | None:
        """The adopted network as it has become elsewhere; None where there is none."""
        if (net := self.adopted) is None:
            return None
        weights, biases = _parameters(net)
        self._turn_to(replace(self.example, weights=weights, biases=biases), self.bias)
        return self.more(Wish(None, "worked.more"))

    def network(self) -> Network:
        """The network as it is shown."""
        return self.example.network(self.bias) if self.adopted is None else self.adopted

    def _give_back(self) -> None:
        """What is shown, into the network that it came from, where it is still of that form."""
        if self.adopted is None:
            return
        shown = self.example.network(self.bias)
        if [layer.W.shape for layer in shown.dense_layers] != [
            layer.W.shape for layer in self.adopted.dense_layers
        ]:
            self.adopted = None
            return
        for ours, theirs in zip(shown.dense_layers, self.adopted.dense_layers, strict=True):
            theirs.W[...], theirs.b[...] = ours.W, ours.b

    # -- what there is ---------------------------------------------------------------------

    def open(self, wish: Wish) -> Worked:
        """Another example: a published one by its name, or one with numbers of its own."""
        found = wish.fields.get("example")
        if isinstance(found, str):
            self._turn_to(published(found).example, published(found).bias)
        elif found is not None:
            told = dict(wish.record("example"))
            bias = told.pop("bias", None)
            told.pop("kind", None)
            self._turn_to(from_plain(Example, told, "example"), _bias_of(bias))
        return self.more(wish)

    def more(self, wish: Wish) -> Worked:
        """The walks up to so many updates."""
        steps = page_steps(wish.whole("steps", 0, MOST_STEPS, otherwise=PAGE_STEPS))
        walks = [self._walk(step) for step in steps]
        self.steps = steps
        record = walk_record(walks)
        self._addresses = [parse(quantity["address"]) for quantity in record["quantities"]]
        return Worked(self.example, self.bias, record)

    def shape(self, wish: Wish) -> Worked:
        """A new example of other sizes, with small weights drawn from a seed."""
        sizes = [int(n) for n in wish.numbers("sizes", 2, 6)]
        if not all(1 <= n <= MOST_NEURONS for n in sizes):
            raise InputError(f"a layer has 1 to {MOST_NEURONS} neurons here.")
        chosen = wish.fields.get("activations")
        names = list(ACTIVATIONS)
        if not isinstance(chosen, list) or len(chosen) != len(sizes) - 1:
            raise InputError("worked.shape: 'activations' must be a list, a name a layer.")
        activations = [choice("activation", name, names) for name in chosen]
        rng = np.random.default_rng(wish.whole("seed", 0, 2**32 - 1, otherwise=0))
        weights = [rng.uniform(-1, 1, (n, m)).round(2).tolist() for m, n in pairwise(sizes)]
        is_class = activations[-1] == "softmax"
        targets = [float(n == 0) if is_class else 0.5 for n in range(sizes[-1])]
        loss = wish.fields.get("loss")
        example = Example(
            "an example of your own",
            weights,
            [[0.0] * n for n in sizes[1:]],
            np.linspace(0.1, 0.9, sizes[0]).round(2).tolist(),
            targets,
            activations,
            loss if isinstance(loss, str) else None,
            self.example.learning_rate,
        )
        self._turn_to(example, "neuron")
        return self.more(wish)

    # -- what is changed -------------------------------------------------------------------

    def set(self, wish: Wish) -> Worked:
        """A number is another one; what was at that update is the new beginning."""
        place, value = _changed(wish)
        self._turn_to(self._with(place, value, self._at(wish)), self.bias)
        return self.more(wish)

    def drag(self, wish: Wish) -> Values:
        """All numbers while one of them is moved; nothing is kept."""
        place, value = _changed(wish)
        ask = pass_of(self._with(place, value, self._at(wish)), 0, self.bias)
        if not self._addresses:
            self.more(Wish(None, wish.do))
        after = ask.update.network.forward(ask.p.x).dense[-1]
        losses = ask.net.loss.sample(after.z, after.a, ask.p.y)
        return Values(
            [_value(ask, address) for address in self._addresses], float(ask.p.share @ losses)
        )

    # -- what is asked ---------------------------------------------------------------------

    def chain(self, wish: Wish) -> Any:
        return chain(self._ask(self._at(wish)), wish.text("address"))

    def nudge(self, wish: Wish) -> Any:
        return nudge(self._ask(self._at(wish)), wish.text("address"), wish.number("epsilon"))

    def alone(self, wish: Wish) -> Any:
        """What one weight's update does to the loss, the others left as they are."""
        place = parse(wish.text("address"))
        if place.prefix != "new" or place.name not in ("W", "b"):
            raise InputError(f"{place} is no updated weight: ask for one, as new.W1[0,0].")
        ask, old = self._ask(self._at(wish)), replace(place, prefix="")
        return nudge(ask, str(old), ask.value(place) - ask.value(old))

    def course(self, wish: Wish) -> LossAlong:
        """The loss along a number that can be changed, as far as its slider goes."""
        place, step = parse(wish.text("address")), self._at(wish)
        if place.name not in ("W", "b", "x") or place.prefix:
            raise InputError(f"the loss is shown along W, b or x, and {place} is none of them.")
        ask = self._ask(step)
        here = ask.value(place)
        if not math.isfinite(4 * here):
            raise InputError(f"no loss is drawn along {place}: {here:g} is too large.")
        reach = max(2.0, math.ceil(2 * abs(here)))
        along = np.unique([*np.linspace(-reach, reach, COURSE), here])
        losses = [_loss(self._with(place, float(value), step), self.bias) for value in along]
        slope = ask.value(replace(place, name={"W": "dW", "b": "db", "x": "dx"}[place.name]))
        return LossAlong(str(place), along.tolist(), losses, here, ask.p.loss, slope)

    # -- what is taken away ----------------------------------------------------------------

    def toml(self, wish: Wish) -> FileToKeep:
        return FileToKeep("mine.toml", "application/toml", example_toml(self.example))

    def page(self, wish: Wish) -> FileToKeep:
        text = walk_page([self._walk(step) for step in self.steps])
        return FileToKeep("walk.html", "text/html", text)

    def read(self, wish: Wish) -> Worked:
        """An example from the text of a TOML file."""
        self._turn_to(example_of_text(wish.text("text", 100_000), Path("the file")), self.bias)
        return self.more(wish)

    # -- within ----------------------------------------------------------------------------

    def _turn_to(self, example: Example, bias: Bias) -> None:
        """The example that is shown from now on, where it is one that can be."""
        numbers = count(example.network(bias))
        if numbers > MOST_NUMBERS:
            raise InputError(
                f"this network has {numbers:,} numbers: here at most {MOST_NUMBERS:,} are moved."
            )
        pass_of(example, 0, bias)
        self.example, self.bias, self._walks, self._addresses = example, bias, {}, []
        self._give_back()

    def _at(self, wish: Wish) -> int:
        return wish.whole("at", 0, MOST_STEPS, otherwise=0)

    def _ask(self, step: int) -> Ask:
        return pass_of(self.example, step, self.bias)

    def _walk(self, step: int) -> Walk:
        if step not in self._walks:
            self._walks[step] = walk_of(self._ask(step), self.example.name, step)
        return self._walks[step]

    def _with(self, place: Address, value: float, step: int) -> Example:
        """The example as it is after so many updates, with one number another."""
        example = self.example
        parameters: dict[str, Any] = {}
        if step:
            net = self._walk(step) if step in self._walks else None
            found = net.parameters if net is not None else self._ask(step).parameters
            parameters = {name: array.copy() for name, array in found.items()}
        layers, of = range(1, len(example.weights) + 1), (place.layer or 0) - 1
        weights = [np.array(parameters.get(f"W{n}", example.weights[n - 1]), float) for n in layers]
        biases = [
            np.array(np.broadcast_to(parameters.get(f"b{n}", example.biases[n - 1]), len(W)), float)
            for n, W in zip(layers, weights)
        ]
        inputs, targets = list(example.inputs), list(example.targets)
        rate = example.learning_rate
        try:
            match place.name:
                case "W":
                    weights[of][place.index] = value
                case "b" if self.bias == "layer":
                    biases[of][:] = value
                case "b":
                    biases[of][place.index] = value
                case "x":
                    inputs[place.index[0]] = value
                case "y":
                    targets[place.index[0]] = value
                case _:
                    rate = value
        except (IndexError, TypeError):
            raise InputError(f"this network has no {place}.") from None
        if rate <= 0:
            raise InputError(f"the learning rate is {rate:g}: give a number above 0.")
        return replace(
            example,
            weights=[W.tolist() for W in weights],
            biases=[b.tolist() for b in biases],
            inputs=inputs,
            targets=targets,
            learning_rate=rate,
        )


def _parameters(net: Network) -> tuple[Any, Any]:
    """Weights and biases as an example has them."""
    return (
        [layer.W.astype(float).tolist() for layer in net.dense_layers],
        [
            np.broadcast_to(layer.b, layer.n_out).astype(float).tolist()
            for layer in net.dense_layers
        ],
    )


def published_names() -> list[str]:
    """The published examples that can be opened."""
    return list(library())


def example_toml(example: Example) -> str:
    """An example as a file that `glassnet walk` reads."""
    told = {key: value for key, value in asdict(example).items() if value is not None}
    activations = told.pop("activations")
    if len(set(activations[:-1])) > 1:
        raise InputError("a file has one activation for all hidden layers, and these differ.")
    told["activation"] = activations[0]
    if activations[-1] != activations[0]:
        told["output"] = activations[-1]
    return "".join(f"{key} = {json.dumps(_plain(value))}\n" for key, value in told.items())


def _plain(value: Any) -> Any:
    if isinstance(value, str | float | int):
        return value
    return [_plain(each) for each in value]


def _bias_of(told: Any) -> Bias:
    return told if told in BIASES else "frozen"


def _changed(wish: Wish) -> tuple[Address, float]:
    place = parse(wish.text("address"))
    if place.name not in CHANGED or place.prefix:
        raise InputError(
            f"{place} is computed: change a weight, a bias, an input, a target, or the rate."
        )
    return place, wish.number("value")


def _value(ask: Ask, place: Address) -> float | None:
    try:
        return float(ask.value(place))
    except InputError:  # a number that this pass has not, as a rest of a sum
        return None


def _loss(example: Example, bias: Bias) -> float:
    return pass_of(example, 0, bias).p.loss
