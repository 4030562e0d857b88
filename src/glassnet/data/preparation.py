"""What lies between raw data and a network: scales, learned on the training rows and kept.

A network learns best from inputs of about the same size. What brings them there is learned once,
from the rows it trains on and no others, and travels with the model: `predict` takes raw data.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import Count, Dtype, FiniteNumber, Several
from glassnet.data.checks import DataError, check_features, check_labels, check_targets
from glassnet.data.table.preparation import TablePreparation
from glassnet.data.table.target import tidied

T = TypeVar("T")
TOO_LARGE = (
    "the data hold values too large to be squared in float64 (above about 1e150); check their units"
)


@door
@dataclass(frozen=True)
class Preparation:
    """Raw columns to inputs: x = (raw − mean) / scale.

        standardize  mean and scale are each column's mean and standard deviation (÷ N);
                     a constant column has scale 1, and so becomes 0
        pixels       mean 0, and one scale for all: the largest value of the training images,
                     so that pixels lie in 0–1 and black stays 0

    Attributes:
        kind: 'standardize' or 'pixels'.
        n_features: the number of columns.
        mean: (n_features,), for pixels (1,); in the data's own units.
        scale: as mean, above 0.

    >>> Preparation.learn([[0.0, 5.0], [4.0, 5.0]]).apply([[6.0, 5.0]])
    array([[2., 0.]], dtype=float32)
    """

    kind: Literal["standardize", "pixels"]
    n_features: Count
    mean: Annotated[tuple[float, ...], Several(FiniteNumber())]
    scale: Annotated[tuple[float, ...], Several(FiniteNumber(above=0))]

    __repr__ = telling()

    def __post_init__(self) -> None:
        n = 1 if self.kind == "pixels" else self.n_features
        if len(self.mean) != n or len(self.scale) != n:
            raise DataError(
                f"a '{self.kind}' preparation of {self.n_features} columns needs {n} means and "
                f"scales; it has {len(self.mean)} and {len(self.scale)}"
            )

    @property
    def n_inputs(self) -> int:
        """The number of the network's inputs: one a column."""
        return self.n_features

    @classmethod
    @door
    def learn(cls, X: ArrayLike, image: bool = False) -> "Preparation":
        """Learn from the training rows alone.

        Args:
            X: raw values, (N, n_features).
            image: True for pixels, False for the columns of a table.

        Raises:
            DataError: as `check_features`; a pixel below 0; or values too large to be squared.
        """
        return cls.learn_blocks([X], image)

    @classmethod
    def learn_blocks(cls, blocks: Iterable[ArrayLike], image: bool = False) -> "Preparation":
        """Learn in one pass from training rows that come in parts, each (n, n_features).

        Raises:
            DataError: as `learn`; or the parts have different columns, or there is none.
        """
        moments, largest = Moments(), 0.0
        n_features = None
        for X in blocks:
            X = check_features(X)
            if n_features not in (None, X.shape[1]):
                raise DataError(
                    f"a part of the rows has {X.shape[1]} columns and those before it have "
                    f"{n_features}; give every part the same columns"
                )
            n_features = X.shape[1]
            if not image:
                moments.add(X)
            elif X.min() < 0:
                raise DataError(
                    f"pixels must be 0 or more; the least is {X.min()}: "
                    "prepare values that are already centred as a table (image=False)"
                )
            else:
                largest = max(largest, float(X.max()))
        if n_features is None:
            raise DataError("there are no rows to learn from; give at least one")
        if image:
            return cls("pixels", n_features, (0.0,), (largest or 1.0,))
        mean, scale = moments.mean, moments.scale
        return cls("standardize", n_features, tuple(mean.tolist()), tuple(scale.tolist()))

    @door
    def apply(self, X: ArrayLike, dtype: Dtype = np.float32) -> NDArray[Any]:
        """The inputs for a network.

        Args:
            X: raw values, (N, n_features).
            dtype: of the result, a float type.

        Returns:
            A new array, (N, n_features).

        Raises:
            DataError: other columns than were learned, values that are no finite numbers, or
                values that the dtype cannot hold.
        """
        X = check_features(X)
        if X.shape[1] != self.n_features:
            raise DataError(
                f"X has {X.shape[1]} columns; the preparation was learned from {self.n_features}: "
                "give the same columns in the same order"
            )
        try:
            with np.errstate(over="raise"):
                if self.kind == "pixels":  # straight to dtype: 60,000 images need no float64 copy
                    x = X.astype(dtype)
                    x /= x.dtype.type(self.scale[0])
                    return x
                # means and differences in float64: large values that differ little keep digits
                x = X.astype(np.float64)
                x -= np.array(self.mean)
                x /= np.array(self.scale)
                return x.astype(dtype, copy=False)
        except FloatingPointError:
            raise DataError(
                f"X holds a value too large for {np.dtype(dtype)}, {np.abs(X).max():.3g} in size; "
                "check its units"
            ) from None

    def spec(self) -> dict[str, Any]:
        """Everything as plain JSON; floats survive it exactly, since JSON writes their repr."""
        return {
            "kind": self.kind,
            "n_features": self.n_features,
            "mean": list(self.mean),
            "scale": list(self.scale),
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "Preparation":
        """The preparation that `spec` describes.

        Raises:
            DataError: the description is incomplete or makes no sense.
        """
        kind = _entry(spec, "kind", lambda value: value)
        if kind not in ("standardize", "pixels"):
            raise DataError(f"kind must be 'standardize' or 'pixels'; the description has {kind!r}")
        n_features = _entry(spec, "n_features", _whole)
        mean, scale = _entry(spec, "mean", _floats), _entry(spec, "scale", _floats)
        try:
            return cls(kind, n_features, mean, scale)
        except InputError as error:
            raise DataError(f"the description of a preparation does not fit: {error}") from None


class Moments:
    """Mean and standard deviation (÷ N) of each column, from rows that come in parts.

        M₂ is Σ (x − mean)²; of two parts a and b, with δ = mean_b − mean_a and n = n_a + n_b,

        mean = mean_a + δ n_b/n
        M₂   = M₂_a + M₂_b + δ² n_a n_b/n

    Seen from the first row of all, x₀, a large common offset costs no digits, and a constant
    column is exactly 0:   mean(x) = x₀ + mean(x − x₀).

    Source: Chan, Golub and LeVeque (1979), Updating formulae and a pairwise algorithm for
    computing sample variances, equation 2.1.

    >>> moments = Moments()
    >>> moments.add(np.array([[1.0], [2.0]]))
    >>> moments.add(np.array([[3.0], [6.0]]))
    >>> moments.n, moments.mean, moments.scale**2
    (4, array([3.]), array([3.5]))
    """

    def __init__(self) -> None:
        self.n = 0
        self._first: NDArray[np.float64] = np.zeros(0)  # x₀
        self._mean: NDArray[np.float64] = np.zeros(0)  # of x − x₀
        self._M2: NDArray[np.float64] = np.zeros(0)

    def add(self, X: NDArray[Any]) -> None:
        """Takes rows (n, n_features) in, n ≥ 1.

        Raises: DataError where their squares are beyond float64.
        """
        if not self.n:
            self._first = X[0].astype(np.float64)
            self._mean, self._M2 = np.zeros((2, X.shape[1]))
        try:
            with np.errstate(over="raise"):
                x = X - self._first
                mean = x.mean(axis=0)
                x -= mean
                M2 = np.square(x, out=x).sum(axis=0)
                delta, n = mean - self._mean, self.n + len(X)
                self._mean = self._mean + delta * (len(X) / n)
                self._M2 = self._M2 + M2 + np.square(delta) * (self.n * len(X) / n)
        except FloatingPointError:
            raise DataError(TOO_LARGE) from None
        self.n = n

    def join(self, other: "Moments") -> None:
        """Takes in the rows that another was given.

        Raises: DataError as `add`.
        """
        if not other.n:
            return
        if not self.n:
            self.__dict__ |= vars(other)
            return
        try:
            with np.errstate(over="raise"):
                delta, n = other._first - self._first + other._mean - self._mean, self.n + other.n
                self._mean = self._mean + delta * (other.n / n)
                self._M2 = self._M2 + other._M2 + np.square(delta) * (self.n * other.n / n)
        except FloatingPointError:
            raise DataError(TOO_LARGE) from None
        self.n = n

    @property
    def mean(self) -> NDArray[np.float64]:
        return self._first + self._mean

    @property
    def M2(self) -> NDArray[np.float64]:
        """Σ (x − mean)² of each column."""
        return self._M2

    @property
    def scale(self) -> NDArray[np.float64]:
        """The standard deviations, √(M₂/N); 1 for a constant column."""
        std = np.sqrt(self._M2 / max(self.n, 1))
        return np.where(std > 0, std, 1.0)


@dataclass(frozen=True)
class TargetScale:
    """Numbers to predict, brought to mean 0 and standard deviation 1: t = (y − mean) / scale.

    Attributes:
        mean, scale: of the training targets, in their own units, of several targets one each; a
            constant has scale 1.

    >>> TargetScale.learn([10.0, 30.0]).apply([40.0])
    array([2.], dtype=float32)
    """

    mean: float | tuple[float, ...]
    scale: float | tuple[float, ...]

    __repr__ = telling()

    @classmethod
    def learn(cls, y: ArrayLike) -> "TargetScale":
        """Learn from the training targets alone, (N,) or (N, n_out)."""
        y = check_targets(y, "number")
        if not len(y):
            raise DataError("y is empty; give at least one number to learn its scale from")
        moments = Moments()
        moments.add(y.reshape(len(y), -1))
        return cls.of(moments)

    @classmethod
    def of(cls, moments: Moments) -> "TargetScale":
        """The scale of targets whose columns were summed up, a part of the rows at a time."""
        mean, scale = moments.mean.tolist(), moments.scale.tolist()
        return cls(mean[0], scale[0]) if len(mean) == 1 else cls(tuple(mean), tuple(scale))

    @property
    def n_outputs(self) -> int:
        """How many numbers it scales; 1 fits any number of them."""
        return int(np.size(self.mean))

    def apply(self, y: ArrayLike, dtype: DTypeLike = np.float32) -> NDArray[Any]:
        """t = (y − mean) / scale, computed in float64; any shape."""
        y = np.asarray(y, dtype=np.float64)
        return ((y - np.asarray(self.mean)) / np.asarray(self.scale)).astype(dtype)

    def invert(self, t: ArrayLike) -> NDArray[Any]:
        """y = t · scale + mean, back to the data's units; any shape, its float type kept."""
        t = np.asarray(t)
        of = t.dtype if t.dtype.kind == "f" else np.dtype(np.float64)
        return t * np.asarray(self.scale, of) + np.asarray(self.mean, of)

    def spec(self) -> dict[str, Any]:
        """Everything as plain JSON."""
        mean, scale = (list(v) if isinstance(v, tuple) else v for v in (self.mean, self.scale))
        return {"mean": mean, "scale": scale}

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> "TargetScale":
        """The scale that `spec` describes; a DataError where it makes no sense."""
        mean, scale = (
            _entry(spec, key, lambda v: _floats(v if isinstance(v, list) else [v]))
            for key in ("mean", "scale")
        )
        _check_scales(scale)
        if not mean or len(mean) != len(scale):
            raise DataError(f"there are {len(mean)} means of targets for {len(scale)} scales.")
        return cls(mean[0], scale[0]) if len(mean) == 1 else cls(mean, scale)


def preparation_from_spec(spec: Mapping[str, Any]) -> "Preparation | TablePreparation":
    """The preparation that a description is of: of arrays, or of a table."""
    if isinstance(spec, Mapping) and spec.get("kind") == "table":
        return TablePreparation.from_spec(spec)
    return Preparation.from_spec(spec)


def encode_labels(
    y: ArrayLike, classes: ArrayLike | None = None
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Labels as numbers from 0: the place of each in the list of classes.

    Args:
        y: whole numbers or strings, (N,).
        classes: the classes in order; None to take those in y, sorted.

    Returns:
        The classes, (n_classes,), and each row's class, (N,): classes[integers] equals y.

    Raises:
        DataError: a label is not among the classes, or as `check_labels`.

    >>> encode_labels(["cat", "ape", "cat"])
    (array(['ape', 'cat'], dtype='<U3'), array([1, 0, 1]))
    """
    y = check_labels(y)
    if classes is None:
        classes, integers = np.unique(y, return_inverse=True)
        return classes, integers
    classes = check_labels(classes, "classes")
    distinct, place = np.unique(classes, return_index=True)
    if len(distinct) != len(classes) or not len(classes):
        raise DataError(f"classes must be distinct and not empty; got {classes.tolist()}")
    same_kind = (y.dtype.kind == "U") == (classes.dtype.kind == "U")
    if not len(y):
        return classes, np.zeros(0, dtype=np.intp)
    found = np.zeros(len(y), dtype=np.intp)
    if same_kind:
        found = np.minimum(np.searchsorted(distinct, y), len(distinct) - 1)
    outside = np.flatnonzero(distinct[found] != y) if same_kind else np.zeros(1, dtype=np.intp)
    if len(outside):
        odd = y[outside[0]].item()
        bare = tidied(odd) if isinstance(odd, str) else odd
        near = bare != odd and bare in classes.tolist()
        do = (
            f"it is {bare!r} but for its end: train with --tidy-classes, and they are one"
            if near
            else "leave the row out, or train with that class"
        )
        raise DataError(
            f"y holds {odd!r} at row {outside[0]}, which is none of the classes "
            f"{_shortened(classes)}; {do}"
        )
    return classes, place[found]


def _entry(spec: Mapping[str, Any], key: str, convert: Callable[[Any], T]) -> T:
    try:
        return convert(spec[key])
    except (KeyError, TypeError, ValueError, OverflowError):
        raise DataError(
            f"the description of a preparation needs a valid {key!r}; "
            f"got {str(spec.get(key) if isinstance(spec, Mapping) else spec)[:80]}"
        ) from None


def _whole(value: Any) -> int:
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError("no whole number")
    return int(value)


def _floats(values: Any) -> tuple[float, ...]:
    if not isinstance(values, list | tuple):
        raise TypeError("no list")
    return tuple(FiniteNumber()("a mean or a scale", value) for value in values)


def _check_scales(scale: tuple[float, ...]) -> None:
    if not all(value > 0 for value in scale):
        raise DataError(f"every scale must be above 0; got {list(scale)[:10]}")


def _shortened(classes: NDArray[Any]) -> str:
    names = ", ".join(repr(c) for c in classes[:10].tolist())
    return names + (f" … ({len(classes)} in all)" if len(classes) > 10 else "")
