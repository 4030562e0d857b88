"""NumPy's archives: rows and targets are found by name and shape, and nothing in them is run."""

import io
import zipfile

import numpy as np
import pytest

from glassnet.data import DataError, load_data, read_npz

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (6, 4, 5), dtype=np.uint8)
Y = np.array([0, 1, 2, 0, 1, 2])


def saved(tmp_path, **arrays):
    np.savez(tmp_path / "a.npz", **arrays)
    return tmp_path / "a.npz"


@pytest.mark.parametrize(
    ("rows", "targets"),
    [
        ("X", "y"), ("x", "y"), ("images", "labels"), ("data", "target"), ("x_train", "y_train"),
        ("X_train", "Y_train"), ("xTrain", "yTrain"), ("train_images", "train_labels"),
        ("arr_0", "arr_1"), ("features", "targets"), ("first", "second"), ("b", "a"),
    ],
)  # fmt: skip
def test_rows_and_targets_are_found_by_their_names_or_shapes(tmp_path, rows, targets):
    data = load_data(saved(tmp_path, **{targets: Y, rows: IMAGES}))
    assert data.name == "a"
    assert data.image_shape == (4, 5)
    np.testing.assert_array_equal(data.X, IMAGES.reshape(6, 20))
    np.testing.assert_array_equal(data.y, Y)
    assert data.X_test is None


@pytest.mark.parametrize("order", ["{part}_{role}", "{role}_{part}"])
@pytest.mark.parametrize("other", ["test", "val", "testing"])
def test_a_test_part_is_found(tmp_path, order, other):
    arrays = {}
    for part, k in (("train", 6), (other, 3)):
        arrays[order.format(part=part, role="images")] = IMAGES[:k]
        arrays[order.format(part=part, role="labels")] = Y[:k, None]  # a column
    data = read_npz(saved(tmp_path, **arrays))
    np.testing.assert_array_equal(data.X_test, IMAGES[:3].reshape(3, 20))
    assert data.y_test.tolist() == [0, 1, 2]


def test_names_of_classes_beside_them_are_no_rows(tmp_path):
    path = saved(tmp_path, x=IMAGES, y=Y, class_names=np.array(["a", "b", "c"]))
    assert len(read_npz(path).X) == 6


def test_columns_are_columns_and_fractions_are_numbers_to_predict(tmp_path):
    data = read_npz(saved(tmp_path, x=RNG.normal(size=(6, 3)), y=np.linspace(0, 1, 6)))
    assert data.image_shape is None
    assert data.task == "number"
    assert data.features == ("x[0]", "x[1]", "x[2]")


def test_one_hot_targets_and_texts_are_classes(tmp_path):
    assert read_npz(saved(tmp_path, x=IMAGES, y=np.eye(3)[Y])).y.tolist() == Y.tolist()
    texts = np.array([b"cat", b"dog"] * 3)
    assert read_npz(saved(tmp_path, x=IMAGES, y=texts)).y.tolist() == ["cat", "dog"] * 3


@pytest.mark.parametrize("first", [False, True])
def test_channels_may_be_first_or_last(tmp_path, first):
    coloured = RNG.integers(0, 256, (6, 4, 5, 3), dtype=np.uint8)
    data = read_npz(saved(tmp_path, x=np.moveaxis(coloured, 3, 1) if first else coloured, y=Y))
    assert data.image_shape == (4, 5, 3)
    np.testing.assert_array_equal(data.X, coloured.reshape(6, 60))
    assert data.features[4] == "pixel[0,1,green]"


def test_grey_in_three_channels_is_grey_unless_colour_is_asked_for(tmp_path):
    path = saved(tmp_path, x=np.stack([IMAGES] * 3, axis=3), y=Y)
    data = read_npz(path)
    assert data.image_shape == (4, 5)
    np.testing.assert_array_equal(data.X, IMAGES.reshape(6, 20))
    assert read_npz(path, colour=True).image_shape == (4, 5, 3)


def test_rows_of_columns_become_images_where_a_size_is_given(tmp_path):
    path = saved(tmp_path, x=IMAGES.reshape(6, 20), y=Y)
    assert read_npz(path).image_shape is None
    data = read_npz(path, size=(4, 5))
    assert data.image_shape == (4, 5)
    np.testing.assert_array_equal(data.X, IMAGES.reshape(6, 20))
    with pytest.raises(DataError, match="rows of 20 columns; 3 × 5 pixels take 15"):
        read_npz(path, size=(3, 5))


def test_like_brings_images_of_bytes_to_another_size_and_refuses_fractions(tmp_path):
    pytest.importorskip("PIL")
    data = read_npz(saved(tmp_path, x=IMAGES, y=Y), like=(8, 10, 3))
    assert data.X.shape == (6, 240)
    assert data.image_shape == (8, 10, 3)
    with pytest.raises(DataError, match="only values of uint8 can be brought there"):
        read_npz(saved(tmp_path, x=IMAGES / 255, y=Y), like=(8, 10))


def test_objects_are_never_unpickled(tmp_path):
    ran = []

    class Trap:
        def __reduce__(self):
            return ran.append, (1,)

    path = saved(tmp_path, x=IMAGES, y=np.array([Trap()] * 6, dtype=object))
    with pytest.raises(DataError, match="holds Python objects in 'y', which are never read"):
        load_data(path)
    assert ran == []


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"x": IMAGES}, "no rows and targets that are told by their names; it holds x"),
        ({}, "it holds nothing"),
        ({"x": IMAGES, "y": Y[:5]}, r"rows of shape \(6, 4, 5\) and targets of shape \(5,\)"),
        ({"x": IMAGES[..., None, None], "y": Y}, "rows of shape"),
        ({"x": np.zeros((6, 4, 5, 4)), "y": Y}, "with 1 or 3 channels first or last"),
        ({"x": IMAGES, "y": np.zeros(6, int)}, "one class only"),
        ({"x": IMAGES, "images": IMAGES, "y": Y}, "'x' and 'images', of which one must go"),
        ({"x": np.full((6, 3), np.nan), "y": Y}, "holds nan"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path, arrays, words):
    with pytest.raises(DataError, match=words) as caught:
        load_data(saved(tmp_path, **arrays))
    assert "\n" not in str(caught.value)


def test_what_is_no_archive_is_said(tmp_path):
    path = tmp_path / "a.npz"
    for content in (b"", b"text", b"PK\x05\x06" + bytes(17), b"PK\x03\x04rest"):
        path.write_bytes(content)
        with pytest.raises(DataError, match=r"a\.npz"):
            load_data(path)
    stream = io.BytesIO()
    np.save(stream, IMAGES)
    path.write_bytes(stream.getvalue())
    with pytest.raises(DataError, match="is a single array: save rows and targets"):
        load_data(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "a note")
    with pytest.raises(DataError, match=r"a\.npz"):
        load_data(path)


def test_a_damaged_archive_is_told_or_read_and_never_crashes(tmp_path):
    path = tmp_path / "a.npz"
    rng = np.random.default_rng(1)
    for save in (np.savez, np.savez_compressed):
        save(path, x=IMAGES, y=Y)
        whole = path.read_bytes()
        for _ in range(150):
            damaged = bytearray(whole)
            for at in rng.integers(0, len(whole), 3):
                damaged[at] = rng.integers(256)
            path.write_bytes(damaged if rng.random() < 0.8 else damaged[: rng.integers(len(whole))])
            message = "a.npz"
            try:
                load_data(path)
            except DataError as error:
                message = str(error)
            assert "a.npz" in message
