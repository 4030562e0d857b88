"""A tiny network as plain Python: a line a neuron, no array and no library."""

import numpy as np

from glassnet.core.errors import InputError
from glassnet.data.preparation import Preparation
from glassnet.data.table.preparation import TablePreparation
from glassnet.exchange.code import prepared_rows
from glassnet.exchange.code.expressions import Language, steady
from glassnet.exchange.code.literals import listed, literal, modules_in
from glassnet.exchange.code.plan import CodePlan, f_of
from glassnet.formula import tree

MOST = 500  # weights: each is a term of a line

PYTHON = Language(
    functions={
        "exp": "math.exp", "ln": "math.log", "tanh": "math.tanh", "sqrt": "math.sqrt",
        "erf": "math.erf", "erfc": "math.erfc", "expm1": "math.expm1", "abs": "abs", "max": "max",
        "min": "min", "sign": "sign", "sigmoid": "sigmoid", "softplus": "softplus",
    },
    helpers={
        "sigmoid": '''
def sigmoid(z):
    """1 / (1 + exp(-z)), by an exponent that is never positive: it cannot overflow."""
    e = math.exp(-abs(z))
    return (1 if z >= 0 else e) / (1 + e)
''',
        "softplus": '''
def softplus(z):
    """ln(1 + exp(z)), by an exponent that is never positive: it cannot overflow."""
    return max(z, 0) + math.log1p(math.exp(-abs(z)))
''',
        "sign": '''
def sign(z):
    """1, 0 or -1."""
    return (z > 0) - (z < 0)
''',
    },
)  # fmt: skip

SOFTMAX = '''
def softmax(z):
    """exp(z) as shares of their sum; less the largest z it cannot overflow."""
    e = [math.exp(each - max(z)) for each in z]
    return [each / sum(e) for each in e]
'''


def files(plan: CodePlan) -> dict[str, str | bytes]:
    """The file, by the ending of its name."""
    size = plan.net.theta.size
    if size > MOST:
        raise InputError(
            f"{size:,} weights are too many for lines of plain numbers, which take up to {MOST}: "
            "write it --to numpy."
        )
    forward, helpers = _forward(plan)
    parts = [*helpers, _prepare(plan), forward, _predict(plan), _main(plan)]
    body = "\n\n".join(part.strip("\n") + "\n" for part in parts)
    imports = [f"import {module}\n" for module in modules_in(body)]
    title = f"A network {plan.sizes} in plain Python: it predicts as in glassnet, by nothing else."
    docstring = f'''"""{title}

{plan.made_by}

    python {plan.name}.py rows.csv

prints an answer for each row; in a program, predict(row) gives one.
"""
'''
    return {".py": f"{docstring}\n{''.join(imports)}{_numbers(plan)}\n\n{body}"}


def _numbers(plan: CodePlan) -> str:
    """The classes and scales."""
    lines = ["# fmt: off"]
    if plan.classes is not None:
        lines.append(f"classes = {listed(plan.classes)}")
    if isinstance(plan.net.preparation, Preparation):
        lines.append(prepared_rows.scaled(plan.net.preparation).rstrip())
    if (scale := plan.net.target_scale) is not None:
        for name in ("mean", "scale"):
            values = np.broadcast_to(getattr(scale, name), plan.net.n_out).tolist()
            lines.append(f"y_{name} = {literal(values)}")
    return "\n".join(["", *lines, "# fmt: on", ""]) if len(lines) > 1 else ""


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
    return {told}
'''


def _forward(plan: CodePlan) -> tuple[str, list[str]]:
    """The function that computes the outputs, and those that it calls."""
    lines, trees, helpers = list[str](), list[tree.Expression](), list[str]()
    x = [f"x[{j}]" for j in range(plan.net.n_in)]
    for l, layer in enumerate(plan.net.dense_layers, 1):
        z, a = ([f"{name}{l}_{i}" for i in range(layer.n_out)] for name in "za")
        f = f_of(layer)
        told = None if f is None else steady(f)
        trees += [] if told is None else [told]
        biases = np.broadcast_to(layer.b, layer.n_out)
        for i, (row, b) in enumerate(zip(layer.W, biases, strict=True)):
            terms = [_term(w, tree.Symbol(each)) for w, each in zip(row, x, strict=True)]
            terms.append(tree.node(_shortest(b)))
            lines.append(f"{z[i]} = {PYTHON.text(tree.total(terms))}")
            if told is not None:
                lines.append(f"{a[i]} = {PYTHON.text(told, {'z': z[i]})}")
        if told is None:
            lines.append(f"{', '.join(a)}{',' * (len(a) == 1)} = softmax([{', '.join(z)}])")
            helpers = [SOFTMAX]
        x = a
    body = "\n".join(f"    {line}" for line in lines)
    text = f'''
def forward(x):
    """The outputs, of inputs x: of each neuron its weighted sum z, and a = f(z)."""
    # fmt: off
{body}
    # fmt: on
    return [{", ".join(x)}]{"  # fmt: skip" * (len(", ".join(x)) > 72)}
'''
    return text, [*PYTHON.needed(*trees).values(), *helpers]


def _term(weight: np.floating, x: tree.Expression) -> tree.Expression:
    """A weight times what it weighs; of one below 0 what is taken away."""
    value = _shortest(weight)
    return tree.Negative(tree.Number(-value) * x) if value < 0 else tree.Number(value) * x


def _shortest(value: np.floating) -> float:
    """The float64 of the fewest digits that is this one in its own type."""
    return float(str(value))


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
