"""Parts of one's own, made known by name: to settings, commands' files and model files."""

import inspect
from functools import partial
from typing import Any, TypeVar

from glassnet.core.activations import Elementwise
from glassnet.core.by_name import Named
from glassnet.core.errors import InputError
from glassnet.core.initializers import INITIALIZERS, name_of
from glassnet.core.layers import LAYERS, Dense, Dropout

T = TypeVar("T")


def register(part: T) -> T:
    """Makes a part of your own known by its name, and returns it: also as a decorator.

    From then on the name stands for it wherever a part is named, as in Dense(3, 4, "cube"), and
    in model files and recorded runs that name it. Whoever reads such a file registers it first.
    The name is the class's `name` (of a layer `kind`), or else the class's own.

        @gn.register
        class Cube(gn.Activation):
            def f(self, z):
                return z**3

            def df(self, z, a):
                return 3 * z**2

    Args:
        part: a subclass of Activation, Loss, Optimizer, Schedule, Dense or Dropout; an
            `Elementwise`, two functions with a name; or an initializer, a function
            (rng, n_out, n_in) to W.

    Raises: InputError for what is none of these, or has a name of glassnet's own.

    >>> register(3)
    Traceback (most recent call last):
    glassnet.core.errors.InputError: 3 cannot be registered: give a subclass of Activation, ...
    """
    own: Any = part
    if isinstance(own, type) and issubclass(own, Named) and not inspect.isabstract(own):
        _enter(own.known, own.name, own, own.word)
    elif isinstance(own, type) and issubclass(own, Dense | Dropout):
        _enter(LAYERS, vars(own).get("kind", own.__name__), own, "layer")
    elif isinstance(own, Elementwise):
        _enter(own.known, own.name, partial(_itself, own), own.word)
    elif callable(own) and not isinstance(own, type):
        function: Any = own
        _enter(INITIALIZERS, name_of(function), function, "initializer")
    else:
        lacks = sorted(getattr(own, "__abstractmethods__", ()))
        raise InputError(
            f"{own!r} cannot be registered: "
            + (f"it has no {' and no '.join(lacks)}." if lacks else f"give {_TAKES}.")
        )
    return part


_TAKES = (
    "a subclass of Activation, Loss, Optimizer, Schedule, Dense or Dropout, an Elementwise, or an "
    "initializer"
)


def _itself(part: Elementwise) -> Elementwise:
    return part


def _enter(table: dict[str, Any], name: Any, part: Any, word: str) -> None:
    if not isinstance(name, str) or not name.isidentifier():
        raise InputError(f"the name of the {word} is {name!r}: give a word, as 'my_{word}'.")
    known = table.get(name)
    home = getattr(known, "__module__", "")
    if known is not None and known is not part and str(home).startswith("glassnet.core."):
        raise InputError(f"'{name}' is the name of glassnet's own {word}: give yours another.")
    table[name] = part
