"""A search as text for a terminal: what was tried, how far each came, and what was chosen."""

from glassnet.training.recipe.penalty import PenaltyProgress
from glassnet.training.recipe.search import SearchProgress, SearchResult, SearchRow

HEAD = ("", "hidden", "activation", "rate", "l2", "dropout", "batch", "epochs", "loss", "±")


def search_text(result: SearchResult) -> str:
    """The table of all candidates, those that trained longest first, and the choice.

    `→` marks the chosen one. Losses compare between rows of as many epochs alone.
    """
    table = [(*HEAD, result.metric), *(_cells(row, result) for row in result.rows)]
    widths = [max(len(line[k]) for line in table) for k in range(len(table[0]))]
    lines = [
        "  ".join(cell.ljust(w) if k < 3 else cell.rjust(w) for k, (cell, w) in enumerate(pairs))
        for pairs in (list(zip(line, widths)) for line in table)
    ]
    chosen = "the defaults" if result.chosen == 0 else f"setting {result.chosen}"
    said = f"search: {len(result.rows)} settings on {result.validation}, in {result.seconds:.1f} s"
    if result.stopped == "interrupted":
        said += "; interrupted, the best so far is taken"
    return (
        "\n".join([said, *(line.rstrip() for line in lines), f"{chosen}: {result.reason}"]) + "\n"
    )


def progress_line(event: SearchProgress) -> str:
    """How far a search is, in a line.

    >>> progress_line(SearchProgress(1, 3, 4, 0.25, None))
    'search  25 %  round 1 of 3, setting 4'
    """
    line = f"search {100 * event.done:3.0f} %  round {event.rung} of {event.rungs}, "
    line += f"setting {event.number}"
    return line if event.best is None else f"{line}, best so far {event.best.loss:.4g}"


def penalty_line(event: PenaltyProgress) -> str:
    """How far the choice of a penalty is, in a line.

    >>> penalty_line(PenaltyProgress(0.5))
    'penalty  50 %'
    """
    return f"penalty {100 * event.done:3.0f} %"


def _cells(row: SearchRow, result: SearchResult) -> tuple[str, ...]:
    r = row.recipe
    name = "defaults" if row.defaults else f"{row.number}"
    return (
        ("→ " if row.chosen else "  ") + name,
        ",".join(map(str, r.hidden)) or "none",
        r.activation,
        "" if r.learning_rate is None else f"{r.learning_rate:g}",
        f"{r.l2:g}",
        f"{r.dropout:g}",
        "all" if r.optimizer == "lbfgs" else f"{r.batch_size}",
        f"{row.epochs}" + ("" if row.share == 1 else f" of {r.epochs}"),
        f"{row.loss:.4f}" if row.loss < float("inf") else "diverged",
        f"{row.error:.4f}" if row.error < float("inf") else "",
        f"{row.metric:.4f}",
    )
