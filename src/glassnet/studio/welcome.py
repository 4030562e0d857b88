"""What a page is told first: what there is to choose from."""

from dataclasses import dataclass, fields

from glassnet import __version__
from glassnet.core.activations import ACTIVATIONS
from glassnet.core.losses import LOSSES
from glassnet.core.optimizers import OPTIMIZERS
from glassnet.studio.desk import VERBS
from glassnet.studio.given import Given
from glassnet.studio.scenes.play.played import OWN, SETS
from glassnet.tutor.published.examples import library


@dataclass(frozen=True)
class Knob:
    """A setting of an optimizer, and its value where none is given."""

    name: str
    value: float


@dataclass(frozen=True)
class Welcome:
    """All that a page needs before it asks for anything."""

    kind, version = "welcome", 1

    glassnet: str
    scenes: list[str]
    given: Given
    examples: dict[str, str]
    activations: list[str]
    losses: list[str]
    optimizers: dict[str, list[Knob]]
    sets: list[str]


def welcome(given: Given) -> Welcome:
    return Welcome(
        __version__,
        [*VERBS],
        given,
        {name: each.part or each.title for name, each in library().items()},
        [*ACTIVATIONS],
        [*LOSSES],
        {name: _knobs(kind) for name, kind in OPTIMIZERS.items()},
        [*SETS, OWN],
    )


def _knobs(kind: object) -> list[Knob]:
    return [
        Knob(each.name, float(each.default))
        for each in fields(kind)  # type: ignore[arg-type]
        if each.name != "learning_rate" and isinstance(each.default, float)
    ]
