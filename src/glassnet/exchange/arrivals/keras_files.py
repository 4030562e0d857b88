"""Keras's files: .keras, an archive of a description and arrays, and .h5, both in one.

Nothing in them is run: a description names layers, and what no dense network has is refused by
its name. Arrays are read where they lie in the file itself, and no further than they say.
"""

import io
import os
import re
import zipfile
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.exchange.arrivals.parts import keras_layer
from glassnet.exchange.flow import Flow, Sums
from glassnet.files import bounded_json
from glassnet.files.whole import open_file

N = TypeVar("N", bound=Network)
LARGEST = 2**33  # bytes of arrays
TEXT = 2**26  # bytes of a description
WHAT = "the Keras file"


def of_keras(path: str | os.PathLike[str], kind: type[N]) -> N:
    """The network in a .keras file.

    Raises: InputError where it is none, or holds none.
    """
    file, _ = open_file(path, WHAT)
    with file:
        try:
            with zipfile.ZipFile(file) as archive:
                config = _told(_part(archive, "config.json", TEXT).decode(), str(path))
                weights = io.BytesIO(_part(archive, "model.weights.h5", LARGEST))
        except (zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(
                f"{path} is no .keras file, or is cut off: give a whole one."
            ) from None
    layers = list(_in_a_row(config, str(path)))
    with _opened(weights, str(path)) as group:
        arrays = list(_by_class(group, layers))
    return _network(layers, arrays, str(path), kind)


def of_h5(path: str | os.PathLike[str], kind: type[N]) -> N:
    """The network in an .h5 file, as Keras wrote them before, with the description in it.

    Raises: InputError where it is none, or holds weights alone.
    """
    file, _ = open_file(path, WHAT)
    with file, _opened(file, str(path)) as group:
        told = group.attrs.get("model_config")
        if told is None:
            raise InputError(
                f"{path} holds weights and no description of the layers: save the model whole, "
                "with model.save('net.keras')."
            )
        config = _told(told if isinstance(told, str) else bytes(told).decode(), str(path))
        layers = list(_in_a_row(config, str(path)))
        arrays = list(_by_name(group, layers, str(path)))
    return _network(layers, arrays, str(path), kind)


def _network(
    layers: list[tuple[str, Mapping[str, Any]]],
    arrays: list[list[NDArray[Any]]],
    name: str,
    kind: type[N],
) -> N:
    flow = Flow(Sums(()))
    try:
        for (layer, settings), of_layer in zip(layers, arrays, strict=True):
            flow = keras_layer(flow, layer, settings, of_layer)
        double = any(a.dtype == np.float64 for each in arrays for a in each)
        return flow.network(kind, "float64" if double else "float32")
    except InputError as error:
        raise InputError(f"{name} holds no dense network: {str(error).rstrip('.')}.") from None
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError):
        raise InputError(f"{name} describes layers that its arrays do not fit.") from None


def _part(archive: zipfile.ZipFile, name: str, at_most: int) -> bytes:
    info = archive.getinfo(name)
    if info.file_size > at_most:
        raise InputError(f"{name} in it has {info.file_size:,} bytes: up to {at_most:,} are read.")
    with archive.open(info) as part:
        return part.read(at_most + 1)


def _told(text: str, name: str) -> Mapping[str, Any]:
    try:
        return bounded_json.parse(text, TEXT)
    except InputError as error:
        raise InputError(f"the description in {name} {error}.") from None


def _in_a_row(config: Any, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The layers' classes and settings, in the order in which they compute.

    Raises: InputError where they do not stand in one row.
    """
    if not isinstance(config, Mapping) or not isinstance(config.get("config"), Mapping):
        raise InputError(f"the description in {name} is of no model.")
    told, before = config["config"].get("layers"), None
    if config.get("class_name") not in ("Sequential", "Functional", "Model") or not told:
        raise InputError(
            f"the model in {name} is a {str(config.get('class_name'))!r:.60}: Sequential ones are "
            "read, and functional ones whose layers stand in one row."
        )
    for layer in told:
        if not isinstance(layer, Mapping) or not isinstance(layer.get("config"), Mapping):
            raise InputError(f"the description in {name} has a layer without settings.")
        takes = list(_histories(layer.get("inbound_nodes")))
        if len(takes) > 1 or (takes and takes[0] != before):
            raise InputError(f"the layers in {name} do not stand in one row: it has branches.")
        before = layer["config"].get("name", layer.get("name"))
        if "layers" in layer["config"]:
            yield from _in_a_row(layer, name)
        else:
            yield str(layer.get("class_name")), layer["config"]


def _histories(value: Any, depth: int = 0) -> Iterator[Any]:
    """The names of the layers that a layer takes from, in whichever form that is told."""
    if depth > 12:
        return
    if isinstance(value, Mapping):
        if "keras_history" in value:
            yield value["keras_history"][0]
            return
        for each in value.values():
            yield from _histories(each, depth + 1)
    elif isinstance(value, list):
        if len(value) >= 3 and isinstance(value[0], str) and value[1:3] == [0, 0]:
            yield value[0]  # as Keras 2 told it
            return
        for each in value:
            yield from _histories(each, depth + 1)


def _by_class(
    group: Any, layers: list[tuple[str, Mapping[str, Any]]]
) -> Iterator[list[NDArray[Any]]]:
    """Arrays under each layer's class, counted: layers/dense_1/vars/0."""
    seen: Counter[str] = Counter()
    for kind, _ in layers:
        snake = re.sub(r"([a-z])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", kind))
        name = snake.lower()
        at = f"layers/{name}_{seen[name]}" if seen[name] else f"layers/{name}"
        seen[name] += 1
        found = _item(_item(group, at), "vars")
        names = sorted(found, key=int) if found is not None else []
        yield [_array(found, each) for each in names]


def _by_name(
    group: Any, layers: list[tuple[str, Mapping[str, Any]]], name: str
) -> Iterator[list[NDArray[Any]]]:
    weights = _item(group, "model_weights")
    if weights is None:
        raise InputError(f"{name} holds no weights.")
    for _, settings in layers:
        found = _item(weights, str(settings.get("name")))
        names = [] if found is None else list(found.attrs.get("weight_names", ()))
        texts = [each.decode() if isinstance(each, bytes) else str(each) for each in names]
        yield [_array(found, each) for each in texts]


def _item(group: Any, path: str) -> Any:
    """What lies under a path in the file itself; None where nothing does.

    Raises: InputError for a link to elsewhere.
    """
    h5py = _import_h5py()
    for part in path.strip("/").split("/"):
        if group is None or not hasattr(group, "get") or part not in group:
            return None
        if not isinstance(group.get(part, getlink=True), h5py.HardLink):
            raise InputError(f"{path!r:.80} in it is a link to elsewhere, which is not followed.")
        group = group[part]
    return group


def _array(group: Any, path: str) -> NDArray[Any]:
    found = _item(group, path)
    if found is None or not hasattr(found, "shape"):
        raise InputError(f"the array {path!r:.80} is not there")
    if found.is_virtual or found.external:
        raise InputError(f"the array {path!r:.80} lies in another file, which is not read")
    if found.nbytes > LARGEST or found.dtype.kind not in "fiu":
        raise InputError(f"the array {path!r:.80} holds no numbers, or too many")
    return found[()]


@contextmanager
def _opened(file: Any, name: str) -> Generator[Any]:
    """The HDF5 file, open.

    Raises: InputError where it is none, or what it says cannot be read.
    """
    h5py = _import_h5py()
    try:
        with h5py.File(file, "r") as group:
            yield group
    except InputError:
        raise
    except Exception as error:  # a damaged file comes as one of a dozen kinds, by its place
        raise InputError(f"{name} is no HDF5 file, or is damaged: give a whole one.") from error


def _import_h5py() -> ModuleType:
    try:
        import h5py
    except ImportError:
        raise InputError(
            "Keras's files need the package h5py: install it with pip install 'glassnet[keras]'"
        ) from None
    return h5py
