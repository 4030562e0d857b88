"""Whatever bytes a file holds: a model whose numbers are right, or one sentence."""

import hashlib
import io
import json
import os
import re
import struct
import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hostile_json import VALUES, changed
from hypothesis import given

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import DataError, Preparation, TargetScale
from glassnet.exchange import load, read_training, save
from glassnet.exchange.model_file import MAX_LAYERS, read_network

MODELS = Path(__file__).parent / "models"
SEALED = (MODELS / "format-2-classes.safetensors").read_bytes()
SECOND = (MODELS / "format-2-number.safetensors").read_bytes()
UNSEALED = (MODELS / "format-1-classes.safetensors").read_bytes()
SENTENCE = re.compile(
    r"(m is no readable model file: |the model file m (is damaged|describes no network): "
    r"|m is a safetensors file of another program|m is of format \d+, newer)"
)


def reading(content: bytes) -> Network:
    return read_network(io.BytesIO(content), len(content), "m")


def refusal(content: bytes) -> str:
    """The sentence that the content is refused with."""
    with pytest.raises(InputError) as error:
        reading(content)
    sentence = str(error.value)
    assert SENTENCE.match(sentence), sentence
    assert len(sentence) < 500
    return sentence


def parts(content: bytes) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Header, what the entry `glassnet` says, and the arrays' bytes."""
    n = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + n])
    return header, json.loads(header["__metadata__"]["glassnet"]), content[8 + n :]


def sealed(head: bytes | str, data: bytes = b"") -> bytes:
    """A file of that header and data, with a digest that agrees, whatever else they are."""
    head = head.encode("utf-8", "surrogatepass") if isinstance(head, str) else head
    start = b'{"__metadata__":{"sha256":"'
    assert head.startswith(start)
    zeroed = struct.pack("<Q", len(head)) + start + b"0" * 64 + head[len(start) + 64 :] + data
    return zeroed[:35] + hashlib.sha256(zeroed).hexdigest().encode() + zeroed[99:]


def forged(change: Callable[[dict[str, Any], dict[str, Any]], Any], data: bytes | None = None):
    """The first model with its header and its description changed, sealed anew."""
    header, about, kept = parts(SEALED)
    change(header, about)
    if isinstance(header.get("__metadata__"), dict) and "glassnet" in header["__metadata__"]:
        header["__metadata__"]["glassnet"] = json.dumps(about)
    return sealed(json.dumps(header, separators=(",", ":")), kept if data is None else data)


def with_text(text: str) -> bytes:
    """The first model with another text under `glassnet`, sealed anew."""
    header, _, data = parts(SEALED)
    header["__metadata__"]["glassnet"] = text
    return sealed(json.dumps(header, separators=(",", ":"), ensure_ascii=False), data)


def same(a: Network, b: Network) -> bool:
    alike = a.spec() == b.spec() and np.array_equal(a.theta, b.theta)
    return alike and (a.preparation, a.target_scale) == (b.preparation, b.target_scale)


def test_what_is_sealed_the_way_of_these_tests_loads():
    assert same(reading(forged(lambda header, about: None)), reading(SEALED))


# -- random damage ------------------------------------------------------------------------


def damage(content: bytes, rng: np.random.Generator) -> bytes:
    """A truncation, or one to eight flipped bits."""
    if rng.random() < 0.3:
        return content[: rng.integers(len(content))]
    altered = bytearray(content)
    for _ in range(rng.integers(1, 9)):
        altered[rng.integers(len(content))] ^= 1 << int(rng.integers(8))
    return bytes(altered)


def outcomes(content: bytes, n: int, seed: int) -> Counter[str]:
    """What became of n damaged files."""
    rng = np.random.default_rng(seed)
    whole, count = reading(content), Counter()
    for _ in range(n):
        altered = damage(content, rng)
        try:
            net = reading(altered)
        except InputError as error:
            assert SENTENCE.match(str(error)), error  # noqa: PT017
            count["refused"] += 1
        else:
            count["the same model" if same(net, whole) else "another model"] += 1
            count["altered back"] += altered == content
    return count


@pytest.mark.parametrize("content", [SEALED, SECOND])
def test_every_flipped_bit_of_a_sealed_file_is_noticed(content: bytes):
    for at in range(8 * len(content)):
        altered = bytearray(content)
        altered[at // 8] ^= 1 << at % 8
        refusal(bytes(altered))


@pytest.mark.parametrize("content", [SEALED, SECOND, UNSEALED])
def test_every_truncation_is_noticed(content: bytes):
    for length in range(len(content)):
        refusal(content[:length])
    refusal(content + b"\0")


def test_two_thousand_damaged_files_are_refused_each_in_a_sentence():
    count = outcomes(SEALED, 1000, 1) + outcomes(SECOND, 1000, 2)
    assert count["refused"] + count["altered back"] == 2000
    assert count["another model"] == 0


def test_a_damaged_file_of_format_1_is_a_model_or_refused():
    count = outcomes(UNSEALED, 1000, 3)
    assert count["refused"] > 500
    assert count["another model"] > 0  # what the digest is for


@pytest.mark.campaign
def test_a_hundred_thousand_damaged_files_are_refused_each_in_a_sentence(capsys):
    count = outcomes(SEALED, 50_000, 4) + outcomes(SECOND, 50_000, 5)
    first = outcomes(UNSEALED, 100_000, 6)
    with capsys.disabled():
        print(f"\nformat 2: {dict(count)}\nformat 1: {dict(first)}")
    assert count["refused"] + count["altered back"] == 100_000
    assert count["another model"] == 0


@pytest.mark.campaign
def test_every_byte_of_a_sealed_header_replaced_by_every_other_is_noticed():
    n = 8 + struct.unpack("<Q", SECOND[:8])[0]
    for at in range(n):
        for value in range(256):
            if value != SECOND[at]:
                refusal(SECOND[:at] + bytes([value]) + SECOND[at + 1 :])


def test_a_digest_cannot_be_taken_away_by_calling_the_file_format_1():
    n = struct.unpack("<Q", SEALED[:8])[0]
    older = SEALED.replace(b'\\"format\\":2', b'\\"format\\":1')
    assert "digest does not agree" in refusal(older)
    # with the name of the digest's entry damaged as well
    assert "never wrote" in refusal(older.replace(b'"sha256"', b'"sha257"'))
    # with the beginning moved, as a program does that writes the header anew
    header = json.loads(older[8 : 8 + n])
    header["__metadata__"] = dict(reversed(header["__metadata__"].items()))
    head = json.dumps(header).encode()
    moved = struct.pack("<Q", len(head)) + head + older[8 + n :]
    assert "never wrote" in refusal(moved)
    # and sealed anew, on purpose
    assert "format 1 has no digest" in refusal(forged(lambda _, about: about.update(format=1)))


# -- hostile headers: what they claim, and what they may cost --------------------------------


def cost_of(content: bytes, answer: str, besides: int = 1 << 20) -> float:
    """Refuses the content, and gives the peak of memory, less what is besides, by its size."""
    tracemalloc.start()
    try:
        sentence = refusal(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer in sentence, sentence
    return (peak - besides) / len(content)


@pytest.mark.parametrize(
    "length", [0, 1, len(SEALED) - 7, len(SEALED), 10**8 + 1, 2**31, 2**63 - 1, 2**63, 2**64 - 1]
)
def test_a_length_of_the_header_that_is_none_is_refused(length: int):
    content = struct.pack("<Q", length) + SEALED[8:]
    cut_off = length in (len(SEALED) - 7, len(SEALED))
    assert cost_of(content, "is cut off" if cut_off else "no length of a header") < 10
    if length == 10**8 + 1:  # in a file that is long enough
        with pytest.raises(InputError, match="no length of a header"):
            read_network(io.BytesIO(content), 2 * length, "m")


@pytest.mark.parametrize("open, close", ["[]", ('{"a":', "}"), ('[{"":', "}]")])
@pytest.mark.parametrize("depth", [65, 900, 100_000])
def test_deep_json_is_refused(open: str, close: str, depth: int):
    deep = open * depth + "0" + close * depth
    assert cost_of(with_text(deep), "JSON of", 4 << 20) < 10
    header = sealed('{"__metadata__":{"sha256":"' + "0" * 64 + f'"}},"W1":{deep}}}')
    assert cost_of(header, "JSON of", 4 << 20) < 10
    assert cost_of(with_text('{"format":2,"network":' + deep), "", 4 << 20) < 10


@pytest.mark.parametrize(
    "item", ["[]", "{}", '"ab"', "1.5", '{"a":1}', '"\\u005b"', '"\U0001f600"']
)
def test_huge_json_is_refused_within_ten_times_its_size(item: str):
    text = '{"training":[' + f"{item}," * (1_500_000 // len(item)) + "0]}"
    assert cost_of(with_text(text), "", 32 << 20) < 10
    head = '{"__metadata__":{"sha256":"' + "0" * 64 + '"},' + f'"W1":[{text}]}}'
    assert cost_of(sealed(head), "", 32 << 20) < 10


def test_many_entries_of_a_dictionary_are_refused_within_ten_times_their_size():
    text = "{" + ",".join(f'"{k:x}":1' for k in range(400_000)) + "}"
    assert cost_of(with_text(text), "more values than its size allows", 32 << 20) < 10


HEADERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no arrays": lambda h: [h.pop(name) for name in ("W1", "b1", "W2", "b2")],
    "one array fewer": lambda h: h.pop("b2"),
    "metadata a list": lambda h: h["__metadata__"].update(more=[]),
    "metadata of another": lambda h: h["__metadata__"].update(format="pt"),
    "an array's entry a number": lambda h: h.update(W1=3),
    "an array's entry a list": lambda h: h.update(W1=["dtype", "shape", "data_offsets"]),
    "an array's entry with more": lambda h: h["W1"].update(stride=[1, 4]),
    "an array's entry with less": lambda h: h["W1"].pop("shape"),
    "another dtype": lambda h: h["W1"].update(dtype="I32"),
    "an unknown dtype": lambda h: h["W1"].update(dtype="F4"),
    "a dtype of twice the size": lambda h: h["W1"].update(dtype="F64"),
    "a dtype a list": lambda h: h["W1"].update(dtype=["F32"]),
    "a shape transposed": lambda h: h["W1"].update(shape=[3, 4]),
    "a shape of one axis": lambda h: h["W1"].update(shape=[12]),
    "a shape of 10,000 axes": lambda h: h["W1"].update(shape=[12] + [1] * 10_000),
    "a negative shape": lambda h: h["W1"].update(shape=[-4, -3]),
    "a huge shape": lambda h: h["W1"].update(shape=[2**40, 2**40]),
    "a shape whose product turns over": lambda h: h["W1"].update(shape=[2**62, 4, 12]),
    "a shape of an empty axis": lambda h: h["W1"].update(shape=[0, 2**62]),
    "a shape of truth": lambda h: h["W1"].update(shape=[True, 12]),
    "a shape with a fraction": lambda h: h["W1"].update(shape=[4.0, 3.0]),
    "a shape of text": lambda h: h["W1"].update(shape="43"),
    "offsets beyond the end": lambda h: h["b2"].update(data_offsets=[112, 2**40]),
    "offsets before the beginning": lambda h: h["W1"].update(data_offsets=[-8, 40]),
    "offsets turned round": lambda h: h["W1"].update(data_offsets=[48, 0]),
    "offsets that overlap": lambda h: h["b1"].update(data_offsets=[44, 60]),
    "offsets with a gap": lambda h: h["b1"].update(data_offsets=[52, 68]),
    "the same offsets twice": lambda h: h["b1"].update(shape=[4, 3], data_offsets=[0, 48]),
    "offsets of another size": lambda h: [
        h["W1"].update(data_offsets=[0, 52]), h["b1"].update(data_offsets=[52, 64])
    ],
    "three offsets": lambda h: h["b1"].update(data_offsets=[48, 64, 64]),
    "huge offsets": lambda h: h["b1"].update(data_offsets=[10**4000, 10**4000 + 16]),
}  # fmt: skip


@pytest.mark.parametrize("change", HEADERS.values(), ids=HEADERS.keys())
def test_a_header_that_tells_of_other_arrays_is_refused(change: Callable[[dict[str, Any]], Any]):
    assert cost_of(forged(lambda header, _: change(header)), "") < 10


@pytest.mark.parametrize("head", ["[]", "3", "null", '"{}"', "{}", "{", '{"W1":', "", "\xff\xfe"])
def test_a_header_that_is_no_dictionary_is_refused(head: str):
    content = head.encode("latin-1")
    refusal(struct.pack("<Q", len(content)) + content + b"\0" * 40)


def test_what_stands_twice_is_refused():
    n = 8 + struct.unpack("<Q", SEALED[:8])[0]
    head, data = SEALED[8:n], SEALED[n:]
    twice = head.replace(b'"b1":', b'"W1":')
    assert "stands twice" in refusal(sealed(twice, data))
    twice = head.replace(b'},"W1":', b'},"__metadata__":{},"W1":')
    assert "stands twice" in refusal(sealed(twice, data))
    twice = head.replace(b'\\"seed\\":7', b'\\"seed\\":7,\\"seed\\":8')
    assert "stands twice" in refusal(sealed(twice, data))


def test_text_that_is_no_unicode_is_refused():
    half = json.dumps({**parts(SEALED)[1], "training": {"\ud800": 1}})
    assert "no Unicode" in refusal(with_text(half))
    n = 8 + struct.unpack("<Q", SEALED[:8])[0]
    head = SEALED[8:n].replace(b"made up", b"made \xff\xfe")
    assert "no UTF-8" in refusal(sealed(head, SEALED[n:]))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1" * 5000])
def test_what_is_no_number_is_refused(number: str):
    text = json.dumps(parts(SEALED)[1]).replace("0.75", number)
    assert "no JSON" in refusal(with_text(text))


def test_format_1_may_remember_what_is_no_number():
    header, about, data = parts(UNSEALED)
    about["training"] = {"r2": float("nan")}
    header["__metadata__"]["glassnet"] = json.dumps(about)
    assert same(reading(other(header, header.pop("__metadata__"), data)), reading(UNSEALED))


def layers_of(about: dict[str, Any]) -> list[dict[str, Any]]:
    return about["network"]["layers"]


SPECIFICATIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no network": lambda a: a.pop("network"),
    "a number for the network": lambda a: a.update(network=3),
    "a list for the network": lambda a: a.update(network=[1, 2]),
    "no layers": lambda a: a["network"].update(layers=[]),
    "a number for the layers": lambda a: a["network"].update(layers=3),
    "a number for a layer": lambda a: layers_of(a).insert(0, 3),
    "another size": lambda a: layers_of(a)[0].update(n_in=4),
    "a word for a size": lambda a: layers_of(a)[0].update(n_in="four"),
    "truth for a size": lambda a: layers_of(a)[0].update(n_in=True),
    "a fraction for a size": lambda a: layers_of(a)[0].update(n_in=3.0),
    "sizes of 100,000": lambda a: layers_of(a)[0].update(n_in=10**5, n_out=10**5),
    "sizes of 2^62": lambda a: layers_of(a)[0].update(n_in=2**62, n_out=2**62),
    "sizes of 4,000 digits": lambda a: layers_of(a)[0].update(n_in=10**4000),
    "sizes below zero": lambda a: layers_of(a)[0].update(n_in=-3, n_out=-4),
    "many layers": lambda a: layers_of(a).extend([dict(layers_of(a)[0])] * 50_000),
    "many dropouts": lambda a: a["network"].update(
        layers=[layers_of(a)[0]] + [{"kind": "dropout", "rate": 0.5}] * 50_000
    ),
    "deep layers": lambda a: a["network"].update(layers=[[[[layers_of(a)]]]]),
    "an unknown layer": lambda a: layers_of(a)[0].update(kind="conv"),
    "an unknown activation": lambda a: layers_of(a)[0].update(activation="rlu"),
    "a number for an activation": lambda a: layers_of(a)[0].update(activation=3),
    "text for a slope": lambda a: layers_of(a)[0].update(
        activation={"name": "leaky_relu", "slope": "1"}
    ),
    "weights in the description": lambda a: layers_of(a)[0].update(W=[[0] * 3] * 4),
    "an unknown entry": lambda a: a["network"].update(depth=3),
    "an unknown loss": lambda a: a["network"].update(loss="los"),
    "a long unknown loss": lambda a: a["network"].update(loss="los" * 100_000),
    "another dtype": lambda a: a["network"].update(dtype="float64"),
    "no dtype": lambda a: a["network"].update(dtype="complex128"),
    "a list for a dtype": lambda a: a["network"].update(dtype=["float32"]),
    "a word for l1": lambda a: a["network"].update(l1="much"),
    "a huge l2": lambda a: a["network"].update(l2=10**400),
    "a preparation without kind": lambda a: a["preparation"].pop("kind"),
    "a preparation of another kind": lambda a: a["preparation"].update(kind="whiten"),
    "a preparation of other columns": lambda a: a.update(
        preparation={"kind": "pixels", "n_features": 4, "mean": [0], "scale": [1]}
    ),
    "a preparation of a huge number of columns": lambda a: a.update(
        preparation={"kind": "pixels", "n_features": 10**12, "mean": [0], "scale": [1]}
    ),
    "text for means": lambda a: a["preparation"].update(mean="123"),
    "a dictionary for means": lambda a: a["preparation"].update(mean={"1": 0, "2": 0, "3": 0}),
    "a scale of zero": lambda a: a["preparation"].update(scale=[1, 0, 1]),
    "a number for the preparation": lambda a: a.update(preparation=3),
    "a word for the target's scale": lambda a: a.update(target_scale="wide"),
    "a huge target's scale": lambda a: a.update(target_scale={"mean": 0, "scale": 10**400}),
    "a number for the classes": lambda a: a["network"].update(classes=3),
    "too few classes": lambda a: a["network"].update(classes=["ja"]),
    "classes of two kinds": lambda a: a["network"].update(classes=["ja", 1, None]),
    "a list for a class": lambda a: a["network"].update(classes=[["ja"], ["nein"], ["?"]]),
}  # fmt: skip


@pytest.mark.parametrize("change", SPECIFICATIONS.values(), ids=SPECIFICATIONS.keys())
def test_a_description_that_fits_nothing_is_refused(change: Callable[[dict[str, Any]], Any]):
    content = forged(lambda _, about: change(about))
    assert cost_of(content, "describes no network", 16 << 20) < 10


def test_another_number_of_layers_than_a_file_may_have_is_refused(tmp_path):
    deep = Network.dense([1] * (MAX_LAYERS + 1))
    save(deep, tmp_path / "m")
    assert len(load(tmp_path / "m").layers) == MAX_LAYERS
    with pytest.raises(InputError, match=f"{MAX_LAYERS + 1} layers"):
        save(Network.dense([1] * (MAX_LAYERS + 2)), tmp_path / "deeper")
    assert not (tmp_path / "deeper").exists()


def test_a_long_label_among_many_is_refused():
    net = Network.dense([1, 3000], output="softmax")
    net.classes = [str(k) for k in range(3000)]
    content = io.BytesIO()
    header: dict[str, Any] = {"__metadata__": {"sha256": "0" * 64, "glassnet": ""}}
    for name, values, _ in net.parameters():
        at = content.tell()
        content.write(values.tobytes())
        offsets = [at, content.tell()]
        header[name] = {"dtype": "F32", "shape": values.shape, "data_offsets": offsets}
    about = {
        "format": 2, "network": net.spec(), "preparation": None, "target_scale": None,
        "training": None,
    }  # fmt: skip
    header["__metadata__"]["glassnet"] = json.dumps(about)
    head = json.dumps(header, separators=(",", ":"))
    assert reading(sealed(head, content.getvalue())).classes == net.classes
    about["network"]["classes"][0] = "0" * 100_000
    header["__metadata__"]["glassnet"] = json.dumps(about)
    head = json.dumps(header, separators=(",", ":"))
    assert cost_of(sealed(head, content.getvalue()), "a name of 100000 characters") < 10


@pytest.mark.parametrize("number", [3, 10**30])
def test_a_newer_format_is_said_to_be_newer(number: int):
    assert "update glassnet" in refusal(forged(lambda _, about: about.update(format=number)))


@pytest.mark.parametrize("number", [None, "2", 2.0, True, [2], {}, 0, -1])
def test_what_is_no_format_is_refused(number: Any):
    refusal(forged(lambda _, about: about.update(format=number)))


def test_a_training_that_has_no_names_is_refused():
    refusal(forged(lambda _, about: about.update(training=[1])))


def test_an_entry_that_no_format_has_is_refused():
    refusal(forged(lambda _, about: about.update(weights=[])))


def test_a_large_model_is_read_within_ten_times_its_size(tmp_path):
    net = Network.dense([500, 1000, 10], initializer="zeros")
    save(net, tmp_path / "m")
    content = (tmp_path / "m").read_bytes()
    file = io.BytesIO(content)
    tracemalloc.start()
    try:
        read_network(file, len(content), "m")
        read = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        save(net, tmp_path / "m")
        saving = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert read < 8 * len(content)
    assert saving < 0.5 * len(content)  # no copy is made of what is written


# -- descriptions changed at random, with a digest that agrees --------------------------------


@given(about=changed(parts(SEALED)[1]))
def test_a_changed_description_is_a_network_that_predicts_or_refused(about: Any):
    checked(with_text(json.dumps(about)))


@given(header=changed(parts(SEALED)[0]))
def test_a_changed_header_is_a_network_that_predicts_or_refused(header: Any):
    text = json.dumps(header, separators=(",", ":"))
    data = parts(SEALED)[2]
    if text.startswith('{"__metadata__":{"sha256":"') and len(text) > 100:
        checked(sealed(text, data))
    checked(struct.pack("<Q", len(text)) + text.encode() + data)


def checked(content: bytes) -> None:
    try:
        net = reading(content)
    except InputError as error:
        assert SENTENCE.match(str(error)), error  # noqa: PT017
        return
    try:
        with np.errstate(all="ignore"):
            assert net.predict(np.ones((2, net.n_in))).shape[0] == 2
    except DataError:  # a scale may be so small that what it scales is too large
        return


@given(spec=changed({"kind": "standardize", "n_features": 2, "mean": [0.5, 1], "scale": [1, 2]}))
def test_a_changed_preparation_prepares_or_is_refused(spec: Any):
    try:
        preparation = Preparation.from_spec(spec)
        if preparation.n_features < 100:
            preparation.apply(np.ones((2, preparation.n_features)), np.float64)
    except InputError:
        return


@given(spec=changed({"mean": 1.5, "scale": 2.0}) | VALUES)
def test_a_changed_target_scale_scales_or_is_refused(spec: Any):
    for make in (TargetScale.from_spec, Preparation.from_spec):
        try:
            made = make(spec)
        except InputError:
            continue
        if isinstance(made, TargetScale):
            assert np.isfinite(made.scale)


# -- what is no model at all ------------------------------------------------------------------


def test_files_of_other_kinds_are_refused():
    rng = np.random.default_rng(0)
    for content in (
        b"", b"x", b"\0" * 100, b"\xff" * 100, b'{"format": 2}', b"PK\x03\x04zip" * 9,
        b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x05hello\x94.", b"\x89PNG\r\n\x1a\n" * 9,
        b"a,b,c\n1,2,3\n" * 9, b"\x1f\x8b\x08" * 50, *(rng.bytes(n) for n in range(0, 400, 7)),
    ):  # fmt: skip
        assert "no readable model" in refusal(content)


def test_a_pickle_is_never_unpickled(tmp_path):
    import pickle

    class Trap:
        def __reduce__(self):
            return Path.touch, (tmp_path / "trapped",)

    refusal(pickle.dumps(Trap()))
    assert not (tmp_path / "trapped").exists()


def other(tensors: dict[str, Any], metadata: dict[str, str] | None, data: bytes) -> bytes:
    head = {"__metadata__": metadata} if metadata is not None else {}
    text = json.dumps({**head, **tensors}).encode()
    return struct.pack("<Q", len(text)) + text + data


def test_other_programs_safetensors_are_refused():
    entry = {"dtype": "BF16", "shape": [2, 2], "data_offsets": [0, 8]}
    for metadata in (None, {}, {"format": "pt"}, {"format": "pt", "glass": "{}"}):
        content = other({"model.embed.weight": entry}, metadata, bytes(8))
        assert "another program" in refusal(content)
    for dtype, size in (("F8_E4M3", 4), ("BOOL", 4), ("U8", 4), ("I64", 32), ("C64", 32)):
        entry = {"dtype": dtype, "shape": [2, 2], "data_offsets": [0, size]}
        assert "another program" in refusal(other({"w": entry}, {"format": "pt"}, bytes(size)))
    arrays = {name: reading(SEALED).split(reading(SEALED).theta)[name] for name in ("W1", "b1")}
    assert "another program" in refusal(safetensors.numpy.save(arrays))


def test_another_programs_large_file_is_not_read_to_the_end():
    class Short(io.BytesIO):
        def readinto(self, buffer: Any) -> int:
            raise AssertionError("the arrays are read")

    entry = {"dtype": "U8", "shape": [10**9], "data_offsets": [0, 10**9]}
    content = other({"w": entry}, {"format": "pt"}, b"")
    with pytest.raises(InputError, match="another program"):
        read_network(Short(content), len(content) + 10**9, "m")


def test_a_file_that_another_program_wrote_anew_is_refused(tmp_path):
    path = tmp_path / "m"
    path.write_bytes(SEALED)
    with safetensors.safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    arrays = safetensors.numpy.load_file(path)
    arrays["W1"] *= 2
    safetensors.numpy.save_file(arrays, path, metadata)
    with pytest.raises(InputError, match=r"damaged|never wrote"):
        load(path)


def test_a_file_that_shrinks_while_it_is_read_is_refused():
    with pytest.raises(InputError, match="ended before its size"):
        read_network(io.BytesIO(SEALED[:-4]), len(SEALED), "m")


def test_an_error_of_the_disk_is_a_sentence():
    class Broken(io.BytesIO):
        def readinto(self, buffer: Any) -> int:
            raise OSError(5, "Input/output error")

    with pytest.raises(InputError, match="m cannot be read: Input/output error"):
        read_network(Broken(SEALED), len(SEALED), "m")


@pytest.mark.parametrize("read", [load, read_training])
def test_what_is_no_ordinary_file_is_refused(tmp_path, read):
    os.mkfifo(tmp_path / "pipe")
    os.symlink(tmp_path / "loop", tmp_path / "loop")
    for name, problem in (
        ("absent", "does not exist"), (".", "is a folder"), ("pipe", "is a pipe or a device"),
        ("loop", "cannot be read"), ("\0", "cannot be read"), ("x" * 300, "cannot be read"),
        ("/dev/zero", "is a pipe or a device"), ("absent/m", "does not exist"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=problem):
            read(tmp_path / name)
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(InputError, match="no readable model"):
        read(tmp_path / "empty")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (b"a,b,y\n1,2,3\n", "it is text, as a table"),
        (b'{"kind": "run"}', "it is JSON"),
        (b"PK\x03\x04" + bytes(40), "a ZIP archive, as .npz and PyTorch's"),
        (b"\x93NUMPY\x01\x00" + bytes(40), "a NumPy array"),
        (b"\x80\x04K\x01.", "a Python pickle"),
        (b"\x89HDF\r\n\x1a\n" + bytes(40), "an HDF5 file"),
        (b"\x80" + bytes(7) + b'{"no": ' + bytes(200), "has a header that is no"),
        (bytes(range(200, 250)), "it begins with no length of a header"),
    ],
)
def test_what_came_and_what_to_give_are_said_of_another_file(tmp_path, content, says):
    (tmp_path / "m").write_bytes(content)
    with pytest.raises(InputError) as error:
        load(tmp_path / "m")
    assert says in str(error.value)
    assert str(error.value).endswith("; give a file that `train --out` or `net.save` wrote.")


def test_a_recorded_run_given_as_a_model_is_said_to_be_one(tmp_path):
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="it is a recorded run, which"):
        load(tmp_path)


def test_a_file_larger_than_the_memory_is_refused(tmp_path):
    with open(tmp_path / "sparse", "wb") as file:
        file.write(SEALED)
        file.truncate(2**40)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32));"
        "from glassnet.core.errors import InputError; from glassnet.exchange import load\n"
        "try: load(sys.argv[1])\nexcept InputError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "sparse"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "too large for the memory" in done.stdout
