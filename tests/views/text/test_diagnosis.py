"""A diagnosis as a person reads it."""

import math
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.explain.diagnosis.diagnose import diagnose
from glassnet.training import Recording
from glassnet.views.text.diagnosis import diagnosis_text, figure


@pytest.fixture
def text(tmp_path: Path) -> str:
    X = np.random.default_rng(0).normal(size=(60, 3))
    y = (X[:, 0] > 0).astype(int)
    net = gn.Network.dense(
        [3, 5, 2], hidden="sigmoid", output="softmax", initializer="zeros", seed=0
    )
    gn.fit(net, X, y, epochs=3, record=tmp_path / "run", progress=False)
    recording = Recording.open(tmp_path / "run")
    return diagnosis_text(diagnose(recording, recording.rows(X, y)), "RUN")


def test_a_finding_stands_with_its_numbers_reason_and_advice(text: str) -> None:
    assert text.startswith("RUN: 6 updates, looked at by 60 of 60 rows")
    assert "1. symmetric weights (severe), from step 0\n" in text
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "5 neurons of layer 1" in lines
    assert "   → Start the hidden layers from random weights" in text


def test_no_line_is_wider_than_asked(text: str) -> None:
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("value", "shown"),
    [(3.0, "3"), (12345.0, "12,345"), (0.00012349, "0.0001235"), (-0.5, "−0.5"),
     (math.nan, "not a number"), (math.inf, "∞"), (-math.inf, "−∞"), (1e30, "1e+30")],
)  # fmt: skip
def test_figures_keep_four_digits(value: float, shown: str) -> None:
    assert figure(value) == shown
