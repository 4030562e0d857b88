"""Whether programs written for scikit-learn's MLP run with the import alone changed.

    python benchmarks/moved_over.py FOLDER [--seconds 60] [--mnist FOLDER]

Every .py and .ipynb under FOLDER that names MLPClassifier or MLPRegressor is run twice, each time
in a process and a folder of its own, with matplotlib's Agg: as it is, and with scikit-learn's two
names standing for glassnet.sklearn's estimators. Nothing else in it is changed. Prints a row a
program: whether it ran, whether a score differs, and after each fit and at each call of score the
two figures, theirs and ours; at the end how many there were of each. The programs are brought by
who runs this, and are run as they are; scikit-learn's own are in its repository, under examples.

What they would download with fetch_openml comes from benchmarks/downloads.py; --mnist names the
folder of MNIST's IDX files. The processes are forks of one that has loaded the libraries, and
--seconds is the processor's time.
"""

import argparse
import json
import multiprocessing
import os
import re
import resource
import runpy
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import downloads
import matplotlib as mpl
import numpy as np
import pandas as pd  # noqa: F401  # loaded once for all programs
import sklearn.datasets
import sklearn.neural_network as theirs

from glassnet.sklearn import NetworkClassifier, NetworkRegressor

NAMES = re.compile(r"MLPClassifier|MLPRegressor")
NEAR = 0.05  # of accuracy or R²: what another seed may do too
FORK = multiprocessing.get_context("fork")


@dataclass
class Outcome:
    """How a program ended, "" where it ran, and the scores of its fits."""

    error: str
    scores: list[float]


def program(path: Path) -> str:
    """The program's text; a notebook's cells, without lines that only a notebook understands."""
    text = path.read_text("utf-8", errors="replace")
    if path.suffix != ".ipynb":
        return text
    cells = json.loads(text).get("cells", [])
    lines = "\n".join("".join(c["source"]) + "\n" for c in cells if c["cell_type"] == "code")
    return "\n".join(re.sub(r"^(\s*)[%!?].*$", r"\1pass", line) for line in lines.splitlines())


def note_scores(kind: type, scores: list[float]) -> None:
    """From now on each fit and each call of score leaves its figure."""
    fit, score = kind.fit, kind.score

    def fitted(self, X, y, *more, **named):
        back = fit(self, X, y, *more, **named)
        scores.append(float(score(self, X, y)))
        return back

    def scored(self, X, y, *more, **named):
        scores.append(float(score(self, X, y, *more, **named)))
        return scores[-1]

    kind.fit, kind.score = fitted, scored


def child(text: str, ours: bool, seconds: int, folder: str) -> None:
    """Runs the program, and leaves in the folder how it went."""
    os.chdir(folder)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    out = os.open("out.txt", os.O_WRONLY | os.O_CREAT)
    os.dup2(out, 1)
    os.dup2(out, 2)
    warnings.simplefilter("ignore")
    mpl.use("Agg")
    np.random.seed(0)  # noqa: NPY002  # which programs draw from
    scores: list[float] = []
    if ours:
        theirs.MLPClassifier, theirs.MLPRegressor = NetworkClassifier, NetworkRegressor
    note_scores(theirs.MLPClassifier, scores)
    note_scores(theirs.MLPRegressor, scores)
    Path("program.py").write_text(text, "utf-8")
    error = ""
    try:
        runpy.run_path("program.py", run_name="__main__")
    except SystemExit:
        pass
    except BaseException as raised:
        error = traceback.format_exception_only(raised)[-1].strip() or "it failed"
    Path("outcome.json").write_text(json.dumps([error, scores]))
    os._exit(0)


def run(text: str, ours: bool, seconds: int) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        process = FORK.Process(target=child, args=(text, ours, seconds, folder))
        process.start()
        process.join(40 * seconds)
        if process.is_alive():
            process.kill()
        process.join()
        told = Path(folder) / "outcome.json"
        if not told.exists():
            return Outcome(f"{seconds} s were over, or it was ended", [])
        return Outcome(*json.loads(told.read_text()))


def verdict(before: Outcome, after: Outcome) -> str:
    if before.error:
        return "not with either" if after.error else "runs with ours alone"
    if after.error:
        return "does not run"
    if len(before.scores) != len(after.scores):
        return "ran; scores otherwise"
    apart = max((abs(a - b) for a, b in zip(before.scores, after.scores, strict=True)), default=0.0)
    return "ran" if apart <= NEAR else f"ran; differs by {apart:.3f}"


def main() -> int:
    parser = argparse.ArgumentParser(description="scikit-learn's programs with our estimators")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--mnist", type=Path)
    chosen = parser.parse_args()
    mnist = chosen.mnist and chosen.mnist.absolute()
    sklearn.datasets.fetch_openml = partial(downloads.fetch_openml, mnist_folder=mnist)
    found = [p for p in chosen.folder.rglob("*") if p.suffix in (".py", ".ipynb")]
    sums: Counter[str] = Counter()
    for path in sorted(found, key=lambda p: p.stat().st_size):
        try:
            text = program(path)
        except (ValueError, KeyError):
            continue
        if not NAMES.search(text):
            continue
        before, after = (run(text, ours, chosen.seconds) for ours in (False, True))
        said = verdict(before, after)
        sums[said.partition(" by ")[0]] += 1
        print(f"{path.relative_to(chosen.folder)!s:60.60} {said}")
        pairs = [f"{a:.3f}/{b:.3f}" for a, b in zip(before.scores, after.scores, strict=False)]
        if pairs:
            print(f"    theirs/ours: {' '.join(pairs[:8])}{' …' if len(pairs) > 8 else ''}")
        for who, error in (("scikit-learn", before.error), ("glassnet", after.error)):
            if error:
                print(f"    {who}: {error[:140]}")
        sys.stdout.flush()
    print("; ".join(f"{what}: {number}" for what, number in sums.items()))
    return 1 if sums["does not run"] else 0


if __name__ == "__main__":
    sys.exit(main())
