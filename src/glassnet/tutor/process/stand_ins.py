"""In the learner's process: what a script counts on and is not here, data, plots, a keyboard.

Tiny data of the look that the script expects take the place of what it would load, so that a
training on 60,000 images becomes one on twelve.
"""

from __future__ import annotations

import builtins
import io
import os
import random
import sys
import time
import types
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.tutor.process.folder import copy_file

ROWS = 12


class Silent(types.ModuleType):
    """Takes every attribute, call and index, and does nothing: a plot, a progress bar."""

    def __init__(self, name: str = "silent") -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Silent(name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return args[0] if len(args) == 1 and callable(args[0]) and not kwargs else Silent()

    def __getitem__(self, key: Any) -> Any:
        return Silent()

    def __setitem__(self, key: Any, value: Any) -> None:
        return None

    def __iter__(self) -> Any:
        return iter((Silent(), Silent()))

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: Any) -> None:
        return None

    def __format__(self, spec: str) -> str:
        return ""


def install(seed: int, folder: Path) -> list[str]:
    """Puts the stand-ins in place; gives the sentences on what was stood in for, as it happens."""
    said: list[str] = []
    _seed_everything(seed)
    _answer_questions()
    time.sleep = lambda seconds: None
    for name in ("matplotlib", "matplotlib.pyplot", "matplotlib.animation", "matplotlib.cm",
                 "matplotlib.colors", "mpl_toolkits", "mpl_toolkits.mplot3d", "seaborn", "plotly",
                 "IPython", "IPython.display", "cv2", "PIL", "PIL.Image", "wandb"):  # fmt: skip
        sys.modules[name] = Silent(name)
    _progress_bars()
    data = _Data(seed, folder, said)
    _learning_libraries(data)
    data.files()
    return said


def _seed_everything(seed: int) -> None:
    """Each trial has other numbers, the same each time: seeds of the script's own are shifted."""
    real_seed, real_rng, real_random = np.random.seed, np.random.default_rng, random.seed
    shift = 1000 * seed

    def numpy_seed(value: Any = None) -> None:
        real_seed((int(value) if isinstance(value, int | np.integer) else 0) + shift)

    def default_rng(value: Any = None) -> Any:
        return real_rng((int(value) if isinstance(value, int | np.integer) else 0) + shift)

    def python_seed(value: Any = None, *_: Any) -> None:
        real_random((value if isinstance(value, int) else 0) + shift)

    np.random.seed, np.random.default_rng, random.seed = numpy_seed, default_rng, python_seed
    numpy_seed(7)
    python_seed(7)


def _answer_questions() -> None:
    answers = iter(("3", "1", "0"))
    builtins.input = lambda *_: next(answers, "0")


def _progress_bars() -> None:
    bar = types.ModuleType("tqdm")

    def tqdm(values: Any = None, *_: Any, **__: Any) -> Any:
        return Silent() if values is None else values

    bar.tqdm = tqdm  # type: ignore[attr-defined]
    bar.trange = lambda *args, **_: range(*args)  # type: ignore[attr-defined]
    for name in ("tqdm", "tqdm.auto", "tqdm.notebook"):
        sys.modules[name] = bar


class _Data:
    """The tiny data, and the doors by which scripts load theirs."""

    def __init__(self, seed: int, folder: Path, said: list[str]) -> None:
        self._rng = np.random.Generator(np.random.PCG64(seed))
        self._folder, self._copy, self._said = folder, Path.cwd(), said

    def say(self, what: str) -> None:
        sentence = f"tiny data stand in for {what}."
        if sentence not in self._said:
            self._said.append(sentence)

    def images(self) -> tuple[np.ndarray, np.ndarray]:
        """(12, 28, 28) pixels and labels that hold every digit."""
        pixels = self._rng.integers(0, 256, (ROWS, 28, 28)).astype(np.uint8)
        return pixels, (np.arange(ROWS) % 10).astype(np.uint8)

    def table(self, columns: int = 4, classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
        X = np.round(self._rng.uniform(0.1, 3.0, (ROWS, columns)), 2)
        return X, np.arange(ROWS) % classes

    def rows_of(self, name: str) -> np.ndarray:
        """A numeric table as a file of that name would hold it."""
        low = name.lower()
        if "mnist" in low or "digit" in low or "train.csv" in low:
            pixels, labels = self.images()
            return np.column_stack([labels, pixels.reshape(ROWS, -1)]).astype(float)
        X, y = self.table(classes=2)
        return np.column_stack([X, y])

    def files(self) -> None:
        """Reading: from the copy, else from beside the script, else tiny data."""
        real_open, data = io.open, self

        def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            file = data.near(file, mode)
            missing = isinstance(file, str | Path) and not Path(file).exists()
            if missing and "r" in mode and "b" not in mode:
                data.say(f"{Path(file).name}, which is not here")
                rows = data.rows_of(str(file))
                return io.StringIO("\n".join(",".join(f"{v:g}" for v in row) for row in rows))
            return real_open(file, mode, *args, **kwargs)

        builtins.open = io.open = opened  # type: ignore[assignment]  # Path.open takes io's
        for name in ("loadtxt", "genfromtxt"):
            setattr(np, name, self._numpy_reader(getattr(np, name)))

    def near(self, file: Any, mode: str = "r") -> Any:
        """Where a file is: in the copy of the learner's folder; or in that folder itself, to read.

        What is to be changed there comes into the copy first.
        """
        if not isinstance(file, str | Path):
            return file
        near = self._folder / file
        inside = near.is_relative_to(self._folder) and ".." not in near.parts
        own = self._copy / near.relative_to(self._folder) if inside else Path(file)
        changes = "r" not in mode or "+" in mode
        if inside and changes and own.is_symlink() and os.readlink(own) == str(near):
            own.unlink()  # it stood for a file that was not copied
        if own.exists() or not near.exists():
            return own if inside and (own.exists() or "r" not in mode) else file
        if "r" in mode and "+" not in mode:
            return near
        if inside:
            own.parent.mkdir(parents=True, exist_ok=True)
            if "w" not in mode and "x" not in mode:
                copy_file(near, own, 1 << 30)
        return own

    def _numpy_reader(self, real: Any) -> Any:
        def read(file: Any, *args: Any, **kwargs: Any) -> Any:
            file = self.near(file)
            if isinstance(file, str | Path) and not Path(file).exists():
                self.say(f"{Path(file).name}, which is not here")
                return self.rows_of(str(file))
            return real(file, *args, **kwargs)

        return read


class _Table:
    """So much of a data frame as scripts use on the way to an array."""

    def __init__(self, values: np.ndarray, names: list[str]) -> None:
        self.values, self.columns = values, names

    shape = property(lambda self: self.values.shape)
    iloc = property(lambda self: self)
    loc = property(lambda self: self)
    T = property(lambda self: self.values.T)

    def to_numpy(self, *_: Any, **__: Any) -> np.ndarray:
        return self.values

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.array(self.values, dtype=dtype)

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            return _Table(self.values[:, self._place(key)], [key])
        if isinstance(key, list) and key and isinstance(key[0], str):
            return _Table(self.values[:, [self._place(k) for k in key]], key)
        part = self.values[key]
        return _Table(part, self.columns) if isinstance(part, np.ndarray) else part

    def _place(self, name: str) -> int:
        if name in self.columns:
            return self.columns.index(name)
        return 0 if name.lower() in ("label", "class", "target", "digit") else len(self.columns) - 1

    def drop(self, name: Any = None, *_: Any, columns: Any = None, **__: Any) -> Any:
        names = columns if columns is not None else name
        places = [self._place(n) for n in (names if isinstance(names, list) else [names])]
        keep = [i for i in range(len(self.columns)) if i not in places]
        return _Table(self.values[:, keep], [self.columns[i] for i in keep])

    def head(self, n: int = 5) -> Any:
        return _Table(self.values[:n], self.columns)

    def sample(self, *_: Any, **__: Any) -> Any:
        return self

    def __getattr__(self, name: str) -> Any:
        return getattr(self.values, name)


def _learning_libraries(data: _Data) -> None:
    """pandas, scikit-learn and Keras, as far as scripts load and prepare by them."""
    _pandas(data)
    _scikit_learn(data)
    _keras(data)


def _pandas(data: _Data) -> None:
    def read_csv(file: Any, *_: Any, **__: Any) -> _Table:
        near = data.near(file)
        if isinstance(near, str | Path) and Path(near).exists():
            with open(near) as lines:
                first = lines.readline().strip().split(",")
            header = not all(_is_number(cell) for cell in first)
            rows = np.genfromtxt(near, delimiter=",", skip_header=int(header))
            names = first if header else [str(i) for i in range(len(first))]
            return _Table(np.atleast_2d(rows), names)
        data.say(f"{Path(str(file)).name}, which is not here")
        rows = data.rows_of(str(file))
        names = ["label", *(f"pixel{i}" for i in range(rows.shape[1] - 1))]
        return _Table(rows, names if rows.shape[1] > 100 else [*"abcd", "target"])

    def frame(values: Any, columns: Any = None, **_: Any) -> _Table:
        array = np.asarray(values)
        return _Table(array, list(columns or map(str, range(array.shape[-1]))))

    _module("pandas", read_csv=read_csv, DataFrame=frame, Series=frame)


def _scikit_learn(data: _Data) -> None:
    def load(columns: int, classes: int, name: str) -> Any:
        def loader(*_: Any, return_X_y: bool = False, **__: Any) -> Any:
            data.say(f"the data set {name}")
            X, y = data.table(columns, classes)
            if return_X_y:
                return X, y
            return types.SimpleNamespace(
                data=X, target=y, feature_names=[str(i) for i in range(columns)],
                target_names=[str(i) for i in range(classes)], __getitem__=None,
            )  # fmt: skip

        return loader

    def make(columns: int, classes: int) -> Any:
        return lambda *_, **__: data.table(columns, classes)

    datasets = {
        "load_iris": load(4, 3, "iris"),
        "load_wine": load(5, 3, "wine"),
        "load_breast_cancer": load(6, 2, "breast cancer"),
        "load_digits": load(16, 10, "digits"),
        "make_moons": make(2, 2),
        "make_circles": make(2, 2),
        "make_blobs": make(2, 3),
        "make_classification": make(4, 2),
        "fetch_openml": lambda *_, **__: _openml(data),
    }
    _module("sklearn")
    _module("sklearn.datasets", **datasets)
    _module("sklearn.model_selection", train_test_split=_split)
    _module("sklearn.preprocessing", StandardScaler=_Scaler, MinMaxScaler=_Scaler,
            OneHotEncoder=_OneHot, LabelBinarizer=_OneHot, LabelEncoder=_Labels)  # fmt: skip
    _module("sklearn.metrics", **{name: lambda *_, **__: 0.5 for name in (
        "accuracy_score", "confusion_matrix", "classification_report", "mean_squared_error",
        "log_loss", "f1_score")})  # fmt: skip


def _keras(data: _Data) -> None:
    def load_data(*_: Any, **__: Any) -> Any:
        data.say("the data set mnist")
        return data.images(), data.images()

    def to_categorical(y: Any, num_classes: int | None = None, **_: Any) -> np.ndarray:
        y = np.asarray(y, dtype=int).ravel()
        return np.eye(num_classes or int(y.max()) + 1)[y]

    images = types.SimpleNamespace(load_data=load_data)
    for root in ("keras", "tensorflow.keras"):
        _module(f"{root}.datasets.mnist", load_data=load_data)
        _module(f"{root}.datasets.fashion_mnist", load_data=load_data)
        _module(f"{root}.datasets", mnist=images, fashion_mnist=images)
        _module(f"{root}.utils", to_categorical=to_categorical)
        _module(f"{root}.utils.np_utils", to_categorical=to_categorical)
    keras = _module("keras", datasets=sys.modules["keras.datasets"],
                    utils=sys.modules["keras.utils"])  # fmt: skip
    _module("tensorflow", keras=keras)
    _module("tensorflow.keras", datasets=keras.datasets, utils=keras.utils)
    _module("mnist", train_images=lambda: data.images()[0], train_labels=lambda: data.images()[1],
            test_images=lambda: data.images()[0], test_labels=lambda: data.images()[1])  # fmt: skip


def _module(name: str, **content: Any) -> Any:
    made = types.ModuleType(name)
    made.__path__ = []  # type: ignore[attr-defined]
    made.__dict__.update(content)
    sys.modules[name] = made
    parent, _, own = name.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], own, made)
    return made


def _openml(data: _Data) -> Any:
    data.say("the data set mnist_784")
    pixels, labels = data.images()
    return types.SimpleNamespace(
        data=pixels.reshape(ROWS, -1).astype(float), target=labels.astype(str)
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _split(*arrays: Any, **_: Any) -> list[Any]:
    cut = max(1, len(arrays[0]) * 3 // 4)
    return [part for array in map(np.asarray, arrays) for part in (array[:cut], array[cut:])]


class _Scaler:
    def __init__(self, *_: Any, **__: Any) -> None: ...

    def fit(self, X: Any, *_: Any) -> Any:
        self.mean, self.scale = np.mean(X, axis=0), np.std(X, axis=0) + 1e-9
        return self

    def transform(self, X: Any) -> np.ndarray:
        return (np.asarray(X) - self.mean) / self.scale

    def fit_transform(self, X: Any, *_: Any) -> np.ndarray:
        return self.fit(X).transform(X)


class _OneHot(_Scaler):
    def fit(self, X: Any, *_: Any) -> Any:
        self.classes = np.unique(np.asarray(X))
        return self

    def transform(self, X: Any) -> np.ndarray:
        return (np.asarray(X).reshape(-1, 1) == self.classes).astype(float)


class _Labels(_OneHot):
    def transform(self, X: Any) -> np.ndarray:
        return np.searchsorted(self.classes, np.asarray(X))
