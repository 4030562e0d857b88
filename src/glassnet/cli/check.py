"""`glassnet start` and `glassnet check`: a network of one's own, and what is wrong with it."""

import os
import sys
from pathlib import Path
from typing import Literal

from glassnet.cli.options import Flag

LONGEST = 86_400  # seconds
GRACE = 0.5  # seconds in which a run that is over is ended and told


def start(
    file: Path, /, *, style: Literal["functions", "class"] = "functions", force: bool = False
) -> None:
    """Write a skeleton to fill in: a network from scratch in small functions.

    Parameters
    ----------
    file
        The Python file to write.
    style
        Small functions, or one class.
    force
        Write over a file that is there.
    """
    from glassnet.core.errors import InputError
    from glassnet.files.whole import write_whole
    from glassnet.tutor.skeleton.skeleton import skeleton

    if file.suffix != ".py":
        raise InputError(f"{file} should end in .py: it is a Python file that is written.")
    if os.path.exists(file) and not force:
        raise InputError(f"{file} is there already: choose another name, or add --force.")
    write_whole(file, skeleton(file.name, style))
    print(f"{file}: fill in its functions, first to last, and after each: glassnet check {file}")


def check(
    file: Path,
    /,
    *,
    hint: Literal[1, 2, 3] | None = None,
    answer: Flag = False,
    map: Path | None = None,
    run: str = "",
    draft: Flag = False,
    out: Path | None = None,
    seconds: float = 30.0,
    json: Flag = False,
    csv: Flag = False,
) -> int:
    """Find the first wrong step of a network written from scratch, and name the mistake.

    The file is a skeleton of `glassnet start`, or any script or notebook with a network of its
    own; it runs in a process apart, with limits. The exit status is 0 where all of it is right,
    1 where something is wrong or still to be written, 3 where only a part could be judged, and 2
    where nothing could. Of a folder every script and notebook in it is checked, a row each, two at
    a time; its exit status is that of the worst: 2 before 1, 1 before 3, 3 before 0.

    Parameters
    ----------
    file
        The learner's file, .py or .ipynb; or a folder of such files.
    hint
        Not the mistake, but a hint: 1 where to look, 2 a question, 3 the formula.
    answer
        Show also how the step is written.
    map
        A file that says which name in the script is which: `W1 = w_hidden`, a line each.
    run
        A line that makes and trains the network, run at the file's end: `Net([2, 3, 1]).train(X,
        y)`. X and y are given where the file has none.
    draft
        Print such a file, as far as it could be found out, to be corrected.
    out
        Write the network that was found to this model file, with the weights of the last update
        that was followed.
    seconds
        How long the whole of it may take; of a folder, each program.
    json
        Print one JSON document.
    csv
        Of a folder, print CSV: file, verdict, what, where, seconds.
    """
    from glassnet.core.errors import InputError

    if answer and hint is not None:
        raise InputError("--hint and --answer exclude each other: choose one.")
    if not 0 < seconds <= LONGEST:
        raise InputError(f"--seconds is {seconds:g}: give a time above 0, up to {LONGEST:,}.")
    if file.is_dir():
        if hint or answer or map or run or draft or out or (json and csv):
            raise InputError(
                f"{file} is a folder: with it go --seconds and one of --json and --csv; the other "
                "options go with a file."
            )
        return _check_folder(file, seconds, "json" if json else "csv" if csv else "text")
    if csv:
        raise InputError(f"--csv goes with a folder, and {file} is none.")
    return _check_file(
        file, hint=hint, answer=answer, map=map, run=run, draft=draft, out=out, seconds=seconds,
        json=json,
    )  # fmt: skip


def _check_file(
    file: Path, *, hint: int | None, answer: bool, map: Path | None, run: str, draft: bool,
    out: Path | None, seconds: float, json: bool,
) -> int:  # fmt: skip
    from glassnet.cli.output import print_json
    from glassnet.core.errors import InputError
    from glassnet.exchange.model_file import save
    from glassnet.runtime.signals import ended_after
    from glassnet.runtime.threads import blas_threads
    from glassnet.tutor.check import DraftedMap, check_file, draft_map
    from glassnet.tutor.hints import hinted
    from glassnet.tutor.lessons.to_read import with_lesson
    from glassnet.tutor.process.sandbox import Limits, Sandbox
    from glassnet.tutor.script.recovered import recovered
    from glassnet.views.text.check import check_text

    sandbox = Sandbox(Limits(seconds=seconds))
    late = InputError(
        f"{file.name} ran, but what it computes was not judged within {seconds:g} s: "
        "--seconds gives it longer."
    )
    try:
        ended = ended_after(seconds + GRACE, late, lambda: sandbox.left + GRACE)
        with blas_threads(1), ended:  # its products are small
            if draft:
                made = draft_map(file, run=run, sandbox=sandbox)
                if json:
                    print_json(DraftedMap(made))
                else:
                    print(made, end="")
                return 0
            report = with_lesson(
                check_file(file, mapping=map, run=run, answer=answer, sandbox=sandbox)
            )
            if out is not None:
                written = save(recovered(file, run=run, sandbox=sandbox), out)
                print(f"{written}: the network that was found.", file=sys.stderr)
            report = report if hint is None else hinted(report, hint)
    finally:
        if sandbox.not_held:
            print(f"This system does not hold {'; '.join(sandbox.not_held)}.", file=sys.stderr)
    if json:
        print_json(report)
    else:
        print(check_text(report), end="")
    return {"right": 0, "wrong": 1, "in part": 3}[report.verdict]


def _check_folder(folder: Path, seconds: float, form: str) -> int:
    """A class's work: its table on stdout, each program on stderr as it is done."""
    from glassnet.cli.output import print_json, say
    from glassnet.runtime.threads import blas_threads
    from glassnet.tutor.folder import CheckedProgram, check_folder
    from glassnet.views.text.folder import folder_csv, folder_text

    def told(program: CheckedProgram, done: int, of: int) -> None:
        say(f"{done} of {of}: {program.file}: {program.verdict}")

    with blas_threads(1):
        report = check_folder(folder, seconds, told)
    if report.not_held:
        say(f"This system does not hold {'; '.join(report.not_held)}.")
    if form == "json":
        print_json(report)
    else:
        print(folder_csv(report) if form == "csv" else folder_text(report), end="")
    return report.status
