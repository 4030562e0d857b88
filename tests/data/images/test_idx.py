import gzip
import os
import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from glassnet.data import DataError, load_data, read_idx, read_idx_folder, split_train_test

# the type's code, and its letter in struct's language and in NumPy's
TYPES = [(0x08, "B", "u1"), (0x09, "b", "i1"), (0x0B, "h", "i2")]
TYPES += [(0x0C, "i", "i4"), (0x0D, "f", "f4"), (0x0E, "d", "f8")]


def idx_bytes(array, code=0x08, letter="B"):
    """An IDX file written value by value, from the format's description."""
    array = np.asarray(array)
    out = bytes([0, 0, code, array.ndim])
    for size in array.shape:
        out += struct.pack(">I", size)
    for value in array.ravel().tolist():
        out += struct.pack(">" + letter, value)
    return out


def write(path, content):
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def write_part(folder, part, images, labels, dot="-", end=""):
    write(folder / f"{part}-images{dot}idx3-ubyte{end}", idx_bytes(images))
    write(folder / f"{part}-labels{dot}idx1-ubyte{end}", idx_bytes(labels))


IMAGES = np.arange(3 * 2 * 4).reshape(3, 2, 4)
LABELS = [5, 0, 5]


@pytest.fixture
def folder(tmp_path):
    write_part(tmp_path, "train", IMAGES, LABELS)
    write_part(tmp_path, "t10k", IMAGES[:2] + 100, [0, 5])
    return tmp_path


@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize(("code", "letter", "dtype"), TYPES)
@given(data=st.data())
def test_reading_what_was_written_is_the_identity(code, letter, dtype, end, data):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5))
    array = data.draw(hnp.arrays(dtype, shape))
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / f"a{end}", idx_bytes(array, code, letter))
        result = read_idx(path)
    assert result.dtype == array.dtype
    assert result.dtype.isnative
    np.testing.assert_array_equal(result, array)
    result += 0  # the caller's own memory: it can be written to


@pytest.mark.parametrize("end", ["", ".gz"])
@given(data=st.data())
def test_a_damaged_file_gives_a_data_error_or_an_array_of_its_header(end, data):
    content = bytearray(idx_bytes(IMAGES))
    if end:
        content = bytearray(gzip.compress(bytes(content)))
    for _ in range(data.draw(st.integers(0, 3))):
        bit = data.draw(st.integers(0, 8 * len(content) - 1))
        content[bit // 8] ^= 1 << bit % 8
    content = content[: data.draw(st.integers(0, len(content)))]
    content += data.draw(st.binary(max_size=3))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{end}"
        path.write_bytes(content)
        array, said = None, ""
        try:
            array = read_idx(path)
        except DataError as error:
            said = str(error)
    if array is None:
        assert str(path) in said
        return
    plain = gzip.decompress(bytes(content)) if end else bytes(content)
    assert array.shape == struct.unpack(f">{plain[3]}I", plain[4 : 4 + 4 * plain[3]])
    assert 4 + 4 * plain[3] + array.nbytes == len(plain)


GOOD = idx_bytes(IMAGES)  # 16 bytes of header and 24 of data


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a", b"", "cut off: expected a header of 4 bytes, got 0"),
        ("a", b"\0\0", "cut off: expected a header of 4 bytes, got 2"),
        ("a", GOOD[:10], "cut off: expected a header of 16 bytes, got 10"),
        ("a", GOOD[:-1], r"cut off: expected 24 bytes \(3 × 2 × 4 values of 1 bytes\), got 23"),
        ("a", GOOD + b"x", "goes on after its 24 bytes of data"),
        ("a", b"\0\0\x0a" + GOOD[3:], "no IDX file: it starts with 00 00 0a 03, expected 00 00"),
        ("a", b"\x01" + GOOD[1:], "no IDX file: it starts with 01 00 08 03"),
        ("a", b"\0\0\x08\0", "no IDX file: it starts with 00 00 08 00"),
        ("a", b"sepal,petal", "no IDX file: it starts with 73 65 70 61"),
        ("a", b"\0\0\x08\xff" + b"\0\0\0\1" * 255 + b"v", "an array that NumPy cannot"),
        ("a", b"\0\0\x0e\x03" + b"\xff" * 12 + b"v" * 9, r"expected \d{30} bytes .* got 9"),
        ("a.gz", b"\0\0\x0e\x03" + b"\xff" * 12 + b"v" * 9, r"expected \d{30} bytes .* got 9"),
        ("a.gz", GOOD[:-1], "expected 24 bytes .* got 23"),
        ("a.gz", GOOD + b"x", "goes on after its 24 bytes of data"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path, name, content, message):
    path = write(tmp_path / name, content)
    with pytest.raises(DataError, match=message) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)


ZIPPED = gzip.compress(GOOD, mtime=0)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.gz", GOOD, r"ends in .gz but is not gzipped \(it starts with 00 00\)"),
        ("a.gz", ZIPPED[:-12], "cut off: its gzip stream has no end"),
        ("a.gz", ZIPPED[:-3], "cut off: its gzip stream has no end"),
        ("a.gz", ZIPPED[:-8] + b"\0\0\0\0" + ZIPPED[-4:], "damaged, gzip says: CRC check failed"),
        ("a.gz", ZIPPED[:10] + b"\xff" * 20, "damaged, gzip says: .* invalid block type"),
        ("a.gz", b"", "cut off: expected a header of 4 bytes, got 0"),
        ("a", ZIPPED, "is gzipped; add .gz to its name"),
    ],
)
def test_a_file_whose_gzip_is_wrong_is_named_with_what_is_wrong(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)


def test_a_small_file_that_unzips_to_a_large_one_is_not_unzipped_whole(tmp_path, monkeypatch):
    path = write(tmp_path / "a.gz", GOOD + bytes(50_000_000))
    n_read = []
    read = gzip.GzipFile.read
    monkeypatch.setattr(
        gzip.GzipFile, "read", lambda self, n: n_read.append(n) or read(self, n)
    )  # fmt: skip
    with pytest.raises(DataError, match="goes on after its 24 bytes"):
        read_idx(path)
    assert sum(n_read) == 4 + 12 + 25


@pytest.mark.parametrize("path", ["absent", "."])
def test_what_cannot_be_opened_is_a_data_error(tmp_path, path):
    with pytest.raises(DataError, match=r"cannot be read: |does not exist|is a folder"):
        read_idx(tmp_path / path)


@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize("dot", ["-", "."])
def test_a_folder_is_read_under_all_its_usual_names(tmp_path, dot, end):
    write_part(tmp_path, "train", IMAGES, LABELS, dot, end)
    write_part(tmp_path, "t10k", IMAGES[:2] + 100, [0, 5], dot, end)
    data = read_idx_folder(tmp_path)
    assert data.X.dtype == np.uint8
    assert data.X.tolist() == [list(range(k, k + 8)) for k in (0, 8, 16)]
    assert data.y.tolist() == LABELS
    assert data.y.dtype == np.int64
    assert data.X_test.tolist() == [list(range(k, k + 8)) for k in (100, 108)]
    assert data.y_test.tolist() == [0, 5]
    assert data.image_shape == (2, 4)
    assert data.features[5] == "pixel[1,1]"
    assert data.features[7] == "pixel[1,3]"
    assert data.name == tmp_path.name
    assert data.about == "3 images of 2 × 4 pixels"


def test_a_folder_may_lack_the_test_part(tmp_path):
    write_part(tmp_path, "train", IMAGES, LABELS)
    data = read_idx_folder(tmp_path)
    assert data.X_test is None
    assert data.y_test is None


def test_a_folder_of_another_kind_is_told_what_was_looked_for(tmp_path):
    with pytest.raises(DataError, match=r"looked for train-images-idx3-ubyte .* found none"):
        read_idx_folder(tmp_path)
    (tmp_path / "cat.png").touch()
    with pytest.raises(DataError, match=r"found cat\.png …"):
        read_idx_folder(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("train-labels-idx1-ubyte", None, "has train-images.* but no train-labels-idx1-ubyte"),
        ("t10k-images-idx3-ubyte", None, "has t10k-labels.* but no t10k-images-idx3-ubyte"),
        (
            "train-images-idx3-ubyte",
            idx_bytes(LABELS),
            r"holds 1-dimensional data where images \(3 dimensions\) were expected",
        ),
        (
            "t10k-labels-idx1-ubyte",
            idx_bytes(IMAGES),
            r"holds 3-dimensional data where labels \(1 dimension\) were expected",
        ),
        ("train-labels-idx1-ubyte", idx_bytes([1, 2]), "holds 3 images and .* 2 labels"),
        ("t10k-images-idx3-ubyte", idx_bytes(np.zeros((2, 4, 2), int)), "4 × 2 pixels .* 2 × 4"),
        ("t10k-images-idx3-ubyte", idx_bytes(np.zeros((0, 2, 4), int)), "holds no images"),
        ("t10k-labels-idx1-ubyte", idx_bytes([], 0x08), "holds no labels"),
        ("train-labels-idx1-ubyte", idx_bytes([0.0, 1, 2], 0x0D, "f"), "labels are whole numbers"),
        ("train-labels-idx1-ubyte", idx_bytes([4, 4, 4]), "y holds one class only"),
        ("train-images-idx3-ubyte", idx_bytes(IMAGES)[:-5], "expected 24 bytes .* got 19"),
    ],
)
def test_a_folder_whose_files_do_not_fit_is_refused(folder, name, content, message):
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read_idx_folder(folder)
    assert str(folder) in str(caught.value)


@pytest.fixture(scope="module")
def mnist():
    beside = Path(__file__).resolve().parents[4] / "shared" / "data" / "mnist"
    path = Path(os.environ.get("GLASSNET_MNIST", beside))
    if not path.is_dir():
        pytest.skip(f"MNIST is not at {path}; name its folder in GLASSNET_MNIST")
    return load_data(path)


def test_mnist_has_its_published_shapes_and_label_counts(mnist):
    assert mnist.X.shape == (60_000, 784)
    assert mnist.X.dtype == np.uint8
    assert mnist.X_test.shape == (10_000, 784)
    assert mnist.image_shape == (28, 28)
    assert np.bincount(mnist.y).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949
    ]  # fmt: skip
    assert np.bincount(mnist.y_test).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009
    ]  # fmt: skip
    assert mnist.y[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert mnist.y_test[:3].tolist() == [7, 2, 1]


def test_mnist_has_its_published_mean_and_deviation(mnist):
    assert mnist.X.mean() / 255 == pytest.approx(0.1307, abs=5e-5)
    assert mnist.X.std() / 255 == pytest.approx(0.3081, abs=5e-5)


def test_mnist_is_measured_on_its_own_test_part(mnist):
    assert split_train_test(mnist).X_test is mnist.X_test


def test_a_small_file_does_not_unpack_to_a_large_one(tmp_path):
    path = tmp_path / "a.gz"
    with gzip.open(path, "wb") as file:
        file.write(struct.pack(">HBBIII", 0, 8, 3, 1 << 16, 32, 32))
        for _ in range(64):
            file.write(bytes(1 << 20))
    with pytest.raises(DataError, match="unpacks to more than 100 times its size"):
        read_idx(path)
