"""The columns of a table with their kinds, as they are told before a training."""

from collections import Counter
from collections.abc import Iterator, Sequence

from glassnet.data.table.frames import shortened
from glassnet.data.table.inputs import CategoryInput
from glassnet.data.table.kinds import Column
from glassnet.data.table.preparation import TablePreparation

LINE_EACH = 24  # columns at most that have a line of their own
NAMED = 8  # columns of a kind that are named
REASONS = 6  # columns that are left out whose reason is told
CODED = 6  # that are named

MANY = {
    "number": "numbers", "category": "categories", "boolean": "booleans", "date": "dates",
    "presence": "presences", "identifier": "identifiers", "constant": "constants",
    "text": "texts",
}  # fmt: skip


def columns_told(preparation: TablePreparation) -> str:
    """The columns with their kinds: of few a line each, of many a line or two a kind.

    >>> import polars as pl
    >>> wide = pl.DataFrame({f"x{j}": [0.5, 1.5, 4.0] for j in range(90)})
    >>> print(columns_told(TablePreparation.learn(wide)))
      numbers: 90 columns (x0, x1, x2, x3, x4, x5, x6, … x89)
    """
    columns = preparation.columns
    few = len(columns) <= LINE_EACH
    return "\n".join([*(_each(columns) if few else _grouped(columns)), *_asked(columns)])


def _each(columns: Sequence[Column]) -> Iterator[str]:
    width = max((len(shortened(column.name)) for column in columns), default=0)
    for column in columns:
        said = [column.kind, column.why] if column.used else [f"left out ({column.kind})"]
        said += [f"{column.missing:,} missing"] if column.missing and column.used else []
        said += [] if column.used else [column.why]
        yield f"  {shortened(column.name):{width}}  {', '.join(filter(None, said))}"


def _grouped(columns: Sequence[Column]) -> Iterator[str]:
    """Kind by kind, then what is missing, and what is left out with the reason."""
    for kind, many in MANY.items():
        these = [column for column in columns if column.used and column.kind == kind]
        if not these:
            continue
        told = [_with_levels(column) for column in these]
        yield f"  {many}: {counted(len(these))} ({first_and_last(told)})"
    if missing := sorted((c for c in columns if c.used and c.missing), key=lambda c: -c.missing):
        told = [f"{shortened(c.name)} {c.missing:,}" for c in missing]
        more = f" … and {len(told) - NAMED:,} more" if len(told) > NAMED else ""
        yield f"  missing cells: in {counted(len(told))}, {', '.join(told[:NAMED])}{more}"
    out = [column for column in columns if not column.used]
    if not out:
        return
    kinds = Counter(column.kind for column in out)
    told = ", ".join(f"{n:,} {MANY[kind] if n > 1 else kind}" for kind, n in kinds.most_common())
    yield f"  left out: {counted(len(out))}, {told}"
    width = max(len(shortened(column.name)) for column in out[:REASONS])
    for column in out[:REASONS]:
        yield f"    {shortened(column.name):{width}}  {column.why}"
    if len(out) > REASONS:
        yield f"    … and {len(out) - REASONS:,} more"


def counted(n: int) -> str:
    """How many columns.

    >>> counted(1), counted(1200)
    ('1 column', '1,200 columns')
    """
    return f"{n:,} column{'s' * (n != 1)}"


def first_and_last(names: Sequence[str]) -> str:
    """The first of many names, and the last."""
    if len(names) <= NAMED:
        return ", ".join(names)
    return f"{', '.join(names[: NAMED - 1])}, … {names[-1]}"


def _with_levels(column: Column) -> str:
    name = shortened(column.name)
    if isinstance(column.code, CategoryInput) and column.code.levels:
        return f"{name} {len(column.code.levels)}"
    return name


def _asked(columns: Sequence[Column]) -> Iterator[str]:
    """Which columns of numbers may hold names, and how to say so."""
    coded = [column.name for column in columns if column.coded]
    if not coded:
        return
    named = ",".join(shortened(name) for name in coded[:CODED])
    more = f", and {len(coded) - CODED:,} columns more" if len(coded) > CODED else ""
    hold = "hold" if len(coded) > 1 else "holds"
    shown = named.replace(",", ", ")
    named = f"'{named}'" if " " in named else named
    yield (
        f"  look: {shown}{more} {hold} whole numbers that may be names, and count as numbers: "
        f"--categories {named} makes names of them, --numbers {named} settles it"
    )
