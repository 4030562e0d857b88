"""Where a pass to explain comes from: a trained model and a row, or a step of a recorded run."""

import functools
import inspect
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.core.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.core.network import Network
    from glassnet.data import TableFile
    from glassnet.explain import Ask


@dataclass(frozen=True)
class Source:
    """A pass, what it is called, and of a recorded step its number and the batch's rows.

    inputs: the names of the network's inputs, where they have any.
    """

    ask: "Ask"
    title: str
    step: int | None = None
    rows: "NDArray[Any] | None" = None
    inputs: Sequence[str] = ()


def naming_lines(command: Callable[..., int]) -> Callable[..., int]:
    """A command in whose sentences a cell of `data`, a table, stands in its line of the file."""

    @functools.wraps(command)
    def run(*given: Any, **settings: Any) -> int:
        try:
            return command(*given, **settings)
        except InputError as error:
            from glassnet.data import CellError, open_table

            if not isinstance(error, CellError):
                raise
            data = inspect.signature(command).bind(*given, **settings).arguments["data"]
            table = open_table(data, settings.get("header"), settings.get("encoding"))
            place = table.place_of(error.column, error.cell)
            if place is None:
                raise
            raise error.placed(f"{place} of {Path(data).name}") from None

    return run


def is_run(path: str | Path) -> bool:
    """Whether this is a folder to read as a recorded run, be it damaged."""
    from glassnet.training.persist.run_format import ABOUT

    return os.path.isfile(Path(path) / ABOUT)


def is_model(path: str | Path) -> bool:
    """Whether this looks like a model file: safetensors, by its ending or its first bytes."""
    path = Path(path)
    if path.suffix == ".safetensors":
        return True
    try:
        with path.open("rb") as file:
            return file.read(9)[8:] == b"{"
    except OSError:
        return False


def of_model(
    model: str | Path, data: str | None, row: int | None, encoding: str | None = None
) -> Source:
    """A pass of a model for one row of the data that `evaluate` looks at, in float64."""
    from glassnet.exchange import load, read_training
    from glassnet.explain import Ask
    from glassnet.training.rows import as_rows

    net = load(model)
    if data is None:
        raise InputError("a model is explained on a row of data: name the data and --row.")
    about = read_training(model)
    X, y, which = rows_to_look_at(data, about, encoding)
    row = 0 if row is None else row
    check_row(row, len(X), which)
    net = net.astype("float64")
    one = as_rows(net, X[row : row + 1], y[row : row + 1], "the row")
    target = f"{y[row]:.9g}" if isinstance(y[row], float) else y[row]
    title = f"row {row} of {which}; target {target}"
    names = getattr(net.preparation, "inputs", None) or about.get("features") or ()
    return Source(Ask(net, one.X, one.y), title, inputs=names if len(names) == net.n_in else ())


def of_run(run: str | Path, step: int | None) -> Source:
    """The pass of a recorded step, with its batch, optimizer and masks, as it was made."""
    from glassnet.explain import Ask
    from glassnet.training import Recording

    recording = Recording.open(run)
    step = next(iter(recording.steps), 0) if step is None else step
    batch = recording.batch(step)  # before the data are loaded: the step may not be there
    part = recording.rows().take(batch)
    ask = Ask(
        recording.network(step), part.X, part.y, part.w,
        optimizer=recording.optimizer(step), factor=recording.factor(step),
        clip_norm=recording.settings["clip_norm"], clip_value=recording.settings["clip_value"],
        rng=recording.rng(step),
    )  # fmt: skip
    title = f"{Path(run).name}, step {step:,}"
    return Source(ask, title, step, batch)


def open_model(model: str | Path) -> tuple["Network", dict[str, Any]]:
    """The network of a model file, and what is remembered of its training."""
    from glassnet.exchange import load, read_training

    net, about = load(model), read_training(model)
    if about.get("target") and net.preparation is None:
        raise InputError(
            f"the model file {model} is of a table, and holds no preparation of its columns: take "
            "another copy, or train again."
        )
    return net, about


def check_row(row: int, n: int, which: str) -> None:
    """Says what rows there are where the one that was asked for is not among them."""
    if not 0 <= row < n:
        raise InputError(f"row {row} is not among the {n:,} rows, 0 to {n - 1}: {which}.")


def data_set(data: str, shape: tuple[int, ...] | None = None, **of_a_table: Any) -> Any:
    """The data set of that name or at that place; target and the like go with a table alone.

    Args: shape, of the images that a model takes; own images are brought to it.
    """
    from glassnet.data import load_data, load_table

    if is_table(data):
        return load_table(data, **of_a_table)
    given = [name for name, value in of_a_table.items() if value is not None]
    if "like" in given:
        raise InputError(f"the model was trained on a table, and {data} is none: give a table.")
    if given:
        raise InputError(
            f"--{given[0]} goes with a table, a CSV, Parquet or JSON lines file; {data} is none."
        )
    return load_data(data, like=shape)


def is_table(data: str) -> bool:
    """Whether this is the place of a table: any file but an .npz, or a name that ends like one."""
    from glassnet.data import NAMES

    path = Path(data)
    if data in NAMES or os.path.isdir(path) or path.suffix.lower() == ".npz":
        return False
    endings = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".jsonl", ".ndjson", ".json", ".xlsx")
    return os.path.exists(path) or path.suffix.lower() in endings


def place_of(data: str) -> str:
    """A built-in set's name, or where the data are from anywhere."""
    from glassnet.data import NAMES

    return data if data in NAMES else str(Path(data).absolute())


def table_of(data: str, about: dict[str, Any], encoding: str | None) -> "TableFile":
    """A table for a model, in the encoding that is named or likely; what is not sure is said."""
    from glassnet.cli.output import say
    from glassnet.data import open_table

    file = open_table(data, encoding=encoding, likely=about.get("encoding"))
    if file.dialect is not None and file.dialect.encoding.doubt:
        say(f"{file.name} is read as {file.dialect.encoding.said()}")
    return file


def rows_to_look_at(
    data: str, about: dict[str, Any] | None = None, encoding: str | None = None
) -> tuple[Any, Any, str]:
    """Rows that training never saw where the data have such, their targets, and which they are.

    Of a table all rows that have a target. about: what a model remembers of its training.
    encoding: of a table, where it is named.
    """
    from glassnet.data import Target, load_data, split_train_test

    about = about or {}
    if is_table(data):
        if not about.get("target"):
            on = about.get("data")
            learned = f"trained on {on}" if on else "trained on no table"
            raise InputError(f"{data} is a table; this model was {learned}.")
        target = Target.from_spec(about["target"])
        file = table_of(data, about, encoding)
        frame = file.read()
        which = f"{file.name}, every row"
        if file.name == about.get("data"):
            which += ", those that it was trained on among them"
        if not len(frame):
            raise InputError(f"{data} has a header and no row: expected rows.")
        gone = target.missing(frame)
        if gone.any():
            which = f"{file.name}, the {(~gone).sum():,} rows that have a target"
            frame = frame.filter(~gone)
        return frame, target.read(frame), which
    if encoding is not None:
        raise InputError(f"--encoding goes with a table, a CSV file; {data} is none.")
    if about.get("target") and os.path.isdir(data):
        raise InputError(f"{data} is a folder; this model takes a table: give a file.")
    shape = about.get("image_shape")
    dataset = load_data(data, like=tuple(shape) if shape else None)
    parts = split_train_test(dataset)
    return parts.X_test, parts.y_test, f"{dataset.name}, {dataset.test_rows}"
