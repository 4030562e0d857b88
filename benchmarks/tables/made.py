"""Tables that are made by a formula, by rows, width, noise and share of categories."""

from typing import Any

import numpy as np


def _framed(X: Any, y: Any) -> Any:
    import pandas as pd

    table = pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])
    if table.dtypes.iloc[0].kind == "f":
        table = table.round(6)
    table["target"] = np.round(y, 6) if y.dtype.kind == "f" else [f"c{k}" for k in y]
    return table


def _clusters(rows: int, width: int, informative: int, seed: int, **more: Any) -> Any:
    from sklearn.datasets import make_classification

    return _framed(
        *make_classification(
            rows, width, n_informative=informative, flip_y=0.05, random_state=seed, **more
        )
    )


def clusters_300() -> Any:
    return _clusters(300, 20, 5, 1)


def clusters_1000() -> Any:
    return _clusters(1000, 20, 8, 2, n_classes=3)


def clusters_wide() -> Any:
    return _clusters(200, 80, 10, 3)


def many_classes() -> Any:
    return _clusters(360, 90, 30, 4, n_classes=12, n_clusters_per_class=1, class_sep=2.0)


def moons() -> Any:
    from sklearn.datasets import make_moons

    return _framed(*make_moons(300, noise=0.25, random_state=1))


def friedman_300() -> Any:
    from sklearn.datasets import make_friedman1

    return _framed(*make_friedman1(300, noise=1.0, random_state=1))


def friedman_3000() -> Any:
    from sklearn.datasets import make_friedman1

    return _framed(*make_friedman1(3000, noise=1.0, random_state=2))


def clusters_20000() -> Any:
    return _clusters(20_000, 25, 10, 11, n_classes=4, n_clusters_per_class=3)


def friedman_20000() -> Any:
    from sklearn.datasets import make_friedman1

    return _framed(*make_friedman1(20_000, noise=3.0, random_state=12))


def words_20000() -> Any:
    numbers, X = _words(20_000, 9, 6, 13)
    of = np.random.default_rng(14).normal(size=(9, 6))
    y = of[np.arange(9), numbers].sum(1) + 2 * of[0, numbers[:, 0]] * of[1, numbers[:, 1]]
    noisy = y + np.random.default_rng(15).logistic(size=len(y))
    return _framed(X, (noisy > 0).astype(int))


def sparse_wide() -> Any:
    from sklearn.datasets import make_regression

    return _framed(*make_regression(150, 100, n_informative=8, noise=20.0, random_state=5))


def _words(rows: int, columns: int, levels: int, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    numbers = rng.integers(0, levels, (rows, columns))
    return numbers, np.char.add("level ", numbers.astype(str)).astype(object)


def words() -> Any:
    """A rule of two equal columns or a level of a third, one label in twenty turned."""
    numbers, X = _words(700, 7, 4, 6)
    y = ((numbers[:, 1] == numbers[:, 4]) | (numbers[:, 2] == 0)).astype(int)
    turned = np.random.default_rng(7).random(len(y)) < 0.05
    return _framed(X, np.where(turned, 1 - y, y))


def few_words() -> Any:
    numbers, X = _words(160, 6, 3, 8)
    return _framed(X, ((numbers[:, 0] == numbers[:, 3]) | (numbers[:, 5] == 1)).astype(int))


def number_of_words() -> Any:
    numbers, X = _words(500, 5, 8, 9)
    rng = np.random.default_rng(10)
    of = rng.normal(size=(5, 8))
    y = of[np.arange(5), numbers].sum(1) + of[0, numbers[:, 0]] * of[1, numbers[:, 1]]
    return _framed(X, y + 0.3 * rng.normal(size=len(y)))
