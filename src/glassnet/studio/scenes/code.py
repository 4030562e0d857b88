"""A learner's own program on the page: checked as `glassnet check` does, with its limits."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from glassnet.core.errors import InputError
from glassnet.studio.messages import Wish
from glassnet.tutor.check import check_file
from glassnet.tutor.hints import hinted
from glassnet.tutor.process.sandbox import Limits, Sandbox
from glassnet.tutor.report import CheckReport
from glassnet.tutor.script.judged import NotFollowed
from glassnet.views.text.check import check_text

LONGEST = 500_000  # letters of a program
SECONDS = 30.0
ENDINGS = (".py", ".ipynb")


@dataclass(frozen=True)
class Checked:
    """What check says of a program: its report, and the same in words."""

    kind, version = "checked", 1

    report: CheckReport
    text: str


class CodeScene:
    """What a page asks of a program."""

    def check(self, wish: Wish) -> Checked:
        """Checks a program in a process of its own; `hint` 1 to 3 says less than the report."""
        name = Path(wish.text("name") if wish.has("name") else "mine.py").name
        if Path(name).suffix not in ENDINGS:
            raise InputError(f"a program ends in {' or '.join(ENDINGS)}; this is {name[:60]}.")
        run = wish.text("run", 2_000) if wish.has("run") else ""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_text(wish.text("text", LONGEST), encoding="utf-8")
            try:
                report = check_file(path, run=run, sandbox=Sandbox(Limits(seconds=SECONDS)))
            except InputError as error:
                # nobody has a terminal here, so what one could type there is left out
                said = error.why if isinstance(error, NotFollowed) else str(error)
                raise InputError(said.replace(str(path), name)) from None
        if wish.has("hint"):
            report = hinted(report, wish.whole("hint", 1, 3))
        return Checked(report, check_text(report))
