"""Which settings suit data, tried out on rows that are held back."""

from collections.abc import Generator, Mapping
from typing import Any

from glassnet.data import Reading, open_data
from glassnet.jobs.checks import check_counts
from glassnet.jobs.material.in_memory import InMemory
from glassnet.jobs.open import lines_named
from glassnet.training.recipe.penalty import PenaltyProgress
from glassnet.training.recipe.recipe import check_together
from glassnet.training.recipe.search import SearchEvent, SearchResult, check_tries


def search(
    data: str, n: int, reading: Reading | None = None, given: Mapping[str, Any] | None = None
) -> Generator[PenaltyProgress | SearchEvent, None, SearchResult]:
    """Tries n settings, those that suit the data by rule among them, and chooses.

    Args:
        data: a set's name, or a place. reading: of a table.
        given: settings by name, as `Recipe` has them; each stays what it is.

    Yields: what happens. Returns: the chosen recipe, and what became of each.

    Raises: InputError where the data cannot be read, or for what makes no sense.
    """
    reading, given = reading or Reading(), given or {}
    check_counts(given.get("epochs"), None, validation=given.get("validation"))
    check_together(given)
    check_tries(n)
    with lines_named(data, reading.header, reading.encoding):
        material = InMemory.of(
            open_data(data, reading), given.get("validation"), None, given.get("preset")
        )
        base = yield from material.penalised(material.recipe(given))
        return (yield from material.search(n, base))
