"""The same network in PyTorch's idiom, to read across: its layers in a row, and the weights."""

import numpy as np

from glassnet.core import activations as core
from glassnet.core.activations import Activation
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense
from glassnet.core.parts import of_core
from glassnet.data.preparation import Preparation
from glassnet.data.table.preparation import TablePreparation
from glassnet.exchange.code import prepared_rows
from glassnet.exchange.code.literals import array, listed, literal
from glassnet.exchange.code.plan import CodePlan
from glassnet.exchange.code.weights import packed

MOST_INSIDE = 1_000  # weights that stand in the file itself


EXP = '''
class Exp(nn.Module):
    """e to the power of each sum."""

    def forward(self, z):
        return torch.exp(z)


'''


def files(plan: CodePlan) -> dict[str, str | bytes]:
    """The file, and for many weights an archive of them beside it: by the names' endings."""
    inside = plan.net.theta.size <= MOST_INSIDE
    parts = [_docstring(plan), _imports(plan, inside), _numbers(plan, inside), _model(plan)]
    text = "\n".join(parts) + "\n\n" + _functions(plan)
    return {".py": text} if inside else {".py": text, ".npz": packed(plan)}


def _docstring(plan: CodePlan) -> str:
    return f'''"""A network {plan.sizes} in PyTorch, with the weights that it has in glassnet.

{plan.made_by}

After `import {plan.identifier}`, predict(rows) answers; model is a torch.nn.Module to go on with.
Dropout is off in model.eval(), as it is left here.
"""
'''


def _imports(plan: CodePlan, inside: bool) -> str:
    modules: set[str] = set()
    if isinstance(plan.net.preparation, TablePreparation):
        modules = prepared_rows.of_a_table(plan.net.preparation)[0]
    lines = [f"import {module}" for module in sorted(modules)]
    lines += [] if inside else ["from pathlib import Path"]
    lines += [""] * bool(lines)
    return "\n".join([*lines, *["import numpy as np"] * (not inside), "import torch",
                      "from torch import nn", ""])  # fmt: skip


def _numbers(plan: CodePlan, inside: bool) -> str:
    lines = ["# fmt: off", f"dtype = torch.{plan.net.dtype.name}"]
    if plan.classes is not None:
        lines.append(f"classes = {listed(plan.classes)}")
    if isinstance(plan.net.preparation, Preparation):
        lines.append(prepared_rows.scaled(plan.net.preparation).rstrip())
    if (scale := plan.net.target_scale) is not None:
        lines += [f"y_{n} = {literal(getattr(scale, n))}" for n in ("mean", "scale")]
    if not inside:
        lines.append('weights = np.load(Path(__file__).with_suffix(".npz"))')
    sizes = {f"b{l}": d.n_out for l, d in enumerate(plan.net.dense_layers, 1)}
    for name, values, _ in plan.net.parameters():
        values = np.broadcast_to(values, sizes[name]) if name in sizes else values
        expand = f".expand({sizes[name]})" if name in sizes else ""
        told = (
            f"torch.tensor({array(values)}, dtype=dtype)"
            if inside
            else f'torch.from_numpy(weights["{name}"]){expand}'
        )
        lines.append(f"{name} = {told}")
    return "\n".join([*lines, "# fmt: on", ""])


def _model(plan: CodePlan) -> str:
    rows, loads = list[str](), list[str]()
    for place, layer in enumerate(plan.net.layers):
        if isinstance(layer, Dense):
            l = len(loads) // 2 + 1
            rows.append(f"nn.Linear({layer.n_in}, {layer.n_out}, dtype=dtype),")
            loads += [f'"{len(rows) - 1}.weight": W{l},', f'"{len(rows) - 1}.bias": b{l},']
            rows.append(f"{_module(layer.activation)},  # a{l}")
        else:
            rows.append(f"nn.Dropout({layer.rate!r}),  # before layer {place}")
    body = "\n".join(f"    {row}" for row in rows)
    state = "\n".join(f"        {row}" for row in loads)
    each = [of_core(layer.activation) for layer in plan.net.dense_layers]
    own = EXP if core.Exp() in each else ""
    return f"""{own}model = nn.Sequential(
{body}
)
model.load_state_dict(
    {{
{state}
    }}
)
model.eval()
"""


def _module(f: Activation) -> str:
    """What PyTorch calls an activation."""
    match of_core(f):
        case core.LeakyReLU(slope):
            return f"nn.LeakyReLU({slope!r})"
        case core.ELU(alpha):
            return f"nn.ELU({alpha!r})"
        case core.GELUTanh():
            return 'nn.GELU(approximate="tanh")'
        case core.Softmax():
            return "nn.Softmax(dim=1)"
        case core.Exp():
            return "Exp()"
        case core.Identity() | core.Sigmoid() | core.Tanh() | core.ReLU() | core.SELU() as known:
            return f"nn.{type(known).__name__}()"
        case core.GELU() | core.SiLU() | core.Softplus() as known:
            return f"nn.{type(known).__name__}()"
    raise InputError(f"PyTorch has no {f.name}: write it --to numpy.")


def _functions(plan: CodePlan) -> str:
    before, net = "", plan.net
    match net.preparation:
        case TablePreparation() as preparation:
            before = prepared_rows.of_a_table(preparation)[1].strip("\n") + "\n\n\n"
            told = "torch.tensor([inputs(row) for row in rows], dtype=dtype)"
        case Preparation(kind="pixels"):
            told = "torch.as_tensor(rows, dtype=dtype) / largest"
        case Preparation():
            told = "scaled.to(dtype)"
        case _:
            told = "torch.as_tensor(rows, dtype=dtype)"
    first = ""
    if told == "scaled.to(dtype)":
        first = """    means, scales = torch.tensor([mean, scale], dtype=torch.float64)
    scaled = (torch.as_tensor(rows, dtype=torch.float64) - means) / scales
"""
    answer = "a"
    if plan.classes is not None and net.n_out == 1:
        answer = "[classes[int(p >= 0.5)] for p in a[:, 0]]"
    elif plan.classes is not None:
        answer = "[classes[k] for k in a.argmax(dim=1)]"
    elif net.target_scale is not None:
        kind = "dtype=dtype"
        answer = f"a * torch.tensor(y_scale, {kind}) + torch.tensor(y_mean, {kind})"
    return f'''{before}def prepare(rows):
    """The network's inputs, (B, {net.n_in})."""
{first}    return {told}


@torch.no_grad()
def predict(rows):
    """The answer to each row."""
    a = model(prepare(rows))
    return {answer}
'''
