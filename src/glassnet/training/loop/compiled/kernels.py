"""What training asks of compiled functions; `runtime/compiled` has them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from numpy.typing import NDArray

from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer


class Kernels(Protocol):
    """Compiled functions, one for all shapes; arrays are flat, or as they are told.

    Attributes:
        outputs: what an output and its loss can be, and the number that says so to `step`; "ahead"
            and "back" are the halves of a pass whose output is computed elsewhere.
        activations: the names of those that are known.
        rows_of_x: what stands in the table's column "below" for the rows themselves.
        step: a pass.
        updates: of each optimizer by name.
    """

    activations: frozenset[str]
    outputs: Mapping[str, int]
    rows_of_x: int
    updates: Mapping[str, Callable[..., Any]]

    @property
    def step(self) -> Callable[..., Any]: ...
    def product(self, dtype: Any) -> int: ...
    def table(self, layers: Sequence[Mapping[str, Any]]) -> NDArray[Any]: ...


class Compiling(Protocol):
    """Who can make the compiled functions, and what was asked of them.

    Attributes:
        wanted: True to use them however short the training, False not to, None where it pays.
        there: whether they can be had; nothing is loaded to tell it.
        missing: what is needed for them, in words, where they cannot.
        activations: the names of those that have a compiled form.
        steps: makes the function of a tiny network's steps; None where there is no formula for one.
    """

    wanted: bool | None
    activations: frozenset[str]

    @property
    def there(self) -> bool: ...
    @property
    def missing(self) -> str: ...
    def kernels(self) -> Kernels: ...
    def steps(self, net: Network, rule: Optimizer, alone: bool) -> Callable[..., int] | None: ...
    def say(self, sentence: str) -> None: ...
