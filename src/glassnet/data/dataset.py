"""A data set as one value: its rows, its targets, where it comes from; and how it is split."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import some_of, telling
from glassnet.core.validation.arrays import array
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import FiniteNumber, Instance, Seed, Several, Whole
from glassnet.data.checks import (
    DataError,
    check_arrays,
    check_features,
    check_same_length,
    check_targets,
)
from glassnet.data.preparation import Preparation
from glassnet.data.splits import split_rows
from glassnet.data.table.table import TEST_SHARE, TableSet, held_in_words

Share = Annotated[float, FiniteNumber(least=0, below=1)]


@door
@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Rows with their targets, checked when made.

    Args:
        name: what it is called.
        X: raw values, (N, n_features); uint8 for images, one flattened image a row.
        y: whole numbers or strings for task 'classes', floats for 'number', (N,).
        X_test, y_test: the data's own test part; None where it has none.
        task: 'classes' or 'number'.
        features: one name a column; x[0], x[1], … where none are given.
        image_shape: (height, width) in pixels, (height, width, 3) in colour; None for tables.
        about, source, licence: for people.
        groups, times: (N,), what test rows are held back by: whole groups, or the latest rows.
        test_share: of the rows, held back for the test; 0 for none.
        test_name: what a test part that was given is called.

    Raises:
        DataError: as `check_arrays`; or the parts do not fit each other.

    >>> Dataset("tiny", [[0.0], [1.0]], ["no", "yes"])
    Dataset tiny: 2 rows, 1 column, 2 classes
    """

    name: str
    X: NDArray[Any]
    y: NDArray[Any]
    X_test: NDArray[Any] | None = None
    y_test: NDArray[Any] | None = None
    task: Literal["classes", "number"] = "classes"
    features: Annotated[tuple[str, ...], Several(Instance(str))] = ()
    image_shape: Annotated[tuple[int, ...], Several(Whole(1))] | None = None
    about: str = ""
    source: str = ""
    licence: str = ""
    groups: NDArray[Any] | None = None
    times: NDArray[Any] | None = None
    test_share: Share = TEST_SHARE
    test_name: str = ""

    def __post_init__(self) -> None:
        X, y = check_arrays(self.X, self.y, self.task)
        n_features = X.shape[1]
        features = tuple(self.features) or tuple(f"x[{i}]" for i in range(n_features))
        if len(features) != n_features:
            raise DataError(
                f"{self.name} names {len(features)} features; X has {n_features} columns: "
                "give one name a column"
            )
        if self.image_shape is not None and np.prod(self.image_shape) != n_features:
            raise DataError(
                f"an image of shape {self.image_shape} has {np.prod(self.image_shape)} pixels; "
                f"X has {n_features} columns: flatten each image to one row"
            )
        X_test, y_test = self.X_test, self.y_test
        if (X_test is None) != (y_test is None):
            raise DataError(f"{self.name} has only one of X_test and y_test; give both or neither")
        if X_test is not None and y_test is not None:
            X_test = check_features(X_test, "X_test")
            y_test = check_targets(y_test, self.task, "y_test")
            check_same_length(X_test, y_test, ("X_test", "y_test"))
            if X_test.shape[1] != n_features:
                raise DataError(
                    f"X_test has {X_test.shape[1]} columns and X has {n_features}; "
                    "the test part needs the same columns"
                )
        for name in ("groups", "times"):
            column = getattr(self, name)
            if column is not None and array(name, column).shape != (len(X),):
                raise DataError(f"{name} must hold one value a row, {len(X)} in all")
        values = {"X": X, "y": y, "X_test": X_test, "y_test": y_test, "features": features}
        for field, value in values.items():
            object.__setattr__(self, field, value)  # the way into a frozen dataclass

    @property
    def test_rows(self) -> str:
        """Which rows `split_train_test` gives for the test, in words."""
        if self.X_test is None:
            return f"{held_in_words(self.test_share)} that training never sees"
        if self.test_name:
            return f"the rows of {self.test_name}"
        if np.array_equal(self.X, self.X_test):
            return "the same rows, since there are no others"
        return "its own test part, which training never sees"

    def learn(self, X: Any) -> Preparation:
        """The preparation that some of its rows, those to train on, teach."""
        return Preparation.learn(X, image=self.image_shape is not None)

    def __repr__(self) -> str:
        n_rows, n_columns = self.X.shape
        parts = [f"{n_rows} rows", f"{n_columns} column{'s' if n_columns > 1 else ''}"]
        if self.task == "classes":
            parts.append(f"{len(np.unique(self.y))} classes")
        if self.X_test is not None:
            parts.append(f"{len(self.X_test)} test rows")
        return f"Dataset {some_of(list(self.name), '', most=60)}: {', '.join(parts)}"


@dataclass(frozen=True, eq=False)
class Parts:
    """What training sees, and what it never sees: `X, y, X_test, y_test = parts`.

    Attributes:
        X: (N, n_features), an array, or of a table a frame; y: (N,).
        X_test, y_test: (N_test, n_features), (N_test,).
        groups, times: (N,), of the rows to learn from, where they belong together.
        rows: (N,), the places in the data set of those to learn from; None for all of them.
        numbers: (N,), of those to learn from, as the data came: of a table as its file counts
            them, those without a target too; None where they are counted from 0.
        groups_test: (N_test,), of the test rows, where whole groups are held.
        numbers_test: (N_test,), of a table's test rows; of other data the test rows are counted.
    """

    X: Any
    y: NDArray[Any]
    X_test: Any
    y_test: NDArray[Any]
    groups: NDArray[Any] | None = None
    times: NDArray[Any] | None = None
    rows: NDArray[np.intp] | None = None
    numbers: NDArray[np.intp] | None = None
    numbers_test: NDArray[np.intp] | None = None
    groups_test: NDArray[Any] | None = None

    __repr__ = telling("X", "y", "X_test", "y_test")

    def __iter__(self) -> Iterator[Any]:
        return iter((self.X, self.y, self.X_test, self.y_test))

    def __len__(self) -> int:
        return 4

    def __getitem__(self, place: int) -> Any:
        return (self.X, self.y, self.X_test, self.y_test)[place]


@door
def split_train_test(
    dataset: Dataset | TableSet, seed: Seed = 0, test: Share | None = None
) -> Parts:
    """The data's own test part where it has one, else a share of the rows, stratified by class.

    Args:
        dataset: the data; where it has groups, whole ones are held, and with times the latest.
        seed: of the generator that draws the test rows.
        test: the share of the rows to hold; None for the data's own `test_share`, which is 0.2
            unless it was given; 0 to learn from all rows, and hold none.

    Returns:
        X, y to learn from and X_test, y_test to measure with.
    """
    data = dataset
    if data.X_test is not None and data.y_test is not None:
        return Parts(data.X, data.y, data.X_test, data.y_test, data.groups, data.times)
    share = data.test_share if test is None else test
    if not share:
        return parts_of(data, np.arange(len(data.y)), np.arange(0))
    return parts_of(
        data,
        *split_rows(
            len(data.y),
            data.y,
            test=share,
            seed=seed,
            stratify=data.task == "classes",
            groups=data.groups,
            times=data.times,
        ),
    )


def parts_of(data: Dataset | TableSet, keep: NDArray[np.intp], held: NDArray[np.intp]) -> Parts:
    """The parts that row numbers stand for."""
    groups = None if data.groups is None else data.groups[keep]
    times = None if data.times is None else data.times[keep]
    numbers, numbers_test = keep, None
    if isinstance(data, TableSet):
        every = np.arange(len(data.y)) if data.numbers is None else data.numbers
        numbers, numbers_test = every[keep], every[held]
    return Parts(
        data.X[keep], data.y[keep], data.X[held], data.y[held], groups, times, keep,
        numbers, numbers_test, None if data.groups is None else data.groups[held],
    )  # fmt: skip
