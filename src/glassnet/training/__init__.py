"""From arrays to a trained network: batches, the loop over epochs, and figures of how it went.

This room is silent. `fit` yields events; whoever runs it shows them, or not.
"""

from glassnet.training.events import EpochEnd, Event, History, Progress, TrainingEnd
from glassnet.training.fit import fit
from glassnet.training.metrics import accuracy, confusion, r2
from glassnet.training.targets import encode

__all__ = [
    "EpochEnd",
    "Event",
    "History",
    "Progress",
    "TrainingEnd",
    "accuracy",
    "confusion",
    "encode",
    "fit",
    "r2",
]
