"""`glassnet train --memory`: a table that is larger than memory, taken in blocks of rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from glassnet.cli import before
from glassnet.cli.output import keep, print_json, say
from glassnet.cli.train_report import counted, status

TEST, SAMPLE = 0.2, 2_000  # the share of the test rows; rows by which a row's size is known
MEASURED = 100_000  # test rows at most that the intervals and the baselines are measured on


def train_streamed(
    data: str,
    memory: str,
    table: dict[str, Any],
    settings: dict[str, Any],
    *,
    threads: int | None = None,
    checkpoints: Any = None,
    out: Path | None = None,
    json: bool = False,
) -> int:
    """Trains on a table within so much memory, and measures on rows that training never saw.

    table: target, header, encoding, task. settings: the recipe's, None where the default is to
    be taken.
    """
    from time import perf_counter

    import numpy as np

    from glassnet.api import fit_stream
    from glassnet.cli.sources import is_table
    from glassnet.core.errors import InputError
    from glassnet.data import (
        Stream,
        TableBlocks,
        TablePreparation,
        Target,
        block_rows,
        find_column,
        open_table,
        parse_memory,
    )
    from glassnet.data.preparation import Moments, TargetScale
    from glassnet.data.table.table import without_target
    from glassnet.exchange import save
    from glassnet.training import Baseline, estimate, score_stream
    from glassnet.training.measure.baselines import linear_model
    from glassnet.training.recipe import recipe
    from glassnet.training.results import TrainingResult
    from glassnet.views.text.estimate import estimate_text

    if not is_table(data):
        raise InputError(f"--memory goes with a table, CSV, Parquet or JSON lines, not {data}.")
    size = parse_memory(memory)
    file = open_table(data, table["header"], table["encoding"])
    if not table["target"]:
        raise InputError(f"which column of {file.name} is to be predicted? Give --target.")
    names = [find_column(file.columns, each) for each in table["target"]]
    first = file.blocks(SAMPLE)
    if not first:
        raise InputError(f"{file.name} has a header and no row: expected rows.")
    sample = file.take(first[0])
    rows = block_rows(size, sample.estimated_size() / len(sample))
    target = Target.learn(
        (file.take(block) for block in file.blocks(rows)), names, file.decimal, table["task"]
    )
    blocks = TableBlocks(file, target, rows, leave_out=True)
    stream = Stream(blocks, size, test=TEST)
    moments, counts = Moments(), Counter()

    def raw() -> Any:
        for X, y in stream.parts():
            if target.task == "number":
                moments.add(y.reshape(len(y), -1))
            else:
                counts.update(y.tolist())
            yield X.drop(names)

    preparation = TablePreparation.learn(raw(), file.decimal)
    say(f"{file.name}: {len(stream):,} rows, {len(file.columns) - len(names):,} columns")
    say(f"  read as {file.found}, within {memory}")
    if blocks.left_out:
        say(f"  {without_target(blocks.left_out)}")
    say(preparation.shown())
    train_rows = round((1 - TEST) * len(stream))
    chosen = recipe.with_settings(
        recipe.defaults(target.task, train_rows, preparation.n_inputs), settings
    )
    outputs = len(target.classes) or len(names)
    before.check_size(preparation.n_inputs, chosen.hidden, outputs, chosen.dtype)
    net = recipe.network_for(chosen, target.task, preparation.n_inputs, _like(target, sample))
    net.preparation = preparation
    before.check_network(net, out)
    if target.task == "number":
        net.target_scale = TargetScale.of(moments)
    say(chosen.shown())
    say(f"{net!r}")
    began = perf_counter()
    history = fit_stream(net, stream, replace(chosen, checkpoint=checkpoints), threads=threads)
    seconds = perf_counter() - began
    about: dict[str, Any] = {
        "data": file.name,
        **({"encoding": file.old_encoding} if file.old_encoding else {}),
        "task": target.task,
        "image_shape": None,
        "features": [name for name in file.columns if name not in names],
        "target": target.spec(),
        "test": {"which": "20 % of its rows, drawn by their number", "split_seed": 0},
        "train_rows": train_rows,
        "seed": chosen.seed,
        "epochs": len(history),
        "stopped": history.stopped,
        "metrics": None,
    }
    if out is not None:
        save(net, out, about)
        keep("model", out)
    metrics, found = {}, None
    if history.stopped != "diverged":
        metrics = score_stream(net, stream)
        if target.task == "number":
            simple = [Baseline("mean", np.atleast_1d(moments.mean))]
        else:
            share = np.array([counts[label] for label in target.classes]) / counts.total()
            simple = [Baseline("majority", share)]
        linear = linear_model(net)
        if linear is not None and history.stopped == "finished":
            say("a linear model, trained the same way to compare with:")
            if fit_stream(linear, stream, chosen, threads=threads).stopped == "finished":
                simple.append(Baseline("linear", net=linear))
        found = estimate(net, *_test_rows(stream), baselines=simple,
                         names=names if names[1:] else None)  # fmt: skip
        about["baselines"] = [each.spec() for each in simple]
    if out is not None:
        save(net, out, {**about, "metrics": metrics or None})
    if json:
        print_json(
            TrainingResult(
                metrics,
                seconds,
                file.name,
                about["test"]["which"],
                train_rows,
                len(stream) - train_rows,
                len(history),
                history.steps,
                history.stopped,
                history.message,
                chosen,
                history.epochs,
                found,
                model=None if out is None else str(out),
            )
        )
    else:
        for name, value in metrics.items():
            print(f"{name} {value:.4f}")
        after = counted(len(history), "epoch")
        print(f"on {about['test']['which']}, after {after} in {seconds:.1f} s")
        if history.message:
            print(history.message)
        if found is not None:
            print(f"\n{estimate_text(found).rstrip()}\n")
        if out is not None:
            print(f"model: {out}")
    return status(history)


def _test_rows(stream: Any) -> tuple[Any, Any]:
    """The first test rows, as many as intervals need."""
    import numpy as np
    import polars as pl

    frames, targets, rows = [], [], 0
    for X, y in stream.parts(test=True):
        frames.append(X[: MEASURED - rows])
        targets.append(y[: MEASURED - rows])
        rows += len(frames[-1])
        if rows == MEASURED:
            break
    return pl.concat(frames), np.concatenate(targets)


def _like(target: Any, sample: Any) -> Any:
    """Targets of the kind that there are, by which the network is shaped."""
    import numpy as np

    return np.array(target.classes) if target.task == "classes" else target.read(sample)
