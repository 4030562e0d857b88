"""A training that goes on from a saved model, on rows that fit it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from glassnet.core.errors import InputError
from glassnet.core.layers import Dropout
from glassnet.data import Dataset, Reading, TableSet, open_data
from glassnet.data.table.said import OPTIONS
from glassnet.data.table.table import TEST_SHARE
from glassnet.jobs.open import Model
from glassnet.training import Recipe
from glassnet.training.ensemble import member_of, members_in
from glassnet.training.targets import quantiles_in

# Settings of the network itself, which the model has already.
SETTLED = ("hidden", "activation", "loss", "quantile", "quantiles", "dropout", "label_smoothing",
           "l1", "l2", "initializer", "dtype")  # fmt: skip


def check_settled(model: Model, given: Mapping[str, Any], anew: Mapping[str, Any]) -> None:
    """That nothing is asked for that the model settles, or that begins anew.

    Args: given, the settings by name, None where not given; anew, what does not go with a model.
    """
    for name in SETTLED:
        if given.get(name) is not None:
            option = name.replace("_", "-")
            raise InputError(f"--{option} is settled in {model.path}: leave it or --from out.")
    for name, value in anew.items():
        if value is not None:
            raise InputError(f"--{name} begins anew, not from a model: leave it or --from out.")


def check_members(model: Model, given: Mapping[str, Any], checkpoint: Any) -> None:
    """That of a mean of networks nothing is asked that goes with one alone."""
    alone = {"checkpoint": checkpoint, "validation": given.get("validation"),
             "early-stopping": given.get("early_stopping")}  # fmt: skip
    asked = next((name for name, value in alone.items() if value), None)
    members = members_in(model.net)
    if asked is not None and members > 1:
        raise InputError(
            f"--{asked} goes with a single network, and {model.path} is the mean of {members}: "
            "leave it out."
        )


def data_for(model: Model, data: str, reading: Reading) -> Dataset | TableSet:
    """The data set, read as the model's own was.

    Raises: InputError where it is of another task, or its columns are others.
    """
    known = model.target
    settled = {OPTIONS[kind]: names for names, kind in (reading.kinds or {}).items()}
    settled |= {"--tidy-classes": True} if reading.tidy_classes else {}
    if settled:
        first = next(iter(settled))
        raise InputError(f"{first} is settled in {model.path}: leave it or --from out.")
    if known is not None:
        if reading.task not in (None, known.task):
            raise InputError(f"{model.path} predicts {_kind(known.task)}: leave --task out.")
        reading = replace(reading, target=reading.target or list(known.names), task=None)
    dataset = open_data(
        data, reading, like=known, likely_encoding=model.encoding, shape=model.image_shape
    )
    net = model.net
    of = "classes" if net.classes is not None else "number" if net.target_scale else None
    if of not in (None, dataset.task):
        raise InputError(
            f"{model.path} predicts {_kind(of)}, and {dataset.name} holds "
            f"{_kind(dataset.task)}: give data of its kind."
        )
    return dataset


def settled(model: Model, chosen: Recipe) -> Recipe:
    """A recipe with the network's own settings in the place of what it would have chosen."""
    net = model.net
    members = members_in(net)
    hidden = (net if members == 1 else member_of(net, 1)).dense_layers[:-1]
    return replace(
        chosen,
        members=members,
        hidden=tuple(layer.n_out for layer in hidden),
        activation=hidden[0].activation.name if hidden else chosen.activation,
        dropout=next((layer.rate for layer in net.layers if isinstance(layer, Dropout)), 0.0),
        loss=net.loss.name,
        quantile=None if quantiles_in(net) else net.loss.spec().get("quantile"),
        quantiles=quantiles_in(net) or None,
        label_smoothing=net.loss.spec().get("smoothing", 0.0),
        l1=net.l1,
        l2=net.l2,
        dtype=net.dtype.name,
        why=f"the network, its penalties and its preparation are those of {model.path}",
    )


def lines(model: Model, dataset: Dataset | TableSet) -> list[str]:
    """What is said before the training goes on."""
    said = [
        f"goes on from {model.path}: its weights, classes, and preparation; nothing of how "
        "columns are read is learned anew."
    ]
    if may_have_seen(model, dataset):
        said.append(
            f"{dataset.name} had {_rows_before(model):,} rows when the model was trained: some of "
            "today's test rows may be among those that it learned from."
        )
    return said


def may_have_seen(model: Model, dataset: Dataset | TableSet) -> bool:
    """Whether test rows of today's may be among those that the model learned from."""
    today = len(dataset.X) + len(() if dataset.X_test is None else dataset.X_test)
    before, test = _rows_before(model), model.about.get("test") or {}
    if model.about.get("data") != dataset.name or before is None:
        return False
    other = (test.get("share", TEST_SHARE), test.get("of")) != (
        dataset.test_share, dataset.test_name or None
    )  # fmt: skip
    return before != today or other


def _rows_before(model: Model) -> int | None:
    known = model.about.get("train_rows"), model.about.get("test_rows")
    return None if None in known else sum(int(n) for n in known if n is not None)


def _kind(task: str) -> str:
    return "classes" if task == "classes" else "numbers"
