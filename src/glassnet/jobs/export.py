"""A network written as something that lives elsewhere: code, numbers, files of other tools."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from glassnet.core import optimizers
from glassnet.core.errors import InputError, unknown
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.core.optimizers import OPTIMIZERS, Optimizer
from glassnet.exchange.arrivals import Unsaid
from glassnet.exchange.code import c, in_torch, python, weights
from glassnet.exchange.code.in_numpy.file import files as in_numpy
from glassnet.exchange.code.plan import CodePlan, Learning, Remembered
from glassnet.exchange.onnx import to_onnx
from glassnet.files.endings import check_ending
from glassnet.files.whole import check_apart, check_writable, readable, write_whole
from glassnet.jobs.open import Model, lines_named, open_model, rows_to_look_at
from glassnet.jobs.predict import named
from glassnet.jobs.threads_and_signals import Say
from glassnet.training import metrics
from glassnet.training.measure.conformal import Conformal
from glassnet.training.rows import as_rows, measure
from glassnet.training.targets import are_yes_no, meaning_in, quantiles_in

COVERAGE = 0.9  # of unseen rows, within what a page says of a number
Files = dict[str, str | bytes]  # by the endings of their names, the main one first
Write = Callable[[CodePlan], Files]


@dataclass(frozen=True)
class ExportForm:
    """What a network can be written as: its ending, what that is called, and what writes it.

    write: None of a page, which is for people to see: who asks for one brings what makes it.
    """

    ending: str
    called: str
    write: Write | None


def _onnx(plan: CodePlan) -> Files:
    return {".onnx": to_onnx(plan.net).SerializeToString(deterministic=True)}


TARGETS: dict[str, ExportForm] = {
    "numpy": ExportForm(".py", "a Python program", in_numpy),
    "python": ExportForm(".py", "a Python program", python.files),
    "c": ExportForm(".h", "a C header", c.files),
    "torch": ExportForm(".py", "a Python program", in_torch.files),
    "html": ExportForm(".html", "a page", None),
    "csv": ExportForm(".csv", "a CSV", weights.table),
    "onnx": ExportForm(".onnx", "an ONNX model", _onnx),
    "npz": ExportForm(".npz", "NumPy's arrays", weights.archive),
}


@dataclass(frozen=True)
class Exported:
    """The files that were written, the first the one that was asked for, and their sizes."""

    kind, version = "exported", 1

    to: str
    files: tuple[str, ...]
    bytes: tuple[int, ...]
    note: str = ""


def export_model(
    model: Path,
    to: str,
    out: Path | None = None,
    by: str = "glassnet",
    int8: str | None = None,
    say: Say = lambda sentence: None,
    unsaid: Unsaid = Unsaid(),
    page: Write | None = None,
) -> Exported:
    """Writes a saved model as something else.

    Args: to, a name of TARGETS; out, the file, by default the model's name with that ending; by,
        what writes it, with its version; int8, of C, rows on which it is measured what weights of
        8 bits cost; say, is told what is not sure; unsaid, what another tool's file does not say;
        page, makes a page of a plan.

    Raises: InputError where the model cannot be read, has what cannot be told there, or the file
        cannot be written; or no name was given and a file has the usual one.
    """
    ending = target_of(to).ending
    if int8 is not None and to != "c":
        raise InputError("--int8 goes with --to c.")
    if out is None:
        out = Path(model.stem + ending)
        if os.path.lexists(out):
            raise InputError(f"{readable(str(out))} is there already: name a file with --out.")
    check_apart(out, the_model=model)
    opened = open_model(model, unsaid=unsaid)
    note = _note(opened, to)
    plan = CodePlan(
        opened.net,
        name=plain_name(out.stem),
        made=f"{by}: glassnet export {plain_name(model.name)} --to {to}",
        answers=_note(opened, to, plain_name),
        learning=learned_by(opened.about.get("learning")),
        targets=() if opened.target is None else opened.target.names,
        image_shape=opened.image_shape,
        features=opened.about.get("features") or (),
        remembered=remembered(opened),
    )
    if int8 is None:
        return export_plan(plan, to, out, page if to == "html" else None, note)
    note = " ".join(filter(None, (_cost_of_int8(opened, int8, say), note)))
    return export_plan(plan, to, out, partial(c.files, int8=True, measured=note), note)


def _note(model: Model, to: str, written: Callable[[str], str] = str) -> str:
    """Of several yes/no targets or quantiles what the numbers are; "" of other targets.

    written: how a table's words stand in it.
    """
    if to == "html":
        return ""  # a page puts quantiles in order and says yes or no by itself
    if quantiles_in(model.net):
        return "It answers with the outputs as they are: put each row's quantiles in rising order."
    if not are_yes_no(model.net):
        return ""
    known = meaning_in(model.net)
    names = named(() if model.target is None else model.target.names, model.net.n_out)
    said = [
        f"{written(name)} = {written(str(yes))} from {threshold:.4g} on"
        for name, (_, yes), threshold in zip(names, known.pairs, known.thresholds)
    ]
    return f"It answers with probabilities; the model calls {', '.join(said)}."


def _cost_of_int8(model: Model, data: str, say: Say) -> str:
    """What weights of 8 bits cost on rows, in a sentence."""
    what = "R²" if model.net.classes is None and model.net.yes_no is None else "Accuracy"
    with lines_named(data):
        looked = rows_to_look_at(data, model, None, say)
        nets = (model.net, c.coarse(model.net))
        if quantiles_in(model.net):
            what = "Pinball loss"
            rows = as_rows(model.net, looked.X, looked.y, "the data")
            before, after = (measure(net, rows)["loss"] for net in nets)
        else:
            before, after = (metrics.score(net, looked.X, looked.y) for net in nets)
    return f"{what} with weights of 8 bits: {after:.4f}, before: {before:.4f}; on {looked.which}."


def remembered(model: Model) -> Remembered:
    """What a model's file tells of its training."""
    about, net = model.about, model.net
    data, rows = about.get("data"), about.get("train_rows")
    figures, test = about.get("metrics"), about.get("test") or {}
    within: tuple[float, ...] = ()
    within_rows = ""
    numbers = net.classes is None and not are_yes_no(net)
    if numbers and about.get("calibration") is not None:
        by = Conformal.from_spec(net, about["calibration"])
        with suppress(InputError):  # too few rows for so high a coverage
            within, within_rows = tuple(by.quantile(COVERAGE).tolist()), by.rows
    return Remembered(
        data if isinstance(data, str) else "",
        rows if isinstance(rows, int) else 0,
        str(test.get("which") or "") if isinstance(test, dict) else "",
        {
            name: float(value)
            for name, value in (figures if isinstance(figures, dict) else {}).items()
            if isinstance(value, int | float)
        },
        within,
        COVERAGE,
        within_rows,
    )


def export_network(
    net: Network,
    path: Path,
    to: str | None,
    optimizer: Optimizer | None = None,
    page: Write | None = None,
) -> Exported:
    """Writes a network as something else.

    Args: to, by default what the path ends in; page, makes a page of a plan.
    """
    if to is None:
        known = {target.ending: name for name, target in reversed(TARGETS.items())}
        if path.suffix.lower() not in known:
            raise InputError(
                f"{readable(str(path))} does not say what to write: end it in {', '.join(known)}, "
                "or give to=."
            )
        to = known[path.suffix.lower()]
    target_of(to)
    plan = CodePlan(
        net,
        name=plain_name(path.stem),
        made=f'glassnet: gn.export(net, ..., to="{to}")',
        learning=Learning() if optimizer is None else Learning(optimizer),
    )
    return export_plan(plan, to, path, page if to == "html" else None)


def export_plan(
    plan: CodePlan,
    to: str,
    out: Path,
    write: Write | None = None,
    note: str = "",
) -> Exported:
    """Writes what is planned to a file, and what belongs to it beside that.

    Args: write, in place of what that name stands for; note, what is to be said of it.
    """
    target = TARGETS[to]
    check_ending(out, target.called, [target.ending])
    check_writable(out)
    if (write := write or target.write) is None:
        raise InputError("who asks for a page brings what makes it.")
    files = write(plan)
    paths = [out, *(out.with_suffix(ending) for ending in list(files)[1:])]
    for path in paths[1:]:
        check_writable(path)
    for path, content in reversed(list(zip(paths, files.values(), strict=True))):
        write_whole(path, content)
    sizes = (len(each.encode() if isinstance(each, str) else each) for each in files.values())
    return Exported(to, tuple(readable(str(path)) for path in paths), tuple(sizes), note)


def plain_name(name: str) -> str:
    """A file's name as it may stand in a remark of any language, odd signs of it as _."""
    return re.sub(r"[^\w. -]", "_", name) or "model"


def target_of(to: str) -> ExportForm:
    """What that name stands for; an InputError where it is none."""
    if to not in TARGETS:
        raise unknown("form", to, TARGETS)
    return TARGETS[to]


def learned_by(told: Any) -> Learning:
    """How a model learned, by what its file remembers of it."""
    if not isinstance(told, dict):
        return Learning(note="How it was trained is not known: it goes on by plain descent.")
    rule = told.get("optimizer") or {}
    batch, norm, value = (told.get(name) for name in ("batch_size", "clip_norm", "clip_value"))
    kept = {
        "batch_size": batch if type(batch) is int and batch > 0 else 32,
        "clip_norm": norm if isinstance(norm, float) and norm > 0 else None,
        "clip_value": value if isinstance(value, float) and value > 0 else None,
    }
    if rule.get("name") not in OPTIMIZERS:
        name = "L-BFGS" if rule.get("name") == LBFGS.name else "a rule of one's own"
        return Learning(**kept, note=f"It was trained by {name}; it goes on by plain descent.")
    note = ""
    if told.get("schedule"):
        note = f"In training the rate followed {told['schedule']}; here it stays the same."
    return Learning(optimizers.get(rule), **kept, note=note)
