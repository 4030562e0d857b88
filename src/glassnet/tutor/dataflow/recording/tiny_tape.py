"""A tape of a script that may have tiny data instead of its own, and the loops that it may end."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.tutor.dataflow.recording.memory import MOST_NODES, Enough
from glassnet.tutor.dataflow.recording.tape import TRAINED, Tape
from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.process.standing_in.form import within
from glassnet.tutor.process.standing_in.tiny import TinyData

LONG = 12  # rounds after which a loop may end that takes much and does not train
REPEATED = 5000  # nodes, from which on networks that are trained in turn are the first one
_IN_A_PASS = {"einsum", "exp", "tanh", "expit", "maximum", "where"}


class TinyTape(Tape):
    """A tape that knows whether a loop trained, and that what is indexed may be tiny.

    In a script of Python 2 whole numbers are divided to a whole one, and map and zip give lists.
    """

    def __init__(
        self, files: set[str], modules: set[str], cut: bool, data: TinyData, source: PythonSource
    ) -> None:
        super().__init__(files, modules, cut)
        self._data, self._form, self.trained = data, data.form, False
        self.went_all_rounds = False  # a loop that trains, as many as are looked at
        self._trainings: list[int] = []  # where it was seen that a loop trains
        self._python_2 = source.python_2
        self._whole_division = self._python_2 and "import division" not in source.text

    def named(self, site: int, value: Any, name: tuple[str, str]) -> Any:
        return super().named(site, self._as_numbers(value), name)

    def _as_numbers(self, value: Any) -> Any:
        """A part of tiny data without the words that stood beside it: its numbers are followed."""
        if not (isinstance(value, np.ndarray) and value.dtype == object and self._data.said):
            return value
        if all(isinstance(each, int | float | np.number) for each in value.flat):
            return value.astype(float)
        return value

    def binary(self, site: int, name: str, left: Any, right: Any) -> Any:
        if self._whole_division and name == "divide" and type(left) is type(right) is int:
            name = "floor_divide"
        return super().binary(site, name, left, right)

    def item(self, site: int, on: Any, key: Any) -> Any:
        return super().item(site, on, within(on, key, self._form.rows))

    def call(self, site: int, function: Any, *args: Any, **kwargs: Any) -> Any:
        value = super().call(site, function, *args, **kwargs)
        return list(value) if self._python_2 and function in (map, zip, filter) else value

    def goes(self, loop: list[Any]) -> bool:
        before, more = loop[3], super().goes(loop)
        self.trained = self.trained or bool(loop[3])
        self.went_all_rounds = self.went_all_rounds or (bool(loop[3]) and not more)
        _, rounds, begins, _ = loop
        if loop[3] and not before:
            self._trainings.append(begins[-1])
        if self._cut and not loop[3] and len(begins) == 3 and self._anew(*begins):
            del self.nodes[begins[1] :]  # the others would show the same
            raise Enough
        if self._cut and self.trained and not loop[3] and len(self.nodes) > MOST_NODES // 2:
            raise Enough  # what comes after a training tells little
        if not self._cut or loop[3]:
            return more
        if not (self.trained or self._form.short) and len(self.nodes) > MOST_NODES // 3:
            raise Enough
        return more and not self._has_enough(rounds, begins)

    def _anew(self, first: int, second: int, end: int) -> bool:
        """Whether two rounds are long, and each of them trained a network of its own."""
        trained = {at < second for at in self._trainings if first <= at < end}
        if len(self.nodes) <= REPEATED or len(trained) < 2:
            return False
        used = (o for node in self.nodes[second:end] for o in node[1] if first <= o < second)
        return sum(bool(self.nodes[o][1]) for o in used) < 4  # but for a count that goes on

    def _has_enough(self, rounds: int, begins: list[int]) -> bool:
        """Whether a loop that takes much has gone round so often that more shows nothing new.

        It passes samples through a network; or the run has no room for all of its rounds.
        """
        if len(begins) < 2:
            return False
        took = len(self.nodes) - begins[0]
        if self._form.short and rounds >= TRAINED and took > MOST_NODES // 10:
            return True
        if rounds <= LONG or took <= MOST_NODES // 40:
            return False
        passes = any(n[0] in _IN_A_PASS for n in self.nodes[begins[0] : begins[1]])
        return passes or self._form.short
