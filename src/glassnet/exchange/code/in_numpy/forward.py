"""The half that predicts: numbers, preparation, the way forward, answers."""

from glassnet.core.activations import Softmax
from glassnet.core.layers import Dense
from glassnet.core.parts import of_core
from glassnet.data.preparation import Preparation
from glassnet.data.table.preparation import TablePreparation
from glassnet.exchange.code import prepared_rows
from glassnet.exchange.code.expressions import steady
from glassnet.exchange.code.in_numpy.language import NUMPY, indented, together
from glassnet.exchange.code.literals import array, listed, literal
from glassnet.exchange.code.plan import CodePlan, f_of, rates_of_dropout
from glassnet.formula import tree

MOST_INSIDE = 1_000  # weights that stand in the file itself


class Forward:
    """The text, piece by piece. l is a layer's number, from 1."""

    def __init__(self, plan: CodePlan) -> None:
        self.plan, self.net, self.rule = plan, plan.net, plan.learning.optimizer
        self.layers: list[Dense] = list(plan.net.dense_layers)
        self.rates = rates_of_dropout(plan.net)
        self.inside = plan.net.theta.size <= MOST_INSIDE
        self.dtype = f"np.{plan.net.dtype.name}"
        self.trees: list[tree.Expression] = []  # all that is printed, for the helpers
        self.learned = [
            name
            for l, layer in enumerate(self.layers, 1)
            for name in (f"W{l}", f"b{l}")
            if not layer.frozen and (name[0] == "W" or layer.bias != "frozen")
        ]

    def code(self, told: tree.Expression, **names: str) -> str:
        told = steady(told)
        self.trees.append(told)
        return NUMPY.text(told, names)

    def before(self, l: int) -> str:
        """What goes into layer l: X, a1, ..., or what dropout made of it."""
        a = f"a{l - 1}" if l > 1 else "X"
        return f"dropped{l - 1}" if self.rates[l - 1] else a

    def numbers(self) -> str:
        """Classes, scales and weights."""
        net, preparation = self.net, self.net.preparation
        lines = ["# fmt: off"]
        if self.plan.classes is not None:
            lines.append(f"classes = {listed(self.plan.classes)}")
        if isinstance(preparation, Preparation):
            lines.append(prepared_rows.scaled(preparation).rstrip())
        if (scale := net.target_scale) is not None:
            lines += [f"y_{n} = {literal(getattr(scale, n))}" for n in ("mean", "scale")]
        if not self.inside:
            lines.append('weights = np.load(Path(__file__).with_suffix(".npz"))')
        for name, values, _ in net.parameters():
            told = (
                f"np.array({array(values)}, {self.dtype})" if self.inside else f'weights["{name}"]'
            )
            lines.append(f"{name} = {told}")
        return "\n".join([*lines, "# fmt: on", ""])

    # -- predicting ------------------------------------------------------------------------

    def prepare(self) -> str:
        match self.net.preparation:
            case TablePreparation() as preparation:
                before, told = (
                    prepared_rows.of_a_table(preparation)[1],
                    (f"np.array([inputs(row) for row in rows], {self.dtype})"),
                )
                what = "rows, dictionaries from their columns to their cells"
            case Preparation(kind="pixels"):
                before, told = "", f"np.atleast_2d(np.asarray(rows, {self.dtype})) / largest"
                what = "rows of pixels"
            case Preparation():
                before, what = "", "rows of numbers"
                told = "(np.atleast_2d(rows) - np.array(mean)) / np.array(scale)"
                told = f"({told}).astype({self.dtype})" if self.dtype != "np.float64" else told
            case _:
                before, what = "", "rows of numbers"
                told = f"np.atleast_2d(np.asarray(rows, {self.dtype}))"
        return f'''{before}{
            """
"""
            * bool(before)
        }
def prepare(rows):
    """The network's inputs, (B, {self.net.n_in}), of {what}."""
    return {told}
'''

    def forward(self) -> str:
        lines = []
        for l, layer in enumerate(self.layers, 1):
            x = f"a{l - 1}" if l > 1 else "X"
            if rate := self.rates[l - 1]:
                lines += [f"mask{l - 1} = mask({x}, {rate!r}, rng)",
                          f"dropped{l - 1} = {x} * mask{l - 1}"]  # fmt: skip
            lines.append(f"z{l} = {self.before(l)} @ W{l}.T + b{l}  # (B, {layer.n_out})")
            f = f_of(layer)
            lines.append(f"a{l} = {f'softmax(z{l})' if f is None else self.code(f, z=f'z{l}')}")
        rng = ", rng=None" * any(self.rates)
        return f'''
def forward(X{rng}):
    """What every layer gives for inputs X, (B, {self.net.n_in}), the last its outputs."""
{indented(lines)}
    return {together(self.kept())}
'''

    def kept(self) -> list[str]:
        """What forward returns: of every layer what the way back needs, and the outputs."""
        names = []
        for l, rate in enumerate(self.rates, 1):
            names += [f"mask{l - 1}", f"dropped{l - 1}"] * bool(rate) + [f"z{l}", f"a{l}"]
        return names

    def predict(self) -> str:
        told, what = "a * y_scale + y_mean" if self.net.target_scale else "a", "The numbers"
        if isinstance(getattr(self.net.target_scale, "mean", None), tuple):
            told = f"a * np.array(y_scale, {self.dtype}) + np.array(y_mean, {self.dtype})"
        told = f"({told})[:, 0]" if " " in told else f"{told}[:, 0]"
        told = told if self.net.n_out == 1 else told.removesuffix("[:, 0]")
        if told.startswith("(") and told.endswith(")") and self.net.n_out > 1:
            told = told[1:-1]
        if self.plan.classes is not None and self.net.n_out == 1:
            told, what = "[classes[int(p >= 0.5)] for p in a[:, 0]]", "The class"
        elif self.plan.classes is not None:
            told, what = "[classes[k] for k in a.argmax(axis=1)]", "The class"
        return f'''
def predict(rows):
    """{what} of each row."""
    a = forward(prepare(rows))[-1]
    return {told}
'''


def is_softmax(layer: Dense) -> bool:
    return isinstance(of_core(layer.activation), Softmax)
