"""From a name, or a specification that has one, to the thing itself."""

from collections.abc import Mapping
from typing import Any, TypeVar

from glassnet.core.errors import unknown

T = TypeVar("T")


def chosen(
    kind: str, table: Mapping[str, type[T]], which: str | Mapping[str, Any]
) -> tuple[type[T], dict[str, Any]]:
    """The class that a name or specification stands for, and the settings beside the name."""
    settings: dict[str, Any] = dict(which) if isinstance(which, Mapping) else {"name": which}
    name = settings.pop("name", None)
    if not isinstance(name, str) or name not in table:
        raise unknown(kind, name, table)
    return table[name], settings


def build(
    kind: str, table: Mapping[str, type[T]], which: str | Mapping[str, Any], **more: Any
) -> T:
    """An object of that class with those settings, and more that go before them."""
    make, settings = chosen(kind, table, which)
    return make(**settings | more)
