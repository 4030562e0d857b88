"""Learning rates over time: what the optimizer's learning rate is multiplied by at step t.

Steps count parameter updates, from 0. Each follows PyTorch's scheduler of the same name, where
there is one.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any

from glassnet.core.by_name import Named, chosen
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import Count, NotNegative, Positive, Share, Whole


@dataclass(frozen=True)
class Schedule(Named, ABC):
    """A multiplier of the learning rate at each step.

    A schedule that needs to know how long training lasts has a field `total`, in steps;
    where it is None, `over` fills it in.
    """

    word = "schedule"

    @abstractmethod
    def __call__(self, t: int) -> float:
        """The multiplier at step t, from 0."""

    def over(self, total: int) -> "Schedule":
        """This schedule for a training of that many steps."""
        names = {f.name for f in fields(self)}
        if "total" in names and getattr(self, "total") is None:  # noqa: B009
            return replace(self, **{"total": total})  # noqa: PIE804
        return self


@door
@dataclass(frozen=True)
class Constant(Schedule):
    """1 throughout."""

    name = "constant"

    def __call__(self, t: int) -> float:
        return 1.0


@door
@dataclass(frozen=True)
class StepDecay(Schedule):
    """factor^⌊t / every⌋: a fall by factor after each `every` steps."""

    every: Count
    factor: NotNegative = 0.1
    name = "step"

    def __call__(self, t: int) -> float:
        return self.factor ** (t // self.every)


@door
@dataclass(frozen=True)
class Exponential(Schedule):
    """gammaᵗ."""

    gamma: Positive = 0.999
    name = "exponential"

    def __call__(self, t: int) -> float:
        return self.gamma**t


@door
@dataclass(frozen=True)
class Cosine(Schedule):
    """floor + (1 − floor)(1 + cos(π t / total))/2, floor from t = total on.

    Source: Loshchilov and Hutter (2017), "SGDR", eq. 5, without restarts.

    >>> [round(Cosine(total=4)(t), 4) for t in range(5)]
    [1.0, 0.8536, 0.5, 0.1464, 0.0]
    """

    total: Count | None = None
    floor: NotNegative = 0.0
    name = "cosine"

    def __call__(self, t: int) -> float:
        along = min(t / max(self.total or 1, 1), 1.0)
        return self.floor + (1 - self.floor) * (1 + math.cos(math.pi * along)) / 2


@door
@dataclass(frozen=True)
class OneCycle(Schedule):
    """From 1/start up to 1 in the first `rise` of the way, then down to 1/(start·end).

    Both ways along half a cosine. Source: Smith and Topin (2018), in PyTorch's form, without
    its cycle of the momentum.
    """

    total: Count | None = None
    rise: Share = 0.3
    start: Positive = 25.0
    end: Positive = 1e4
    name = "one_cycle"

    def __call__(self, t: int) -> float:
        total = self.total or 1
        top = self.rise * total - 1
        low, last = 1 / self.start, 1 / (self.start * self.end)
        if t <= top:
            return _half_cosine(low, 1.0, t / top if top else 1.0)
        return _half_cosine(1.0, last, min((t - top) / max(total - 1 - top, 1e-12), 1.0))


@door
@dataclass(frozen=True)
class CosineOfLog(Schedule):
    """(1 − cos(2π log₂(1 + (2ᵏ − 1) t/total)))/2: k waves from 0 to 1 and back, each twice as long.

    The last wave is half of the training. Source: Holzmüller, Grinsztajn and Steinwart (2024),
    "Better by default", where k is 4.

    >>> [round(CosineOfLog(total=30)(t), 4) for t in (0, 1, 2, 14, 30)]
    [0.0, 0.9304, 0.0, 0.0, 0.0]
    """

    total: Count | None = None
    waves: Count = 4
    name = "cosine_of_log"

    def __call__(self, t: int) -> float:
        along = min(t / max(self.total or 1, 1), 1.0)
        return (1 - math.cos(2 * math.pi * math.log2(1 + (2**self.waves - 1) * along))) / 2


@door
@dataclass(frozen=True)
class WarmUp(Schedule):
    """From `start` to 1 along a line in the first `steps`, then as `then` says."""

    steps: Annotated[int, Whole(least=0)]
    then: Schedule = Constant()
    start: NotNegative = 0.1
    name = "warm_up"

    def __call__(self, t: int) -> float:
        if t < self.steps:
            return self.start + (1 - self.start) * t / self.steps
        return self.then(t - self.steps)

    def over(self, total: int) -> Schedule:
        return replace(self, then=self.then.over(max(total - self.steps, 1)))


def _half_cosine(a: float, b: float, along: float) -> float:
    return b + (a - b) * (1 + math.cos(math.pi * along)) / 2


SCHEDULES: dict[str, Callable[..., Schedule]] = {
    kind.name: kind
    for kind in (Constant, StepDecay, Exponential, Cosine, OneCycle, CosineOfLog, WarmUp)
}
Schedule.known = SCHEDULES


def get(which: str | Mapping[str, Any] | Schedule | None) -> Schedule:
    """The schedule of that name, or of that specification; None is constant.

    >>> get("cosine")
    Cosine(total=None, floor=0.0)
    """
    if which is None:
        return Constant()
    if isinstance(which, Schedule):
        return which
    make, settings = chosen("schedule", SCHEDULES, which)
    if make is WarmUp and "then" in settings:
        settings["then"] = get(settings["then"])
    return make(**settings)
