"""The program that a page answers by: numbers, preparation, the way forward, the answer."""

import numpy as np

from glassnet.core.activations import Sigmoid
from glassnet.core.errors import InputError
from glassnet.core.losses import Pinball
from glassnet.core.parts import of_core
from glassnet.data.preparation import Preparation
from glassnet.data.table.preparation import TablePreparation
from glassnet.exchange.code.expressions import steady
from glassnet.exchange.code.in_javascript.columns import of_a_table
from glassnet.exchange.code.in_javascript.language import (
    EACH,
    JAVASCRIPT,
    SOFTMAX,
    UNPACKED,
    array,
    literal,
)
from glassnet.exchange.code.plan import CodePlan, f_of

FORWARD = """
// W x + b: the weights of a neuron stand in a row
function sums({ W, b }, x) {
  const z = Float64Array.from(b);
  for (let i = 0, k = 0; i < z.length; i++) {
    let sum = 0;
    for (let j = 0; j < x.length; j++, k++) sum += W[k] * x[j];
    z[i] += sum;
  }
  return z;
}

// what every layer gives for inputs x, the last its outputs
function forward(x) {
  const seen = [];
  for (const layer of layers) {
    const z = sums(layer, x);
    x = layer.f(z);
    seen.push({ z, a: x });
  }
  return seen;
}
"""
PREDICT = """
// what the network answers to a row as it comes
function predict(row) {
  return decided(forward(inputs(row)).at(-1).a);
}
"""


def program(plan: CodePlan) -> str:
    """The definitions of `layers`, `inputs(row)`, `forward(x)`, `decided(a)` and `predict(row)`."""
    net = plan.net
    layers, trees, arrays = list[str](), [], list[str]()
    for l, layer in enumerate(net.dense_layers, 1):
        b = np.broadcast_to(layer.b, layer.n_out)
        arrays += [f"const W{l} = {array(layer.W)}; // {layer.n_out} x {layer.n_in}",
                   f"const b{l} = {array(b)};"]  # fmt: skip
        if (f := f_of(layer)) is None:
            told = "softmax"
        else:
            trees.append(f := steady(f))
            told = f"each((z) => {JAVASCRIPT.text(f, {'z': 'z'})})"
        layers.append(f"  {{ W: W{l}, b: b{l}, f: {told} }},\n")
    helpers = dict.fromkeys(JAVASCRIPT.needed(*trees).values())  # erf and erfc are one piece
    numbers = "\n".join(arrays)
    body = [
        *helpers,
        EACH,
        SOFTMAX if any(f_of(layer) is None for layer in net.dense_layers) else "",
        UNPACKED if "unpacked(" in numbers else "",
        f"{numbers}\nconst layers = [\n{''.join(layers)}];\n",
        FORWARD,
        _inputs(plan),
        _decided(plan),
        PREDICT,
    ]
    return "\n".join(piece.strip("\n") + "\n" for piece in body if piece)


def _inputs(plan: CodePlan) -> str:
    """The preparation."""
    net = plan.net
    match net.preparation:
        case TablePreparation() as preparation:
            return of_a_table(preparation)
        case Preparation(kind="pixels") as preparation:
            told = f"Float64Array.from(row, (value) => value / {literal(preparation.scale[0])})"
            what, before = "pixels", ""
        case Preparation() as preparation:
            told = "Float64Array.from(row, (value, j) => (value - mean[j]) / scale[j])"
            what = "numbers"
            before = "".join(
                f"const {name} = {array(np.array(getattr(preparation, name)))};\n"
                for name in ("mean", "scale")
            )
        case None:
            told, what, before = "Float64Array.from(row)", "numbers", ""
        case _:
            raise InputError("this network's preparation is not one that a page can be made of.")
    return f"""{before}
// the network's inputs of a row of {net.n_in} {what}
function inputs(row) {{
  if (row.length !== {net.n_in}) throw new Error(`${{row.length}} numbers, not {net.n_in}`);
  const x = {told};
  if (!x.every(Number.isFinite)) throw new Error("a number is not finite");
  return x;
}}
"""


def _decided(plan: CodePlan) -> str:
    """From outputs to the answer: y, a number for each class or target, and which class it is."""
    net, scale = plan.net, plan.net.target_scale
    if plan.classes is None:
        y = "a"
        before = ""
        if scale is not None:
            pairs = [np.broadcast_to(getattr(scale, n), net.n_out) for n in ("scale", "mean")]
            names = ("yScale", "yMean")
            before = "".join(
                f"const {name} = {array(np.asarray(values, np.float64))};\n"
                for name, values in zip(names, pairs, strict=True)
            )
            y = "a.map((value, k) => value * yScale[k] + yMean[k])"
        several = isinstance(net.loss, Pinball) and net.loss.quantiles
        told = (
            "the quantiles in their unit, in rising order"
            if several
            else "the numbers in their units"
        )
        ordered = ".sort((low, high) => low - high)" if several else ""
        return f"""{before}
// {told}
function decided(a) {{
  return {{ y: Array.from({y}){ordered} }};
}}
"""
    if net.n_out == 1:
        lines = ["const y = [1 - a[0], a[0]];", "const k = Number(a[0] >= 0.5);"]
    elif isinstance(of_core(net.dense_layers[-1].activation), Sigmoid):
        lines = ["const sum = a.reduce((sum, each) => sum + each, 0);",
                 "const y = Array.from(a, (each) => (sum > 0 ? each / sum : 1 / a.length));",
                 "const k = a.indexOf(Math.max(...a));"]  # fmt: skip
    else:
        lines = ["const y = Array.from(a);", "const k = y.indexOf(Math.max(...y));"]
    body = "\n".join(f"  {line}" for line in lines)
    return f"""const classes = {literal([str(label) for label in plan.classes])};

// what is said of each class, and which one it is: the first of the largest
function decided(a) {{
{body}
  return {{ y, k, label: classes[k] }};
}}
"""
