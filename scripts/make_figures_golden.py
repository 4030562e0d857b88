"""Makes tests/golden/figures.json: scikit-learn's figures of small sets of made-up predictions.

    python -m venv golden-env
    golden-env/bin/python -m pip install scikit-learn==1.9.1
    golden-env/bin/python scripts/make_figures_golden.py

It imports nothing of glassnet. scikit-learn's Brier score of two classes is (p − y)², of more
the sum over the classes, as here. Of calibration it has no single figure: the table is its
`calibration_curve` by quantiles, on probabilities without ties.
"""

import json
from pathlib import Path

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden"


def classes(rng: np.random.Generator, N: int, n_classes: int, digits: int) -> dict:
    k = rng.integers(0, n_classes, N)
    k[:n_classes] = np.arange(n_classes)
    z = rng.normal(size=(N, n_classes))
    z[np.arange(N), k] += 1
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    p = p.round(digits)  # few digits make ties
    p[:, -1] = 1 - p[:, :-1].sum(axis=1)
    p = np.abs(p)
    choice = p.argmax(axis=1)
    two = n_classes == 2
    return {
        "k": k.tolist(),
        "p": p.tolist(),
        "accuracy": metrics.accuracy_score(k, choice),
        "balanced_accuracy": metrics.balanced_accuracy_score(k, choice),
        "log_loss": metrics.log_loss(k, p),
        "roc_auc": metrics.roc_auc_score(k, p[:, 1] if two else p, multi_class="ovr"),
        "brier": metrics.brier_score_loss(k, p[:, 1] if two else p),
        "confusion": metrics.confusion_matrix(k, choice).tolist(),
    }


def numbers(rng: np.random.Generator, N: int, n_out: int) -> dict:
    y = rng.normal(size=(N, n_out)) * [1, 100, 0.01][:n_out] + 5
    y_hat = y + rng.normal(size=(N, n_out)) * [0.5, 80, 0.02][:n_out]
    of = {
        "r2": metrics.r2_score,
        "mae": metrics.mean_absolute_error,
        "rmse": metrics.root_mean_squared_error,
    }
    return {
        "y": y.tolist(),
        "y_hat": y_hat.tolist(),
        **{name: f(y, y_hat) for name, f in of.items()},
        "each": {name: f(y, y_hat, multioutput="raw_values").tolist() for name, f in of.items()},
    }


def calibration(rng: np.random.Generator) -> dict:
    said = rng.permutation(np.linspace(0.01, 0.99, 200))
    happened = rng.random(200) < said**1.5
    share, mean = calibration_curve(happened, said, n_bins=10, strategy="quantile")
    return {
        "said": said.tolist(),
        "happened": happened.astype(int).tolist(),
        "mean": mean.tolist(),
        "share": share.tolist(),
    }


def main() -> None:
    rng = np.random.default_rng(20)
    document = {
        "classes": [classes(rng, 60, 2, 2), classes(rng, 80, 4, 2), classes(rng, 40, 3, 12)],
        "numbers": [numbers(rng, 30, 1), numbers(rng, 25, 3)],
        "calibration": calibration(rng),
    }
    text = json.dumps(document, indent=1, default=float) + "\n"
    (GOLDEN / "figures.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
