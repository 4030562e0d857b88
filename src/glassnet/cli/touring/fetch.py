"""`glassnet fetch`: a published data set, brought here once."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from glassnet.cli.options import Flag


def fetch(
    name: str = "mnist",
    /,
    *,
    to: Path | None = None,
    from_: Annotated[str | None, Parameter(name="--from")] = None,
    json: Flag = False,
) -> int:
    """Bring a data set that is too large to ship: mnist, 70,000 handwritten digits, 11 MB.

    It is kept for this user, and `glassnet train mnist` finds it by its name. What was fetched is
    held against the digests of what was published.

    Parameters
    ----------
    name
        The data set: mnist.
    to
        Another folder to keep it in.
    from_
        Another address where its files are.
    json
        Print one JSON document.
    """
    from glassnet.cli.output import print_json
    from glassnet.data.sets.fetched import Fetched, fetch_set, published

    lines: list[str] = []
    folder = fetch_set(name, to, from_, lines.append if json else print)
    of = published(name)
    if json:
        print_json(Fetched(name, str(folder), of.source, of.licence))
        return 0
    print(f"{of.source}; {of.licence}.")
    print(f"It is in {folder}:  glassnet train {name if to is None else folder}")
    return 0
