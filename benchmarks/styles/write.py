"""Eighty small programs with one bug each, in eight styles, and the eight right ones they are of.

    python benchmarks/styles/write.py FOLDER [--second | --third | --fourth]
    python benchmarks/strangers/measure.py FOLDER --table FOLDER/programs.json

The right programs, `right/`, are written as other learners might: a class, functions, a flat
script, lists alone, a variable for each weight, a dictionary, layer objects, a notebook.
`bugs.json` says of each bug which lines stand in it instead, which entry of the catalogue it is
(null: none), its line (in a notebook the code cell, from 0, and the line in it), and what is wrong.
They were written by somebody who had not read check, and proven by a numerical gradient.

`second/` holds another eight and eighty, by another writer: what stands in a right program (old)
and what stands in its place (new), and `programs.json`, the truth about each. `third/` is a third
writer's, in the same form; all three have been measured by.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RIGHT = HERE / "right"
Edit = dict[str, Any]


def edited(text: str, edits: list[Edit]) -> str:
    lines = text.splitlines(keepends=True)
    for edit in sorted(edits, key=lambda e: -e["from"]):
        lines[edit["from"] : edit["to"]] = edit["instead"]
    return "".join(lines)


def edited_notebook(text: str, edits: list[Edit]) -> str:
    notebook = json.loads(text)
    for number, cell in enumerate(notebook["cells"]):
        own = [edit for edit in edits if edit["cell"] == number]
        cell["source"] = edited("".join(cell["source"]), own)
    return json.dumps(notebook, indent=1)


def main(folder: Path) -> None:
    rows: list[dict[str, Any]] = []
    bugs = json.loads((HERE / "bugs.json").read_text("utf-8"))
    right = [{"style": path.stem, "name": "right", "edits": []} for path in sorted(RIGHT.iterdir())]
    for number, row in enumerate([*right, *bugs], start=201):
        (base,) = RIGHT.glob(f"{row['style']}.*")
        change = edited_notebook if base.suffix == ".ipynb" else edited
        path = folder / str(number) / f"{row['style']}_{row['name']}{base.suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(change(base.read_text("utf-8"), row["edits"]), encoding="utf-8")
        fault = {key: row[key] for key in ("entry", "line", "cell") if key in row}
        rows.append({"number": number, "group": row["style"], "held": False, "path": path.name,
                     "right": not row["edits"], "faults": [fault] if row["edits"] else [],
                     "run_line": None})  # fmt: skip
    (folder / "programs.json").write_text(json.dumps({"programs": rows}, indent=1) + "\n")


def later(name: str, folder: Path) -> None:
    """The second or the third set; its table is copied beside it."""
    home = HERE / name
    told = json.loads((home / "programs.json").read_text("utf-8"))
    changes = {row["number"]: row for row in json.loads((home / "bugs.json").read_text("utf-8"))}
    for row in told["programs"]:
        text = (home / "right" / row["path"]).read_text("utf-8")
        if row["number"] in changes:
            change = changes[row["number"]]
            assert text.count(change["old"]) == 1
            text = text.replace(change["old"], change["new"])
        path = folder / str(row["number"]) / row["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "programs.json").write_text(json.dumps(told, indent=1) + "\n")


def whole(folder: Path) -> None:
    """The fourth set, whose programs are kept one by one."""
    home = HERE / "fourth"
    told = json.loads((home / "programs.json").read_text("utf-8"))
    for row in told["programs"]:
        path = folder / str(row["number"]) / row["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(home / "programs" / row["group"] / row["path"], path)
    shutil.copy(home / "programs.json", folder)


if __name__ == "__main__":
    sets = [name for name in ("second", "third") if f"--{name}" in sys.argv]
    if sets:
        later(sets[0], Path(sys.argv[1]))
    elif "--fourth" in sys.argv:
        whole(Path(sys.argv[1]))
    else:
        main(Path(sys.argv[1]))
