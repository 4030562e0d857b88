"""The file as a whole: what it says of itself, what it imports, what it does when it is run."""

from glassnet.core.losses import CrossEntropy
from glassnet.core.parts import of_core
from glassnet.data.table.preparation import TablePreparation
from glassnet.exchange.code.in_numpy.backward import Backward
from glassnet.exchange.code.in_numpy.forward import is_softmax
from glassnet.exchange.code.in_numpy.language import MASK, NUMPY, SOFTMAX
from glassnet.exchange.code.literals import literal, modules_in
from glassnet.exchange.code.plan import CodePlan
from glassnet.exchange.code.weights import packed


def files(plan: CodePlan) -> dict[str, str | bytes]:
    """The file, and for many weights an archive of them beside it: by the names' endings."""
    plan.check_learns()
    source = NumPyFile(plan)
    text = source.text()
    if source.inside:
        return {".py": text}
    return {".py": text, ".npz": packed(plan)}


class NumPyFile(Backward):
    """The text from its first line to its last."""

    def text(self) -> str:
        parts = [
            self.prepare(), self.forward(), self.predict(), self.targets(), self.loss(),
            self.gradients(), self.update(), self.train(), self.main(),
        ]  # fmt: skip
        helpers = list(NUMPY.needed(*self.trees).values())
        if any(map(is_softmax, self.layers)):
            helpers.append(SOFTMAX)
        if any(self.rates):
            helpers.append(MASK)
        body = "\n\n".join(part.strip("\n") + "\n" for part in [*helpers, *parts] if part)
        lines = [f"import {module}" for module in modules_in(body)]
        lines += [] if self.inside else ["from pathlib import Path"]
        lines += [*[""] * bool(lines), "import numpy as np", ""]
        return "\n".join([self.docstring(), *lines, self.numbers(), "", body])

    def docstring(self) -> str:
        plan = self.plan
        note = f"\n{plan.learning.note}\n" if plan.learning.note else ""
        title = f"A network {plan.sizes} in NumPy alone, which predicts and learns as in glassnet."
        return f'''"""{title}

{plan.made_by}
{note}
    python {plan.name}.py rows.csv

prints an answer for each row, and without a file shows that it learns. In a program, after
`import {plan.identifier}`, predict(rows) answers and train(rows, answers) goes on learning.
"""
'''

    def main(self) -> str:
        table = self.net.preparation if isinstance(self.net.preparation, TablePreparation) else None
        mark = ";" if table is not None and table.decimal == "," else ","
        reader = f"csv.DictReader(file{', delimiter=' + literal(mark) if mark != ',' else ''})"
        answer = "answer" if self.plan.classes is not None or self.net.n_out == 1 else "*answer"
        told = f"list({reader})" if table else "[list(map(float, row)) for row in csv.reader(file)]"
        n = self.net.n_in
        check = f"""            if any(len(row) != {n} for row in rows):
                raise ValueError("each row is to have {n} numbers, with commas between")
"""
        check = "" if table else check
        return f"""
if __name__ == "__main__":
    files = sys.argv[1:]
    for name in files:
        try:
            with open(name, newline="", encoding="utf-8-sig") as file:
                rows = {told}
{check}            answers = list(predict(rows)) if rows else []
        except (OSError, ValueError, csv.Error) as error:
            told = getattr(error, "strerror", None) or error
            print(f"{{name}}: {{told}}", file=sys.stderr)
            sys.exit(2)
        for answer in answers:
            print({answer})
    if not files:  # it shows that it learns, whatever it is
        rng = np.random.default_rng(0)
        X = rng.normal(size=(12, {self.net.n_in})).astype({self.dtype})
        Y = {self.made_up()}
        print("loss of 12 made-up rows:", loss(X, Y))
        print("after 20 updates:", learn(X, Y, epochs=20))
"""

    def made_up(self) -> str:
        """Targets that the loss takes, for twelve rows."""
        n = self.net.n_out
        if isinstance(of_core(self.net.loss), CrossEntropy):
            return f"np.eye({n}, dtype={self.dtype})[rng.integers({n}, size=12)]"
        return f"rng.integers(2, size=(12, {n})).astype({self.dtype})"
