"""The model file: safetensors for the numbers, JSON in its metadata for everything else.

One metadata entry, `glassnet`, holds {"format": 2, "network": specification, "preparation",
"target_scale", "training"}, and "yes_no" where there are several such targets; another, `sha256`,
the digest of the whole file; the arrays are W1, b1, W2, ... as the network has them. Nothing in it
depends on the time, the place or the machine's paths, and nothing read from it is executed.

Format 1 has the same entries and no digest. What a file says is compared with what it holds
before anything of the size it claims is made.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import numpy as np

from glassnet.core.errors import InputError, names_from_file
from glassnet.core.layers import Dense, class_of
from glassnet.core.network import Network
from glassnet.core.parts import as_written
from glassnet.core.validation.specification import check_classes
from glassnet.data import TargetScale, YesNo, preparation_from_spec
from glassnet.files import bounded_json
from glassnet.files.container import DTYPES, Content, Damaged, Foreign, pack, read
from glassnet.files.plain import to_line
from glassnet.files.whole import open_file, write_whole

if TYPE_CHECKING:
    from glassnet.exchange.arrivals import Unsaid

FORMAT = 2
KEY = "glassnet"
ENTRIES = {"format", "network", "preparation", "target_scale", "yes_no", "training"}
MAX_LAYERS = 1000
MODEL = "give a file that `train --out` or `net.save` wrote"
RUN = "it is a recorded run, which `glassnet explain` and gn.Recording.open read"
BEGINNINGS = {
    b"PK": "a ZIP archive, as .npz and PyTorch's files are", b"\x93NUMPY": "a NumPy array",
    b"\x80": "a Python pickle", b"\x89HDF": "an HDF5 file, as Keras writes",
    b"\x89PNG": "a picture", b"\xff\xd8": "a picture", b"PAR1": "a Parquet table", b"{": "JSON",
}  # fmt: skip

N = TypeVar("N", bound=Network)


def save(
    net: Network, path: str | os.PathLike[str], training: dict[str, Any] | None = None
) -> Path:
    """Writes net to a file; the same network gives the same bytes.

    Args:
        path: where to, by custom with the ending .safetensors.
        training: what else to remember, plain JSON: the data's name, how it was split. Numbers
            that are not finite become null.

    Raises: InputError where it cannot be written, or holds what no model file does.
    """
    about = {
        "format": FORMAT,
        "network": net.spec(),
        "preparation": None if net.preparation is None else net.preparation.spec(),
        "target_scale": None if net.target_scale is None else net.target_scale.spec(),
        **({} if net.yes_no is None else {"yes_no": net.yes_no.spec()}),
        "training": training,
    }
    check_saves(net)
    if training is not None and not isinstance(training, dict):
        raise InputError(f"training is {str(training)[:40]}: give a dictionary, plain JSON.")
    arrays = {name: values for name, values, _ in net.parameters()}
    try:
        parts = pack(arrays, {KEY: to_line(about)})
    except InputError as error:
        raise InputError(f"{path} is not written: what describes the network {error}.") from None
    return write_whole(path, parts)


def check_saves(net: Network) -> None:
    """Says what keeps a network out of a model file, whatever its values: an InputError."""
    own = [name for name in net.computes_by if not as_written(net, name)]
    if own:
        raise InputError(
            f"this {type(net).__name__} has a {own[0]} of its own, which no model file holds: it "
            "would come back as a Network with other answers. Write it in a subclass of Dense, "
            "Activation or Loss, which gn.register makes known, or keep the network by pickle."
        )
    if len(net.layers) > MAX_LAYERS:
        raise InputError(f"{len(net.layers)} layers: a model file has up to {MAX_LAYERS}.")
    _check_width(net.classes, net.n_out, bounded_json.room_for(net.theta.nbytes))


def load(
    path: str | os.PathLike[str], kind: type[N] = Network, unsaid: "Unsaid | None" = None
) -> N:
    """The network in a file that `save` wrote, or another tool, ready to predict from raw rows.

    Args:
        kind: the class of network to make.
        unsaid: of another tool's file, what it does not say.

    Raises: InputError where there is no such file, or it is no model of glassnet's.
    """
    from glassnet.exchange.arrivals import Unsaid, read_file

    if (made_elsewhere := read_file(path, kind, unsaid or Unsaid())) is not None:
        return made_elsewhere
    file, size = _opened(path)
    with file:
        return read_network(file, size, str(path), kind)


def read_training(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What `save` was given to remember about the training; empty where that was nothing."""
    file, size = _opened(path)
    with file:
        return _read(file, size, str(path))[0].get("training") or {}


def _opened(path: str | os.PathLike[str]) -> tuple[BinaryIO, int]:
    is_run = os.path.isfile(os.path.join(path, "run.json"))
    return open_file(path, "the model file", f"{MODEL}; {RUN}" if is_run else MODEL)


def _seems(file: BinaryIO) -> str | None:
    """What a file that is no model is by its first bytes; None where they do not tell."""
    file.seek(0)
    head = file.read(256)
    if not head:
        return "empty"
    if head[8:9] == b"{":  # a header of this form after its length, whatever that begins with
        return None
    known = (told for start, told in BEGINNINGS.items() if head.startswith(start))
    is_text = head.isascii() and all(byte >= 32 or byte in b"\t\r\n" for byte in head)
    return next(known, "text, as a table or a program is" if is_text else None)


def read_network(file: BinaryIO, size: int, name: str, kind: type[N] = Network) -> N:
    """The network in an open file of `size` bytes; `load` without the path.

    Args:
        name: what a sentence calls it.
        kind: the class of network to make.

    Raises: InputError.
    """
    about, content = _read(file, size, name)
    try:
        with names_from_file():
            net = _build(about, content, kind)
    except (
        ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError,
        ValueError,
    ) as error:  # fmt: skip
        reason = _shortened(str(error) or type(error).__name__)
        raise InputError(f"the model file {name} describes no network: {reason}") from None
    for array_name, values, _ in net.parameters():
        values[...] = content.array(array_name)
        if not np.isfinite(values).all():
            raise InputError(
                f"the model file {name} holds NaN or infinity in {array_name}, with which nothing "
                "can be predicted: train it again, or take an older file."
            )
    return net


def _read(file: BinaryIO, size: int, name: str) -> tuple[dict[str, Any], Content]:
    try:
        content = read(file, size, KEY)
        known = content.metadata.keys() == {KEY}
        text = content.metadata[KEY]
        about = bounded_json.parse(text, bounded_json.room_for(size), constants=not content.sealed)
        if not known or not isinstance(about, dict) or type(about.get("format")) is not int:
            raise InputError("has metadata that `save` never wrote")
        if not isinstance(about.get("training"), dict | None):
            raise InputError("remembers of its training what `save` never wrote")
    except Damaged as error:
        raise InputError(
            f"the model file {name} is damaged: {error}; take another copy, or train again."
        ) from None
    except Foreign as error:
        raise InputError(
            f"{name} {error}, and does not say which activations stand between its layers: give "
            "them, as hidden='relu', output='softmax' (to explain, evaluate, predict and export "
            "--hidden relu --output softmax)."
        ) from None
    except InputError as error:
        seems = _seems(file)
        told = f"it is {seems}" if seems else f"it {error}"
        raise InputError(f"{name} is no readable model file: {told}; {MODEL}.") from None
    except (OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or "too large for the memory"
        raise InputError(f"the model file {name} cannot be read: {reason}.") from None
    number = about["format"]
    if number > FORMAT:
        raise InputError(
            f"{name} is of format {number}, newer than format {FORMAT}, the last that this "
            "glassnet reads: update glassnet."
        )
    if number != (2 if content.sealed else 1) or not about.keys() <= ENTRIES:
        raise InputError(
            f"the model file {name} is damaged: format 1 has no digest, format 2 has one, and "
            f"both have {', '.join(sorted(ENTRIES))}."
        )
    return about, content


def _build(about: dict[str, Any], content: Content, kind: type[N]) -> N:
    room = bounded_json.room_for(content.size)
    _check_arrays(about.get("network"), content)
    net = kind.from_spec(about["network"], draw=False)
    _check_width(net.classes, net.n_out, room)
    if about.get("preparation") is not None:
        net.preparation = preparation_from_spec(about["preparation"])
        if net.preparation.n_inputs != net.n_in:
            raise InputError(
                f"{net.preparation.n_inputs} columns are prepared for {net.n_in} inputs."
            )
    if about.get("target_scale") is not None:
        net.target_scale = TargetScale.from_spec(about["target_scale"])
        if net.target_scale.n_outputs not in (1, net.n_out):
            raise InputError(
                f"{net.target_scale.n_outputs} numbers are scaled, of {net.n_out} outputs."
            )
    if about.get("yes_no") is not None:
        net.yes_no = YesNo.from_spec(about["yes_no"])
    return net


def _check_arrays(network: Any, content: Content) -> None:
    """Compares the arrays that a specification asks for with the file's, before any is made."""
    layers = network.get("layers") if isinstance(network, dict) else None
    if not isinstance(layers, list) or not 1 <= len(layers) <= MAX_LAYERS:
        raise InputError(f"a network has a list of 1 to {MAX_LAYERS} layers.")
    if network.get("dtype") not in list(DTYPES):
        raise InputError(f"a network's dtype is one of {', '.join(DTYPES)}.")
    dtype = DTYPES[network["dtype"]]
    number = 0
    expected: dict[str, tuple[str, Any]] = {}
    for layer in layers:
        if not isinstance(layer, dict):
            raise InputError(f"a layer is {str(layer)[:40]}.")
        if issubclass(class_of(layer), Dense):
            number += 1
            n_in, n_out = layer.get("n_in"), layer.get("n_out")
            expected[f"W{number}"] = dtype, (n_out, n_in)
            expected[f"b{number}"] = dtype, (1 if layer.get("bias") == "layer" else n_out,)
    found = {name: (place.dtype, place.shape) for name, place in content.places.items()}
    for name in sorted(expected.keys() | found.keys()):
        if found.get(name) != expected.get(name):
            asked, held = (_array(which.get(name)) for which in (expected, found))
            raise InputError(f"it speaks of {asked} under {name[:40]}, and holds {held}.")


def _array(which: tuple[str, Any] | None) -> str:
    return "no array" if which is None else f"an array {which[1]} of {which[0]}"


def _check_width(classes: Any, n_out: int, room: int) -> None:
    """An InputError where labels do not fit the outputs, or an array of them the memory.

    An array of strings gives each the room of the longest, four bytes a character.
    """
    check_classes(classes)
    if classes is None:
        return
    if len(classes) != max(n_out, 2):
        raise InputError(f"{len(classes)} classes for {n_out} outputs.")
    longest = max(len(label) if isinstance(label, str) else 2 for label in classes)
    if 4 * longest * len(classes) > room:
        raise InputError(f"a class with a name of {longest} characters among {len(classes)}.")


def _shortened(reason: str) -> str:
    return reason if len(reason) <= 300 else f"{reason[:300]} …"
