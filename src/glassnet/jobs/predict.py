"""A saved model's answers, part by part: a table of any length goes through in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import TablePreparation
from glassnet.data.yes_no import MIDDLE
from glassnet.exchange.arrivals import Unsaid
from glassnet.jobs.open import (
    Model,
    blocks_to_look_at,
    lines_named,
    open_model,
    without_preparation,
)
from glassnet.jobs.strange import Strangeness
from glassnet.jobs.threads_and_signals import Say
from glassnet.training.measure.calibration import Calibration
from glassnet.training.measure.conformal import Conformal
from glassnet.training.probability import at_temperature
from glassnet.training.results import Predictions
from glassnet.training.targets import are_yes_no, meaning_in, quantiles_in
from glassnet.training.team import ALONE, Team

Part = dict[str, list[Any]]  # a column's name to its values


def predict(
    model: str | Path,
    data: str,
    probabilities: bool = False,
    encoding: str | None = None,
    say: Say = lambda sentence: None,
    coverage: float | None = None,
    calibrated: bool = False,
    mark: bool = False,
    unsaid: Unsaid = Unsaid(),
    team: Team = ALONE,
) -> tuple[Iterator[Part], str]:
    """The answers to the data's rows, part by part, and which rows they are.

    Args:
        probabilities: to have one of each class; of several yes/no targets that of yes is told
            anyway. encoding: of a table, where it is named.
        coverage: to have limits of each number, or a set of classes for each row, within which
            the truth is in this share of rows; say is told by which rows that is known.
        calibrated: to have probabilities at the temperature at which they hold.
        mark: to have the columns named whose cells hold what training did not; say is told how
            many those are.
        unsaid: what another tool's file does not say of its network.
        team: each of whose ranks answers a part of a table, rank 0 the first.

    Raises: InputError where the model or the data cannot be read, or do not fit each other; of
        rows that are read later, from the iterator.
    """
    opened = open_model(model, data=data, encoding=encoding, unsaid=unsaid, say=say)
    net = opened.net
    if probabilities and net.classes is None and net.yes_no is None:
        raise InputError("--probabilities goes with a model of classes; this one predicts numbers.")
    T = _temperature(opened, say) if calibrated else 1.0
    sure = None if coverage is None else Sure.of(opened, coverage, say, T)
    parts, which, files, first = blocks_to_look_at(data, opened, encoding, say, team)
    names = (opened.about.get("target") or {}).get("names") or ()
    if aimed := quantiles_in(net):
        names = [f"q{q:g}" for q in aimed]

    strange = None
    if isinstance(net.preparation, TablePreparation):
        strange = Strangeness(net.preparation, which)
    elif mark:
        raise InputError("--mark goes with a model of a table: this one was trained on none.")

    def each() -> Iterator[Part]:
        with lines_named(data, encoding=encoding):
            yield from answered(
                net, parts, probabilities, names, files, sure, T, strange, mark, first
            )
        if strange is not None and team.size > 1:
            team.meet()
            for rank, found in enumerate(team.gather(strange.found())):
                if rank != team.rank:
                    strange.add(*found)
        if strange is not None and (told := strange.sentence()):
            say(told)

    return each(), which


@dataclass(frozen=True)
class Sure:
    """A coverage that is asked for, and by what the limits are known that have it."""

    by: Conformal
    coverage: float

    @classmethod
    def of(cls, model: Model, coverage: float, say: Say, T: float = 1.0) -> Sure:
        """By the scores in a model file; say is told what they come to, at temperature T."""
        by = conformal_of(model)
        q, holds = by.quantile(coverage), by.holds(coverage)
        truth = "the truth lies"
        if are_yes_no(model.net):
            names = named(model.targets, model.net.n_out)
            least = [f"{max(1 - each, 0):.4g} for {name}" for each, name in zip(q, names)]
            what = "a set holds each word that has a probability of at least " + ", ".join(least)
            truth = "each target's truth, by itself, lies"
            if any(t != MIDDLE for t in meaning_in(model.net).thresholds):
                what += (
                    ", whatever its threshold: a prediction of what is rare may lie outside its set"
                )
        elif model.net.classes is not None:
            what = _limit(max(1 - float(q[0]), 0.0), len(model.net.classes), T)
        else:
            what = "answers " + " and ".join(f"± {each:.4g}" for each in q)
        told = "" if holds is None else (
            f" (true coverage {holds[0]:.3g} to {holds[1]:.3g}, 9 times of 10)"
        )  # fmt: skip
        say(
            f"coverage {coverage:g}, by the {by.rows}{told}: {what}; of rows like these "
            f"{truth} within in {100 * coverage:.4g} of 100"
        )
        return cls(by, coverage)

    def columns(self, out: Any, decided: Any, names: Sequence[str]) -> Part:
        """The limits of answers: numbers, (N,) or (N, n_out), or a set of classes a row."""
        classes = self.by.net.classes
        if classes is not None:
            within = self.by.set_of(out, self.coverage)
            labels = np.array(classes, dtype=object)
            return {"prediction set": [labels[row].tolist() for row in within]}
        if are_yes_no(self.by.net):
            return {
                f"prediction set {name}": [
                    [word for word, there in zip(pair, row) if there] for row in each
                ]
                for name, pair, each in zip(
                    names, meaning_in(self.by.net).pairs, self.by.sets_of_each(out, self.coverage)
                )
            }
        low, high = self.by.interval_around(decided, self.coverage)
        if decided.ndim == 1:
            return {"low": low.tolist(), "high": high.tolist()}
        return {
            f"{side} {name}": values[:, j].tolist()
            for j, name in enumerate(names)
            for side, values in (("low", low), ("high", high))
        }


def _limit(p: float, classes: int, T: float) -> str:
    """From which probability on a class is in a row's set, as they are told, at temperature T.

    Of two classes the limit is brought to it; of more it depends on the others, and stays.
    """
    if T != 1 and classes == 2:
        p = float(at_temperature(np.array([[p, 1 - p]]), T)[0, 0])
    told = f"classes of a probability of {p:.4g} and more"
    return told + (" before the temperature" if T != 1 and classes > 2 else "")


def conformal_of(model: Model) -> Conformal:
    """What a model file remembers of rows that the network did not learn from.

    Raises: InputError where that is nothing.
    """
    spec = model.about.get("calibration")
    if quantiles_in(model.net):
        raise InputError(
            f"{model.path} gives quantiles, between which a share of the rows lies: --coverage "
            "goes with a model of the number itself."
        )
    if spec is None:
        raise InputError(
            f"{model.path} holds no scores of rows that the network did not learn from, by which "
            "a coverage is known: train it anew with --out, on data that have test rows."
        )
    return Conformal.from_spec(model.net, spec)


def _temperature(model: Model, say: Say) -> float:
    """The temperature that a model file remembers; what it does is said.

    Raises: InputError where there is none.
    """
    spec = model.about.get("temperature")
    if spec is None:
        raise InputError(
            f"{model.path} holds no temperature of its probabilities: it is learned by `glassnet "
            "train --out`, of classes, by 30 test rows or more."
        )
    by = Calibration.from_spec(spec)
    say(
        f"probabilities at temperature {by.temperature:.3g}, by the {by.rows}: calibration error "
        f"{by.error:.4f}, and {by.without:.4f} without (each half by the other's temperature): "
        + (
            "they hold better for it"
            if by.error < by.without
            else "they hold no better for it, so leave --calibrated out"
        )
    )
    return by.temperature


def together(parts: Iterable[Part], which: str) -> Predictions:
    """All answers as one record."""
    columns: dict[str, list[Any]] = {}
    for part in parts:
        for name, values in part.items():
            columns.setdefault(name, []).extend(values)
    more = {n: v for n, v in columns.items() if n not in ("row", "prediction", "probability")}
    return Predictions(columns.get("prediction", []), which, columns.get("probability"), more)


def answered(
    net: Network,
    parts: Iterable[Any],
    probabilities: bool,
    targets: Sequence[str],
    files: Sequence[str] = (),
    sure: Sure | None = None,
    T: float = 1.0,
    strange: Strangeness | None = None,
    mark: bool = False,
    first: int = 0,
) -> Iterator[Part]:
    """The columns of the answers: row, prediction or a column for each target, probabilities.

    files: of pictures, their names, which get a column. T: the temperature of the probabilities.
    strange: counts what training did not hold; mark: whether a column tells it.
    first: the number of the first row.
    """
    marks = None
    if strange is not None:  # what a row becomes is looked at: it is prepared here, once
        net = without_preparation(net)
    for X in parts:
        n = len(X)
        columns: Part = {"row": list(range(first, first + n))}
        if files:
            columns["file"] = [str(name) for name in files[first : first + n]]
        first += n
        if strange is not None:
            rows, X = X, strange.preparation.apply(X, net.dtype)
            marks = strange.marks(rows, X)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            p = net.predict_proba(X)
            decided = net.decide(p)
        out = p
        whose = p if net.classes is not None or net.yes_no is not None else decided
        _check_finite(whose, columns["row"])
        if are_yes_no(net):
            names = named(targets, net.n_out)
            columns |= {f"prediction {n}": decided[:, j].tolist() for j, n in enumerate(names)}
            for j, (name, (_, yes)) in enumerate(zip(names, meaning_in(net).pairs)):
                columns[f"p({name} = {yes})"] = p[:, j].astype(float).tolist()
        elif net.classes is None:
            y = decided
            if y.ndim == 1:
                columns["prediction"] = y.tolist()
            else:
                for j, name in enumerate(named(targets, y.shape[1])):
                    columns[f"prediction {name}"] = y[:, j].tolist()
        else:
            columns["prediction"] = decided.tolist()
            p = np.concatenate([1 - p, p], axis=1) if net.n_out == 1 else p
            p = p if T == 1 else at_temperature(p, T)
            columns["probability"] = p.max(axis=1).astype(float).tolist()
            if probabilities:
                for j, label in enumerate(net.classes):
                    columns[f"p({label})"] = p[:, j].astype(float).tolist()
        if sure is not None:
            columns |= sure.columns(out, decided, named(targets, net.n_out))
        if mark and marks is not None:
            columns["unseen"] = marks
        yield columns


def named(targets: Sequence[str], n: int) -> Sequence[str]:
    """The names of so many targets; where they are not known, numbers from 0."""
    return targets if len(targets) == n else [str(j) for j in range(n)]


def _check_finite(out: Any, rows: Sequence[int]) -> None:
    """That the answers are numbers: an InputError that names the first row where one is none."""
    odd = ~np.isfinite(np.asarray(out).reshape(len(rows), -1)).all(axis=1)
    if odd.any():
        raise InputError(
            f"the answer for row {rows[int(odd.argmax())]} is not finite: the numbers on the way "
            "to it are larger than the model's type holds, by its weights or by that row."
        )
