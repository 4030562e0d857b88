"""Where a pass to explain comes from: a trained model and a row, or a step of a recorded run."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.core.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from glassnet.explain import Ask


@dataclass(frozen=True)
class Source:
    """A pass, what it is called, and of a recorded step its number and the batch's rows."""

    ask: "Ask"
    title: str
    step: int | None = None
    rows: "NDArray[Any] | None" = None


def is_run(path: str | Path) -> bool:
    """Whether this is a folder to read as a recorded run, be it damaged."""
    from glassnet.training.run_format import ABOUT

    return (Path(path) / ABOUT).is_file()


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


def of_model(model: str | Path, data: str | None, row: int | None) -> Source:
    """A pass of a model for one row of the data that `evaluate` looks at, in float64."""
    from glassnet.exchange import load
    from glassnet.explain import Ask
    from glassnet.training.rows import as_rows

    net = load(model)
    if data is None:
        raise InputError("a model is explained on a row of data: name the data and --row.")
    X, y, which = rows_to_look_at(data)
    row = 0 if row is None else row
    check_row(row, len(X), which)
    net = net.astype("float64")
    one = as_rows(net, X[row : row + 1], y[row : row + 1], "the row")
    target = f"{y[row]:.9g}" if isinstance(y[row], float) else y[row]
    title = f"row {row} of {which}; target {target}"
    return Source(Ask(net, one.X, one.y), title)


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


def check_row(row: int, n: int, which: str) -> None:
    """Says what rows there are where the one that was asked for is not among them."""
    if not 0 <= row < n:
        raise InputError(f"row {row} is not among the {n:,} rows, 0 to {n - 1}: {which}.")


def rows_to_look_at(data: str) -> tuple[Any, Any, str]:
    """Rows that training never saw where the data have such, their targets, and which they are."""
    from glassnet.data import load_data, split_train_test

    dataset = load_data(data)
    parts = split_train_test(dataset)
    return parts.X_test, parts.y_test, f"{dataset.name}, {dataset.test_rows}"
