"""Writes tests/golden/shapley.json: Shapley values by the shap package, over all coalitions.

Run in an environment of its own: pip install shap==0.51.0, python scripts/make_golden_shapley.py
"""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import shap

CASES = [([3, 4, 2], "softmax", 1), ([4, 5, 1], "identity", None), ([6, 5, 3], "softmax", 0)]


def main() -> None:
    cases = []
    for n, (sizes, output, of) in enumerate(CASES):
        rng = np.random.default_rng(n)
        W = [rng.normal(size=(b, a)) for a, b in pairwise(sizes)]
        b = [rng.normal(size=size) for size in sizes[1:]]
        background, x = rng.normal(size=(7, sizes[0])), rng.normal(size=sizes[0])

        def f(X, W=W, b=b, output=output, of=of):
            z = np.tanh(X @ W[0].T + b[0]) @ W[1].T + b[1]
            if output == "identity":
                return z[:, 0]
            e = np.exp(z - z.max(axis=1, keepdims=True))
            return (e / e.sum(axis=1, keepdims=True))[:, of]

        masker = shap.maskers.Independent(background, max_samples=len(background))
        told = shap.explainers.ExactExplainer(f, masker)(x[None])
        cases.append(
            {
                "sizes": sizes, "output": output, "of": of,
                "W": [w.tolist() for w in W], "b": [v.tolist() for v in b],
                "background": background.tolist(), "x": x.tolist(),
                "base": float(told.base_values[0]), "values": told.values[0].tolist(),
            }
        )  # fmt: skip
    path = Path(__file__).parents[1] / "tests" / "golden" / "shapley.json"
    path.write_text(json.dumps({"made_with": f"shap {shap.__version__}", "cases": cases}) + "\n")


if __name__ == "__main__":
    main()
