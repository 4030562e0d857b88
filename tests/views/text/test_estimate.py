"""An estimate in a terminal: aligned, in 80 columns, with every figure and the verdict."""

import numpy as np
import pytest

from glassnet.training.measure.comparison import BaselineComparison
from glassnet.training.measure.crossvalidation import CrossValidation, Fold, Spread
from glassnet.training.measure.estimate import Estimate, Figure
from glassnet.training.probability import ReliabilityBin
from glassnet.views.text.estimate import (
    cross_validation_text,
    estimate_text,
    simple_answers_text,
)

FIGURES = {
    "accuracy": Figure(0.9667, 0.8333, 0.9941, "Wilson's limits"),
    "log_loss": Figure(0.1234, None, None, "no limits: there are fewer than 10 rows"),
    "roc_auc": Figure(None, None, None, "undefined: these rows hold no 'b'"),
}
BASELINES = {
    "majority": {"accuracy": 0.5, "log_loss": 0.6931, "roc_auc": None},
    "linear": {"accuracy": 1.0, "log_loss": 12.5, "roc_auc": None},
}
SENTENCE = "The network beats the majority class (accuracy 96.7 % against 50.0 %). " * 2


def an_estimate(classes=("a", "b"), figures=FIGURES, baselines=BASELINES):
    bins = [ReliabilityBin(0.1, 0.4, 20, 0.25, 0.3), ReliabilityBin(0.5, 0.9, 1000, 0.7, 0.65)]
    return Estimate(
        "classes", 1020, figures, baselines, [], SENTENCE.strip(), [], list(classes), bins
    )


def test_a_table_stands_before_the_reasons_and_the_verdict():
    assert estimate_text(an_estimate()).splitlines() == [
        "1,020 test rows   network     95 % limits   majority    linear",
        "accuracy           96.7 %   83.3 – 99.4 %     50.0 %   100.0 %",
        "log loss (nats)    0.1234               ·     0.6931     12.50",
        "ROC AUC                 ·               ·          ·         ·",
        "ROC AUC: undefined: these rows hold no 'b'.",
        "",
        "The network beats the majority class (accuracy 96.7 % against 50.0 %). The",
        "network beats the majority class (accuracy 96.7 % against 50.0 %).",
    ]


def test_the_auc_of_more_than_two_classes_is_called_a_mean():
    assert "mean ROC AUC" in estimate_text(an_estimate(classes="abc"))
    assert "mean" not in estimate_text(an_estimate())


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e12])
def test_lines_fit_into_80_columns_with_long_names_and_large_numbers(size):
    name = "the mean annual temperature of the deeper soil in degrees"
    figures = {
        f"{metric}[{name}]": Figure(size, size * 0.9, size * 1.1, "") for metric in ("mae", "rmse")
    }
    baselines = {kind: dict.fromkeys(figures, size * 2) for kind in ("mean", "linear")}
    text = estimate_text(an_estimate(figures=figures, baselines=baselines))
    assert max(map(len, text.splitlines())) <= 80
    assert "MAE of the mean" in text
    columns = {line.index(" – ") for line in text.splitlines() if " – " in line}
    assert len(columns) == 1


def test_a_cross_validation_shows_means_folds_caution_and_verdict():
    figures = {"accuracy": Spread(0.9, 0.02, 0.85, 0.95, 2)}
    fold = Fold(20, 10, {"accuracy": 0.88}, {"linear": {"accuracy": 0.8}})
    other = Fold(20, 10, {"accuracy": 0.92}, {"linear": {"accuracy": 0.8}})
    linear = BaselineComparison(
        "linear", "the linear model", "accuracy", 0.9, 0.8, 0.1, 0.05, 0.15, ""
    )
    cv = CrossValidation(
        "classes", "by group", 20, [fold, other], figures, {"linear": {"accuracy": 0.8}},
        [linear], "The network beats the linear model.", "folds share rows.",
        np.eye(2, dtype=int).tolist(), ["a", "b"],
    )  # fmt: skip
    assert cross_validation_text(cv).splitlines() == [
        "2 folds    network     95 % limits   linear",
        "accuracy    90.0 %   85.0 – 95.0 %   80.0 %",
        "",
        "Accuracy of each fold: 88.0 %, 92.0 %",
        "20 rows, split by group; folds share rows.",
        "",
        "The network beats the linear model.",
    ]


def test_what_stands_beside_the_network_is_said_in_words():
    told = simple_answers_text(an_estimate())
    assert told.startswith("Majority: every row is called what most of the rows learned from are;")
    assert "linear: each column adds its share" in " ".join(told.split())
    assert max(map(len, told.splitlines())) <= 80
    alone = simple_answers_text(an_estimate(baselines={}))
    assert alone.startswith("95 % limits: within such the figure of very many rows lies")
