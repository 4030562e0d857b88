"""A tiny network as plain Python: a line a neuron, no array and no library.

It predicts, and where there is a formula for all of its training it learns too, by the lines of
which tiny networks are trained here (`text_of_steps`).
"""

import re
from collections.abc import Iterable
from itertools import groupby

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.layers import Dropout
from glassnet.core.losses import BinaryCrossEntropy, CrossEntropy
from glassnet.core.parts import of_core
from glassnet.data.preparation import Preparation
from glassnet.data.table.preparation import TablePreparation
from glassnet.exchange.code import prepared_rows
from glassnet.exchange.code.literals import listed, literal, modules_in, number
from glassnet.exchange.code.plan import CodePlan
from glassnet.exchange.code.steps import (
    MATH,
    NUMBERS,
    arrays_of,
    lines_forward,
    named,
    text_of_steps,
)

MOST = 500  # weights: each is a term of a line
ONE = 'list(answer) if hasattr(answer, "__len__") else [answer]'  # a number, or it in a list
WIDTH = 96  # of the lines that lists of names are laid out in


def files(plan: CodePlan) -> dict[str, str | bytes]:
    """The file, by the ending of its name."""
    size = plan.net.theta.size
    if size > MOST:
        raise InputError(
            f"{size:,} weights are too many for lines of plain numbers, which take up to {MOST}: "
            "write it --to numpy."
        )
    steps, lacking = _steps(plan)
    computed = [_forward(plan), *steps]
    called = "".join(computed)
    helpers = [told for name, told in NUMBERS.helpers.items() if _stands(name, called)]
    parts = [*helpers, _prepare(plan), computed[0], _predict(plan)]
    if steps:
        parts += [_targets(plan), *steps, _train(plan)]
    body = "\n\n".join(part.strip("\n") + "\n" for part in [*parts, _main(plan)])
    imports = _imports(body, "".join([*helpers, called]))
    head = [_docstring(plan, lacking), imports, _numbers(plan, learns=bool(steps))]
    return {".py": "\n".join(part for part in head if part) + f"\n\n{body}"}


def _docstring(plan: CodePlan, lacking: str) -> str:
    """What the file is, what wrote it, and what can be called in it."""
    does, note = "predicts and learns", plan.learning.note
    told = "predict(row) gives one, and\ntrain(rows, answers, updates) goes on learning."
    if lacking:
        does, note, told = (
            "predicts",
            f"It does not learn here: {lacking}.",
            "predict(row) gives one.",
        )
    note = f"\n{note}\n" if note else ""
    return f'''"""A network {plan.sizes} in plain Python, which {does} as in glassnet.

{plan.made_by}
{note}
    python {plan.name}.py rows.csv

prints an answer for each row; in a program, {told}
"""
'''


def _stands(name: str, text: str) -> bool:
    """Whether a text uses a name, and not as an attribute."""
    return re.search(rf"(?<![\w.]){name}\b", text) is not None


def _imports(body: str, computed: str) -> str:
    """What the file imports. Args: computed, the part of the body that is printed from formulas."""
    lines = [f"import {module}" for module in modules_in(body)]
    lines += ["from array import array"] if _stands("array", computed) else []
    of_math = [name for name in MATH if _stands(name, computed)]
    lines += [f"from math import {', '.join(of_math)}"] if of_math else []
    return "".join(f"{line}\n" for line in lines)


def _numbers(plan: CodePlan, learns: bool) -> str:
    """The classes, the scales, the weights; and what the optimizer keeps."""
    lines = ["# fmt: off"]
    if plan.classes is not None:
        lines.append(f"classes = {listed(plan.classes)}")
    if isinstance(plan.net.preparation, Preparation):
        lines.append(prepared_rows.scaled(plan.net.preparation).rstrip())
    if (scale := plan.net.target_scale) is not None:
        for name in ("mean", "scale"):
            values = np.broadcast_to(getattr(scale, name), plan.net.n_out).tolist()
            lines.append(f"y_{name} = {literal(values)}")
    lines += _theta(plan)
    if learns:
        rule, n = plan.learning.optimizer, plan.net.n_learned
        first = {name: getattr(rule, "initial", 0.0) if name == "s" else 0.0
                 for name in arrays_of(rule)}  # fmt: skip
        kept = ", ".join(f'"{name}": [{start!r}] * {n}' for name, start in first.items())
        lines += [f"state = {{{kept}}}  # what {rule.name} keeps of each number that learns",
                  "t = 0  # the updates made so far"]  # fmt: skip
    return "\n".join([*lines, "# fmt: on", ""])


def _theta(plan: CodePlan) -> list[str]:
    """Every weight and bias; beside them their names, a neuron's weights together."""
    names, _ = named(plan.net)
    lines = ["# w2_0_1: of layer 2, neuron 0, what it weighs its input 1 by; b2_0: its bias",
             "theta = ["]  # fmt: skip
    pairs = zip(names, map(number, plan.net.theta), strict=True)
    for _, group in groupby(pairs, key=lambda pair: pair[0].rpartition("_")[0]):
        held = list(group)
        for k in range(0, len(held), 4):
            few = held[k : k + 4]
            lines.append(f"    {', '.join(value for _, value in few)},"
                         f"  # {', '.join(name for name, _ in few)}")  # fmt: skip
    return [*lines, "]"]


def _prepare(plan: CodePlan) -> str:
    match plan.net.preparation:
        case TablePreparation() as preparation:
            return prepared_rows.of_a_table(preparation)[1]
        case Preparation(kind="pixels"):
            told = "[value / largest for value in row]"
        case Preparation():
            told = "[(value - m) / s for value, m, s in zip(row, mean, scale)]"
        case _:
            told = "list(row)"
    return f'''
def inputs(row):
    """The network's inputs of a row of {plan.net.n_in} numbers."""
    if len(row) != {plan.net.n_in}:
        raise ValueError(f"a row is to have {plan.net.n_in} numbers, not {{len(row)}}")
    return {told}
'''


def _forward(plan: CodePlan) -> str:
    """The function that computes the outputs."""
    net = plan.net
    names, by_layer = named(net)
    x = [f"x{j}" for j in range(net.n_in)]
    last = [f"a{len(by_layer)}_{i}" for i in range(net.n_out)]
    lines = [f"[{', '.join(names)}] = theta", f"[{', '.join(x)}] = x"]
    lines += [*lines_forward(net, by_layer, printed=True), f"return [{', '.join(last)}]"]
    return f'''
def forward(x):
    """The outputs, of inputs x: of each neuron its weighted sum z, and a = f(z)."""
    # fmt: off
{_laid_out(f"    {line}" for line in lines)}
'''


def _steps(plan: CodePlan) -> tuple[list[str], str]:
    """The function that makes updates, if there is one; and if not, for what it has no formula."""
    net, learning = plan.net, plan.learning
    found = {
        "dropout": any(isinstance(layer, Dropout) for layer in net.layers),
        "a bound on the weights' length": net.max_norm is not None,
        "clipping": (learning.clip_norm, learning.clip_value) != (None, None),
    }
    lacking = next((what for what, there in found.items() if there), "")
    text = None
    if not lacking:
        text = text_of_steps(net, learning.optimizer, alone=False, printed=True)
    if text is None and not net.n_learned:
        return [], "all of its layers are frozen"
    if text is None:
        return [], f"there are no lines of plain numbers for {lacking or 'one of its parts'}"
    head, *body = text.rstrip().split("\n")
    told = f"""
{head}
    \"\"\"An update for each batch, by {learning.optimizer.name}; and the loss before each.

    A batch is a list of rows, of each its inputs x0, x1, ... and its targets y0, y1, ...; d is the
    slope of a row's loss by z, g_ that of the batch's by a weight. It ends where a loss is not
    finite, or a number too large.
    \"\"\"
    # fmt: off
{_laid_out(body)}
"""
    return [told], ""


def _laid_out(lines: Iterable[str]) -> str:
    """The lines, those of long lists of names in several."""
    return "\n".join(part for line in lines for part in _in_width(line))


def _in_width(line: str) -> list[str]:
    """A line as several, where it is a list in brackets and too long."""
    margin = " " * (len(line) - len(line.lstrip()) + 8)
    done = list[str]()
    while len(line) > WIDTH and (cut := line.rfind(", ", len(margin), WIDTH)) > 0:
        done.append(line[: cut + 1])
        line = margin + line[cut + 2 :]
    return [*done, line]


def _targets(plan: CodePlan) -> str:
    """The function that makes targets of an answer as it comes."""
    n, lines = plan.net.n_out, list[str]()
    what, told = ("numbers", "list(answer)") if n > 1 else ("number", ONE)
    if plan.classes is not None:
        what = "class"
        lines = ["k = [str(name) for name in classes].index(str(answer))"]
        told = f"[float(i == k) for i in range({n})]" if n > 1 else "[float(k)]"
    elif plan.net.target_scale is not None:
        lines = [f"y = {told}"]
        told = "[(value - m) / s for value, m, s in zip(y, y_mean, y_scale)]"
    loss = of_core(plan.net.loss)
    if isinstance(loss, CrossEntropy | BinaryCrossEntropy) and loss.smoothing:
        share = n if isinstance(loss, CrossEntropy) else 2
        lines.append(f"y = {told}")
        told = f"[{1 - loss.smoothing!r} * each + {loss.smoothing / share!r} for each in y]"
    body = "\n".join(f"    {line}" for line in [*lines, f"return {told}"])
    return f'''
def targets(answer):
    """What the outputs ought to be for the {what} of a row."""
{body}
'''


def _train(plan: CodePlan) -> str:
    rate, n_in, n_out = plan.learning.optimizer.learning_rate, plan.net.n_in, plan.net.n_out
    return f'''
def train(rows, answers, updates=1, rate={rate!r}):
    """Makes updates, each from all rows; returns the loss before each of them.

    It ends before an update whose loss is not finite. theta is changed in its place.
    """
    global t
    pairs = zip(rows, answers, strict=True)
    batch = [(*inputs(row), *targets(answer)) for row, answer in pairs]
    if not batch or any(len(each) != {n_in + n_out} for each in batch):
        raise ValueError("expected rows, and with each an answer of {n_out} numbers")
    theta[:], kept, losses = steps(theta, state, [batch] * updates, [rate] * updates, t)
    state.update(kept)
    t += len(losses)
    return losses
'''


def _predict(plan: CodePlan) -> str:
    out, what = "forward(inputs(row))", "The numbers"
    if plan.classes is not None:
        told = "classes[int(a[0] >= 0.5)]" if plan.net.n_out == 1 else "classes[a.index(max(a))]"
        what = "The class"
    else:
        told = "a"
        if plan.net.target_scale is not None:
            told = "[value * s + m for value, s, m in zip(a, y_scale, y_mean)]"
        if plan.net.n_out == 1:
            told, what = f"{told}[0]", "The number"
    return f'''
def predict(row):
    """{what} of a row."""
    a = {out}
    return {told}
'''


def _main(plan: CodePlan) -> str:
    table = plan.net.preparation if isinstance(plan.net.preparation, TablePreparation) else None
    mark = ', delimiter=";"' if table is not None and table.decimal == "," else ""
    rows = f"csv.DictReader(file{mark})" if table is not None else "csv.reader(file)"
    row = "row" if table is not None else "list(map(float, row))"
    return f"""
if __name__ == "__main__":
    for name in sys.argv[1:]:
        try:
            with open(name, newline="", encoding="utf-8-sig") as file:
                answers = [predict({row}) for row in {rows}]
        except (OSError, ValueError, csv.Error) as error:
            told = getattr(error, "strerror", None) or error
            print(f"{{name}}: {{told}}", file=sys.stderr)
            sys.exit(2)
        for answer in answers:
            print(answer)
"""
