"""The record of what can be asked: a pass, and the update after it."""

from dataclasses import dataclass

from glassnet.core.display.one_line import telling
from glassnet.core.network import Network
from glassnet.core.passes import BackwardPass


@dataclass(frozen=True)
class AskedPass:
    """A pass through a network, the optimizer by its name, and which update comes after it."""

    net: Network
    p: BackwardPass
    optimizer: str
    learning_rate: float
    update: int

    __repr__ = telling("optimizer", "update")
