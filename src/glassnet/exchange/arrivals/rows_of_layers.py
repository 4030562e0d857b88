"""The order of layers of which only names and shapes are known.

Numbers in names that are else the same say their order: fc1, fc2, or layers.0, layers.2. What
remains, as where `out` stands beside `fc1`, the shapes say: each layer takes what the one before
it gives. Where several rows fit, words that people use at either end decide, or nothing does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from glassnet.core.errors import InputError

FIRST = {"in", "input", "inputs", "first", "stem", "embed", "embedding", "encoder", "features",
         "feature", "backbone", "base", "body", "trunk"}  # fmt: skip
LAST = {"out", "output", "outputs", "last", "head", "classifier", "decoder", "final", "logits",
        "predictor", "predictions", "score", "scores"}  # fmt: skip
TRIED = 10_000  # steps of the search: more than any row of layers that people name needs


@dataclass(frozen=True)
class SizedLayer:
    """A layer as its name and its sizes tell it."""

    name: str
    n_in: int
    n_out: int

    @property
    def words(self) -> str:
        return f"{self.name} ({self.n_in} to {self.n_out})"

    @property
    def pattern(self) -> str:
        # Keras counts dense, dense_1, dense_2
        return re.sub(r"\d+", "#", self.name).removesuffix("_#")

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(int(number) for number in re.findall(r"\d+", self.name))

    @property
    def end(self) -> int:
        """0 where its words say that it comes first, 2 where they say last, else 1."""
        for word in re.split(r"[\W\d_]+", self.name.lower()):
            if word in FIRST or word in LAST:
                return 0 if word in FIRST else 2
        return 1


def in_a_row(links: list[SizedLayer]) -> list[SizedLayer]:
    """The layers, first to last.

    Raises: InputError, half a sentence, where there is no such row, or more than one.
    """
    by_pattern: dict[str, list[SizedLayer]] = {}
    for link in sorted(links, key=lambda link: (link.pattern, link.numbers)):
        by_pattern.setdefault(link.pattern, []).append(link)
    groups = sorted(by_pattern.values(), key=lambda group: group[0].end)
    for by_words in (True, False):
        found = _some_rows(groups, by_words)
        if len(found) == 1:
            return found[0]
        if found:
            one, other = (next(a for a, b in zip(*pair, strict=True) if a != b)
                          for pair in (found, found[::-1]))  # fmt: skip
            raise InputError(
                f"neither names nor sizes say whether {one.words} or {other.words} comes first: "
                "name its layers by numbers, as layers.0 and layers.2, in their order"
            )
    raise InputError(
        f"its layers stand in no row in which each takes what the one before it gives: "
        f"{', '.join(link.words for link in links[:6])}{', …' if len(links) > 6 else ''}"
    )


def _some_rows(groups: list[list[SizedLayer]], by_words: bool) -> list[list[SizedLayer]]:
    """Up to two rows that keep each group's order; with by_words what comes first before the rest.

    Raises: InputError, half a sentence, where the search has no end in sight.
    """
    found: list[list[SizedLayer]] = []
    for row in _rows(groups, by_words):
        if row is not None:
            found.append(row)
        if len(found) == 2:
            break
    return found


def _rows(groups: list[list[SizedLayer]], by_words: bool) -> Iterator[list[SizedLayer] | None]:
    total, steps = sum(map(len, groups)), 0
    open_: list[tuple[list[SizedLayer], tuple[int, ...]]] = [([], (0,) * len(groups))]
    while open_:
        row, taken = open_.pop()
        steps += 1
        if steps > TRIED:
            raise InputError(
                "its layers' names and sizes fit together in too many ways: name them by numbers, "
                "as layers.0 and layers.2, in their order"
            )
        if len(row) == total:
            yield row
            continue
        left = [k for k, group in enumerate(groups) if taken[k] < len(group)]
        soonest = min(groups[k][0].end for k in left)
        for k in left:
            link = groups[k][taken[k]]
            if by_words and link.end > soonest:
                continue
            if not row or row[-1].n_out == link.n_in:
                open_.append(([*row, link], tuple(t + (k == i) for i, t in enumerate(taken))))
