"""A network from elsewhere beside a table: its columns in their order, the target last."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import DataError, Preparation, Table, TablePreparation, Target, open_table
from glassnet.data.table.inputs import NumberInput
from glassnet.data.table.kinds import Column
from glassnet.exchange.arrivals import ENDINGS
from glassnet.jobs.threads_and_signals import Say

WHY = "a number, as it stands"
ROWS = 65_536  # of a table, at a time
ANSWER = "answer"  # of which no column tells


def is_from_elsewhere(path: str | Path) -> bool:
    """Whether a file is another tool's, by its ending."""
    return Path(path).suffix.lower() in ENDINGS


def about_table(net: Network, data: str, encoding: str | None, say: Say) -> dict[str, Any]:
    """What a model file of ours would remember of this table; net gets a preparation of it.

    Its first columns are what the network takes, in their order; one more is the target. Where
    the network's own preparation names the columns, the target is the first that it does not.

    Where the network's outputs are shares of classes, and nothing names those, they are the
    target's values in their order: say is told so.

    Raises: InputError where the table has more or fewer columns, or the target other values.
    """
    file = open_table(data, encoding=encoding)
    names = list(file.columns)
    if isinstance(net.preparation, TablePreparation):
        known = {column.name for column in net.preparation.columns}
        rest = [name for name in names if name not in known]
    else:
        rest = names[net.n_in :]
        if len(names) not in (net.n_in, net.n_in + net.n_out, net.n_in + 1):
            raise InputError(
                f"the network takes {net.n_in} numbers, and {data} has {len(names)} columns: give "
                f"a table of those {net.n_in}, in their order, with the target last or without it."
            )
        net.preparation = _numbers(net, names[: net.n_in], file)
    outputs = net.dense_layers[-1].activation.name
    shares = outputs == "softmax" or (outputs == "sigmoid" and net.n_out == 1)
    if net.classes is None and shares and rest and len(rest) != max(net.n_out, 2):
        net.classes = _labels(net, file, rest[0], say)
    task = "number" if net.classes is None else "classes"
    several = task == "number" and len(rest) == net.n_out
    targets = tuple(rest if several else rest[:1]) or (ANSWER,)
    return {"target": Target(targets, task, tuple(net.classes or ()), file.decimal).spec()}


def _labels(net: Network, file: Table, name: str, say: Say) -> list[Any]:
    """The target's values in their order, one an output."""
    frames = (file.take(block) for block in file.blocks(ROWS))
    n = max(net.n_out, 2)
    try:
        found = list(Target.learn(frames, name, file.decimal, "classes").classes)
    except DataError as error:  # of one value alone, with fractions, ...
        what = str(error).partition(";")[0].partition(": ")[0]
        raise InputError(
            f"{what}: name the network's {n} classes, in the order of its outputs, with --classes."
        ) from None
    if len(found) != n:
        raise InputError(
            f"the network's outputs are shares of {n} classes, and {file.name} has {len(found)} "
            f"different values under {name!r}: name its classes, in the order of its outputs, "
            "with --classes."
        )
    told = ", ".join(str(label) for label in found[:6])
    say(
        f"the outputs are taken to stand for {told}{', …' if n > 6 else ''}, in this order; "
        "--classes names another"
    )
    return found


def _numbers(net: Network, names: list[str], file: Table) -> TablePreparation:
    """Each column a number, brought to the scale that the network's own preparation has."""
    mean, scale = [0.0] * net.n_in, [1.0] * net.n_in
    if isinstance(net.preparation, Preparation):
        of = net.preparation
        mean = list(of.mean) * (net.n_in // len(of.mean))
        scale = list(of.scale) * (net.n_in // len(of.scale))
    codes = [NumberInput(m, s) for m, s in zip(mean, scale, strict=True)]
    columns = [Column(n, "number", WHY, 0, code) for n, code in zip(names, codes, strict=True)]
    return replace(TablePreparation(tuple(columns)), decimal=file.decimal)
