"""Rows in their own columns: which inputs a column becomes, and which output is spoken of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.validation.arrays import array
from glassnet.core.validation.rules import in_words, shown
from glassnet.data import Preparation, TablePreparation, check_features
from glassnet.data.table.cells import MISSING, NO_NUMBER
from glassnet.data.table.frames import as_polars, is_frame
from glassnet.data.table.inputs import NumberInput
from glassnet.data.table.told.strange import strange_in
from glassnet.training.measure.importance import ArrayRows, FrameRows, Group, Raw, as_raw
from glassnet.training.outputs import answers
from glassnet.training.probability import are_probabilities
from glassnet.training.targets import aimed_in, middle_of, quantile_names, quantiles_in

BACKGROUND = 100  # rows that an answer is compared with


@dataclass(frozen=True)
class Spoken:
    """The output that is spoken of.

    Attributes:
        place: its number, from 0; of a class that of the label.
        name: the label, or the target's name; "" where a single number has none.
        probability: whether it is one.
    """

    place: int
    name: str
    probability: bool


class InColumns:
    """A network in float64, whose inputs are taken together as the columns that they came from.

    Args:
        net: any network.
        names: of an array's columns.
        groups: names and places of the columns that are one player, as the pixels of a block.
        targets: the names of the numbers that it predicts.

    Attributes:
        names: of the players, in order. places: which inputs each becomes.
        aimed: the quantiles that it predicts, where it predicts such.
        steps: what a difference of 1 in the first of these is, a standard deviation's or that of
            no and yes; 0 where the column holds words. clipped: whether that one is clipped.
    """

    def __init__(
        self,
        net: Network,
        names: Sequence[str] = (),
        groups: Sequence[Group] | None = None,
        targets: Sequence[str] = (),
    ) -> None:
        self.net = net.astype("float64")
        self.aimed = aimed_in(net)
        self.targets = list(targets)
        self._also_named = dict[str, int]()
        if self.aimed:
            named = self.targets
            if not named and net.n_out > 1 and not quantiles_in(net):
                named = [str(k) for k in range(net.n_out)]
            self.targets = quantile_names(self.aimed, named)
            if len(named) == net.n_out:
                self._also_named = {name: k for k, name in enumerate(named)}
            if net.n_out == 1:
                self._also_named[quantile_names(self.aimed)[0]] = 0
        self._prepared: list[tuple[Raw, NDArray[np.float64]]] = []
        preparation = net.preparation
        if isinstance(preparation, TablePreparation):
            found = [(name, list(range(net.n_in))[at]) for name, at in preparation.places.items()]
        else:
            named = list(names) if len(names) == net.n_in else [f"x[{j}]" for j in range(net.n_in)]
            found = [(name, [j]) for j, name in enumerate(named)]
            if groups is not None:
                found = [(name, list(group)) for name, group in groups]
        self.names = [name for name, _ in found]
        self.steps = [_step(preparation, name) for name in self.names]
        self.clipped = [_is_clipped(preparation, name) for name in self.names]
        self.places = [np.array(inputs, np.intp) for _, inputs in found]
        self.columns = list(names)

    def raw(self, rows: Any, name: str) -> Raw:
        """Raw rows as people have them: a frame, an array, a single row of either."""
        if isinstance(rows, ArrayRows | FrameRows):
            return rows
        if isinstance(rows, Mapping):
            rows = [dict(rows)]
        if is_frame(rows):
            return as_raw(as_polars(rows))
        found = array(name, rows)
        if found.ndim == 1:
            found = found[None]
        return as_raw(check_features(found, name), self.columns)

    def typical(self) -> Raw:
        """A typical row, which the network's preparation knows: the mean, or what is usual.

        Raises: InputError where it knows none.
        """
        preparation = self.net.preparation
        if isinstance(preparation, TablePreparation):
            return as_raw(preparation.typical())
        if not isinstance(preparation, Preparation) or preparation.kind != "standardize":
            raise InputError(
                "the network does not know a typical row: give rows to compare with, as the "
                "background."
            )
        return as_raw(np.array(preparation.mean)[None], self.columns)

    def one(self, x: Any) -> Raw:
        """A single raw row."""
        row = self.raw(x, "x")
        if len(row) != 1:
            raise InputError(f"x has {len(row):,} rows: give one, the row that is asked about.")
        return row

    def background(self, rows: Any, seed: int, most: int = BACKGROUND) -> Raw:
        """Rows to compare with, of many so many, drawn by seed; None for the typical row."""
        if rows is None:
            return self.typical()
        raw = self.raw(rows, "background")
        if not len(raw):
            raise InputError("background has no rows: give at least one.")
        if len(raw) <= most:
            return raw
        drawn = np.random.default_rng(seed).choice(len(raw), most, replace=False)
        return raw.take(np.sort(drawn))

    def inputs(self, rows: Raw) -> NDArray[np.float64]:
        """What the network meets of raw rows, (N, n_in); the same rows are prepared once."""
        for known, x in self._prepared:
            if known is rows:
                return x
        x = rows.rows
        if self.net.preparation is not None:
            x = self.net.preparation.apply(x, np.float64)
        self._prepared.append((rows, self.net.inputs(x)))
        return self._prepared[-1][1]

    def outputs(self, x: NDArray[np.float64], spoken: Spoken) -> NDArray[np.float64]:
        """That output for each of the inputs' rows, (N,): a probability, or in its own units."""
        return answers(self.net, x).y_hat[:, spoken.place].astype(np.float64)

    def spoken(self, x: NDArray[np.float64], of: Any = None) -> Spoken:
        """The output that is meant; None for the class that x, (1, n_in), is taken for.

        Raises: InputError where there is no such class or target.
        """
        said = answers(self.net, x)
        if not np.isfinite(said.y_hat).all():
            raise InputError("the answer to this row is not finite: there is no reason to give.")
        if said.choice is None:
            return self._number(of, said.y_hat.shape[1])
        labels = list(self.net.classes or ())
        place = int(said.choice[0])
        if of is not None:
            words = [str(label) for label in labels]
            if str(of) not in words:
                raise InputError(f"{shown(of)} is no class of this network: give {either(words)}.")
            place = words.index(str(of))
        return Spoken(place, str(labels[place]), are_probabilities(said.y_hat))

    def _number(self, of: Any, n_out: int) -> Spoken:
        names = self._outputs(n_out)
        if of is None:
            place = middle_of(self.aimed) if self.aimed else 0
        else:
            place = self._also_named.get(str(of))
        if place is not None:
            return Spoken(place, names[place] if self.targets or n_out > 1 else "", False)
        if str(of) not in names:
            raise InputError(f"{shown(of)} is no target of this network: give {either(names)}.")
        return Spoken(names.index(str(of)), str(of), False)

    def _outputs(self, n_out: int) -> list[str]:
        return self.targets if len(self.targets) == n_out else [str(k) for k in range(n_out)]

    def numbers(self, x: NDArray[np.float64], but: str) -> dict[str, float]:
        """Of several numbers that are said of a row, (1, n_in), all but one, by their names."""
        told = answers(self.net, x).y_hat[0]
        return (
            {
                name: float(value)
                for name, value in zip(self._outputs(len(told)), told)
                if name != but
            }
            if len(told) > 1
            else {}
        )

    def strange(self, row: Raw) -> dict[str, str]:
        """By columns, what is strange of a row's cells that hold what training did not."""
        preparation = self.net.preparation
        if not isinstance(preparation, TablePreparation) or not isinstance(row, FrameRows):
            return {}
        return strange_in(preparation, row.rows, self.inputs(row))

    def cells(self, rows: Raw, row: int) -> dict[str, Any]:
        """The cells of a row by the players' names; of a player of several columns None."""
        cells = dict(zip(rows.columns, rows.cells(row)))
        return {name: cells.get(name) for name in self.names}


def _step(preparation: Any, name: str) -> float:
    if not isinstance(preparation, TablePreparation):
        return 1.0
    column = next(column for column in preparation.used if column.name == name)
    return {"category": 0.0, "boolean": 2.0}.get(column.kind, 1.0)


def _is_clipped(preparation: Any, name: str) -> bool:
    if not isinstance(preparation, TablePreparation):
        return False
    code = next(column.code for column in preparation.used if column.name == name)
    return isinstance(code, NumberInput) and code.clip


def is_missing(cell: Any, word: bool = False) -> bool:
    """Whether a cell of any table is a missing one. Args: word, whether its column holds words."""
    if isinstance(cell, str):
        return cell.strip() in MISSING or (not word and cell.strip() in NO_NUMBER)
    return cell is None or cell != cell  # NaN


def either(words: Sequence[str], most: int = 8) -> str:
    """One of these, in words."""
    if len(words) == 1:
        return words[0]
    if len(words) > most:
        return f"one of {', '.join(words[:most])} … ({len(words)} in all)"
    return in_words(words, "or")
