"""How good a network is, as text for a terminal: figures with limits, baselines, the verdict."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from glassnet.training.measure.by_group import COVERAGE, ByGroup, Group
from glassnet.training.measure.comparison import shown
from glassnet.training.measure.crossvalidation import CrossValidation
from glassnet.training.measure.figure import Estimate, Figure

WIDTH = 80
MOST_LISTED = 8  # yes/no targets whose figures over folds are told one by one
LABEL = 17  # columns of a figure's name, at least
CALLED = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "log_loss": "log loss (nats)",
    "roc_auc": "ROC AUC",
    "calibration_error": "calibration error",
    "brier": "Brier score",
    "r2": "R²",
    "mae": "MAE",
    "rmse": "RMSE",
    "at_or_below": "at or below",
    "within": "between the outer",
    "pinball": "pinball loss",
    "all_right": "whole rows right",
    "f1": "F1",
}
OF_EACH = ("f1", "roc_auc")  # told of each yes/no target


def estimate_text(estimate: Estimate) -> str:
    """A table of the figures, their limits and the baselines', then the verdict."""
    n_classes = len(estimate.classes or ())
    told = {name: f for name, f in estimate.figures.items() if name in _told(estimate)}
    values = {name: f.value for name, f in told.items()}
    limits = {name: (f.low, f.high) for name, f in told.items()}
    lines = list(_table(estimate.rows_text(), values, limits, estimate.baselines, n_classes))
    if estimate.yes_no:
        lines += ["", *_aligned(yes_no_cells(estimate)), "", *_wrapped(YES_NO_SAID)]
    for name, f in estimate.figures.items():
        if f.value is None and not estimate.yes_no:
            lines += _wrapped(f"{called(name, n_classes)}: {f.how}.")
    lines += ["", *_wrapped(estimate.verdict)]
    return "\n".join(lines) + "\n"


SIMPLE = {
    "majority": "majority: every row is called what most of the rows learned from are",
    "mean": "mean: every row gets the mean of the rows learned from",
    "quantiles": "quantiles: every row gets those of all the rows learned from",
    "linear": "linear: each column adds its share, without hidden layers",
}
YES_NO_SAID = (
    "A target is called yes where the model gives it at least the probability under 'from', which "
    "was chosen on rows held back in training. Found: of the rows that are yes so many were called "
    "yes. False: so many were called yes and are not. Right: the share of rows that were called "
    "what they are; majority: the same where every row gets the commoner answer. F1 is 1 where all "
    "are found and none is false; ROC AUC: how often a row that is yes gets more than one that is "
    "not."
)


def simple_answers_text(estimate: Estimate) -> str:
    """What stands beside the network, and what limits are, for who has not met them."""
    said = [SIMPLE[name] for name in estimate.baselines if name in SIMPLE and not estimate.yes_no]
    limits = "95 % limits: within such the figure of very many rows lies, 95 times in 100"
    return "\n".join(_wrapped(f"{'; '.join([*said, limits])}."))


def _told(estimate: Estimate) -> list[str]:
    """Of several yes/no targets the figures of all together, else all figures."""
    return [name for name in estimate.figures if not estimate.yes_no or "[" not in name]


def yes_no_cells(estimate: Estimate) -> list[tuple[str, ...]]:
    """A line a target: what is yes, how many rows are, what was found, and how good that is."""
    head = (
        "target", "yes is", "from", "yes rows", "found", "false", "right", "majority",
        *(called(of) for of in OF_EACH),
    )  # fmt: skip
    lines: list[tuple[str, ...]] = [head]
    for each in estimate.yes_no:
        (_, false), (_, found) = each.confusion
        right, *figures = (
            estimate.figures[f"{of}[{each.name}]"].value for of in ("accuracy", *OF_EACH)
        )
        lines.append(
            (each.name, str(each.yes), f"{100 * each.threshold:.1f} %", f"{each.rows_yes:,}",
             f"{found:,}", f"{false:,}", _cell("accuracy", right), _cell("accuracy", each.majority),
             *(_cell(of, value) for of, value in zip(OF_EACH, figures)))
        )  # fmt: skip
    return lines


def cross_validation_text(cv: CrossValidation) -> str:
    """A table of the means over the folds, the main figure of each fold, and the verdict."""
    figures = {name: s for name, s in cv.figures.items() if _over_folds(cv, name)}
    values = {name: spread.mean for name, spread in figures.items()}
    limits = {name: (spread.low, spread.high) for name, spread in figures.items()}
    head, n_classes = f"{len(cv.folds)} folds", len(cv.classes or ())
    lines = list(_table(head, values, limits, cv.baselines, n_classes))
    main = "r2" if cv.task == "number" else "accuracy"
    each = ", ".join(_cell(main, fold.figures[main]) for fold in cv.folds)
    lines += ["", *_wrapped(f"{called(main)} of each fold: {each}")]
    lines += _wrapped(f"{cv.rows:,} rows, split {cv.split}; {cv.caution}")
    lines += ["", *_wrapped(cv.verdict)]
    return "\n".join(lines) + "\n"


def _over_folds(cv: CrossValidation, name: str) -> bool:
    """Whether a figure is told; of several yes/no targets three of each, and of many none."""
    base, several, _ = name.partition("[")
    if cv.task != "yes_no" or not several:
        return True
    return len(cv.targets) <= MOST_LISTED and base in ("accuracy", *OF_EACH)


def called(name: str, n_classes: int = 2) -> str:
    """A figure as a person reads it; of more than two classes the AUC is a mean.

    >>> called("log_loss"), called("r2[height]"), called("roc_auc", 3)
    ('log loss (nats)', 'R² of height', 'mean ROC AUC')
    """
    base, _, target = name.partition("[")
    if base == "at_or_below" and target:  # of several quantiles
        return f"at or below q{target.removesuffix(']')}"
    mean = "mean " if base == "roc_auc" and n_classes > 2 else ""
    return mean + CALLED.get(base, base) + (f" of {target.removesuffix(']')}" if target else "")


def _cell(name: str, value: float | None) -> str:
    return "·" if value is None else shown(name, value)


def _table(
    head: str,
    values: Mapping[str, float | None],
    limits: Mapping[str, tuple[float | None, float | None]],
    baselines: Mapping[str, Mapping[str, float | None]],
    n_classes: int,
) -> Iterator[str]:
    rows = [(head, "network", "95 % limits", *baselines)]
    for name, value in values.items():
        low, high = limits[name]
        between = "·"
        if low is not None and high is not None:
            between = f"{_cell(name, low).removesuffix(' %')} – {_cell(name, high)}"
        others = (_cell(name, of.get(name)) for of in baselines.values())
        rows.append((called(name, n_classes), _cell(name, value), between, *others))
    # a name may be as wide as the columns of numbers leave room for
    numbers = sum(max(len(row[c]) for row in rows) + 3 for c in range(1, len(rows[0])))
    room = max(LABEL, WIDTH - numbers)
    yield from _aligned([(_shortened(row[0], room), *row[1:]) for row in rows])


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """The first column to the left, the others to the right."""
    sizes = [max(map(len, column)) for column in zip(*rows)]
    for first, *others in rows:
        cells = [f"{cell:>{size}}" for cell, size in zip(others, sizes[1:])]
        yield "   ".join([f"{first:<{sizes[0]}}", *cells]).rstrip()


def _shortened(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text[:1].upper() + text[1:], WIDTH, break_on_hyphens=False)


def groups_text(found: ByGroup) -> str:
    """A line a group, with limits, then what stands out."""
    head = group_head(found)
    lines = [head, *(group_cells(found, group) for group in found.groups)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(head))]
    told = [
        "   ".join(
            c.ljust(w) if not k else c.rjust(w) for k, (c, w) in enumerate(zip(line, widths))
        )
        for line in lines
    ]
    more = f"{found.left_out:,} rows of further groups are left out. " if found.left_out else ""
    return "\n".join([*(line.rstrip() for line in told), "", *_wrapped(more + found.told)]) + "\n"


def group_head(found: ByGroup) -> list[str]:
    """What the cells of a group are."""
    covered = any(group.coverage for group in found.groups)
    own = [f"by {found.column}", "rows", called(found.metric), "95 % limits"]
    said = [f"{found.of} said", "it was"]
    return [*own, *said, *[f"in {100 * COVERAGE:.0f} % limits"] * covered]


def group_cells(found: ByGroup, group: Group) -> list[str]:
    """The group as words."""
    metric = found.metric
    share = "accuracy" if metric == "accuracy" else "mean"
    happened = group.happened.value if group.happened is not None else None
    cells = [
        group.name,
        f"{group.rows:,}",
        _cell(metric, group.figure.value),
        _between(metric, group.figure),
        _cell(share, group.said),
        _cell(share, happened),
    ]
    if any(each.coverage for each in found.groups):
        cells.append(_cell("accuracy", group.coverage.value if group.coverage else None))
    return cells


def _between(name: str, figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return "·"
    return f"{shown(name, figure.low).removesuffix(' %')} – {shown(name, figure.high)}"
