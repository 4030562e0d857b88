"""Why a row is answered so and what would change that, as one record for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.explain.reasons.asked_row import InColumns
from glassnet.explain.reasons.counterfactual import ROWS, Counterfactual, nearest_otherwise
from glassnet.explain.reasons.dependence import PartialDependence
from glassnet.explain.reasons.shapley import ShapleyValues, shared_out
from glassnet.training.measure.importance import Raw


@dataclass(frozen=True)
class AlsoSaid:
    """What is said of another target: the answer, and its probability."""

    answer: str | int
    probability: float


@dataclass(frozen=True)
class Reasons:
    """An answer in the table's own columns and units, and what it was compared with.

    Attributes:
        answer: the class that the row is taken for, or the number, as `shares.of` names it.
        target: the name of what is predicted; "" where it has none, or several are.
        shares: what each column adds.
        background: which rows it was compared with, in words; of one typical row "".
        typical: the cells of that row, where it is one.
        otherwise: the nearest row found that is answered otherwise; None where there is none.
        sought: whether one was looked for; to: the answer that it was to have, "" for any other;
            kept: the columns that were to stay.
        beside: of several numbers the others, by their names; also: the same of several yes/no
            targets, of which each is told by itself. called: of such a target its yes, and the
            probability from which on it is called so.
        strange: the columns whose cells hold what training did not, and what is strange of them.
        quantile: the one that the number is, so that so large a share of the targets is meant to
            lie at or below it; None where it is none.
        blocks: of an image, how many blocks of pixels there are down and across, and their side;
            picture: the image itself, its rows from 0 to 1, the largest value 1; else empty.
    """

    kind, version = "reasons", 1

    answer: Any
    target: str
    shares: ShapleyValues
    background: str
    typical: dict[str, Any] | None
    otherwise: Counterfactual | None
    sought: bool
    to: str
    kept: list[str]
    blocks: tuple[int, int, int] | None = None
    beside: dict[str, float] = field(default_factory=dict)
    strange: dict[str, str] = field(default_factory=dict)
    also: dict[str, AlsoSaid] = field(default_factory=dict)
    called: AlsoSaid | None = None
    picture: list[list[float]] = field(default_factory=list)
    quantile: float | None = None

    __repr__ = telling("answer", "target", "background")


@dataclass(frozen=True, eq=False)
class WhyInReport:
    """What a report tells of why.

    along: the mean answer along the columns of most influence, of several classes one after the
    other. worst: rows of the highest loss by their numbers, and why they are answered so.
    """

    kind, version = "why_in_report", 1

    along: list[PartialDependence] = field(default_factory=list)
    worst: list[tuple[int, Reasons]] = field(default_factory=list)

    __repr__ = telling()


def _not_sought(alone: bool, image: bool) -> str:
    if image:
        return "of an image no other one is sought: leave --to and --fix out."
    if alone:
        return (
            "what would change the answer is made of other rows' cells, and there are none: name "
            "rows to take them from with --background."
        )
    return "--fix goes with --to, the number that is to be reached: give it too."


@dataclass(frozen=True)
class Wanted:
    """What is wanted to be known of a row.

    of: the class or target that is spoken of. to: the answer that is sought. fix: columns to keep.
    """

    of: str | None = None
    to: Any = None
    fix: Sequence[str] = ()
    seed: int = 0


def reasons_of(
    about: InColumns,
    row: Raw,
    background: Raw | None,
    words: str,
    wanted: Wanted = Wanted(),
    target: str = "",
    blocks: tuple[int, int, int] | None = None,
) -> Reasons:
    """Args: background, rows to compare with, told by words; None for the typical row."""
    seed = wanted.seed
    typical = about.typical() if background is None else None
    others = about.background(background if typical is None else typical, seed)
    shares = shared_out(about, row, others, wanted.of, None, seed)
    classes = about.net.classes
    said = about.spoken(about.inputs(row), None if classes is not None else wanted.of)
    asked = wanted.to is not None or (classes is not None and len(classes) > 1)
    sought = asked and background is not None and blocks is None
    if not sought and (wanted.to is not None or wanted.fix):
        raise InputError(_not_sought(background is None, blocks is not None))
    otherwise = None
    if sought:
        assert background is not None
        rows = about.background(background, seed, ROWS)
        otherwise = nearest_otherwise(about, row, rows, wanted.to, wanted.fix, wanted.of)
    if background is not None and shares.rows < len(background):
        words = f"{shares.rows} of {words}"
    return Reasons(
        shares.value if classes is None else classes[said.place], target, shares, words,
        None if typical is None else about.cells(typical, 0), otherwise, sought,
        "" if wanted.to is None else str(wanted.to), list(wanted.fix), blocks,
        about.numbers(about.inputs(row), but=shares.of) if classes is None else {},
        about.strange(row),
        quantile=about.aimed[said.place] if about.aimed else None,
    )  # fmt: skip
