"""From a name, or a specification that has one, to the thing itself; and back."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, ClassVar, TypeVar

from glassnet.core.errors import InputError, unknown
from glassnet.core.parts import replaced

T = TypeVar("T")
Table = dict[str, Callable[..., Any]]


class Named:
    """A part with a name, by which a specification and a file speak of it.

    `word` says what it is, `known` is the table of its kind, `formula` the tree that an activation
    of one's own may bring of its f. A subclass that gives no name has its class's: never its
    parent's, under which a file would bring back the parent.
    """

    name: ClassVar[str]
    word: ClassVar[str] = ""
    known: ClassVar[Table] = {}
    formula: ClassVar[Any] = None

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        if "name" not in vars(cls):
            cls.name = cls.__name__

    def spec(self) -> dict[str, Any]:
        """Name and settings, as plain JSON.

        Raises: InputError where they would not bring it back.
        """
        kind = type(self)
        other = self.known.get(self.name)
        if isinstance(other, type) and other is not kind and not _same_place(other, kind):
            raise InputError(
                f"the {self.word} {kind.__name__} has the name '{self.name}', which is "
                f"{other.__name__}'s: give it a name of its own."
            )
        known = {f.name: f.init for f in fields(self)}  # type: ignore[arg-type]
        strange = [name for name in vars(self) if name not in known or name in replaced(self)]
        if strange:
            raise InputError(
                f"the {self.word} {self.name} has {', '.join(strange)}, which a file of its name "
                "and settings would not bring back: make it a field of a dataclass"
                + (", or list it in `arrays`." if hasattr(kind, "arrays") else ".")
            )
        return {"name": self.name} | {n: _plain(getattr(self, n)) for n in known if known[n]}


def _plain(value: Any) -> Any:
    return value.spec() if isinstance(value, Named) else value


def _same_place(one: type, other: type) -> bool:
    """Whether a class is another's later edition, as when a notebook's cell is run again."""
    return (one.__module__, one.__qualname__) == (other.__module__, other.__qualname__)


def chosen(
    kind: str, table: Mapping[str, Callable[..., T]], which: str | Mapping[str, Any]
) -> tuple[Callable[..., T], dict[str, Any]]:
    """The class that a name or specification stands for, and the settings beside the name."""
    settings: dict[str, Any] = dict(which) if isinstance(which, Mapping) else {"name": which}
    name = settings.pop("name", None)
    if isinstance(which, type):
        raise InputError(f"the {kind} is the class {which.__name__}: write {which.__name__}().")
    if not isinstance(name, str) or name not in table:
        raise unknown(kind, name, table)
    return table[name], settings


def build(
    kind: str,
    table: Mapping[str, Callable[..., T]],
    which: str | Mapping[str, Any],
    **more: Any,
) -> T:
    """An object of that class with those settings, and more that go before them."""
    make, settings = chosen(kind, table, which)
    try:
        return make(**settings | more)
    except InputError:
        raise
    except TypeError as error:
        raise InputError(f"the {kind} does not take these settings: {error}.") from None
