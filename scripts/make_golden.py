"""Makes the reference numbers in tests/golden, from PyTorch and from many-digit arithmetic.

In an environment of its own, as glassnet itself needs neither:

    python -m venv golden-env
    golden-env/bin/python -m pip install torch==2.13.0 mpmath==1.3.0
    golden-env/bin/python scripts/make_golden.py

It writes optimizers.json, losses.json, activations.json, schedules.json and networks.json; what
they hold is told in tests/golden/README.md. Tests read only these files. The script imports
nothing of glassnet, and writes each formula otherwise than glassnet does: derivatives come from
autograd, or from differences in 800-digit arithmetic. Where both exist, they must agree.

The same seed gives the same files, up to the last bits of another machine's exp and matmul.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from mpmath import mp, mpf
from torch import Tensor
from torch.nn import functional as F

GOLDEN = Path(__file__).resolve().parents[1] / "tests" / "golden"
SMALLEST = 1e-300  # what is smaller is written as 0

# 800 digits hold 1 − σ(1000) = 5e-435 with room to spare, so textbook formulas need no care,
# and a central difference with h = 1e-60 is good to 100 digits
mp.dps = 800
STEP = mpf(10) ** -60

Case = dict[str, Any]
Row = list[mpf]
State = dict[str, mpf]


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the reference numbers that tests read.")
    parser.add_argument("--out", type=Path, default=GOLDEN, help="the folder to write to")
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    for name, make in {
        "optimizers": optimizers,
        "losses": losses,
        "activations": activations,
        "schedules": schedules,
        "networks": networks,
    }.items():
        path = folder / f"{name}.json"
        path.write_text(one_case_a_line(make()), encoding="utf-8", newline="\n")
        print(f"{path.stat().st_size:7} bytes  {path.name}")


def one_case_a_line(document: Case) -> str:
    """JSON with each entry of the top level, and each case in a list of cases, on its own line."""
    lines = []
    for key, value in document.items():
        if isinstance(value, list) and isinstance(value[0], dict):
            cases = ",\n".join(json.dumps(case, allow_nan=False) for case in value)
            lines.append(f"{json.dumps(key)}: [\n{cases}\n]")
        else:
            lines.append(f"{json.dumps(key)}: {json.dumps(value, allow_nan=False)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def nearest(value: mpf) -> float:
    return float(value) if abs(value) >= SMALLEST else 0.0


def slope(f: Callable[[mpf], mpf], x: mpf) -> mpf:
    """f′(x) by a central difference; at a corner of f the mean of both sides."""
    return (f(x + STEP) - f(x - STEP)) / (2 * STEP)


def numbers(rng: torch.Generator, *shape: int, digits: int = 3) -> Tensor:
    """Standard normal numbers with few digits, which read well in the files."""
    drawn = torch.randn(*shape, generator=rng)
    return torch.tensor([round(v, digits) for v in drawn.flatten().tolist()]).reshape(shape)


def agree(ours: Any, torchs: Any, what: str) -> None:
    torch.testing.assert_close(
        torch.as_tensor(ours), torch.as_tensor(torchs), rtol=1e-12, atol=1e-14, msg=what
    )


# -- optimizers ------------------------------------------------------------------------------

STEPS, P = 25, 7
ZERO_STEP, TINY_STEP, HUGE_STEP = 4, 9, 14  # counted from 0
SCALES = [1.0, 1.0, 1e-3, 1e-8, 1e2, 0.0, 1.0]  # of each coordinate; the sixth is always 0

# torch's word for a setting, and glassnet's
WORDS = {
    "lr": "learning_rate",
    "momentum": "momentum",
    "alpha": "decay",
    "centered": "centered",
    "lr_decay": "lr_decay",
    "initial_accumulator_value": "initial",
    "eps": "eps",
    "weight_decay": "weight_decay",
}

HALVED = [0.5 ** (t // 10) for t in range(STEPS)]


def optimizers() -> Case:
    rng = torch.Generator().manual_seed(1)
    theta0 = numbers(rng, P).tolist()
    strength = torch.ones(STEPS, 1)
    strength[ZERO_STEP], strength[TINY_STEP], strength[HUGE_STEP] = 0, 1e-6, 1e4
    exact = numbers(rng, STEPS, P) * strength * torch.tensor(SCALES)
    gradients = [[float(f"{g:.3g}") + 0.0 for g in row] for row in exact.tolist()]
    cases = [*torch_optimizers(theta0, gradients), *paper_optimizers(theta0, gradients)]
    return {
        "about": "theta[t] are the parameters after step t (from 0) along gradients[t]. Settings "
        "that are 0 or false are left out. Form 'pytorch' is torch.optim's, 'paper' the paper's. "
        "factors, where given, multiply the learning rate of each step.",
        "cases": cases,
    }


def torch_optimizers(theta0: list[float], gradients: list[list[float]]) -> Iterator[Case]:
    o = torch.optim
    for name, optimizer, kind, settings, factors in [
        ("sgd", "sgd", o.SGD, {"lr": 0.1}, None),
        ("sgd, weight decay", "sgd", o.SGD, {"lr": 0.1, "weight_decay": 0.02}, None),
        ("momentum", "momentum", o.SGD, {"lr": 0.1, "momentum": 0.9}, None),
        ("momentum, weight decay", "momentum", o.SGD,
         {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.02}, None),
        ("momentum, rate halved", "momentum", o.SGD, {"lr": 0.1, "momentum": 0.9}, HALVED),
        ("nesterov", "nesterov", o.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}, None),
        ("nesterov, weight decay", "nesterov", o.SGD,
         {"lr": 0.05, "momentum": 0.8, "nesterov": True, "weight_decay": 0.02}, None),
        ("nesterov, rate halved", "nesterov", o.SGD,
         {"lr": 0.1, "momentum": 0.9, "nesterov": True}, HALVED),
        ("adagrad", "adagrad", o.Adagrad, {}, None),
        ("adagrad, rate decay, initial accumulator", "adagrad", o.Adagrad,
         {"lr": 0.05, "lr_decay": 0.1, "initial_accumulator_value": 0.1}, None),
        ("adagrad, large eps", "adagrad", o.Adagrad, {"eps": 1e-3}, None),
        ("rmsprop", "rmsprop", o.RMSprop, {}, None),
        ("rmsprop, centered", "rmsprop", o.RMSprop, {"centered": True}, None),
        ("rmsprop, momentum", "rmsprop", o.RMSprop, {"momentum": 0.9}, None),
        ("rmsprop, all", "rmsprop", o.RMSprop,
         {"lr": 0.002, "alpha": 0.9, "eps": 1e-4, "centered": True, "momentum": 0.5,
          "weight_decay": 0.02}, None),
        ("adam", "adam", o.Adam, {}, None),
        ("adam, other betas", "adam", o.Adam,
         {"lr": 0.01, "betas": (0.8, 0.99), "eps": 1e-6}, None),
        ("adam, no first moment", "adam", o.Adam, {"betas": (0.0, 0.999)}, None),
        ("adam, coupled weight decay", "adam", o.Adam, {"lr": 0.01, "weight_decay": 0.02}, None),
        ("adam, rate halved", "adam", o.Adam, {"lr": 0.01}, HALVED),
        ("amsgrad", "amsgrad", o.Adam, {"amsgrad": True}, None),
        ("amsgrad, other betas", "amsgrad", o.Adam,
         {"lr": 0.01, "betas": (0.8, 0.9), "amsgrad": True}, None),
        ("adamw", "adamw", o.AdamW, {}, None),
        ("adamw, other weight decay", "adamw", o.AdamW, {"lr": 0.01, "weight_decay": 0.2}, None),
        ("adamw, rate halved", "adamw", o.AdamW, {"lr": 0.01, "weight_decay": 0.2}, HALVED),
    ]:  # fmt: skip
        theta = torch.nn.Parameter(torch.tensor(theta0))
        rule = kind([theta], **settings)
        base, after = rule.defaults["lr"], []
        for t, g in enumerate(gradients):
            rule.param_groups[0]["lr"] = base * (factors[t] if factors else 1)
            theta.grad = torch.tensor(g)
            rule.step()
            after.append(theta.tolist())
        used = {WORDS[k]: v for k, v in rule.defaults.items() if k in WORDS and v}
        if "betas" in rule.defaults:
            used["beta1"], used["beta2"] = rule.defaults["betas"]
        call = ", ".join(f"{k}={v}" for k, v in settings.items())
        yield {
            "name": f"torch: {name}",
            "optimizer": optimizer,
            "form": "pytorch",
            "source": f"torch.optim.{kind.__name__}({call})",
            "settings": used,
            **({"factors": factors} if factors else {}),
            "theta0": theta0,
            "gradients": gradients,
            "theta": after,
        }


# The rules of the papers, for one coordinate: t counts from 1, s holds the state by the paper's
# letters (0 at first), c the settings, eta the factor of this step's learning rate.


def classical_momentum(theta: mpf, g: mpf, t: int, s: State, c: State, eta: mpf) -> mpf:
    s["v"] = c["momentum"] * s["v"] - eta * c["learning_rate"] * g
    return theta + s["v"]


def nesterov(theta: mpf, g: mpf, t: int, s: State, c: State, eta: mpf) -> mpf:
    # the stored parameter is the place looked ahead to, θ + μv, as g is the gradient there
    mu, here = c["momentum"], theta - c["momentum"] * s["v"]
    s["v"] = mu * s["v"] - eta * c["learning_rate"] * g
    here = here + s["v"]
    return here + mu * s["v"]


def moments(g: mpf, s: State, c: State) -> None:
    s["m"] = c["beta1"] * s["m"] + (1 - c["beta1"]) * g
    s["v"] = c["beta2"] * s["v"] + (1 - c["beta2"]) * g**2


def adam(theta: mpf, g: mpf, t: int, s: State, c: State, eta: mpf) -> mpf:
    moments(g, s, c)
    m_hat, v_hat = s["m"] / (1 - c["beta1"] ** t), s["v"] / (1 - c["beta2"] ** t)
    return theta - eta * c["learning_rate"] * m_hat / (mp.sqrt(v_hat) + c["eps"])


def adam_eps_hat(theta: mpf, g: mpf, t: int, s: State, c: State, eta: mpf) -> mpf:
    moments(g, s, c)
    rate = eta * c["learning_rate"] * mp.sqrt(1 - c["beta2"] ** t) / (1 - c["beta1"] ** t)
    return theta - rate * s["m"] / (mp.sqrt(s["v"]) + c["eps"])


def amsgrad(theta: mpf, g: mpf, t: int, s: State, c: State, eta: mpf) -> mpf:
    moments(g, s, c)
    s["v_hat"] = max(s["v_hat"], s["v"])
    if s["v_hat"] == 0:  # no gradient so far, so m = 0 too: 0/0 is no step
        return theta
    return theta - eta * c["learning_rate"] * s["m"] / (mp.sqrt(s["v_hat"]) + c["eps"])


def adamw(theta: mpf, g: mpf, t: int, s: State, c: State, eta: mpf) -> mpf:
    return adam(theta, g, t, s, c, eta) - eta * c["weight_decay"] * theta


def paper_optimizers(theta0: list[float], gradients: list[list[float]]) -> Iterator[Case]:
    betas = {"beta1": 0.9, "beta2": 0.999}
    for name, optimizer, rule, source, settings, factors in [
        ("classical momentum", "momentum", classical_momentum,
         "Sutskever et al. 2013, eq. 1 and 2", {"learning_rate": 0.1, "momentum": 0.9}, None),
        ("classical momentum, rate halved", "momentum", classical_momentum,
         "Sutskever et al. 2013, eq. 1 and 2", {"learning_rate": 0.1, "momentum": 0.9}, HALVED),
        ("nesterov", "nesterov", nesterov,
         "Sutskever et al. 2013, eq. 3 and 4", {"learning_rate": 0.1, "momentum": 0.9}, None),
        ("nesterov, rate halved", "nesterov", nesterov,
         "Sutskever et al. 2013, eq. 3 and 4", {"learning_rate": 0.1, "momentum": 0.9}, HALVED),
        ("adam", "adam", adam,
         "Kingma and Ba 2015, Algorithm 1", {"learning_rate": 0.001, **betas, "eps": 1e-8}, None),
        ("adam, eps-hat", "adam", adam_eps_hat,
         "Kingma and Ba 2015, end of section 2",
         {"learning_rate": 0.001, **betas, "eps": 1e-8}, None),
        ("adam, large eps-hat", "adam", adam_eps_hat,
         "Kingma and Ba 2015, end of section 2",
         {"learning_rate": 0.01, **betas, "eps": 1e-3}, None),
        ("amsgrad", "amsgrad", amsgrad,
         "Reddi et al. 2018, Algorithm 2", {"learning_rate": 0.001, **betas, "eps": 0.0}, None),
        ("amsgrad, eps", "amsgrad", amsgrad,
         "Reddi et al. 2018, Algorithm 2, with eps added to the root",
         {"learning_rate": 0.001, **betas, "eps": 1e-8}, None),
        ("adamw", "adamw", adamw, "Loshchilov and Hutter 2019, Algorithm 2",
         {"learning_rate": 0.001, **betas, "eps": 1e-8, "weight_decay": 0.01}, None),
        ("adamw, rate halved", "adamw", adamw, "Loshchilov and Hutter 2019, Algorithm 2",
         {"learning_rate": 0.01, **betas, "eps": 1e-8, "weight_decay": 0.02}, HALVED),
    ]:  # fmt: skip
        c = {word: mpf(value) for word, value in settings.items()}
        with mp.workdps(60):
            theta = [mpf(v) for v in theta0]
            state = [dict.fromkeys(("m", "v", "v_hat"), mpf(0)) for _ in theta]
            after = []
            for t, row in enumerate(gradients, start=1):
                eta = mpf(factors[t - 1] if factors else 1)
                theta = [
                    rule(v, mpf(g), t, s, c, eta) for v, g, s in zip(theta, row, state, strict=True)
                ]
                after.append([nearest(v) for v in theta])
        yield {
            "name": f"paper: {name}",
            "optimizer": optimizer,
            "form": "paper",
            "source": source,
            "settings": settings,
            **({"factors": factors} if factors else {}),
            "theta0": theta0,
            "gradients": gradients,
            "theta": after,
        }


# -- activations -----------------------------------------------------------------------------

SLOPE = 0.01


def selu_constants() -> tuple[mpf, mpf]:
    """alpha and scale of Klambauer et al. 2017, eq. 14, in closed form."""
    c, e, root_e = mp.erfc(1 / mp.sqrt(2)), mp.e, mp.sqrt(mp.e)
    alpha = -mp.sqrt(2 / mp.pi) / (c * root_e - 1)
    under = (2 * mp.erfc(mp.sqrt(2)) * e**2 + mp.pi * c**2 * e
             - 2 * (2 + mp.pi) * c * root_e + mp.pi + 2)  # fmt: skip
    scale = (1 - c * root_e) * mp.sqrt(2 * mp.pi) / mp.sqrt(under)
    return alpha, scale


ALPHA, SCALE = selu_constants()

# each f in words of the definition, and torch's; where f has a corner, f′ is the left one
ACTIVATIONS: dict[str, tuple[Callable[[mpf], mpf], Callable[[Tensor], Tensor]]] = {
    "identity": (lambda z: z, lambda z: z * 1),
    "sigmoid": (lambda z: 1 / (1 + mp.exp(-z)), torch.sigmoid),
    "tanh": (mp.tanh, torch.tanh),
    "relu": (lambda z: max(z, mpf(0)), torch.relu),
    "leaky_relu": (lambda z: max(z, 0) + mpf(SLOPE) * min(z, 0), F.leaky_relu),
    "elu": (lambda z: z if z > 0 else mp.expm1(z), F.elu),
    "selu": (lambda z: SCALE * z if z > 0 else SCALE * ALPHA * mp.expm1(z), F.selu),
    "gelu": (lambda z: z * mp.erfc(-z / mp.sqrt(2)) / 2, F.gelu),
    "gelu_tanh": (
        lambda z: z / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (z + mpf("0.044715") * z**3))),
        lambda z: F.gelu(z, approximate="tanh"),
    ),
    "silu": (lambda z: z / (1 + mp.exp(-z)), F.silu),
    "softplus": (
        lambda z: mp.log(1 + mp.exp(z)),
        lambda z: F.softplus(z, threshold=50),  # torch's own, 20, leaves e^-20 out
    ),
}

SPECS = {
    "leaky_relu": {"name": "leaky_relu", "slope": SLOPE},
    "elu": {"name": "elu", "alpha": 1.0},
}

Z = [1e-30, 1e-12, 1e-8, 1e-5, 1e-3, 0.01, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0,
     5.0, 6.5, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 36.5, 40.0, 60.0, 100.0, 350.0, 690.0,
     1000.0]  # fmt: skip


def activations() -> Case:
    grid = [-z for z in reversed(Z)] + [0.0] + Z
    cases = []
    for name, (f, torchs) in ACTIVATIONS.items():
        a = [nearest(f(mpf(z))) for z in grid]
        # differences from the left see a corner's left side, and are exact on straight lines
        df = [nearest(slope(f, mpf(z) - 2 * STEP if z == 0 else mpf(z))) for z in grid]
        z = torch.tensor(grid, requires_grad=True)
        out = torchs(z)
        agree(a, out.detach(), f"{name}: f differs from torch's")
        agree(df, torch.autograd.grad(out.sum(), z)[0], f"{name}: f′ differs from torch's")
        cases.append({"activation": SPECS.get(name, {"name": name}), "f": a, "df": df})
    return {
        "about": "f and df = f′ at each z of the grid, to the nearest float64; below 1e-300 as 0. "
        "At a corner df is the left derivative. softmax: each row's a, and backward = ∂(a·da)/∂z.",
        "z": grid,
        "cases": cases,
        "softmax": softmax_rows(),
    }


def softmax_rows() -> list[Case]:
    rng = torch.Generator().manual_seed(2)
    rows = [
        numbers(rng, 4).tolist(),
        numbers(rng, 3).tolist(),
        [0.0, 0.0, 0.0, 0.0, 0.0],
        [2.5],
        [1e-12, -1e-12, 0.0],
        [5.0, -5.0, 1.0, 0.5],
        [20.0, -20.0, 19.0, 0.0],
        [50.0, -50.0, 49.5, 1.0],
        [100.0, 100.0, -100.0],
        [1000.0, -1000.0, 999.0, 998.5, 0.0],
        [-1000.0, -1001.0, -1002.5],
    ]
    cases = []
    for row in rows:
        z, da = [mpf(v) for v in row], numbers(rng, len(row)).tolist()
        weighted = lambda z, da=da: sum(  # noqa: E731
            mpf(w) * a for w, a in zip(da, softmax(z), strict=True)
        )
        a, back = [nearest(v) for v in softmax(z)], [nearest(v) for v in gradient(weighted, z)]
        t = torch.tensor(row, requires_grad=True)
        out = torch.softmax(t, 0)
        agree(a, out.detach(), f"softmax of {row} differs from torch's")
        torchs = torch.autograd.grad(out @ torch.tensor(da), t)[0]
        agree(back, torchs, f"softmax's backward at {row} differs from torch's")
        cases.append({"z": row, "a": a, "da": da, "backward": back})
    return cases


def softmax(z: Row) -> Row:
    e = [mp.exp(v) for v in z]
    return [v / sum(e) for v in e]


def outputs(activation: str, z: Row) -> Row:
    return softmax(z) if activation == "softmax" else [ACTIVATIONS[activation][0](v) for v in z]


def torch_outputs(activation: str, z: Tensor) -> Tensor:
    return torch.softmax(z, 1) if activation == "softmax" else ACTIVATIONS[activation][1](z)


def gradient(f: Callable[[Row], mpf], z: Row) -> Row:
    """Each ∂f/∂zᵢ by a central difference."""
    return [slope(lambda v, i=i: f([*z[:i], v, *z[i + 1 :]]), z[i]) for i in range(len(z))]


# -- losses ----------------------------------------------------------------------------------


def huber(e: mpf, threshold: mpf) -> mpf:
    return e**2 / 2 if abs(e) <= threshold else threshold * (abs(e) - threshold / 2)


def sample_loss(loss: Case, a: Row, y: Row) -> mpf:
    """ℓ of one sample, from its outputs and its targets, as it is defined."""
    smoothing, pairs = mpf(loss.get("smoothing", 0)), list(zip(a, y, strict=True))
    match loss["name"]:
        case "squared_error":
            return sum((p - q) ** 2 for p, q in pairs) / 2
        case "absolute_error":
            return sum(abs(p - q) for p, q in pairs)
        case "huber":
            return sum(huber(p - q, mpf(loss["threshold"])) for p, q in pairs)
        case "cross_entropy":
            return -sum(((1 - smoothing) * q + smoothing / len(a)) * mp.log(p) for p, q in pairs)
        case "binary_cross_entropy":
            smooth = [(p, (1 - smoothing) * q + smoothing / 2) for p, q in pairs]
            return -sum(q * mp.log(p) + (1 - q) * mp.log(1 - p) for p, q in smooth)
    raise ValueError(loss)


def torch_sample_losses(loss: Case, activation: str, z: Tensor, y: Tensor) -> Tensor:
    """ℓ of each sample by torch.nn.functional, (B,)."""
    smoothing = loss.get("smoothing", 0.0)
    if loss["name"] == "cross_entropy":
        return F.cross_entropy(z, y, reduction="none", label_smoothing=smoothing)
    if loss["name"] == "binary_cross_entropy":
        y = torch.lerp(y, torch.full_like(y, 0.5), smoothing)
        return F.binary_cross_entropy_with_logits(z, y, reduction="none").sum(1)
    a = torch_outputs(activation, z)
    if loss["name"] == "huber":
        return F.huber_loss(a, y, reduction="none", delta=loss["threshold"]).sum(1)
    kind = {"squared_error": F.mse_loss, "absolute_error": F.l1_loss}[loss["name"]]
    return kind(a, y, reduction="none").sum(1) / (2 if loss["name"] == "squared_error" else 1)


def loss_case(
    name: str,
    loss: Case,
    activation: str,
    z: list[list[float]],
    y: Any,
    sample_weights: list[float] | None = None,
    class_weights: list[float] | None = None,
) -> Case:
    n_out, labels = len(z[0]), isinstance(y[0], int)
    targets = [[float(k == i) for i in range(n_out)] for k in y] if labels else y
    w = [mpf(v) for v in sample_weights or [1.0] * len(z)]
    if class_weights:
        w = [v * mpf(class_weights[k]) for v, k in zip(w, y, strict=True)]

    each, delta = [], []
    for z_row, y_row, v in zip(z, targets, w, strict=True):
        target = [mpf(q) for q in y_row]
        at = lambda row, target=target: sample_loss(loss, outputs(activation, row), target)  # noqa: E731
        here = [mpf(v) for v in z_row]
        each.append(at(here))
        delta.append([nearest(v / sum(w) * d) for d in gradient(at, here)])
    value = nearest(sum(v * e for v, e in zip(w, each, strict=True)) / sum(w))

    t, w_t = torch.tensor(z, requires_grad=True), torch.tensor([float(v) for v in w])
    torchs = torch_sample_losses(loss, activation, t, torch.tensor(y))
    mean = (w_t * torchs).sum() / w_t.sum()
    if class_weights and not sample_weights and "smoothing" not in loss:
        mean = F.cross_entropy(t, torch.tensor(y), weight=torch.tensor(class_weights))
    agree(value, mean.detach(), f"{name}: the value differs from torch's")
    agree(delta, torch.autograd.grad(mean, t)[0], f"{name}: delta differs from torch's")
    return {
        "name": name,
        "loss": loss,
        "activation": activation,
        "z": z,
        "y": y,
        "sample_weights": sample_weights,
        "class_weights": class_weights,
        "sample_loss": [nearest(v) for v in each],
        "value": value,
        "delta": delta,
    }


def losses() -> Case:
    rng = torch.Generator().manual_seed(3)

    def drawn(*shape: int) -> list[list[float]]:
        return numbers(rng, *shape).tolist()

    z54 = [*drawn(3, 4), [50.0, -50.0, 0.3, 1.0], [1000.0, -1000.0, -0.7, 2.0]]
    z63 = [*drawn(3, 3), [50.0, -50.0, 0.25], [1000.0, -1000.0, 5.0], [-50.0, -1000.0, -0.1]]
    z41 = [[0.3], [-2.1], [50.0], [-1000.0]]
    y54, y63, y41 = drawn(5, 4), drawn(6, 3), [[1.0], [0.25], [-3.0], [2.0]]
    y54[0][1] = z54[0][1]  # met exactly: the corner of the absolute error
    shares63 = [[1.0, 0.0, 0.0], [0.2, 0.5, 0.3], [0.0, 0.25, 0.75], [0.0, 1.0, 0.0],
                [0.1, 0.1, 0.8], [0.6, 0.4, 0.0]]  # fmt: skip
    bits63 = [[1.0, 0.0, 1.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0],
              [1.0, 0.0, 0.0], [1.0, 0.0, 1.0]]  # fmt: skip
    one_hot63 = [[float(k == i) for i in range(3)] for k in (2, 0, 1, 1, 0, 2)]
    labels5, labels6 = [2, 0, 3, 0, 1], [2, 0, 1, 1, 0, 2]
    w4, w5, w6 = [1.0, 0.5, 2.0, 3.0], [0.5, 2.0, 0.0, 1.25, 3.0], [1.0, 0.2, 3.0, 0.7, 0.0, 1.5]
    classes4, classes3 = [1.0, 0.3, 2.5, 4.0], [0.5, 2.0, 1.25]

    squared, absolute = {"name": "squared_error"}, {"name": "absolute_error"}
    cross, binary = {"name": "cross_entropy"}, {"name": "binary_cross_entropy"}
    hubers = [{"name": "huber", "threshold": v} for v in (1.0, 0.5)]
    smooth = {"smoothing": 0.1}
    elementwise = ("identity", "sigmoid", "tanh", "softmax")
    table = [
        *((f"squared error, {f}", squared, f, z54, y54) for f in elementwise),
        ("squared error, one-hot rows from labels", squared, "sigmoid", z63, one_hot63),
        ("squared error, sample weights", squared, "tanh", z54, y54, w5),
        ("squared error, one output", squared, "identity", z41, y41, w4),
        *((f"absolute error, {f}", absolute, f, z54, y54) for f in elementwise),
        ("absolute error, sample weights", absolute, "identity", z63, y63, w6),
        *((f"huber {h['threshold']}, identity", h, "identity", z54, y54) for h in hubers),
        ("huber 1.0, tanh", hubers[0], "tanh", z63, y63),
        ("huber 0.5, sample weights", hubers[1], "identity", z63, y63, w6),
        ("cross-entropy, labels", cross, "softmax", z54, labels5),
        ("cross-entropy, labels, 6 samples", cross, "softmax", z63, labels6),
        ("cross-entropy, one-hot", cross, "softmax", z63, one_hot63),
        ("cross-entropy, shares", cross, "softmax", z63, shares63),
        ("cross-entropy, smoothed labels", cross | smooth, "softmax", z54, labels5),
        ("cross-entropy, smoothed shares", cross | smooth, "softmax", z63, shares63),
        ("cross-entropy, class weights", cross, "softmax", z54, labels5, None, classes4),
        ("cross-entropy, class weights, 6 samples", cross, "softmax", z63, labels6, None, classes3),
        ("cross-entropy, sample weights", cross, "softmax", z54, labels5, w5),
        ("cross-entropy, shares, sample weights", cross, "softmax", z63, shares63, w6),
        ("cross-entropy, both weights", cross, "softmax", z63, labels6, w6, classes3),
        ("cross-entropy, smoothed, class weights as sample weights", cross | smooth, "softmax",
         z54, labels5, None, classes4),
        ("binary cross-entropy", binary, "sigmoid", z63, bits63),
        ("binary cross-entropy, shares", binary, "sigmoid", z63, shares63),
        ("binary cross-entropy, one output", binary, "sigmoid", z41, [[1.0], [0.0], [0.0], [1.0]]),
        ("binary cross-entropy, sample weights", binary, "sigmoid", z63, bits63, w6),
        ("binary cross-entropy, smoothed", binary | smooth, "sigmoid", z63, bits63),
        ("binary cross-entropy, smoothed, sample weights", binary | smooth, "sigmoid", z63, bits63,
         w6),
    ]  # fmt: skip
    return {
        "about": "value: the mean over the batch of sample_loss (weighted: divided by the sum of "
        "weights; a class weight counts as a weight of the sample with that label). "
        "delta = ∂value/∂z. sample_loss: unweighted. Below 1e-300 as 0.",
        "cases": [loss_case(*row) for row in table],
    }


# -- schedules -------------------------------------------------------------------------------


def schedules() -> Case:
    s, n, base = torch.optim.lr_scheduler, 60, 0.1

    def warm_up_then_cosine(optimizer: torch.optim.Optimizer) -> Any:
        warm_up = s.LinearLR(optimizer, start_factor=0.1, end_factor=1.0, total_iters=5)
        cosine = s.CosineAnnealingLR(optimizer, T_max=n - 5, eta_min=0.001)
        return s.SequentialLR(optimizer, [warm_up, cosine], milestones=[5])

    cases = []
    for schedule, source, make in [
        ({"name": "constant"}, "ConstantLR(factor=1)", lambda o: s.ConstantLR(o, factor=1.0)),
        ({"name": "step", "every": 20, "factor": 0.1}, "StepLR(step_size=20)",
         lambda o: s.StepLR(o, 20)),
        ({"name": "step", "every": 7, "factor": 0.5}, "StepLR(step_size=7, gamma=0.5)",
         lambda o: s.StepLR(o, 7, 0.5)),
        ({"name": "exponential", "gamma": 0.95}, "ExponentialLR(gamma=0.95)",
         lambda o: s.ExponentialLR(o, 0.95)),
        ({"name": "cosine", "total": n, "floor": 0.0}, "CosineAnnealingLR(T_max=60)",
         lambda o: s.CosineAnnealingLR(o, n)),
        ({"name": "cosine", "total": n - 1, "floor": 0.01},
         "CosineAnnealingLR(T_max=59, eta_min=0.001)",
         lambda o: s.CosineAnnealingLR(o, n - 1, eta_min=0.001)),
        ({"name": "one_cycle", "total": n, "rise": 0.3, "start": 25.0, "end": 1e4},
         "OneCycleLR(max_lr=0.1, total_steps=60)",
         lambda o: s.OneCycleLR(o, base, total_steps=n, cycle_momentum=False)),
        ({"name": "one_cycle", "total": n, "rise": 0.5, "start": 10.0, "end": 100.0},
         "OneCycleLR(max_lr=0.1, total_steps=60, pct_start=0.5, div_factor=10, "
         "final_div_factor=100)",
         lambda o: s.OneCycleLR(o, base, total_steps=n, pct_start=0.5, div_factor=10,
                                final_div_factor=100, cycle_momentum=False)),
        ({"name": "warm_up", "steps": 5, "start": 0.1, "then": {"name": "constant"}},
         "LinearLR(start_factor=0.1, end_factor=1, total_iters=5)",
         lambda o: s.LinearLR(o, start_factor=0.1, end_factor=1.0, total_iters=5)),
        ({"name": "warm_up", "steps": 5, "start": 0.1,
          "then": {"name": "cosine", "total": n - 5, "floor": 0.01}},
         "SequentialLR([LinearLR(start_factor=0.1, end_factor=1, total_iters=5), "
         "CosineAnnealingLR(T_max=55, eta_min=0.001)], milestones=[5])", warm_up_then_cosine),
    ]:  # fmt: skip
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
        scheduler, rates = make(optimizer), []
        for _ in range(n):
            rates.append(float(optimizer.param_groups[0]["lr"]))
            optimizer.step()
            if len(rates) < n:
                scheduler.step()
        cases.append({"schedule": schedule, "source": f"torch.optim.lr_scheduler.{source}",
                      "learning_rate": base, "learning_rates": rates})  # fmt: skip
    return {
        "about": "learning_rates[t] is the rate that step t (from 0) uses: learning_rate times "
        "the schedule's multiplier.",
        "cases": cases,
    }


# -- networks --------------------------------------------------------------------------------


def networks() -> Case:
    rng = torch.Generator().manual_seed(4)
    labels = [3, 0, 2, 1, 0, 3]
    bits = [[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0],
            [0.0, 1.0, 1.0]]  # fmt: skip
    cases = [
        network(rng, [3, 5, 4], ["tanh", "softmax"], {"name": "cross_entropy"}, labels),
        network(rng, [4, 6, 5, 2], ["gelu", "relu", "identity"], {"name": "squared_error"},
                numbers(rng, 6, 2).tolist(), l2=0.05),
        network(rng, [3, 4, 3], ["sigmoid", "sigmoid"], {"name": "binary_cross_entropy"}, bits),
    ]  # fmt: skip
    return {
        "about": "Lists W, b, z, a, delta, dW, db go by layer. W: (n_out, n_in). loss, z, a, delta "
        "= ∂loss/∂z, dW, db, dx: without the penalty; objective = loss + ½ l2 ΣW², dW_objective "
        "its gradient. adam: the parameters after that many steps on the whole batch along the "
        "objective's gradient.",
        "cases": cases,
    }


def network(
    rng: torch.Generator,
    sizes: Sequence[int],
    activation: list[str],
    loss: Case,
    y: Any,
    l2: float = 0.0,
) -> Case:
    W = [
        (numbers(rng, n_out, n_in) / n_in**0.5).requires_grad_() for n_in, n_out in pairwise(sizes)
    ]
    b = [(0.3 * numbers(rng, n)).requires_grad_() for n in sizes[1:]]
    x = numbers(rng, 6, sizes[0]).requires_grad_()
    start = {"W": values(W), "b": values(b)}

    def run() -> tuple[list[Tensor], list[Tensor], Tensor, Tensor]:
        z, a = [], [x]
        for w, c, f in zip(W, b, activation, strict=True):
            z.append(F.linear(a[-1], w, c))
            a.append(torch_outputs(f, z[-1]))
        mean = torch_sample_losses(loss, activation[-1], z[-1], torch.tensor(y)).mean()
        return z, a[1:], mean, mean + l2 / 2 * sum((w**2).sum() for w in W)

    z, a, mean, objective = run()
    k = len(W)
    found = torch.autograd.grad(mean, [*z, *W, *b, x], retain_graph=True)
    pulled = torch.autograd.grad(objective, W)

    settings = {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    adam_rule = torch.optim.Adam([*W, *b], lr=0.01)
    objectives = []
    for _ in range(5):
        adam_rule.zero_grad()
        objectives.append(step_objective := run()[3])
        step_objective.backward()
        adam_rule.step()
    return {
        "name": "-".join(map(str, sizes)) + " " + ", ".join([*activation, loss["name"]]),
        "sizes": list(sizes),
        "activations": activation,
        "loss_name": loss["name"],
        "l2": l2,
        **start,
        "x": x.tolist(),
        "y": y,
        "z": values(z),
        "a": values(a),
        "loss": mean.item(),
        "objective": objective.item(),
        "delta": values(found[:k]),
        "dW": values(found[k : 2 * k]),
        "db": values(found[2 * k : 3 * k]),
        "dx": found[-1].tolist(),
        "dW_objective": values(pulled),
        "adam": {
            "steps": 5,
            "settings": settings,
            "objectives": [o.item() for o in objectives],
            "W": values(W),
            "b": values(b),
        },
    }


def values(tensors: Sequence[Tensor]) -> list[Any]:
    return [tensor.tolist() for tensor in tensors]


if __name__ == "__main__":
    main()
