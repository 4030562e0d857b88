"""The results of run.py as tables in Markdown: means, ranks, wins and losses, time.

    python benchmarks/tables/report.py RESULTS.jsonl [MORE.jsonl ...] --about FOLDER/about.json

Only tables and folds that every method named was measured on count.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

NAMES = {
    "glassnet": "glassnet", "members": "glassnet, 5 members",
    "plain": "glassnet, plain", "mlp": "scikit-learn's MLP",
    "forest": "random forest", "boosting": "histogram boosting", "realmlp": "RealMLP-TD-S",
}  # fmt: skip
TIE = 1e-9


def means(lines: list[dict[str, Any]], methods: list[str]) -> dict[str, dict[str, Any]]:
    """By table: of each method the mean score and processor seconds over the shared folds."""
    found: dict[str, dict[int, dict[str, dict[str, Any]]]] = {}
    for line in lines:
        found.setdefault(line["table"], {}).setdefault(line["fold"], {})[line["method"]] = line
    tables = {}
    for table, folds in found.items():
        shared = [fold for fold in folds.values() if all(m in fold for m in methods)]
        if shared:
            tables[table] = {
                m: {key: np.mean([f[m][key] for f in shared]) for key in ("score", "train", "cpu")}
                for m in methods
            } | {"folds": len(shared)}
    return tables


def summary(tables: dict[str, dict[str, Any]], about: Any, methods: list[str]) -> list[str]:
    def mean(m: str, names: list[str], key: str = "score") -> str:
        return f"{np.mean([tables[n][m][key] for n in names]):.4f}" if names else "–"

    by_task = {
        task: [n for n in tables if about[n]["task"] == task] for task in ("classes", "number")
    }
    scores = np.array([[tables[n][m]["score"] for m in methods] for n in tables])
    ranks = np.array(
        [[1 + (row > s + TIE).sum() + ((abs(row - s) <= TIE).sum() - 1) / 2 for s in row]
         for row in scores]
    )  # fmt: skip
    ours = scores[:, 0]
    lines = [
        f"| method | mean accuracy, {len(by_task['classes'])} tables | mean R², "
        f"{len(by_task['number'])} tables | mean rank | glassnet better : worse "
        "| processor seconds, median |",
        "|---|---|---|---|---|---|",
    ]
    for i, m in enumerate(methods):
        better, worse = (ours > scores[:, i] + TIE).sum(), (ours < scores[:, i] - TIE).sum()
        against = "" if i == 0 else f"{better} : {worse}"
        cpu = np.median([tables[n][m]["cpu"] for n in tables])
        lines.append(
            f"| {NAMES.get(m, m)} | {mean(m, by_task['classes'])} | {mean(m, by_task['number'])} "
            f"| {ranks[:, i].mean():.2f} | {against} | {cpu:.1f} |"
        )
    return lines


def listed(tables: dict[str, dict[str, Any]], about: Any, methods: list[str]) -> list[str]:
    lines = [
        "| table | rows | folds | " + " | ".join(NAMES.get(m, m) for m in methods) + " |",
        "|---|---|---|" + "---|" * len(methods),
    ]
    for n in sorted(tables, key=lambda n: (about[n]["task"], about[n]["rows"])):
        best = max(tables[n][m]["score"] for m in methods)
        cells = [
            f"**{tables[n][m]['score']:.3f}**" if tables[n][m]["score"] >= best - TIE
            else f"{tables[n][m]['score']:.3f}"
            for m in methods
        ]  # fmt: skip
        lines.append(f"| {n} | {about[n]['rows']:,} | {tables[n]['folds']} | {' | '.join(cells)} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--about", type=Path, required=True)
    parser.add_argument("--methods", default="glassnet,realmlp,mlp,forest,boosting")
    args = parser.parse_args()
    lines = [
        json.loads(line)
        for path in args.results
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    about, methods = json.loads(args.about.read_text(encoding="utf-8")), args.methods.split(",")
    tables = means(lines, methods)
    print("\n".join([*summary(tables, about, methods), "", *listed(tables, about, methods)]))


if __name__ == "__main__":
    main()
