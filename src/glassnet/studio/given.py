"""What the studio is opened with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Given:
    """What the studio was opened with: a model or a table, and its data; None for neither."""

    source: str | None = None
    data: str | None = None
