"""The kinds of columns that a person says: by name or number, each once, and none that is no input.

category  each value is a name, be it a number: a class, a month, a postal code
number    the cells are numbers, few and whole ones too
text      words that no input is made of
ignore    not given to the network, whatever it is
"""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from glassnet.core.errors import InputError
from glassnet.data.checks import DataError

Said = Literal["category", "number", "text", "ignore"]
OPTIONS: dict[Said, str] = {
    "category": "--categories",
    "number": "--numbers",
    "text": "--text",
    "ignore": "--ignore",
}

Kinds = Mapping[str, Said]


def find_column(columns: Sequence[str], wanted: str, repeated: Sequence[str] = ()) -> str:
    """A column by its name, or by its number: from 0, and −1 is the last.

    Args: repeated, the names that several columns had in the file, and none can be called by.

    >>> find_column(["age", "price"], "-1")
    'price'
    """
    if wanted in repeated:
        places = [
            k
            for k, name in enumerate(columns)
            if re.match(rf"{re.escape(wanted)}( \(\d+\))?$", name)
        ]
        raise DataError(
            f"{len(places)} columns are called {wanted!r}: say which by its number, "
            f"{' or '.join(map(str, places))}."
        )
    if wanted in columns:
        return wanted
    try:
        return columns[int(wanted)]
    except ValueError:
        lower = {name.lower().strip(): name for name in columns}
        if wanted.lower().strip() in lower:
            return lower[wanted.lower().strip()]
        near = difflib.get_close_matches(wanted.lower(), lower, n=1)
        if near:
            raise DataError(
                f"there is no column {wanted!r}: did you mean {lower[near[0]]!r}?"
            ) from None
        shown = ", ".join(repr(name) for name in columns[:12]) + (" …" if len(columns) > 12 else "")
        raise DataError(f"there is no column {wanted!r}: the columns are {shown}.") from None
    except IndexError:
        raise DataError(
            f"there is no column {wanted}: the {len(columns)} columns are counted from 0, and "
            "from −1 at the end."
        ) from None


def kinds_in(columns: Sequence[str], said: Kinds, repeated: Sequence[str] = ()) -> dict[str, Said]:
    """The kinds that were said, by the names that the table has.

    Args:
        columns: the table's. repeated: names that several of them had in the file.
        said: by the names or numbers that a person gave, several with commas between them.

    Raises: DataError for a name that no column has, and one sentence for a column of two kinds.

    >>> kinds_in(["age", "class", "zip"], {"class,zip": "category", "0": "number"})
    {'class': 'category', 'zip': 'category', 'age': 'number'}
    """
    found: dict[str, Said] = {}
    for names, kind in said.items():
        if kind not in OPTIONS:
            near = difflib.get_close_matches(str(kind), OPTIONS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "give one of those."
            raise InputError(
                f"the kind of {names!r} is {kind!r}, and a column's is one of "
                f"{', '.join(OPTIONS)}: {hint}"
            )
        for name in names_in(names, columns):
            column = find_column(columns, name, repeated)
            check_one_kind(column, kind, found)
            found[column] = kind
    return found


def check_one_kind(column: str, kind: Said, known: Kinds) -> None:
    """That no other kind is known of a column.

    Raises: DataError that names both.
    """
    if known.get(column, kind) != kind:
        raise DataError(
            f"column {column!r} is in {OPTIONS[known[column]]} and in {OPTIONS[kind]}: "
            "say one kind of it."
        )


def names_in(text: str, columns: Collection[str] = ()) -> list[str]:
    """Names with commas between them; a name of a column may have commas itself.

    >>> names_in("a, b,c"), names_in("a, b", ["a, b"])
    (['a', 'b', 'c'], ['a, b'])
    """
    if text in columns:
        return [text]
    return [name for part in text.split(",") if (name := part.strip())]


def check_apart(said: Kinds, others: Mapping[str, Collection[str]]) -> None:
    """That no kind is said of a column that is no input.

    Args: others, by option the columns that are none.

    Raises: DataError that names column and option.
    """
    for column, kind in said.items():
        for option, columns in others.items():
            if column in columns and not (kind == "ignore" and option == "--group"):
                what = "to be predicted" if option == "--target" else "what rows are grouped by"
                raise DataError(
                    f"column {column!r} is in {OPTIONS[kind]}, and it is {what}: leave it out of "
                    "one of the two."
                )
