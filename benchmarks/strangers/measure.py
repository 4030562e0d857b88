"""How `glassnet check` judges programs by strangers, beside what is known to be true of them.

    python benchmarks/strangers/measure.py FOLDER [--which held|open|all] [--run-lines]
        [--jobs 2] [--out FILE]

FOLDER holds the programs, each in a folder named by its number in `programs.json` (NN/, two
digits), at the commit that stands there. No line of them is in this repository. Each program is
checked in a process of its own, one after another. Who works on check neither reads nor tries the
programs whose row says `held`: they are there to measure by, once. Those of `programs.json` have
been; `second.json`, `third.json` and `fourth.json` (--table) hold 36 newer ones each, also measured
by now: who needs figures of programs not seen before must bring new ones.
`run_line` of a row is the line that would train a program that does not do so by itself.
"""

import argparse
import hashlib
import json
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("programs.json")
NEAR = 2  # lines: a mistake is placed within them
LONGEST = 90  # seconds for one program, in all
Row = dict[str, Any]  # of the table: what is known of one program


@dataclass(frozen=True)
class Judged:
    """What check said of a program, and what that is worth.

    verdict: right, wrong, in part, not judged; or traceback, which is a fault of check.
    worth, of a wrong program: named (the table's entry, at its line), placed (the line within
    two), missed (not called wrong), elsewhere (called wrong for another reason), falsely right.
    Of a right one: right, accused, in part, not judged.
    """

    number: int
    group: str
    right: bool
    verdict: str
    worth: str
    named: tuple[str, ...]
    where: str
    said: str
    seconds: float

    @property
    def driven(self) -> bool:
        return self.verdict in {"right", "wrong", "in part"}


def program_of(folder: Path, row: Row) -> Path:
    """The file to check, which starts the training: at its path in the repository, or alone."""
    home = folder / f"{row['number']:02d}"
    path = row.get("started_by", row["path"])
    return home / path if (home / path).exists() else home / Path(path).name


def is_near(fault: Row, where: str) -> int | None:
    """How many lines the place that check told is from the fault; None: in another cell or file."""
    said = [int(n) for n in re.findall(r"\d+", where.split(" of ")[0])]
    if not said:
        return None
    if "cell" in fault:
        same = len(said) == 2 and said[0] == fault["cell"] + 1  # check counts from 1
        return abs(said[1] - fault["line"]) if same else None
    return abs(said[-1] - fault["line"])


def worth_of(row: Row, verdict: str, named: tuple[str, ...], where: str) -> str:
    if row["right"]:
        return "accused" if verdict == "wrong" else verdict
    if verdict == "right":
        return "falsely right"
    if verdict != "wrong":
        return "missed" if verdict == "in part" else verdict
    faults = [(fault, is_near(fault, where)) for fault in row["faults"]]
    if any(fault["entry"] in named and away == 0 for fault, away in faults):
        return "named"
    return "placed" if any(away is not None and away <= NEAR for _, away in faults) else "elsewhere"


def checked(command: str, folder: Path, row: Row, with_line: bool = False) -> Judged:
    file = program_of(folder, row)
    line = str(row.get("run_line") or "").partition("   #")[0] if with_line else ""
    more = ["--run", line] if line else []
    start = time.monotonic()
    try:
        done = subprocess.run(
            [command, "check", file.name, "--json", *more], cwd=file.parent, timeout=LONGEST,
            capture_output=True, text=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        out, err, status = done.stdout, done.stderr, done.returncode
    except subprocess.TimeoutExpired:
        out, err, status = "", f"longer than {LONGEST} s", 2
    seconds = time.monotonic() - start
    verdict, named, where, said = "not judged", (), "", err.strip()[-200:]
    try:
        report = json.loads(out)
    except ValueError:
        report = {}
        verdict = "traceback" if "Traceback" in err else verdict
    if status in (0, 1, 3) and "verdict" in report:
        verdict = report["verdict"]
        named = tuple(mistake["name"] for mistake in report["mistakes"])
        wrong = report["wrong"] or {}
        where = (wrong.get("place") or {}).get("where", "")
        said = report["partly"] or report["reason"]
    elif "error" in report:
        said = report["error"]
    worth = worth_of(row, verdict, named, where)
    return Judged(
        row["number"], row["group"], row["right"], verdict, worth, named, where, said, seconds
    )


def held_digest(held: list[Row]) -> str:
    """Of the rows held back: they were written and frozen before check first saw the programs."""
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()


def confusion(judged: list[Judged]) -> Iterator[str]:
    """The counts, with percentages beside them."""

    def of(count: int, whole: int) -> str:
        return f"{count} of {whole}" + (f" ({count / whole:.0%})" if whole else "")

    for title, some in [
        ("all", judged),
        ("that train when run", [j for j in judged if j.group != "defines only"]),
        ("that only define a network", [j for j in judged if j.group == "defines only"]),
    ]:
        right = Counter(j.worth for j in some if j.right)
        wrong = Counter(j.worth for j in some if not j.right)
        n_right, n_wrong = right.total(), wrong.total()
        at_least_placed = wrong["named"] + wrong["placed"]
        yield f"programs {title}: {len(some)}"
        yield f"  driven                  {of(sum(j.driven for j in some), len(some))}"
        yield f"  right: called right     {of(right['right'], n_right)}"
        yield f"         in part          {of(right['in part'], n_right)}"
        yield f"         accused          {of(right['accused'], n_right)}"
        yield f"  wrong: named            {of(wrong['named'], n_wrong)}"
        yield f"         at least placed  {of(at_least_placed, n_wrong)}"
        yield f"         elsewhere        {of(wrong['elsewhere'], n_wrong)}"
        yield f"         missed           {of(wrong['missed'], n_wrong)}"
        yield f"         called right     {of(wrong['falsely right'], n_wrong)}"
    if judged:
        times = [j.seconds for j in judged]
        yield f"seconds: median {statistics.median(times):.1f}, longest {max(times):.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--which", choices=["held", "open", "all"], default="all")
    parser.add_argument("--table", type=Path, default=TABLE)
    parser.add_argument("--command", default=str(Path(sys.executable).with_name("glassnet")))
    parser.add_argument("--run-lines", action="store_true", help="give check each row's run_line")
    parser.add_argument("--jobs", type=int, default=1, help="programs checked at once")
    parser.add_argument("--numbers", type=int, nargs="+", help="these programs alone")
    parser.add_argument("--out", type=Path, help="write what was said of each, as JSON")
    given = parser.parse_args()
    table = json.loads(given.table.read_text(encoding="utf-8"))
    held = [row for row in table["programs"] if row["held"]]
    if held and held_digest(held) != table["held_digest"]:
        print("The rows held back are not those that were frozen.", file=sys.stderr)
    rows: list[Row] = []
    for row in table["programs"]:
        if row["right"] is None or given.which == ("open" if row["held"] else "held"):
            continue
        if given.numbers and row["number"] not in given.numbers:
            continue
        if not program_of(given.folder, row).exists():
            print(f"{row['number']:2d}  not there: {row['repo']}/{row['path']}", file=sys.stderr)
            continue
        rows.append(row)
    judged: list[Judged] = []
    with ThreadPoolExecutor(given.jobs) as pool:
        for one in pool.map(
            lambda row: checked(given.command, given.folder, row, given.run_lines), rows
        ):
            judged.append(one)
            known = "right" if one.right else "wrong"
            told = f"{', '.join(one.named)} {one.where}".strip() or one.said
            line = f"{one.number:2d}  {known}  {one.verdict:10}  {one.worth:13}  {told}"
            print(line[:150], flush=True)
    print("\n".join(confusion(judged)))
    if given.out:
        given.out.write_text(json.dumps([asdict(j) for j in judged], indent=1) + "\n")


if __name__ == "__main__":
    main()
