"""What a network's parts have in common: they are values, and may be somebody's own.

A part may be a subclass, or have a method replaced on itself or in its class: what is written
for glassnet's own classes (a faster form, a formula) first asks `as_written`.
"""

import copy
import weakref
from collections.abc import Mapping
from functools import cache
from types import FunctionType, MethodType
from typing import Any, ClassVar, Protocol, Self, TypeVar

from glassnet.core.errors import InputError, NameMissing, nearest
from glassnet.core.validation.rules import refused

_HOME = __name__.rpartition(".")[0] + "."

put = object.__setattr__  # past what a class makes of setting an attribute

T = TypeVar("T")


def as_written(part: Any, *methods: str) -> bool:
    """Whether a part computes as core's class does: by methods neither overridden nor replaced.

    Args: methods, by name; by default those that its class computes by.
    """
    for name in methods or part.computes_by:
        home: Mapping[str, Any] = getattr(getattr(part, name), "__globals__", {})
        if not str(home.get("__name__", "")).startswith(_HOME):
            return False
    return True


def of_core(part: T) -> T | None:
    """The part where it computes as core's class does; None where it is somebody's own.

    What is known of a class, a faster form or a formula, holds for these alone:
    `isinstance(of_core(f), Softmax)`.
    """
    return part if as_written(part) else None


def replaced(part: object) -> dict[str, Any]:
    """The methods that a part has on itself, in place of its class's."""
    return {
        name: value
        for name, value in vars(part).items()
        if callable(value) and isinstance(getattr(type(part), name, None), FunctionType)
    }


def check_attribute(part: object, name: str, value: object) -> None:
    """What may be set on a network or a layer: what its class declares.

    A class of one's own may have attributes of its own, and anything one that begins with _.

    Raises: InputError for another name, a property, or what is no function in a method's place.
    """
    kind = type(part)
    known = getattr(kind, name, None)
    if isinstance(known, property) and known.fset is None:
        raise NameMissing(f"a {kind.__name__}'s {name} follows from its parts: it cannot be set.")
    if isinstance(known, FunctionType) and not callable(value):
        raise refused(f"the method {name}", value, "a function, or leave it as it is")
    if name.startswith("_") or name in declared(kind) or hasattr(kind, name):
        return
    if kind.__module__.partition(".")[0] == _HOME.partition(".")[0]:
        near = nearest(name, [*declared(kind), *(each for each in dir(kind) if each[0] != "_")])
        guess = f" did you mean {near}?" if near else ""
        raise NameMissing(
            f"a {kind.__name__} has no {name}:{guess} A subclass of your own may have attributes "
            "of its own."
        )


@cache
def declared(kind: type) -> tuple[str, ...]:
    """The attributes that a class and its bases declare by an annotation, but for _private ones."""
    names = (name for base in kind.__mro__ for name in vars(base).get("__annotations__", {}))
    return tuple(dict.fromkeys(name for name in names if name[0] != "_"))


class Value:
    """What is copied and pickled as what it is, own classes included; a copy shares nothing.

    `made_anew` names what a copy makes for itself, in `settle`.
    """

    made_anew: ClassVar[tuple[str, ...]] = ()

    def settle(self) -> None:
        """Makes what a copy does not take over; called once the rest is there."""

    def __getstate__(self) -> dict[str, Any]:
        _refuse_replaced(self, "pickled")
        return {name: value for name, value in vars(self).items() if name not in self.made_anew}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self.settle()

    def __copy__(self) -> Self:
        return copy.deepcopy(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        _refuse_replaced(self, "copied", bound=True)
        new = type(self).__new__(type(self))
        memo[id(self)] = new
        for name, value in vars(self).items():
            if name not in self.made_anew:
                vars(new)[name] = copy.deepcopy(value, memo)
        new.settle()
        return new


class Owner(Protocol):
    """A network, as its layers know it."""

    def lay_out(self) -> None: ...


class Part(Value):
    """What is in a network, at most in one: another takes a copy, with the values it has.

    `placed` is True from the day that it was in one; a copy is in none.
    """

    made_anew = ("_network",)
    computes_by: ClassVar[tuple[str, ...]] = ()
    _network: "weakref.ref[Owner] | None" = None

    @property
    def placed(self) -> bool:
        return self._network is not None

    @property
    def network(self) -> Owner | None:
        """The network that it is in; None where it is in none, or that one is gone."""
        return None if self._network is None else self._network()

    def join(self, network: Owner) -> None:
        vars(self)["_network"] = weakref.ref(network)

    def __setattr__(self, name: str, value: Any) -> None:
        check_attribute(self, name, value)
        put(self, name, value)
        self._tell(name)

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        self._tell(name)

    def _tell(self, name: str) -> None:
        network = self.network
        if name in self.computes_by and network is not None:
            network.lay_out()


def _refuse_replaced(part: object, what: str, bound: bool = False) -> None:
    """An InputError where a part has a function in a method's place: a copy would call it too.

    A plain function may speak of this very part, and change it when a copy calls it. Args:
    bound, whether a method bound to the part is as good as one of its class.
    """
    for name, value in replaced(part).items():
        if not (bound and isinstance(value, MethodType) and value.__self__ is part):
            raise InputError(
                f"a {type(part).__name__} whose {name} was replaced by a function cannot be "
                f"{what}: the function may speak of this one alone. Write the {name} in a "
                f"subclass of {type(part).__name__}."
            )
