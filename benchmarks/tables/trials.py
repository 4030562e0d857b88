"""How short the trials of the penalty may be on tables of 10,000 rows and more.

    OMP_NUM_THREADS=1 python benchmarks/tables/trials.py FOLDER --out FILE.jsonl

FOLDER is what make.py wrote.

On fold 0 of each table of the list trials a network is trained in full with each of the three
penalties, and measured on the fold; and each way of trying them says which it would take. A line a
table and a way: the penalty that it takes, the loss of its network on the fold, that of the best of
the three and of the worst, and the processor seconds of the trials and of one training in full.
What stands in FILE is not measured again.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from folds import about, fold_of, target_of
from ours import returned

from glassnet.data import Parts
from glassnet.data.table.table import load_table
from glassnet.training.recipe import penalty, recipe
from glassnet.training.recipe.members import train_recipe
from glassnet.training.rows import measure, prepare_parts

WAYS: dict[str, tuple[float, int | None]] = {  # share of a training, rows that are learned from
    "half": (0.5, None),
    "quarter": (0.25, None),
    "eighth": (0.125, None),
    "half, 5,000 rows": (0.5, 5_000),
    "quarter, 5,000 rows": (0.25, 5_000),
}


def trained(data: Any, parts: Parts, chosen: Any, preparation: Any) -> tuple[float, float]:
    """The loss on the fold of a network that was trained in full, and its processor seconds."""
    net, _ = recipe.prepare(data, chosen, preparation, parts)
    ready = prepare_parts(net, parts, None, chosen.seed, None)
    began = time.process_time()
    for _ in train_recipe(net, ready, parts, chosen):
        pass
    return measure(net, ready.test)["loss"], time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    tables = about(args.folder)
    done = set()
    if args.out.exists():
        done = {json.loads(line)["table"] for line in args.out.read_text().splitlines()}
    for name in sorted(n for n, t in tables.items() if t["list"] == "trials" and n not in done):
        table = tables[name]
        data = load_table(args.folder / f"{name}.csv", table["target"], task=table["task"])
        fold = fold_of(target_of(args.folder, name, table["target"]), table["task"] == "classes")
        train, test = np.flatnonzero(fold != 0), np.flatnonzero(fold == 0)
        parts = Parts(data.X[train], data.y[train], data.X[test], data.y[test])
        learn = recipe.learner(data, "tuned")
        preparation = learn(parts.X)
        base = recipe.recipe_for(data, inputs=preparation.n_inputs, parts=parts)
        losses, seconds = {}, []
        for l2 in penalty.penalties(len(train), preparation.n_inputs):
            chosen = recipe.with_settings(base, {"l2": l2})
            losses[l2], used = trained(data, parts, chosen, preparation)
            seconds.append(used)
        lines = []
        for way, (share, rows) in WAYS.items():
            penalty.SHARE, penalty.LEARNED = share, rows or len(train)
            began = time.process_time()
            chosen = returned(penalty.choose_penalty(parts, base, task=data.task, learn=learn))
            used = time.process_time() - began
            lines.append({
                "table": name, "task": data.task, "way": way, "l2": chosen.l2,
                "loss": losses[chosen.l2], "best": min(losses.values()),
                "worst": max(losses.values()), "trials": used, "training": float(np.mean(seconds)),
            })  # fmt: skip
        with args.out.open("a", encoding="utf-8") as out:
            out.writelines(json.dumps(line) + "\n" for line in lines)
        print(name, flush=True)


if __name__ == "__main__":
    main()
