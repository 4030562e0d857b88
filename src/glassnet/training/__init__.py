"""From arrays to a trained network: batches, the loop over epochs, and figures of how it went.

This room is silent. `fit` yields events; whoever runs it shows them, or not.
"""

from glassnet.training.checkpoints import Checkpoints
from glassnet.training.descent import around_update
from glassnet.training.events import EpochEnd, Event, History, Progress, TrainingEnd
from glassnet.training.fit import fit
from glassnet.training.metrics import accuracy, confusion, r2
from glassnet.training.recorder import Recorder
from glassnet.training.recording import Recording
from glassnet.training.rows import Rows
from glassnet.training.stream import fit_stream, outputs_of, predict_blocks, score_stream
from glassnet.training.targets import encode

__all__ = [
    "Checkpoints",
    "EpochEnd",
    "Event",
    "History",
    "Progress",
    "Recorder",
    "Recording",
    "Rows",
    "TrainingEnd",
    "accuracy",
    "around_update",
    "confusion",
    "encode",
    "fit",
    "fit_stream",
    "outputs_of",
    "predict_blocks",
    "r2",
    "score_stream",
]
