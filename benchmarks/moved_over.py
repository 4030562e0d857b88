"""Whether programs written for scikit-learn's MLP run with the import alone changed.

    python benchmarks/moved_over.py FOLDER [--seconds 300]

Every .py and .ipynb under FOLDER that imports MLPClassifier or MLPRegressor is run twice, each time
in a process and a folder of its own, with matplotlib's Agg: as it is, and with that import changed
to glassnet.sklearn's estimators. Nothing else in it is changed. Prints a row a program: whether it
ran, and the first scores that the two fits give on the rows that the program scores or predicts,
in their order, told apart by a small difference; then the sums. The programs are brought by who
runs this; scikit-learn's own are in its repository, under examples.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

IMPORTS = re.compile(r"MLPClassifier|MLPRegressor")
NEAR = 0.05  # of accuracy or R²: beyond that the two differ by more than another seed would
# What is run before the program: the estimators in place of scikit-learn's, where these are asked
# for, and a note of each score.
BEFORE = """
import atexit, json, sys, warnings
import matplotlib; matplotlib.use("Agg")
import numpy as np
import sklearn.neural_network as theirs
from sklearn.metrics import accuracy_score, r2_score
np.random.seed(0)
if {ours}:
    from glassnet.sklearn import NetworkClassifier, NetworkRegressor
    theirs.MLPClassifier, theirs.MLPRegressor = NetworkClassifier, NetworkRegressor
SCORES = []
def note(kind):
    score = kind.score
    def watched(self, X, y, *more, **named):
        value = score(self, X, y, *more, **named)
        SCORES.append(float(value))
        return value
    kind.score = watched
    fit = kind.fit
    def fitted(self, X, y, *more, **named):
        back = fit(self, X, y, *more, **named)
        try:
            SCORES.append(float(score(self, X, y)))
        except Exception:
            pass
        return back
    kind.fit = fitted
note(theirs.MLPClassifier)
note(theirs.MLPRegressor)
atexit.register(lambda: open({told!r}, "w").write(json.dumps(SCORES)))
"""


@dataclass
class Outcome:
    """How a program ended, and the scores of its fits."""

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


def run(text: str, ours: bool, seconds: float) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "scores.json"
        file = Path(folder) / "program.py"
        file.write_text(text, "utf-8")
        before = BEFORE.format(ours=ours, told=str(told))
        start = f"{before}\nimport runpy\nrunpy.run_path({str(file)!r}, run_name='__main__')"
        try:
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", start], cwd=folder, timeout=seconds,
                capture_output=True, text=True, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Outcome(f"{seconds:g} s were over", [])
        lines = done.stderr.strip().splitlines()
        error = (lines[-1] if lines else "it failed") if done.returncode else ""
        return Outcome(error, json.loads(told.read_text()) if told.exists() else [])


def verdict(theirs: Outcome, ours: Outcome) -> str:
    if theirs.error:
        return "runs by neither" if ours.error else "runs with ours alone"
    if ours.error:
        return "DOES NOT RUN"
    if len(theirs.scores) != len(ours.scores):
        return "ran; scores otherwise"
    apart = max((abs(a - b) for a, b in zip(theirs.scores, ours.scores)), default=0.0)
    return "ran" if apart <= NEAR else f"ran; differs by {apart:.3f}"


def main() -> int:
    parser = argparse.ArgumentParser(description="scikit-learn's programs with our estimators")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=300.0)
    chosen = parser.parse_args()
    found = [p for p in sorted(chosen.folder.rglob("*")) if p.suffix in (".py", ".ipynb")]
    sums: dict[str, int] = {}
    for path in found:
        try:
            text = program(path)
        except ValueError:
            continue
        if not IMPORTS.search(text):
            continue
        theirs, ours = (run(text, by, chosen.seconds) for by in (False, True))
        said = verdict(theirs, ours)
        sums[said.partition(";")[0]] = sums.get(said.partition(";")[0], 0) + 1
        print(f"{path.relative_to(chosen.folder)!s:60.60} {said}")
        pairs = [f"{a:.3f}/{b:.3f}" for a, b in zip(theirs.scores, ours.scores)]
        if pairs:
            print(f"    theirs/ours: {' '.join(pairs[:8])}{' …' if len(pairs) > 8 else ''}")
        for who, error in (("scikit-learn", theirs.error), ("glassnet", ours.error)):
            if error:
                print(f"    {who}: {error[:140]}")
        sys.stdout.flush()
    print("; ".join(f"{what}: {number}" for what, number in sums.items()))
    return 1 if sums.get("DOES NOT RUN") else 0


if __name__ == "__main__":
    sys.exit(main())
