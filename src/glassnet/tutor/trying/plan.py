"""A plan: lines that make a network and train it, in which data and sizes are still open."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from string import Template

from glassnet.tutor.trying.given import ONE, SEVERAL, WRITTEN, GivenForm, Sizes, giving

ROUNDS, USUAL = 3, Sizes()
PAIRS, ROWS = "list(zip($X, $y))", "[[*x, t] for x, t in zip($X, $y)]"
_OPEN = ("$X", "$y", "$pairs", "$rows")


@dataclass(frozen=True)
class TrainingPlan:
    """One way to train.

    made: statements that make the network. trains: statements that train it, once, or `repeated`
    in each of some rounds, or in each round for `each` sample. x, y: the names by which the data
    are given; named: whether the statements themselves name them so. also: statements that give
    the same data by other names, too, and are not told.
    sizes: those to begin with; outputs: whether they say how many outputs there are.
    """

    made: tuple[str, ...]
    trains: tuple[str, ...]
    repeated: bool = False
    each: bool = False
    x: str = "X"
    y: str = "y"
    named: bool = False
    also: tuple[str, ...] = ()
    sizes: Sizes = USUAL
    outputs: int | None = None

    @property
    def text(self) -> str:
        return " ".join((*self.made, *self.trains, *self.also))

    @property
    def needs_data(self) -> bool:
        return self.named or any(name in self.text for name in _OPEN)

    def forms(self) -> Iterator[GivenForm]:
        """The forms of data that make sense, those first in which a mistake shows best."""
        text = self.text
        if not self.needs_data:
            yield SEVERAL[0]
            return
        several_first = "$outputs" in text if self.outputs is None else self.outputs > 1
        forms = (*SEVERAL, *ONE) if several_first else (*ONE, *SEVERAL)
        if self.named:
            forms = WRITTEN
        if self.outputs is not None:
            forms = tuple(f for f in forms if f in (SEVERAL if self.outputs > 1 else ONE))
        if "$rows" in text:
            forms = tuple(f for f in forms if f.x == "lists" and f.y in ("labels", "numbers"))
        elif self.each or "$pairs" in text:
            forms = tuple(f for f in forms if f.x != "columns")
        yield from forms

    def lines(self, sizes: Sizes, form: GivenForm) -> list[str]:
        """The statements, each a line of its own, as they are told."""
        made = [self._filled(m, sizes, form, self.x, self.y) for m in self.made]
        x, y = ("x", "t") if self.each else (self.x, self.y)
        trains = [self._filled(t, sizes, form, x, y) for t in self.trains]
        if not self.repeated:
            return [*made, *trains]
        pairs = f"x, t in zip({self.x}, {self.y})"
        if all(isinstance(ast.parse(t).body[0], ast.Expr) for t in trains):
            body = trains[0] if len(trains) == 1 else f"({', '.join(trains)})"
            inner = f" for {pairs}" if self.each else ""
            return [*made, f"[{body} for _ in range({ROUNDS}){inner}]"]
        over = f"x, t in {ROUNDS} * list(zip({self.x}, {self.y}))" if self.each else ""
        return [*made, f"for {over or f'_ in range({ROUNDS})'}: {'; '.join(trains)}"]

    def _filled(self, text: str, sizes: Sizes, form: GivenForm, x: str, y: str) -> str:
        names = {"X": x, "y": y, "inputs": sizes.inputs, "hidden": sizes.hidden,
                 "second": sizes.second, "outputs": form.outputs or sizes.outputs,
                 "samples": sizes.samples}  # fmt: skip
        data = {"pairs": Template(PAIRS).substitute(names),
                "rows": Template(ROWS).substitute(names)}  # fmt: skip
        return Template(text).safe_substitute(names | data)

    def parts(self, sizes: Sizes, form: GivenForm) -> tuple[str, str]:
        """What is run at the end of the file: to make the network, and to train it."""
        lines = self.lines(sizes, form)
        also = [self._filled(line, sizes, form, self.x, self.y) for line in self.also]
        made = "\n".join([giving(form, sizes, self.x, self.y), *also, *lines[: len(self.made)]])
        return made, "\n".join(lines[len(self.made) :])

    def code(self, sizes: Sizes, form: GivenForm) -> str:
        """The same as one."""
        return "\n".join(self.parts(sizes, form))

    def said(self, sizes: Sizes, form: GivenForm) -> str:
        """What is told, and can be given by --run."""
        lines = self.lines(sizes, form)
        if len(lines) == 2 and lines[1].startswith("net.") and lines[0].startswith("net = "):
            return lines[0].removeprefix("net = ") + lines[1].removeprefix("net")
        return "; ".join(lines)

    def with_names(self, x: str, y: str) -> TrainingPlan:
        return replace(self, x=x, y=y)


def as_lines(text: str) -> str:
    """Statements in one line as Python takes them: a loop begins a line of its own.

    Raises: SyntaxError.
    """
    try:
        ast.parse(text)
    except SyntaxError:
        text = text.replace("; for ", "\nfor ").replace("; while ", "\nwhile ")
        ast.parse(text)
    return text
