"""What a file of arrays does not say of the network that they are of, said beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from glassnet.core import activations
from glassnet.core.activations import Activation
from glassnet.core.errors import InputError, unknown
from glassnet.core.validation.rules import listed, refused
from glassnet.exchange.arrivals import parts
from glassnet.exchange.flow import Flow, Sums

GIVE = "an activation, by its name or as an object, or a list of one for each hidden layer"
Bend = str | Mapping[str, Any] | Activation


@dataclass(frozen=True)
class Unsaid:
    """The activations between layers, one for all or one each; that of the outputs; their labels.

    None is what was not given.
    """

    hidden: Bend | Sequence[Any] | None = None
    output: str | None = None
    classes: Any = None

    @property
    def nothing(self) -> bool:
        return self.hidden is None and self.output is None and self.classes is None

    def check(self) -> None:
        """Raises: InputError where what was given names no activation."""
        for one in self._bends():
            bent(Flow(Sums(())), one)
        if self.output is not None and self.output not in activations.ACTIVATIONS:
            raise unknown("activation", self.output, activations.ACTIVATIONS)

    def between(self, layers: int) -> list[Bend]:
        """An activation for each of so many hidden layers; "relu,tanh" names two.

        Raises: InputError, half a sentence, where there are too few or too many.
        """
        given = self._bends()
        if layers and not given:
            raise InputError(
                "it does not say which activations stand between its layers: give them, as "
                "hidden='relu' (--hidden relu)"
            )
        if len(given) == 1:
            return given * layers
        if len(given) != layers:
            raise InputError(
                f"hidden names {len(given)} activations, and it has {layers} hidden "
                f"layer{'' if layers == 1 else 's'}: give one for all, or one for each"
            )
        return given

    def _bends(self) -> list[Bend]:
        if self.hidden is None:
            return []
        if isinstance(self.hidden, str):
            return [name.strip() for name in self.hidden.split(",")]
        if isinstance(self.hidden, Activation | Mapping):
            return [self.hidden]
        given = listed(self.hidden)
        if not given:
            raise refused("hidden", self.hidden, GIVE)
        for each in given:
            if not isinstance(each, str | Activation | Mapping):
                raise refused("hidden", each, GIVE)
        return given


def bent(flow: Flow, one: Bend) -> Flow:
    """An activation of what is there.

    Raises: InputError where the name is of none.
    """
    if not isinstance(one, str):
        return flow.activated(activations.get(one))
    try:
        known = parts.activation(one)
    except InputError:
        raise unknown("activation", one, activations.ACTIVATIONS) from None
    return flow.activated(known) if isinstance(known, Activation) else flow.bent(known)
