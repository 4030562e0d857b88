"""glassnet on folds of one table, as `glassnet train` does it; a JSON line a fold.

python ours.py METHOD FOLDER TABLE FOLDS

METHOD is glassnet, members (the mean of five networks), plain, or glassnet with one of its pieces
left out, by which they were chosen.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from folds import about, fold_of, score, target_of

from glassnet.data import Parts
from glassnet.data.table.table import load_table
from glassnet.training.recipe import recipe
from glassnet.training.recipe.members import train_recipe
from glassnet.training.recipe.penalty import choose_penalty
from glassnet.training.rows import prepare_parts

GIVEN: dict[str, dict[str, Any]] = {
    "glassnet": {},
    "members": {"members": 5},
    "plain": {"preset": "plain"},
    "one cycle": {"schedule": "one_cycle"},
    "no spread": {"spread": False},
    "not drawn in": {},
    "penalty by rule": {},
}


def returned(events: Any) -> Any:
    """What a generator returns."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            return end.value


def trained(data: Any, parts: Parts, method: str) -> Any:
    preset = "plain" if method in ("plain", "not drawn in") else "tuned"
    learn = recipe.learner(data, preset)
    preparation = learn(parts.X)
    given = GIVEN[method]
    chosen = recipe.recipe_for(data, inputs=preparation.n_inputs, parts=parts, **given)
    if method not in ("plain", "penalty by rule"):
        chosen = returned(choose_penalty(parts, chosen, task=data.task, learn=learn))
    net, _ = recipe.prepare(data, chosen, preparation, parts)
    ready = prepare_parts(net, parts, chosen.validation, chosen.seed, chosen.class_weight)
    for _ in train_recipe(net, ready, parts, chosen):
        pass
    return net


def main() -> None:
    method, folder, name, folds = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    table = about(folder)[name]
    data = load_table(folder / f"{name}.csv", table["target"], task=table["task"])
    fold = fold_of(target_of(folder, name, table["target"]), table["task"] == "classes")
    assert len(data.y) == len(fold)
    for k in map(int, folds.split(",")):
        train, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        parts = Parts(data.X[train], data.y[train], data.X[test], data.y[test])
        began, used = time.perf_counter(), time.process_time()
        net = trained(data, parts, method)
        found = net.predict(data.X[test])
        line = {
            "method": method, "table": name, "fold": k,
            "score": score(table["task"], data.y[test], found),
            "train": score(table["task"], data.y[train], net.predict(data.X[train])),
            "seconds": time.perf_counter() - began, "cpu": time.process_time() - used,
        }  # fmt: skip
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
