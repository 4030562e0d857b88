"""A network as a page to hand out: one file that is the model, and answers as one types.

The program that it computes by is printed from the formula trees (`exchange.code.in_javascript`);
what is around it are the form or the pad, the answer and its reasons, in `templates/model`. The
page's policy runs these scripts alone, by their digest, and lets it load nothing.
"""

import base64
import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources
from statistics import NormalDist
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.layers import Dense
from glassnet.core.validation.rules import in_words
from glassnet.data.preparation import Preparation, TargetScale
from glassnet.data.table.cells import YES
from glassnet.data.table.inputs import CategoryInput, DateInput, NumberInput
from glassnet.data.table.kinds import Column
from glassnet.data.table.preparation import TablePreparation
from glassnet.exchange.code.in_javascript.program import program
from glassnet.exchange.code.plan import CodePlan, f_of
from glassnet.formula.text import text
from glassnet.training.targets import (
    aimed_in,
    are_yes_no,
    meaning_in,
    middle_of,
    quantile_names,
    quantiles_in,
)
from glassnet.views.html import words
from glassnet.views.html.page import fill
from glassnet.views.html.words import figure, whole

SCRIPTS = ("words", "reasons", "form", "pad", "answer", "page")
MOST_FIELDS = 300
MOST_LABELS = 8
PRESENT = "there, whatever it holds"
MOST_PIXELS = 128 * 128
FEWER_PIXELS = 4  # no picture has fewer
SHOWN = (
    "within",
    "at_or_below",
    "pinball",
    "all_right",
    "accuracy",
    "balanced_accuracy",
    "roc_auc",
    "log_loss",
    "r2",
    "mae",
    "rmse",
)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Asked:
    """What the page asks for.

    kind: a table's form, pixels, or plain numbers. names: of the players, which inputs each
    becomes in `groups`. typical: the row that answers are compared with, told by `base`.
    """

    kind: str
    names: Sequence[str]
    groups: Sequence[Sequence[int]]
    typical: Any
    base: str
    fields: Sequence[dict[str, Any]] = ()
    shape: dict[str, Any] | None = None


def model_files(plan: CodePlan) -> dict[str, str | bytes]:
    """The page, by the ending of its name."""
    return {".html": model_page(plan)}


def model_page(plan: CodePlan) -> str:
    """The page as HTML.

    Raises: InputError where the network cannot be written, or has more inputs than a person could
        fill in.
    """
    asked = _asked(plan)
    script = _script(plan)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    what = plan.targets[0] if len(plan.targets) == 1 else plan.name
    return fill(
        "model.html",
        title=what,
        lead=_lead(plan, asked),
        asked=asked,
        record=_record(plan, asked),
        script=script,
        scripts=f"'sha256-{digest}'",
        facts=_facts(plan, asked),
        use=_use(asked),
    )


def _script(plan: CodePlan) -> str:
    """The program, and after it what shows its answers."""
    folder = resources.files("glassnet.views") / "templates" / "model"
    pieces = [(folder / f"{name}.js").read_text("utf-8") for name in SCRIPTS]
    return "\n".join(['\n"use strict";', program(plan), *pieces])


# -- what is asked for ---------------------------------------------------------------------


def _asked(plan: CodePlan) -> _Asked:
    preparation = plan.net.preparation
    if isinstance(preparation, TablePreparation):
        return _of_table(preparation)
    shape = plan.image_shape
    if shape is None and isinstance(preparation, Preparation) and preparation.kind == "pixels":
        side = math.isqrt(plan.net.n_in)
        shape = (side, side) if side * side == plan.net.n_in >= FEWER_PIXELS else None
    return _of_numbers(plan) if shape is None else _of_pixels(plan, shape)


def _of_table(preparation: TablePreparation) -> _Asked:
    used = preparation.used
    _check_fields(len(used))
    row = preparation.typical().row(0, named=True)
    typical = {column.name: _cell(column, row[column.name]) for column in used}
    groups = [list(range(at.start, at.stop)) for at in preparation.places.values()]
    fields = [_field(column, typical[column.name], preparation.decimal) for column in used]
    names = [column.name for column in used]
    return _Asked("table", names, groups, typical, "a typical row", fields)


def _check_fields(n: int) -> None:
    if n > MOST_FIELDS:
        raise InputError(
            f"a page asks for up to {MOST_FIELDS} cells, and this network takes {n:,}: write it "
            "--to numpy or --to onnx."
        )


def _cell(column: Column, usual: Any) -> Any:
    """A typical cell as the page takes it."""
    if column.kind == "boolean":
        return "1" if str(usual).lower() in {*YES, "1"} else "0"
    if isinstance(usual, date):
        if not isinstance(usual, datetime):
            usual = datetime(usual.year, usual.month, usual.day)
        return {"days": (usual - datetime(1970, 1, 1)) / DAY}
    return usual


def _field(column: Column, typical: Any, decimal: str) -> dict[str, Any]:
    """What a control is made of."""
    told = {"key": column.name, "name": column.name, "kind": column.kind, "gaps": False,
            "typical": typical, "low": column.low, "high": column.high}  # fmt: skip
    match column.code:
        case NumberInput(gaps=gaps):
            return told | {"gaps": gaps, "decimal": decimal, "learned": True}
        case CategoryInput(levels, other, gaps):
            unknown = _other(levels) if other else None
            shown = levels or (PRESENT,)  # where it counts alone whether the cell is there
            return told | {"kind": "category", "gaps": gaps, "levels": shown, "other": unknown}
        case DateInput(gaps=gaps, clock=clock):
            return told | {"gaps": gaps, "clock": clock}
    raise InputError(f"no control is known for the column {column.name!r}.")


def _other(levels: Sequence[str]) -> str:
    """A text that is none of the levels, and that nobody takes for a missing cell."""
    name = "another"
    while name in levels:
        name += "*"
    return name


def _of_pixels(plan: CodePlan, shape: tuple[int, ...]) -> _Asked:
    height, width, *more = shape
    channels, n = (more or [1])[0], plan.net.n_in
    if height * width * channels != n or channels not in (1, 3):
        raise InputError(f"pictures of shape {shape} do not fit a network of {n:,} inputs.")
    if height * width > MOST_PIXELS:
        raise InputError(
            f"a page has a pad of up to {MOST_PIXELS:,} pixels, and this network takes "
            f"{height * width:,}: write it --to numpy or --to onnx."
        )
    preparation = plan.net.preparation
    largest = 1.0
    if isinstance(preparation, Preparation) and preparation.kind == "pixels":
        largest = preparation.scale[0]
    each = {"height": height, "width": width, "channels": channels, "largest": largest}
    groups = [list(range(p * channels, (p + 1) * channels)) for p in range(height * width)]
    return _Asked("pixels", [""] * len(groups), groups, [0.0] * n, "an empty picture", shape=each)


def _of_numbers(plan: CodePlan) -> _Asked:
    n, preparation = plan.net.n_in, plan.net.preparation
    _check_fields(n)
    names = list(plan.features) if len(plan.features) == n else [f"x[{j}]" for j in range(n)]
    low: Sequence[float | None] = [None] * n
    high, typical, base = low, [0.0] * n, "a row of zeros"
    if isinstance(preparation, Preparation) and preparation.kind == "standardize":
        typical, base = list(preparation.mean), "the mean of every column"
        low, high = (
            [m + side * s for m, s in zip(preparation.mean, preparation.scale, strict=True)]
            for side in (-3, 3)
        )
    fields = [
        {"key": j, "name": name, "kind": "number", "gaps": False, "typical": typical[j],
         "low": low[j], "high": high[j], "decimal": ".", "learned": False}
        for j, name in enumerate(names)
    ]  # fmt: skip
    return _Asked("numbers", names, [[j] for j in range(n)], typical, base, fields)


# -- what is told --------------------------------------------------------------------------


def _record(plan: CodePlan, asked: _Asked) -> dict[str, Any]:
    """What the scripts take from the page."""
    several = max(len(asked.groups), 1)
    known = plan.remembered
    return {
        "kind": asked.kind,
        "names": list(asked.names),
        "groups": [list(group) for group in asked.groups],
        "typical": asked.typical,
        "base": f"for {asked.base}",
        "fields": list(asked.fields),
        "shape": asked.shape,
        "classes": plan.classes is not None,
        "outputs": _outputs(plan),
        "first": middle_of(aimed) if (aimed := aimed_in(plan.net)) else 0,
        "yes_no": are_yes_no(plan.net),
        "limits": {"coverage": known.coverage, "rows": known.within_rows},
        # of all shares together 95 % are within so many standard errors
        "margin": NormalDist().inv_cdf(1 - 0.025 / several),
        "layers": [_layer(l, layer) for l, layer in enumerate(plan.net.dense_layers, 1)],
    }


def _outputs(plan: CodePlan) -> list[dict[str, Any]]:
    """Of numbers: each one's name, how far off it may be, and where most that was learned is.

    Of a quantile also what share is meant to lie at or below it; of a yes/no target its words,
    and the probability from which on it is called yes.
    """
    net, n = plan.net, plan.net.n_out
    if plan.classes is not None:
        return []
    named = list(plan.targets) if len(plan.targets) == n else [f"output {k}" for k in range(n)]
    aimed = aimed_in(net)
    if aimed:
        named = quantile_names(aimed, () if n == 1 or quantiles_in(net) else named)
    known = meaning_in(net) if are_yes_no(net) else None
    within = plan.remembered.within
    scale = net.target_scale
    told = []
    for k, name in enumerate(named):
        low = high = None
        if isinstance(scale, TargetScale):
            mean, by = (float(np.broadcast_to(v, n)[k]) for v in (scale.mean, scale.scale))
            low, high = mean - 3 * by, mean + 3 * by
        q = within[k] if len(within) == n else None
        one: dict[str, Any] = {"name": name, "q": q, "low": low, "high": high}
        if aimed:
            one["below"] = f"{100 * aimed[k]:g}"
        if known is not None:
            one["pair"] = [str(word) for word in known.pairs[k]]
            one["from"] = known.thresholds[k]
        told.append(one)
    return told


def _layer(l: int, layer: Dense) -> str:
    f = f_of(layer)
    told = f"softmax(z{l})" if f is None else text(f, lambda name: f"{name}{l}", 6)
    return f"layer {l}: {layer.n_out} neuron{'s' * (layer.n_out != 1)}, a{l} = {told}"


def _lead(plan: CodePlan, asked: _Asked) -> str:
    """What the page is for, in a sentence."""
    what = "a number" if plan.net.n_out == 1 else f"{plan.net.n_out:,} numbers"
    if aimed := aimed_in(plan.net):
        several = "quantiles" if len(aimed) > 1 else "quantile"
        what = f"the {several} {in_words(quantile_names(aimed, plan.targets))}"
        what += f" of {plan.targets[0]}" if len(plan.targets) == 1 < len(aimed) else ""
    elif are_yes_no(plan.net):
        what = f"yes or no to {plan.net.n_out:,} targets, and the probability of each yes"
    if plan.classes is not None:
        labels = [str(label) for label in plan.classes]
        what = in_words(labels, "or")
        if len(labels) > MOST_LABELS:
            what = f"one of {', '.join(labels[:MOST_LABELS])} … ({len(labels)} in all)"
    how = {
        "table": "Fill in a row",
        "pixels": "Draw on the pad, or drop a picture",
        "numbers": "Type numbers",
    }
    told = f"the network in this page answers with {what}, and says why, as you go."
    return f"{how[asked.kind]}: {told}"


def _facts(plan: CodePlan, asked: _Asked) -> list[tuple[str, list[str]]]:
    """How it was made, in lines under a word each."""
    net, known = plan.net, plan.remembered
    lines = [f"{plan.sizes}, {whole(net.theta.size)} weights and biases"]
    x = "" if net.preparation is None else ", x the prepared row"
    lines.append(f"z1 = W1·x + b1{x}; and so on from layer to layer")
    lines += [_layer(l, layer) for l, layer in enumerate(net.dense_layers, 1)]
    facts = [("The network", lines)]
    if known.data:
        rows = f", {whole(known.rows)} rows" if known.rows else ""
        facts.append(("Learned from", [f"{known.data}{rows}"]))
    if known.figures:
        told = _figures(plan)
        on = f", on {known.test}" if known.test else ""
        facts.append(("How good it is", [", ".join(told) + on] if told else ["not told"]))
    else:
        facts.append(("How good it is", ["not told: the model came without a test"]))
    facts.append(("Made by", [plan.made or "glassnet"]))
    return facts


def _figures(plan: CodePlan) -> list[str]:
    """What it came to on its test rows, each figure with its name."""
    known, aimed = plan.remembered.figures, aimed_in(plan.net)
    names = [name for name in SHOWN if name in known]
    several = quantiles_in(plan.net)
    if aimed and not several and aimed[0] != 0.5:  # the others measure a prediction of the middle
        names = [name for name in names if name not in ("r2", "mae", "rmse")]
    shares = {
        f"at_or_below[{q:g}]" if several else "at_or_below": (name, q)
        for q, name in zip(aimed, quantile_names(aimed))
    }
    told = [
        f"{words.in_words(name)} {figure(known[name], name)}"
        for name in names
        if name not in shares
    ]
    return told + [
        f"{figure(known[key], 'share')} at or below {name}, where {100 * q:g} % are aimed at"
        for key, (name, q) in shares.items()
        if key in known
    ]


def _use(asked: _Asked) -> str:
    """The call in a console."""
    if asked.kind == "table":
        return f"predict({{ {json.dumps(asked.names[0], ensure_ascii=False)}: …, … }})"
    n = sum(map(len, asked.groups))
    return f"predict([…])  // {whole(n)} numbers"
