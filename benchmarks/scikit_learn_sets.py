"""glassnet's plain preset beside scikit-learn's networks, on its bundled tables and on MNIST.

    nice .venv/bin/python benchmarks/scikit_learn_sets.py [--only iris,wine] [--splits 20]
                                                          [--mnist ../shared/data/mnist]

Nothing is told either but the target. Each library runs in a process of its own, on the same
splits; what they found goes to benchmarks/results/scikit_learn_sets.json, and as a table to the
.md beside it, which docs/defaults.md shows.
"""

import argparse
import json
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "scikit_learn_sets"
TABLES = ("iris", "wine", "breast_cancer", "diabetes")
NUMBERS = ("diabetes",)
WHO = ("glassnet", "sklearn", "sklearn_long")  # sklearn_long: 2,000 epochs where 200 are default
SEEDS = range(5)
TEST = 0.2


def load(name: str, mnist: Path) -> tuple[Any, Any, list[tuple[Any, Any]]]:
    """X, y and for each split the rows to train on and to test with."""
    if name == "mnist":
        from glassnet.data import load_data

        data = load_data(mnist)
        assert data.X_test is not None
        assert data.y_test is not None
        rows = np.arange(len(data.X) + len(data.X_test))
        split = (rows[: len(data.X)], rows[len(data.X) :])
        return np.concatenate([data.X, data.X_test]), np.concatenate([data.y, data.y_test]), [split]
    from sklearn import datasets

    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return X, y, []


def splits(name: str, y: Any, count: int) -> list[tuple[Any, Any]]:
    """Split k holds a fifth of the rows back, stratified by class, by seed k."""
    from sklearn.model_selection import train_test_split

    rows, by = np.arange(len(y)), None if name in NUMBERS else y
    return [
        tuple(train_test_split(rows, test_size=TEST, stratify=by, random_state=k))
        for k in range(count)
    ]


def own_source() -> None:
    """Ends where another glassnet than the one beside this script would be measured."""
    import glassnet

    if not Path(str(glassnet.__file__)).is_relative_to(HERE.parent / "src"):
        raise SystemExit(
            f"this would measure {glassnet.__file__}: set PYTHONPATH to {HERE.parent / 'src'}"
        )


def glassnet_score(name: str, X: Any, y: Any, train: Any, test: Any, seed: int) -> float:
    from glassnet.data import Dataset
    from glassnet.training import fit
    from glassnet.training.recipe.recipe import fit_settings, prepare, recipe_for, score

    data = Dataset(
        name, X[train], y[train], X[test], y[test],
        task="number" if name in NUMBERS else "classes",
        image_shape=(28, 28) if name == "mnist" else None,
    )  # fmt: skip
    recipe = recipe_for(data, seed=seed, preset="plain")
    net, parts = prepare(data, recipe)
    for _ in fit(net, parts.X, parts.y, **fit_settings(recipe)):
        pass
    figures = score(net, parts.X_test, parts.y_test)
    return figures["r2" if name in NUMBERS else "accuracy"]


def sklearn_score(
    name: str, X: Any, y: Any, train: Any, test: Any, seed: int, epochs: int
) -> float:
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    kind = MLPRegressor if name in NUMBERS else MLPClassifier
    model = make_pipeline(StandardScaler(), kind(random_state=seed, max_iter=epochs))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged
        model.fit(X[train], y[train])
    return float(model.score(X[test], y[test]))


def run(who: str, name: str, count: int, mnist: Path) -> dict[str, Any]:
    """Scores, (splits, seeds), of one library on one set, and seconds a training."""
    own_source()
    X, y, own = load(name, mnist)
    found: list[list[float]] = []
    began = time.perf_counter()
    for train, test in own or splits(name, y, count):
        found.append([])
        for seed in SEEDS:
            if who == "glassnet":
                found[-1].append(glassnet_score(name, X, y, train, test, seed))
            else:
                epochs = 200 if who == "sklearn" else 2000
                found[-1].append(sklearn_score(name, X, y, train, test, seed, epochs))
    trainings = len(found) * len(SEEDS)
    return {"scores": found, "seconds": (time.perf_counter() - began) / trainings}


def in_its_own_process(who: str, name: str, count: int, mnist: Path) -> dict[str, Any]:
    env = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, __file__, "--run", who, name, "--splits", str(count), "--mnist", mnist],
        env=env, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{who} on {name}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout.splitlines()[-1])


def difference(ours: Any, theirs: Any) -> tuple[float, float]:
    """The mean of ours − theirs, and its standard error.

    Over several splits: of their differences, each the mean of its seeds, which pairs what both
    saw. On a single test part: of the seeds of both.
    """
    a, b = np.asarray(ours), np.asarray(theirs)
    if len(a) > 1:
        d = a.mean(1) - b.mean(1)
        return float(d.mean()), float(d.std(ddof=1) / np.sqrt(len(d)))
    error = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / a.shape[1])
    return float(a.mean() - b.mean()), float(error)


def table(results: dict[str, Any]) -> str:
    """The Markdown table."""
    lines = [
        "| data | figure | glassnet | scikit-learn | its 2,000 epochs | difference to its better "
        "| standard error | seconds a training, both |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, found in results["sets"].items():
        number = name in NUMBERS
        shown = (lambda v: f"{v:.3f}") if number else (lambda v: f"{100 * v:.2f} %")
        signed = (lambda v: f"{v:+.3f}") if number else (lambda v: f"{100 * v:+.2f}")
        means = {who: float(np.mean(found[who]["scores"])) for who in found}
        better = max((who for who in found if who != "glassnet"), key=lambda who: means[who])
        d, error = difference(found["glassnet"]["scores"], found[better]["scores"])
        long = shown(means["sklearn_long"]) if "sklearn_long" in means else "the same"
        plain = shown(error) if number else f"{100 * error:.2f}"
        seconds = f"{found['glassnet']['seconds']:.2f}, {found[better]['seconds']:.2f}"
        lines.append(
            f"| {name.replace('_', ' ')} | {'R²' if number else 'accuracy'} "
            f"| {shown(means['glassnet'])} | {shown(means['sklearn'])} | {long} | {signed(d)} "
            f"| {plain} | {seconds} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default="", help="sets, by a comma: iris,mnist")
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--mnist", type=Path, default=HERE.parents[1] / "shared" / "data" / "mnist")
    parser.add_argument("--run", nargs=2, metavar=("WHO", "SET"), help="in this process")
    args = parser.parse_args()
    own_source()
    if args.run:
        print(json.dumps(run(*args.run, args.splits, args.mnist)))
        return
    names = args.only.split(",") if args.only else [*TABLES, "mnist"]
    results: dict[str, Any] = {"splits": args.splits, "seeds": len(SEEDS), "sets": {}}
    if args.only and RESULTS.with_suffix(".json").exists():
        results = json.loads(RESULTS.with_suffix(".json").read_text(encoding="utf-8"))
    for name in names:
        found = results["sets"][name] = {}
        # on MNIST scikit-learn ends by its own rule before its 200 epochs are over
        for who in WHO if name != "mnist" else WHO[:2]:
            print(f"{name}: {who}", file=sys.stderr, flush=True)
            found[who] = in_its_own_process(who, name, args.splits, args.mnist)
    text = json.dumps(results, indent=1) + "\n"
    RESULTS.with_suffix(".json").write_text(text, encoding="utf-8")
    RESULTS.with_suffix(".md").write_text(table(results), encoding="utf-8")
    print(table(results), end="")


if __name__ == "__main__":
    main()
