"""What a job is about, opened: a saved model, a recorded run, and rows for them to look at."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import PREDICT_BATCH, Network
from glassnet.data import (
    CellError,
    Table,
    Target,
    is_table,
    load_data,
    open_table,
    read_images,
    sha256_of,
    split_train_test,
)
from glassnet.data.table.reading.blocks import Block
from glassnet.exchange import load, read_training
from glassnet.exchange.arrivals import Unsaid
from glassnet.files.whole import readable
from glassnet.jobs.adopted import about_table, is_from_elsewhere
from glassnet.jobs.threads_and_signals import Say
from glassnet.training.ensemble import member_of
from glassnet.training.persist.run_format import ABOUT
from glassnet.training.team import ALONE, Team, cut, own, spread

ROWS = 65_536  # of a table, at a time


@dataclass(frozen=True)
class Model:
    """A saved model, and what its file remembers of its training."""

    path: Path
    net: Network
    about: dict[str, Any]

    @property
    def target(self) -> Target | None:
        """The columns that it predicts, where it was trained on a table."""
        spec = self.about.get("target")
        return None if spec is None else Target.from_spec(spec)

    @property
    def targets(self) -> Sequence[str]:
        """Their names, where there are several."""
        names = (self.about.get("target") or {}).get("names") or ()
        return names if len(names) > 1 else ()

    @property
    def split(self) -> dict[str, str]:
        """The column, of a group or of a time, that its rows were split by, where there is one."""
        test = self.about.get("test") or {}
        return {how: test[how] for how in ("group", "time") if test.get(how)}

    @property
    def encoding(self) -> str | None:
        """That of its table, where that is none of Unicode's."""
        return self.about.get("encoding")

    @property
    def image_shape(self) -> tuple[int, ...] | None:
        """That of the images that it takes; None where it takes no images."""
        shape = self.about.get("image_shape")
        return tuple(int(side) for side in shape) if shape else None


@dataclass(frozen=True)
class Looked:
    """Rows to look at, their targets, and which they are.

    rows: what they are counted in, by number. unseen: whether they are known to be rows that the
    model did not learn from; learned: to hold some that it did. gone: (N,), which of a table's rows
    have no target, and are none of these; None where all have one.
    """

    X: Any
    y: Any
    which: str
    rows: str
    unseen: bool = False
    learned: bool = False
    gone: NDArray[np.bool_] | None = None

    def place(self, row: int) -> int:
        """Where the row of that number stands among these.

        Raises: InputError where it does not: it says which rows there are.
        """
        n = len(self.X) if self.gone is None else len(self.gone)
        if not 0 <= row < n:
            raise InputError(f"row {row} is not among the {n:,} rows, 0 to {n - 1}: {self.rows}.")
        if self.gone is None:
            return row
        if self.gone[row]:
            raise InputError(
                f"row {row} of {self.rows} has no target, so that there is no loss to explain: "
                "name another row, or fill it in."
            )
        return row - int(self.gone[:row].sum())


def open_model(
    path: str | Path,
    kind: type[Network] = Network,
    data: str | None = None,
    encoding: str | None = None,
    unsaid: Unsaid = Unsaid(),
    say: Say = lambda sentence: None,
    member: int | None = None,
) -> Model:
    """The model in a file, of ours or of another tool.

    Args:
        kind: the class that its network is to be of.
        data, encoding: beside which it is opened: another tool's file tells of no columns, which
            are taken from a table in their order.
        unsaid: what another tool's file does not say of its network.
        say: is told what is taken for granted of such a file.
        member: of a mean of networks, the one to have, from 1 on; None for their mean.
    """
    if member is not None:
        model = open_model(path, kind, data, encoding, unsaid, say)
        return replace(model, net=member_of(model.net, member))
    if is_from_elsewhere(path) or not unsaid.nothing:
        net, beside = load(path, kind, unsaid), data is not None and is_table(data)
        return Model(Path(path), net, about_table(net, str(data), encoding, say) if beside else {})
    model = Model(Path(path), load(path, kind), read_training(path))
    if model.about.get("target") and model.net.preparation is None:
        raise InputError(
            f"the model file {path} is of a table, and holds no preparation of its columns: take "
            "another copy, or train again."
        )
    return model


def without_preparation(net: Network) -> Network:
    """The same network, which takes rows that are prepared already: the columns that it sees."""
    bare = net.copy()
    bare.preparation = None
    return bare


def is_run(path: str | Path) -> bool:
    """Whether this is a folder to read as a recorded run, be it damaged."""
    return os.path.isfile(Path(path) / ABOUT)


def is_model(path: str | Path) -> bool:
    """Whether this looks like a model file: safetensors, by its ending or its first bytes."""
    path = Path(path)
    if path.suffix == ".safetensors" or is_from_elsewhere(path):
        return True
    try:
        with path.open("rb") as file:
            return file.read(9)[8:] == b"{"
    except OSError:
        return False


@contextmanager
def lines_named(
    data: str, header: bool | None = None, encoding: str | None = None
) -> Iterator[None]:
    """While inside, a sentence about a cell of the table names its line of the file."""
    try:
        yield
    except CellError as error:
        place = open_table(data, header, encoding).place_of(error.column, error.cell)
        if place is None:
            raise
        raise error.placed(place) from None


def table_of(data: str, model: Model, encoding: str | None, say: Say) -> Table:
    """A table for a model, in the encoding that is named or likely; what is not sure is said."""
    file = open_table(data, encoding=encoding, likely=model.encoding)
    if file.dialect is not None and file.dialect.encoding.doubt:
        say(f"{file.name} is read as {file.dialect.encoding.said()}")
    return file


def rows_to_look_at(
    data: str, model: Model, encoding: str | None, say: Say, team: Team = ALONE
) -> Looked:
    """Rows that training never saw where the data have such; of a table all that have a target.

    Args:
        encoding: of a table, where it is named; say: is told what is not sure of it.
        team: each of whose ranks is to look at its part of them.
    """
    about = model.about
    if is_table(data):
        if model.target is None:
            on = about.get("data")
            learned = f"trained on {on}" if on else "trained on no table"
            raise InputError(f"{data} is a table; this model was {learned}.")
        return _of_table(table_of(data, model, encoding, say), model.target, about, team)
    if encoding is not None:
        raise InputError(f"--encoding goes with a table, a CSV file; {data} is none.")
    if model.target is not None and os.path.isdir(data):
        raise InputError(f"{data} is a folder without a table, which this model takes: give one.")
    dataset = load_data(data, like=model.image_shape)
    same = about.get("data") == readable(dataset.name)
    share = (about.get("test") or {}).get("share", dataset.test_share)
    if same and not share and dataset.X_test is None:
        which = f"{dataset.name}, every row; it was trained on them"
        return Looked(dataset.X, dataset.y, which, dataset.name, learned=True)
    if same and dataset.X_test is None:
        dataset = replace(dataset, test_share=share)
    parts = split_train_test(dataset)
    which = f"{dataset.name}, {dataset.test_rows}"
    learned = about.get("data"), about.get("train_rows")
    same = learned == (readable(dataset.name), len(parts.y))
    mine = cut(len(parts.y_test), team.size)[team.rank]
    return Looked(
        parts.X_test[mine], parts.y_test[mine], which, which,
        unseen=same and parts.X_test is not parts.X,
    )  # fmt: skip


def _blocks_of(file: Table, team: Team) -> Sequence[Block]:
    """Where the rows of a table are, found by all ranks; where it has none is said."""
    rows = ROWS if team.size == 1 else PREDICT_BATCH
    blocks = file.blocks(rows, team.size, partial(spread, team))
    if not blocks:
        raise InputError(f"{file.path} has a header and no row: expected rows.")
    return blocks


def _frame(file: Table, team: Team) -> Any:
    """The rows of a table that are a rank's: all of one process."""
    if team.size == 1:
        frame = file.read()
        if not len(frame):
            raise InputError(f"{file.path} has a header and no row: expected rows.")
        return frame
    import polars as pl

    blocks = _blocks_of(file, team)
    frames = [file.take(block) for block in own(team, blocks)]
    return pl.concat(frames) if frames else file.take(blocks[0])[:0]


def _of_table(file: Table, target: Target, about: Mapping[str, Any], team: Team = ALONE) -> Looked:
    frame = _frame(file, team)
    which = f"{file.name}, every row"
    gone = target.missing(frame)
    left, out = (sum(each) for each in zip(*team.gather((int((~gone).sum()), int(gone.sum())))))
    if out:
        which = f"{file.name}, the {left:,} rows that have a target"
        frame = frame.filter(~gone)
    learned, digest = about.get("train_rows"), about.get("sha256")
    same = None not in (learned, digest) and team.rank == 0 and digest == sha256_of(file.path)
    same = team.broadcast(same)
    if same:
        which += f"; {learned:,} of them it was trained on"
    elif about.get("data") == file.name:
        which += "; those that it was trained on may be among them"
    missing = gone if out else None
    return Looked(frame, target.read(frame), which, file.name, learned=same, gone=missing)


def blocks_to_look_at(
    data: str, model: Model, encoding: str | None, say: Say, team: Team = ALONE
) -> tuple[Iterator[Any], str, Sequence[str], int]:
    """The raw rows part by part, which they are, and of pictures the names of their files.

    Of several ranks each has a part of a table, and rank 0 all rows of other data; last comes how
    many rows are before its own.
    """
    if is_table(data) and model.about.get("target"):
        file = table_of(data, model, encoding, say)
        blocks = own(team, _blocks_of(file, team))
        first = blocks[0].first if blocks else 0
        return (file.take(block) for block in blocks), f"{file.name}, every row", (), first
    if team.rank:
        return iter([]), data, (), 0
    shape = model.image_shape
    if shape and os.path.exists(Path(data)) and not _labelled(data):
        names, X = read_images(data, shape)
        return iter([X]), f"{len(names)} pictures, {data}", names, 0
    looked = rows_to_look_at(data, model, encoding, say)
    return iter([looked.X]), looked.which, (), 0


def _labelled(data: str) -> bool:
    """Whether labels come along: folders of classes or IDX files in it, or an archive of arrays."""
    path = Path(data)
    if not os.path.isdir(path):
        return path.suffix.lower() == ".npz"
    return any(os.path.isdir(p) or "idx" in p.name for p in path.iterdir())
