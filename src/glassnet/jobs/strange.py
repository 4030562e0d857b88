"""What the rows of a prediction hold that training did not: counted, told, and marked."""

from __future__ import annotations

from collections import Counter
from typing import Any

from numpy.typing import NDArray

from glassnet.core.validation.rules import in_words
from glassnet.data import TablePreparation
from glassnet.data.table.told.strange import strange_cells, strangeness

MOST = 5  # columns that are named


class Strangeness:
    """Counts strange cells, part by part. Args: the preparation, and what the table is called."""

    def __init__(self, preparation: TablePreparation, which: str) -> None:
        self.preparation, self.which = preparation, which
        self.rows = self.strange = 0
        self.counts: Counter[str] = Counter()
        self.why: dict[str, set[str]] = {}

    def marks(self, rows: Any, x: NDArray[Any]) -> list[str]:
        """Of each row the columns whose cells are strange, "" where there is none.

        Args: rows, raw; x, the inputs that the preparation made of them.
        """
        found = strange_cells(self.preparation, rows, x)
        self.rows += len(x)
        columns = {column.name: column for column in self.preparation.used}
        names: list[list[str]] = [[] for _ in range(len(x))]
        for name, cells in found.items():
            self.counts[name] += int(cells.rows.sum())
            self.why.setdefault(name, set()).update(strangeness(columns[name], cells))
            for k in cells.rows.nonzero()[0]:
                names[k].append(name)
        self.strange += sum(map(bool, names))
        return ["; ".join(each) for each in names]

    def found(self) -> tuple[int, int, Counter[str], dict[str, set[str]]]:
        """What was counted so far."""
        return self.rows, self.strange, self.counts, self.why

    def add(self, rows: int, strange: int, counts: Counter[str], why: dict[str, set[str]]) -> None:
        """Takes in what was counted in other rows."""
        self.rows, self.strange = self.rows + rows, self.strange + strange
        self.counts.update(counts)
        for name, each in why.items():
            self.why.setdefault(name, set()).update(each)

    def sentence(self) -> str:
        """What was counted, in a sentence; "" where there is nothing to tell."""
        if not self.counts:
            return ""
        told = [
            f"{name!r} in {n:,} ({', or '.join(sorted(self.why[name], reverse=True))})"
            for name, n in self.counts.most_common(MOST)
        ]
        more = len(self.counts) - len(told)
        told += [f"{more} more column{'s' * (more > 1)}"] if more else []
        verb = "holds" if self.strange == 1 else "hold"
        return (
            f"{self.strange:,} of {self.rows:,} rows {verb} what training did not: "
            f"{in_words(told) if len(told) > 1 else told[0]}; what is said of them is a guess"
        )
