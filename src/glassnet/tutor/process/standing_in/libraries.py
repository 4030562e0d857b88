"""pandas, scikit-learn, Keras and others, as far as scripts load and prepare by them."""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from glassnet.tutor.process.standing_in.files import absent, near
from glassnet.tutor.process.standing_in.frames import Frame, Series
from glassnet.tutor.process.standing_in.missing import by_name, names_unbound
from glassnet.tutor.process.standing_in.originals import original
from glassnet.tutor.process.standing_in.readers import install_readers
from glassnet.tutor.process.standing_in.silent import Silent
from glassnet.tutor.process.standing_in.tables import concat, get_dummies, read_table
from glassnet.tutor.process.standing_in.tiny import AskedByName, TinyData
from glassnet.tutor.process.standing_in.tools import install_tools
from glassnet.tutor.process.standing_in.torches import install_torch

SILENT = (
    "matplotlib", "mpl_toolkits", "seaborn", "plotly", "IPython", "ipywidgets", "wandb", "tkinter",
    "Tkinter", "turtle", "pygame", "bokeh", "graphviz", "networkx", "colorama", "termcolor",
    "google", "kaggle", "kagglehub", "requests", "rich", "graphics", "pylab", "visdom", "psutil",
)  # fmt: skip


def install_libraries(data: TinyData) -> None:
    for name in SILENT:
        module: Any = Silent(name)
        module.__spec__, module.__all__ = None, names_unbound(data.text)
        sys.modules[name] = module
    _progress_bars()
    _pandas(data)
    _scikit_learn(data)
    _keras(data)
    _image_readers(data)
    _others(data)
    install_torch(data, partial(_open_module, data))
    install_readers(data, partial(_open_module, data))
    install_tools(data, partial(_open_module, data))


def _module(name: str, **content: Any) -> Any:
    """A module of ours; what else it is asked for is made up by its name."""
    made = types.ModuleType(name)
    made.__path__ = []  # type: ignore[attr-defined]
    made.__dict__.update(content)
    sys.modules[name] = made
    parent, _, own = name.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], own, made)
    return made


def _open_module(data: TinyData, name: str, **content: Any) -> Any:
    made = _module(name, **content)
    made.__getattr__ = lambda asked: by_name(data, asked)
    return made


def _progress_bars() -> None:
    def tqdm(values: Any = None, *_: Any, **__: Any) -> Any:
        return Silent() if values is None else _Bar(values)

    tqdm.write = lambda *_, **__: None  # type: ignore[attr-defined]
    bar = {"tqdm": tqdm, "trange": lambda *args, **_: _Bar(range(*args)), "tqdm_notebook": tqdm}
    for name in ("tqdm", "tqdm.auto", "tqdm.notebook", "progressbar"):
        _module(name, **bar, progressbar=tqdm)


class _Bar:
    """What a progress bar goes through; told of what is shown, it does nothing."""

    def __init__(self, values: Any) -> None:
        self._values = values

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None: ...

    def __getattr__(self, name: str) -> Any:
        return Silent(name)


def _pandas(data: TinyData) -> None:
    def read(file: Any, sep: Any = None, **how: Any) -> Frame:
        return read_table(data, file, near(data, file), {"sep": sep, **how})

    _open_module(
        data, "pandas", read_csv=read, read_table=read, read_excel=read, read_parquet=read,
        DataFrame=Frame, Series=Series, concat=concat, get_dummies=get_dummies,
        factorize=lambda v, **_: np.unique(np.asarray(v), return_inverse=True)[::-1],
        Categorical=lambda v, **_: types.SimpleNamespace(
            codes=np.unique(np.asarray(v), return_inverse=True)[1]),
        to_numeric=lambda v, **_: v, isnull=lambda v: np.zeros(np.shape(v), bool),
        set_option=lambda *_, **__: None, options=Silent(),
    )  # fmt: skip


def _scikit_learn(data: TinyData) -> None:
    def load(columns: int, classes: int, name: str) -> Callable[..., Any]:
        def loader(*_: Any, return_X_y: bool = False, as_frame: bool = False, **__: Any) -> Any:
            data.say(f"the data set {name}")
            X, y = data.table(columns, classes) if classes else _regression(data, columns)
            if return_X_y:
                return X, y
            names = [str(i) for i in range(columns)]
            found = AskedByName(data)
            found.update(data=Frame(X, columns=names) if as_frame else X, target=y,
                         feature_names=names, target_names=np.arange(classes).astype(str),
                         images=X.reshape(len(X), *_square(columns)), DESCR="")  # fmt: skip
            return found

        return loader

    def make(columns: int, classes: int) -> Callable[..., Any]:
        def made(samples: Any = 100, *_: Any, n_features: int = columns, centers: Any = classes,
                 n_classes: int = classes, n_samples: Any = None, **__: Any) -> Any:  # fmt: skip
            count = n_samples or samples
            rows = sum(count) if isinstance(count, tuple | list) else int(count)
            kinds = centers if isinstance(centers, int) and centers != classes else n_classes
            X, y = data.table(n_features, kinds, min(rows, 2 * data.form.rows))
            return X, y if classes else X.sum(axis=1)

        return made

    def openml(name: Any = "mnist_784", *_: Any, return_X_y: bool = False, as_frame: Any = "auto",
               **__: Any) -> Any:  # fmt: skip
        data.say(f"the data set {name}")
        pixels, labels = data.images()
        X: Any = pixels.reshape(len(pixels), -1).astype(float)
        y: Any = labels.astype(str).astype(object)
        if as_frame is not False:
            X, y = Frame(X, columns=[f"pixel{i}" for i in range(X.shape[1])]), Series(y, "class")
        if return_X_y:
            return X, y
        found = AskedByName(data)
        found.update(data=X, target=y)
        return found

    _open_module(data, "sklearn")
    _open_module(
        data, "sklearn.datasets", load_iris=load(4, 3, "iris"), load_wine=load(13, 3, "wine"),
        load_breast_cancer=load(30, 2, "breast cancer"), load_digits=load(64, 10, "digits"),
        load_boston=load(13, 0, "boston"), load_diabetes=load(10, 0, "diabetes"),
        fetch_california_housing=load(8, 0, "california housing"), make_moons=make(2, 2),
        make_circles=make(2, 2), make_blobs=make(2, 3), make_classification=make(20, 2),
        make_regression=make(100, 0), make_gaussian_quantiles=make(2, 3), fetch_openml=openml,
        fetch_mldata=lambda *a, **k: openml(as_frame=False),
    )  # fmt: skip
    _open_module(data, "sklearn.model_selection", train_test_split=_split)
    _open_module(data, "sklearn.cross_validation", train_test_split=_split)
    _open_module(data, "sklearn.utils", shuffle=_shuffled)
    _open_module(
        data, "sklearn.preprocessing", StandardScaler=_Scaler, MinMaxScaler=_Scaler,
        RobustScaler=_Scaler, Normalizer=_Scaler, OneHotEncoder=_Sparse, LabelBinarizer=_OneHot,
        LabelEncoder=_Labels, OrdinalEncoder=_Labels,
        scale=lambda X, **_: _Scaler().fit_transform(X),
        normalize=lambda X, **_: X / (np.linalg.norm(X, axis=1, keepdims=True) + 1e-9),
        label_binarize=lambda y, **_: _OneHot().fit_transform(y),
    )  # fmt: skip
    _open_module(data, "sklearn.metrics", **{name: lambda *_, **__: 0.5 for name in (
        "accuracy_score", "mean_squared_error", "log_loss", "f1_score", "r2_score",
        "mean_absolute_error", "precision_score", "recall_score", "roc_auc_score")})  # fmt: skip


def _regression(data: TinyData, columns: int) -> tuple[np.ndarray, np.ndarray]:
    X, _ = data.table(columns)
    return X, X.mean(axis=1)


def _square(columns: int) -> tuple[int, int]:
    side = round(columns**0.5)
    return (side, side) if side * side == columns else (1, columns)


def _keras(data: TinyData) -> None:
    def load_data(*_: Any, **__: Any) -> Any:
        data.say("the data set mnist")
        return data.images(), data.images()

    def to_categorical(y: Any, num_classes: int | None = None, **_: Any) -> np.ndarray:
        y = np.asarray(y, dtype=int)
        return np.eye(num_classes or int(y.max()) + 1)[y.ravel()]

    def normalize(x: Any, axis: int = -1, **_: Any) -> np.ndarray:
        return x / (np.linalg.norm(x, axis=axis, keepdims=True) + 1e-9)

    sets = ("mnist", "fashion_mnist", "cifar10", "cifar100", "imdb", "boston_housing")
    tools = {"to_categorical": to_categorical, "normalize": normalize}
    images = types.SimpleNamespace(load_data=load_data)
    for root in ("keras", "tensorflow", "tensorflow.keras", "tensorflow.python.keras"):
        _open_module(data, root)
        _open_module(data, f"{root}.datasets", **dict.fromkeys(sets, images))
        for name in sets:
            _module(f"{root}.datasets.{name}", load_data=load_data)
        _open_module(data, f"{root}.utils", **tools)
        _module(f"{root}.utils.np_utils", **tools)
    _open_module(data, "tensorflow.examples")
    _open_module(data, "tensorflow.examples.tutorials")
    _open_module(data, "tensorflow.examples.tutorials.mnist", input_data=_Tutorial(data))


class _Tutorial:
    """TensorFlow's old door to MNIST."""

    def __init__(self, data: TinyData) -> None:
        self._data = data

    def read_data_sets(self, *_: Any, one_hot: bool = False, **__: Any) -> Any:
        self._data.say("the data set mnist")
        part = self._part(one_hot)
        return types.SimpleNamespace(train=part, test=part, validation=part)

    def _part(self, one_hot: bool) -> Any:
        X, y = self._data.pixels()
        y = np.eye(10)[y] if one_hot else y
        return types.SimpleNamespace(
            images=X, labels=y, num_examples=len(X), next_batch=lambda n, **_: (X[:n], y[:n])
        )


def _image_readers(data: TinyData) -> None:
    """Pictures by whichever library: grey or coloured numbers, of the size that is asked for."""

    def picture(*_: Any, **__: Any) -> Any:
        data.say("the pictures")
        return _Picture(data, 28, 28, data.form.colours)

    def read(file: Any, flag: Any = 1, *_: Any, **__: Any) -> np.ndarray:
        data.say("the pictures")
        colours = () if flag in (0, True) else (3,)
        return data.picture((data.form.side, data.form.side, *colours))

    def resize(image: Any, size: Any, *_: Any, **__: Any) -> np.ndarray:
        shape = (int(size[1]), int(size[0]), *np.asarray(image).shape[2:])
        return np.resize(np.asarray(image), shape)

    _open_module(data, "PIL")
    _module("PIL.Image", open=picture, fromarray=picture, new=picture, Image=_Picture,
            ANTIALIAS=1, LANCZOS=1, BICUBIC=1)  # fmt: skip
    for name in ("cv2", "imageio", "skimage", "skimage.io", "skimage.transform"):
        _open_module(data, name, imread=read, resize=resize, IMREAD_GRAYSCALE=0,
                     cvtColor=lambda image, *_: np.asarray(image).mean(axis=-1))  # fmt: skip


class _Picture:
    """A picture that was opened."""

    def __init__(self, data: TinyData, wide: int, high: int, colours: int) -> None:
        self._data, self.size, self._colours = data, (wide, high), colours

    width = property(lambda self: self.size[0])
    height = property(lambda self: self.size[1])

    def convert(self, mode: str = "L", *_: Any) -> Any:
        return _Picture(self._data, self.size[0], self.size[1], 3 if mode == "RGB" else 1)

    def resize(self, size: Any, *_: Any, **__: Any) -> Any:
        return _Picture(self._data, size[0], size[1], self._colours)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        shape = self.size[::-1] + ((self._colours,) if self._colours > 1 else ())
        return self._data.picture(shape).astype(dtype or np.uint8)

    def getdata(self) -> list[int]:
        return np.asarray(self).ravel().tolist()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Silent(name)


def _others(data: TinyData) -> None:
    """What stands for one thing alone: the packages named mnist, nnfs, h5py, loadmat."""

    class Loader:
        def __init__(self, *_: Any, **__: Any) -> None:
            data.say("the data set mnist")

        def load_training(self) -> Any:
            X, y = data.images()
            return X.reshape(len(X), -1).tolist(), y.tolist()

        load_testing = load_training

    def spiral(samples: int = 100, classes: int = 3, **_: Any) -> Any:
        X, y = data.table(2, classes, min(samples, data.form.rows) * classes)
        return X, y

    def loadmat(file: Any, *args: Any, **kwargs: Any) -> Any:
        data.say_of(file)
        return AskedByName(data)

    _open_module(
        data, "mnist", MNIST=Loader, Mnist=Loader,
        train_images=lambda: data.images()[0], train_labels=lambda: data.images()[1],
        test_images=lambda: data.images()[0], test_labels=lambda: data.images()[1],
    )  # fmt: skip
    _open_module(data, "nnfs", init=lambda *_, **__: None)
    _open_module(data, "nnfs.datasets", spiral_data=spiral, vertical_data=spiral)

    class Coloured(AskedByName):
        def __missing__(self, key: Any) -> Any:
            found, whole = super().__missing__(key), (data.form.rows, *[data.form.side] * 2, 3)
            return (found * 255).reshape(whole) if found.size == np.prod(whole) else found

    def opened(file: Any = "", *_: Any, **__: Any) -> Any:
        data.say_of(file)
        return Coloured(data)

    _open_module(data, "h5py", File=opened)
    if "scipy" not in data.text:
        return
    try:
        matlab: Any = importlib.import_module("scipy.io")
        real = original(matlab, "loadmat")
        matlab.loadmat = lambda file, *args, **kwargs: (
            loadmat(file) if absent(near(data, file)) else real(near(data, file), *args, **kwargs)
        )
    except ImportError:
        _open_module(data, "scipy")
        _open_module(data, "scipy.io", loadmat=loadmat)
        _open_module(data, "scipy.special", expit=by_name(data, "sigmoid"))


def _split(*arrays: Any, **_: Any) -> list[Any]:
    cut = max(1, len(arrays[0]) * 3 // 4)
    kinds = [a if isinstance(a, Frame | Series) else np.asarray(a) for a in arrays]
    return [
        part
        for a in kinds
        for part in ((a.iloc[:cut], a.iloc[cut:]) if isinstance(a, Frame | Series) else
                     (a[:cut], a[cut:]))
    ]  # fmt: skip


def _shuffled(*arrays: Any, **_: Any) -> Any:
    return list(arrays) if len(arrays) > 1 else next(iter(arrays))


class _Scaler:
    def __init__(self, *_: Any, **__: Any) -> None: ...

    def fit(self, X: Any, *_: Any) -> Any:
        X = np.asarray(X, float)
        self.mean, self.scale = np.mean(X, axis=0), np.std(X, axis=0) + 1e-9
        return self

    def transform(self, X: Any) -> np.ndarray:
        return (np.asarray(X, float) - self.mean) / self.scale

    def inverse_transform(self, X: Any) -> np.ndarray:
        return np.asarray(X) * self.scale + self.mean

    def fit_transform(self, X: Any, *_: Any) -> Any:
        return self.fit(X).transform(X)


class _OneHot(_Scaler):
    def fit(self, X: Any, *_: Any) -> Any:
        self.classes = np.unique(np.asarray(X))
        return self

    classes_ = categories_ = property(lambda self: self.classes)

    def transform(self, X: Any) -> Any:
        return (np.asarray(X).reshape(-1, 1) == self.classes).astype(float)


class _Sparse(_OneHot):
    def transform(self, X: Any) -> Any:
        return super().transform(X).view(_Dense)


class _Dense(np.ndarray):
    """An array that may be asked for itself as one, as a sparse matrix is."""

    def toarray(self) -> np.ndarray:
        return np.array(self)

    todense = toarray


class _Labels(_OneHot):
    def transform(self, X: Any) -> np.ndarray:
        return np.searchsorted(self.classes, np.asarray(X))
