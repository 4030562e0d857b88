"""PyTorch and torchvision, as far as scripts load MNIST by them; and other loaders of it."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from glassnet.tutor.process.standing_in.frames import Frame
from glassnet.tutor.process.standing_in.silent import Silent
from glassnet.tutor.process.standing_in.tiny import TinyData

Open = Callable[..., Any]  # makes a module that is asked by names for what it has not


class Tensor(np.ndarray):
    """An array that answers to a tensor's names."""

    def view(self, *shape: Any, **how: Any) -> Any:  # type: ignore[override]
        whole = bool(shape) and all(isinstance(n, int | np.integer) for n in shape)
        return self.reshape(shape) if whole else super().view(*shape, **how)

    def numpy(self, *_: Any, **__: Any) -> np.ndarray:
        return np.asarray(self)

    def _itself(self, *_: Any, **__: Any) -> Any:
        return self

    detach = cpu = to = cuda = clone = contiguous = requires_grad_ = _itself

    def float(self) -> Any:
        return self.astype(float)

    double = float

    def long(self) -> Any:
        return self.astype(int)

    def unsqueeze(self, axis: int) -> Any:
        return np.expand_dims(self, axis)

    def size(self, axis: int | None = None) -> Any:  # type: ignore[override]
        return self.shape if axis is None else self.shape[axis]


def tensor(values: Any, *_: Any, **__: Any) -> Tensor:
    return np.array(values).view(Tensor)


def install_torch(data: TinyData, open_module: Open) -> None:
    """The modules by which images, labels and batches are read."""
    sets = ("MNIST", "FashionMNIST", "KMNIST", "EMNIST", "QMNIST", "CIFAR10", "CIFAR100")

    def loaded(*_: Any, transform: Any = None, target_transform: Any = None, **__: Any) -> _Set:
        data.say("the data set of torchvision")
        return _Set(data, transform, target_transform)

    open_module("torch", tensor=tensor, from_numpy=tensor, as_tensor=tensor, Tensor=Tensor,
                manual_seed=lambda *_: None)  # fmt: skip
    open_module("torch.utils")
    open_module("torch.utils.data", DataLoader=_Batches, Dataset=object)
    open_module("torchvision")
    open_module("torchvision.datasets", **dict.fromkeys(sets, loaded))
    open_module("torchvision.transforms", Compose=_Composed, ToTensor=lambda: _as_tensor,
                Lambda=lambda function: function, Normalize=_Normalized)  # fmt: skip
    table = types.SimpleNamespace(
        features=Frame(data.table()[0], tiny=data), targets=Frame(data.table()[1], tiny=data)
    )
    open_module("ucimlrepo", fetch_ucirepo=lambda *_, **__: types.SimpleNamespace(
        data=table, metadata=Silent(), variables=Silent()))  # fmt: skip
    open_module("idx2numpy", convert_from_file=lambda file: data.images()["label" in str(file)])


class _Set:
    """Pictures with their labels, each turned as is asked."""

    def __init__(self, data: TinyData, transform: Any, target_transform: Any) -> None:
        images, labels = data.images()
        self.data = self.train_data = self.test_data = tensor(images)
        self.targets = self.train_labels = self.test_labels = tensor(labels.astype(int))
        self.classes = [str(i) for i in range(10)]
        self._turned = (transform or _itself, target_transform or _itself)

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, place: int) -> Any:
        if place >= len(self):
            raise IndexError(place)
        picture, label = self._turned
        return picture(self.data[place]), label(int(self.targets[place]))


class _Batches:
    """The samples in rows, so many at once."""

    def __init__(self, dataset: Any, batch_size: int = 1, *_: Any, **__: Any) -> None:
        self.dataset, self.batch_size = dataset, batch_size

    def __len__(self) -> int:
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, len(self.dataset), self.batch_size):
            stop = min(start + self.batch_size, len(self.dataset))
            pairs = [self.dataset[i] for i in range(start, stop)]
            yield tuple(tensor([np.asarray(pair[part]) for pair in pairs]) for part in (0, 1))


class _Composed:
    def __init__(self, steps: Any) -> None:
        self._steps = steps

    def __call__(self, value: Any) -> Any:
        for step in self._steps:
            value = value if isinstance(step, Silent) else step(value)
        return value


class _Normalized:
    def __init__(self, mean: Any, std: Any, *_: Any) -> None:
        self._mean, self._std = np.ravel(mean)[0], np.ravel(std)[0]

    def __call__(self, value: Any) -> Any:
        return (value - self._mean) / self._std


def _as_tensor(picture: Any) -> Tensor:
    """From 0 to 1, the colours first."""
    values = np.asarray(picture) / 255.0
    return tensor(np.moveaxis(values, -1, 0) if values.ndim == 3 else values[None])


def _itself(value: Any) -> Any:
    return value
