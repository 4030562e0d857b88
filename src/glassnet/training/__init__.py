"""From arrays to a trained network: batches, the loop over epochs, and figures of how it went.

This room is silent. `fit` yields events; whoever runs it shows them, or not.
"""

from glassnet.training.events import EpochEnd, Event, History, Progress, TrainingEnd
from glassnet.training.loop.descent import around_update
from glassnet.training.loop.fit import fit, fit_with
from glassnet.training.loop.stream import (
    fit_stream,
    outputs_of,
    predict_blocks,
    score_stream,
    train_stream,
)
from glassnet.training.measure.baselines import Baseline, baseline_for, baseline_from
from glassnet.training.measure.comparison import BaselineComparison
from glassnet.training.measure.conformal import Conformal, conformalize
from glassnet.training.measure.crossvalidation import (
    CrossValidation,
    cross_validate,
    cross_validate_dataset,
)
from glassnet.training.measure.estimate import Estimate, Figure, estimate
from glassnet.training.metrics import (
    accuracy,
    balanced_accuracy,
    confusion,
    figures,
    mae,
    r2,
    rmse,
)
from glassnet.training.persist.checkpoints import Checkpoints
from glassnet.training.persist.recorder import Recorder
from glassnet.training.probability import (
    at_temperature,
    brier_score,
    log_loss,
    reliability,
    roc_auc,
    temperature,
)
from glassnet.training.recording import Recording
from glassnet.training.rows import Rows
from glassnet.training.settings import Recipe, Settings
from glassnet.training.targets import encode

__all__ = [
    "Checkpoints",
    "Baseline",
    "BaselineComparison",
    "Conformal",
    "CrossValidation",
    "EpochEnd",
    "Estimate",
    "Event",
    "Figure",
    "History",
    "Progress",
    "Recipe",
    "Recorder",
    "Recording",
    "Rows",
    "Settings",
    "TrainingEnd",
    "accuracy",
    "around_update",
    "at_temperature",
    "balanced_accuracy",
    "baseline_for",
    "baseline_from",
    "brier_score",
    "conformalize",
    "confusion",
    "cross_validate",
    "cross_validate_dataset",
    "encode",
    "estimate",
    "figures",
    "fit",
    "fit_with",
    "log_loss",
    "mae",
    "r2",
    "reliability",
    "rmse",
    "roc_auc",
    "fit_stream",
    "outputs_of",
    "predict_blocks",
    "score_stream",
    "temperature",
    "train_stream",
]
