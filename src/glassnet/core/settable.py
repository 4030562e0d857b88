"""What of a network may be set once it is made: it holds at once, or is refused in a sentence."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from glassnet.core import losses
from glassnet.core.activations import Array
from glassnet.core.errors import InputError
from glassnet.core.losses import Loss
from glassnet.core.parameters import Parameters
from glassnet.core.parts import check_attribute
from glassnet.core.validation.arrays import numbers
from glassnet.core.validation.calls import fits_signature, rule_of
from glassnet.core.validation.rules import NotNegative, Positive, Seed, refused
from glassnet.core.validation.specification import check_classes


class PreparationLike(Protocol):
    """What turns raw rows into the network's inputs; learned elsewhere, kept in the model."""

    @property
    def n_inputs(self) -> int: ...
    def apply(self, X: Any, dtype: Any = ...) -> Array: ...
    @fits_signature
    def spec(self) -> dict[str, Any]: ...


class TargetScaleLike(Protocol):
    """What brings outputs back to the units of the targets; learned elsewhere, likewise."""

    def apply(self, y: Any, dtype: Any = ...) -> Array: ...
    def invert(self, t: Any) -> Array: ...
    @fits_signature
    def spec(self) -> dict[str, Any]: ...


class YesNoLike(Protocol):
    """What several yes/no outputs mean, and from which probability on each is called yes."""

    @property
    def n_outputs(self) -> int: ...
    @property
    def thresholds(self) -> tuple[float, ...]: ...
    def decide(self, p: Any) -> Array: ...
    @fits_signature
    def spec(self) -> dict[str, Any]: ...


class Settable(Parameters):
    """What a network is to one who changes it later: its settings, theta and grad."""

    loss: Loss
    seed: Seed | None
    l1: NotNegative
    l2: NotNegative
    max_norm: Positive | None
    classes: list[Any] | None
    preparation: PreparationLike | None
    target_scale: TargetScaleLike | None
    yes_no: YesNoLike | None = None

    def check_loss(self, loss: Loss) -> None:
        output = self.dense_layers[-1].activation
        if loss.joint not in (None, output.name):
            raise InputError(
                f"{loss.name} goes with a {loss.joint} output; this network's output "
                f"is {output.name}."
            )

    def __setattr__(self, name: str, value: Any) -> None:
        """What is set holds at once, or is refused in a sentence."""
        made = "_trainings" in vars(self)
        if name in ("theta", "grad"):
            self._write(name, value)
        elif made and name in ("layers", "dense_layers", "dtype", "n_learned"):
            way = "net.astype(dtype)" if name == "dtype" else "Network([*net.layers[:-1], …])"
            raise InputError(
                f"a network's {name} is settled when it is made: make another, as {way}."
            )
        elif made and name in SETTINGS:
            value = self._fitting(name, value)
            if not _same(value, vars(self).get(name)):
                self.check_at_rest(f"set {name} before or after it")
            vars(self)[name] = value
        else:
            check_attribute(self, name, value)
            object.__setattr__(self, name, value)

    def _write(self, name: str, values: ArrayLike) -> None:
        array = vars(self)[name]
        if values is array:  # as after theta *= 2
            return
        found = numbers(name, values, self.dtype)
        if found.shape not in ((), array.shape) or not np.isfinite(found).all():
            raise refused(name, found, f"{array.size} finite numbers, or one for all")
        array[...] = found

    def _fitting(self, name: str, value: Any) -> Any:
        """A setting in its plain form; an InputError where it cannot be this network's."""
        if name in RULES:
            return RULES[name](name, value)
        if name == "loss":
            loss = losses.get(value)
            self.check_loss(loss)
            return loss
        if name == "classes":
            check_classes(value)
            if value is not None and len(value) != max(self.n_out, 2):
                raise InputError(
                    f"there are {len(value)} classes, and the outputs stand for "
                    f"{max(self.n_out, 2)}: give as many."
                )
        elif name == "preparation" and value is not None:
            n = getattr(value, "n_inputs", self.n_in)
            if not callable(getattr(value, "apply", None)):
                raise refused(name, value, "a PreparationLike, or None")
            if n != self.n_in:
                raise InputError(
                    f"the preparation makes {n} inputs, and this network takes {self.n_in}: learn "
                    "it from rows of this network's."
                )
        elif name == "target_scale" and value is not None:
            n = getattr(value, "n_outputs", None)
            if n is None or not callable(getattr(value, "invert", None)):
                raise refused(name, value, "a TargetScaleLike, or None")
            if n not in (1, self.n_out):
                raise InputError(
                    f"the scale is of {n} targets, and this network has {self.n_out} outputs: "
                    "learn it from targets of this network's."
                )
        elif name == "yes_no" and value is not None:
            if not callable(getattr(value, "decide", None)):
                raise refused(name, value, "a YesNoLike, or None")
            if value.n_outputs != self.n_out:
                raise InputError(
                    f"there are {value.n_outputs} yes/no targets, and this network has "
                    f"{self.n_out} outputs: give as many."
                )
        return value

    @property
    def n_in(self) -> int:
        return self.dense_layers[0].n_in

    @property
    def n_out(self) -> int:
        return self.dense_layers[-1].n_out


SETTINGS = (
    "loss", "seed", "l1", "l2", "max_norm", "classes", "preparation", "target_scale",
    "yes_no",
)  # fmt: skip
RULES = {
    name: rule
    for name in ("seed", "l1", "l2", "max_norm")
    if (rule := rule_of(Settable.__annotations__[name])) is not None
}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return one is other
    return one is other or one == other
