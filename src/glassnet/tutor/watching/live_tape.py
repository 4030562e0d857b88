"""A tape for a running program: it notes while there is something to learn, and ends nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from glassnet.tutor.dataflow.recording.memory import MOST_NODES, MOST_NUMBERS
from glassnet.tutor.dataflow.recording.tape import IN_PLACE, OPERATORS, Name, Tape

ROUNDS = 12  # so many rounds are noted in all of loops that were seen to train


class LiveTape(Tape):
    """What the rewritten functions of a running program call; `stopped` is told when it is full.

    Every loop goes round as often as it would: where a tape apart cuts one, this notes no more.
    """

    takes_older = False
    most_nodes = 10 * MOST_NODES  # of one operation that goes over: it is noted to its end
    most_numbers = 100 * MOST_NUMBERS

    def __init__(self, files: set[str], modules: set[str], stopped: Callable[[], None]) -> None:
        super().__init__(files, modules)
        self._stopped, self._left = stopped, ROUNDS

    @property
    def too_large(self) -> bool:
        """Whether its arrays were more than can be kept."""
        return self.numbers > MOST_NUMBERS

    def stop(self) -> None:
        """From now on every operation is done as it was written, and nothing is noted."""
        self.__class__ = DoneTape  # type: ignore[assignment]
        self._stopped()

    def goes(self, loop: list[Any]) -> bool:
        self._left -= not super().goes(loop)
        if self._left <= 0 or self._full:
            self.stop()
        return True

    def call(self, site: int, function: Any, *args: Any, **kwargs: Any) -> Any:
        if self._full:
            self.stop()
            return function(*args, **kwargs)
        return super().call(site, function, *args, **kwargs)

    def elements(self, values: Any) -> Any:
        return values if self._full else super().elements(values)

    @property
    def _full(self) -> bool:
        return len(self.nodes) > MOST_NODES or self.numbers > MOST_NUMBERS


class DoneTape(LiveTape):
    """The same calls, each doing what was written and no more."""

    def fresh(self, value: float) -> float:
        return value

    def named(self, site: int, value: Any, name: Name) -> Any:
        return value

    def binary(self, site: int, name: str, left: Any, right: Any) -> Any:
        return OPERATORS[name](left, right)

    def negative(self, site: int, value: Any) -> Any:
        return -value

    def compare(self, site: int, name: str, left: Any, right: Any) -> Any:
        return OPERATORS[name](left, right)

    def item(self, site: int, on: Any, key: Any) -> Any:
        return on[key]

    def store(self, site: int, value: Any, on: Any, key: Any, name: Name) -> None:
        on[key] = value

    def changed(self, site: int, name: str, now: Any, value: Any, text: Name) -> Any:
        return IN_PLACE[name](now, value)

    def changed_item(self, site: int, name: str, on: Any, key: Any, value: Any, text: Name) -> None:
        on[key] = IN_PLACE[name](on[key], value)

    def elements(self, values: Any) -> Any:
        return values

    def call(self, site: int, function: Any, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    def rounds(self, site: int, values: Any) -> Any:
        return values

    def goes(self, loop: list[Any]) -> bool:
        return True
