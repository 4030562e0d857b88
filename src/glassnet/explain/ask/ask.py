"""Asking: one pass and its update, whose every number has an address and an answer."""

from functools import cached_property, lru_cache

import numpy as np

from glassnet.core.validation.calls import door
from glassnet.explain.ask import words
from glassnet.explain.ask.addresses import Address, parse
from glassnet.explain.ask.algebra import algebra
from glassnet.explain.ask.answer import Answer
from glassnet.explain.ask.asked_pass import AskedPass
from glassnet.explain.ask.digits import ALL_DIGITS, digits_that_hold, gives
from glassnet.explain.ask.quantities import Quantities
from glassnet.explain.ask.terms import expression, rest
from glassnet.formula.tree import Expression

_place = lru_cache(maxsize=4096)(parse)


@door
class Ask(Quantities):
    """One forward and backward pass and the update after it, whose every number can be asked for.

    Args:
        net, x, y, w: the network, a batch or a single sample, its targets and weights.
        optimizer: whose update new.W and new.b tell of, with its state as it stands (it is not
            changed); by default "sgd", plain gradient descent.
        learning_rate: of an optimizer that is not given as an object; by default its own, of
            "sgd" 0.1. The address learning_rate tells the one that was used.
        factor: the schedule's multiplier of the learning rate at this update.
        clip_norm, clip_value: the bounds of the gradient, as in training.
        rng: draws dropout's masks; without it nothing is dropped.
        most_terms: a sum of more terms is told by its largest, `rest.` and the address.

    >>> from glassnet.core.network import Network
    >>> net = Network.dense([2, 1], output="sigmoid", dtype="float64")
    >>> Ask(net, [0.5, 1.0], [1.0]).at("z1[0]").formula
    'W1[0,0]·x[0] + W1[0,1]·x[1] + b1[0]'
    """

    def shown(self) -> AskedPass:
        name = self.rule.name.replace("_", " ")
        return AskedPass(self.net, self.p, name, self.learning_rate, self.t)

    @door
    def at(self, address: str | Address) -> Answer:
        """The answer for one number.

        Raises: InputError for what is no address, or lies outside this network or batch.
        """
        place = parse(address) if isinstance(address, str) else address
        value = self.value(place)
        tree = expression(self, place)
        names = [] if tree is None else tree.symbols()
        values = {name: self.value(_place(name)) for name in names}
        equation, shapes = self._algebra(place.at())
        put_in = digits_that_hold(tree, values, value, self.digits)
        note = self._note(place, value)
        if tree is not None and put_in == ALL_DIGITS:
            exact = tree.evaluate(values)
            if np.isfinite(exact) and not gives(tree, values, value, self.digits, put_in):
                note = f"{note} {words.rounded(exact, self.net.dtype.name)}".strip()
        return Answer(
            str(place), words.symbol(place), words.meaning(place), value, tree, values,
            equation, shapes, words.unit(self, place), note, self.digits, put_in,
        )  # fmt: skip

    @property
    def digits(self) -> int:
        """How many digits of a value mean something."""
        return 9 if self.net.dtype == np.float64 else 6

    def value(self, place: Address) -> float:
        """The array's own entry; of a rest, the sum of the terms left out."""
        if place.prefix.startswith("rest"):
            terms, left = rest(self, place)
            return float(terms.values[left].sum())
        return super().value(place)

    def _algebra(self, array: Address) -> tuple[Expression | None, dict[str, tuple[int, ...]]]:
        """The line of matrix algebra of a whole array, made once for all its entries."""
        if array not in self._lines:
            self._lines[array] = algebra(self, array)
        equation, shapes = self._lines[array]
        return equation, dict(shapes)

    @cached_property
    def _lines(self) -> dict[Address, tuple[Expression | None, dict[str, tuple[int, ...]]]]:
        return {}

    def _note(self, place: Address, value: float) -> str:
        if np.isfinite(value):
            return words.why(self, place)
        began = self.began()
        return "" if began is None else f"not finite: in this pass it began with {began}."
