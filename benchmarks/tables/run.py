"""Every method on every fold of a list of tables, each method in a process of its own.

    python benchmarks/tables/run.py FOLDER reporting --peers PYTHON --out FILE.jsonl

FOLDER is what make.py wrote. glassnet runs in the environment that this is called in, the others
in PYTHON's. One thread each. The results are JSON lines, and what stands there already is not
measured again: it may be broken off at any time.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from folds import about, measured

HERE = Path(__file__).resolve().parent
OURS = ("glassnet", "members", "plain", "one cycle", "no spread", "not drawn in", "penalty by rule")
PEERS = ("mlp", "forest", "boosting", "realmlp")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")


def done(path: Path) -> set[tuple[str, str, int]]:
    if not path.exists():
        return set()
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {(row["method"], row["table"], row["fold"]) for row in rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("which", choices=("choosing", "reporting"))
    parser.add_argument("--peers", help="the Python of the peers' environment")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--methods", default=",".join(("glassnet", "plain", *PEERS)))
    parser.add_argument("--only", default="", help="tables, with commas between")
    parser.add_argument("--folds", default="0,1,2", help="of each table those that are measured")
    parser.add_argument("--most", type=int, default=50_000, help="rows of a table")
    args = parser.parse_args()
    tables = about(args.folder)
    # small tables first: what is broken off has told most
    names = sorted(
        (n for n, t in tables.items() if t["list"] == args.which), key=lambda n: tables[n]["rows"]
    )
    names = [n for n in names if tables[n]["rows"] <= args.most]
    if args.only:
        names = [n for n in names if n in args.only.split(";")]
    for name in names:
        for method in args.methods.split(","):
            known = done(args.out)
            asked = [k for k in measured(tables[name]["rows"]) if str(k) in args.folds.split(",")]
            folds = [k for k in asked if (method, name, k) not in known]
            if not folds:
                continue
            python = sys.executable if method in OURS else args.peers
            script = HERE / ("ours.py" if method in OURS else "peers.py")
            told = [method, str(args.folder), name, ",".join(map(str, folds))]
            with args.out.open("a", encoding="utf-8") as out:
                subprocess.run(
                    [python, str(script), *told], stdout=out, check=False,
                    stdin=subprocess.DEVNULL, env={**os.environ, **dict.fromkeys(THREADS, "1")},
                )  # fmt: skip


if __name__ == "__main__":
    main()
