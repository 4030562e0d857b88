"""Folders of picture files become rows of pixels; what cannot be read is told in a sentence."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.data import DataError, load_data, read_idx_folder, read_image_folder, read_images
from glassnet.data.images.sets import MOST_VALUES, choose_size

Image = pytest.importorskip("PIL.Image", reason="pillow is of the extra data")
RNG = np.random.default_rng(0)


def grey(height: int = 4, width: int = 6) -> Any:
    return RNG.integers(0, 256, (height, width), dtype=np.uint8)


def coloured(height: int = 4, width: int = 6) -> Any:
    return RNG.integers(0, 256, (height, width, 3), dtype=np.uint8)


def write(path: Path, pixels: Any, **settings: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    picture.save(path, **settings)
    return path


def two_classes(root: Path, pixels: Any = None, ending: str = ".png") -> Any:
    """Two pictures a class; the pixels of all, in order."""
    written = [grey() if pixels is None else pixels for _ in range(4)]
    for k, one in enumerate(written):
        write(root / ("cats", "dogs")[k // 2] / f"{k}{ending}", one)
    return np.stack(written)


def first(root: Path, pixels: Any, name: str = "a.png", **settings: Any) -> Any:
    """What is read of one picture file, beside a grey one of another class."""
    write(root / "a" / name, pixels, **settings)
    height, width = np.asarray(pixels).shape[:2]
    write(root / "b" / "b.png", np.zeros((height, width), np.uint8))
    data = read_image_folder(root)
    return data.X[0].reshape(data.image_shape), data.about


# -- layouts -------------------------------------------------------------------------------


def test_a_folder_a_class_is_read_in_order_with_the_folders_names(tmp_path):
    pixels = two_classes(tmp_path / "pets")
    data = load_data(tmp_path / "pets")
    assert data.name == "pets"
    assert data.image_shape == (4, 6)
    assert data.X.dtype == np.uint8
    np.testing.assert_array_equal(data.X, pixels.reshape(4, 24))
    assert data.y.tolist() == ["cats", "cats", "dogs", "dogs"]
    assert data.features[7] == "pixel[1,1]"
    assert data.X_test is None
    assert data.about == "4 images of 4 × 6 pixels in grey"


@pytest.mark.parametrize("other", ["test", "val", "Valid", "testing"])
def test_train_and_another_part_stay_apart(tmp_path, other):
    learned, kept = two_classes(tmp_path / "train"), two_classes(tmp_path / other)
    data = load_data(tmp_path)
    np.testing.assert_array_equal(data.X, learned.reshape(4, 24))
    np.testing.assert_array_equal(data.X_test, kept.reshape(4, 24))
    assert data.y_test is not None
    assert data.y_test.tolist() == data.y.tolist()


def test_with_test_and_val_both_the_latter_is_learned_from_and_that_is_said(tmp_path):
    for part in ("train", "val", "test"):
        two_classes(tmp_path / part)
    data = load_data(tmp_path)
    assert (len(data.X), len(data.X_test)) == (8, 4)
    assert "val is learned from" in data.about


def test_a_test_part_without_classes_is_left_out_and_that_is_said(tmp_path):
    two_classes(tmp_path / "train")
    write(tmp_path / "test" / "1.png", grey())
    data = load_data(tmp_path)
    assert data.X_test is None
    assert "test has no folders of classes and is left out" in data.about


def test_a_class_may_be_called_train(tmp_path):
    write(tmp_path / "train" / "1.png", grey())
    write(tmp_path / "plane" / "1.png", grey())
    assert load_data(tmp_path).y.tolist() == ["plane", "train"]


def test_an_archive_in_a_folder_of_its_own_name_is_entered(tmp_path):
    two_classes(tmp_path / "pets" / "pets")
    (tmp_path / "pets" / "__MACOSX" / "pets").mkdir(parents=True)
    assert len(load_data(tmp_path / "pets").X) == 4


def test_names_that_are_numbers_are_numbers_in_the_order_of_numbers(tmp_path):
    for name in ("10", "9", "0"):
        write(tmp_path / name / "1.png", grey())
    assert sorted(load_data(tmp_path).y.tolist()) == [0, 9, 10]
    write(tmp_path / "01" / "1.png", grey())
    assert set(load_data(tmp_path).y.tolist()) == {"0", "01", "9", "10"}


def test_folders_within_a_class_belong_to_it(tmp_path):
    two_classes(tmp_path)
    write(tmp_path / "cats" / "tabby" / "old" / "x.png", grey())
    assert load_data(tmp_path).y.tolist() == ["cats"] * 3 + ["dogs"] * 2


def test_hidden_files_are_passed_over_and_other_files_are_counted(tmp_path):
    two_classes(tmp_path)
    for name in (".DS_Store", "Thumbs.db", "._0.png", "desktop.ini"):
        (tmp_path / "cats" / name).write_bytes(b"no picture")
    (tmp_path / ".git").mkdir()
    assert load_data(tmp_path).about == "4 images of 4 × 6 pixels in grey"
    (tmp_path / "cats" / "notes.txt").write_text("a note", encoding="utf-8")
    data = load_data(tmp_path)
    assert len(data.X) == 4
    assert data.about.endswith("files left out, being no pictures: 1 .txt")


def test_a_folder_with_idx_files_stays_one(tmp_path):
    (tmp_path / "cats").mkdir()
    (tmp_path / "train-images-idx3-ubyte").write_bytes(
        bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4])
    )
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 2, 0, 1]))
    assert load_data(tmp_path).image_shape == (1, 2)
    bigger = load_data(tmp_path, like=(2, 4))
    assert bigger.image_shape == (2, 4)
    assert len(bigger.features) == bigger.X.shape[1] == 8


# -- formats -------------------------------------------------------------------------------


def test_every_lossless_format_gives_the_same_pixels(tmp_path):
    pixels = coloured()
    for k, ending in enumerate(("png", "bmp", "tiff", "ppm", "PNG")):
        write(tmp_path / "ab"[k % 2] / f"{k}.{ending}", pixels)
    write(tmp_path / "a" / "w.webp", pixels, lossless=True)
    data = load_data(tmp_path)
    assert data.image_shape == (4, 6, 3)
    assert data.features[4] == "pixel[0,1,green]"
    np.testing.assert_array_equal(data.X, np.tile(pixels.ravel(), (6, 1)))


def test_a_jpeg_is_as_pillow_decodes_it(tmp_path):
    pixels = coloured(16, 16)
    seen, _ = first(tmp_path, pixels, "a.jpg", quality=90)
    np.testing.assert_array_equal(seen, np.asarray(Image.open(tmp_path / "a" / "a.jpg")))
    assert np.abs(seen.mean(axis=(0, 1)) - pixels.mean(axis=(0, 1))).max() < 5


def test_grey_stored_as_colour_is_grey(tmp_path):
    pixels = grey()
    seen, about = first(tmp_path, np.stack([pixels] * 3, axis=2))
    np.testing.assert_array_equal(seen, pixels)
    assert "in grey" in about


def test_one_coloured_pixel_makes_all_images_coloured(tmp_path):
    pixels = two_classes(tmp_path)
    odd = np.zeros((4, 6, 3), np.uint8)
    odd[3, 5, 1] = 1
    write(tmp_path / "dogs" / "z.png", odd)
    data = load_data(tmp_path)
    assert data.image_shape == (4, 6, 3)
    np.testing.assert_array_equal(data.X[0].reshape(4, 6, 3), np.stack([pixels[0]] * 3, axis=2))
    np.testing.assert_array_equal(data.X[4], odd.ravel())


def test_colour_can_be_asked_for(tmp_path):
    two_classes(tmp_path / "g")
    assert load_data(tmp_path / "g", colour=True).image_shape == (4, 6, 3)
    two_classes(tmp_path / "c", np.full((4, 6, 3), (255, 0, 0), np.uint8))
    data = load_data(tmp_path / "c", colour=False)
    assert data.image_shape == (4, 6)
    assert data.X[0, 0] == 76  # 0.299 · 255, ITU-R BT.601


def test_sixteen_bits_are_brought_to_eight(tmp_path):
    pixels = np.array([[0, 128, 129, 257], [32_768, 65_407, 65_406, 65_535]], np.uint16)
    seen, about = first(tmp_path, pixels)
    # v / 65,535 · 255, rounded
    np.testing.assert_array_equal(seen, np.rint(pixels * (255 / 65_535)))
    assert "1 of 16 bits, brought to 8" in about


def test_a_palette_is_looked_up(tmp_path):
    picture = Image.new("P", (6, 4), 1)
    picture.putpalette([0, 0, 0, 10, 200, 30])
    seen, _ = first(tmp_path, picture)
    assert (seen == (10, 200, 30)).all()


def test_black_and_white_is_0_and_255(tmp_path):
    bits = grey() > 99
    seen, _ = first(tmp_path, Image.fromarray(bits))
    np.testing.assert_array_equal(seen, bits * 255)


def test_ink_of_printers_becomes_light(tmp_path):
    picture = Image.new("CMYK", (6, 4), (255, 0, 0, 0))
    seen, _ = first(tmp_path, picture, "a.tiff")
    assert (seen == (0, 255, 255)).all()


def test_transparency_is_laid_on_white_and_that_is_said(tmp_path):
    pixels = np.zeros((4, 6, 4), np.uint8)
    pixels[0] = (200, 0, 0, 255)
    pixels[1] = (0, 0, 0, 51)  # a fifth black: 255 · 0.8
    seen, about = first(tmp_path, pixels)
    assert (seen[0] == (200, 0, 0)).all()
    assert (seen[1] == 204).all()
    assert (seen[2:] == 255).all()
    assert "1 with transparency, laid on white" in about


def test_a_transparent_palette_and_grey_with_alpha_are_laid_on_white(tmp_path):
    picture = Image.new("P", (6, 4), 0)
    picture.putpalette([0, 0, 0])
    seen, _ = first(tmp_path / "p", picture, transparency=0)
    assert (seen == 255).all()
    seen, _ = first(tmp_path / "la", Image.new("LA", (6, 4), (0, 0)))
    assert (seen == 255).all()


def test_an_animation_gives_its_first_picture(tmp_path):
    frames = [Image.fromarray(np.full((4, 6), v, np.uint8)) for v in (10, 200)]
    seen, about = first(tmp_path, frames[0], "a.gif", save_all=True, append_images=frames[1:])
    assert (seen == 10).all()
    assert "1 animated or of several pages, the first taken" in about


TURNS = {  # EXIF orientation, and what undoes it, as its standard says
    1: lambda a: a, 2: np.fliplr, 3: lambda a: np.rot90(a, 2), 4: np.flipud,
    5: np.transpose, 6: lambda a: np.rot90(a, -1), 7: lambda a: np.rot90(a, 2).T, 8: np.rot90,
}  # fmt: skip


@pytest.mark.parametrize("ending", ["png", "tiff"])
@pytest.mark.parametrize("orientation", TURNS)
def test_a_picture_stands_as_its_camera_was_held(tmp_path, orientation, ending):
    stored = grey()
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = TURNS[orientation](stored)
    write(tmp_path / "a" / f"a.{ending}", stored, exif=exif)
    write(tmp_path / "b" / "b.png", upright)
    data = load_data(tmp_path)
    assert data.image_shape == upright.shape
    np.testing.assert_array_equal(data.X[0].reshape(upright.shape), upright)
    assert ("turned upright" in data.about) == (orientation != 1)


# -- one size ------------------------------------------------------------------------------


def test_pictures_of_one_size_are_kept_and_of_several_brought_to_the_median(tmp_path):
    for k, (h, w) in enumerate([(10, 20), (12, 20), (30, 8)]):
        write(tmp_path / "ab"[k % 2] / f"{k}.png", grey(h, w))
    data = load_data(tmp_path)
    assert data.image_shape == (12, 20)
    assert "brought to that size (from 10 × 8 to 30 × 20 before), aspect kept" in data.about


@pytest.mark.parametrize(
    ("sizes", "channels", "chosen"),
    [
        ([(28, 28)] * 3, 1, (28, 28)),
        ([(128, 128)] * 3, 1, (128, 128)),  # 16,384 values
        ([(64, 64)] * 3, 3, (64, 64)),
        ([(129, 128)] * 3, 1, (56, 54)),  # 55.6 × 55.2: 56 rows leave room for 54 columns
        ([(64, 32), (128, 64), (256, 128)], 3, (45, 22)),
        ([(5, 7), (7, 5), (5, 5)], 1, (5, 5)),
    ],
)
def test_the_rule_for_the_size(sizes, channels, chosen):
    assert choose_size(np.array(sizes), channels) == chosen


@pytest.mark.parametrize("height", [1, 3, 500, 40_000])
@pytest.mark.parametrize("width", [1, 17, 333, 40_000])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_chosen_size_never_takes_more_values_than_the_bound(height, width, channels):
    h, w = choose_size(np.array([(height, width), (height, width + 1)]), channels)
    assert h >= 1
    assert w >= 1
    assert h * w * channels <= MOST_VALUES


def test_a_wide_picture_is_centred_and_its_edge_colour_fills_what_is_free(tmp_path):
    wide = np.full((12, 40), 30, np.uint8)
    wide[4:8, 18:22] = 250
    write(tmp_path / "a" / "a.png", wide)
    write(tmp_path / "b" / "b.png", wide)
    data = load_data(tmp_path, size=(20, 20))
    seen = data.X[0].reshape(20, 20)
    assert (seen[:7] == 30).all()
    assert (seen[13:] == 30).all()
    assert seen[9:11, 9:11].min() > 120
    np.testing.assert_array_equal(seen, seen[::-1])  # nothing is shifted to one side
    np.testing.assert_array_equal(seen, seen[:, ::-1])


def test_making_smaller_takes_the_mean_of_what_falls_into_a_pixel(tmp_path):
    pixels = grey(400, 400)
    write(tmp_path / "a" / "a.png", pixels)
    write(tmp_path / "b" / "b.png", pixels)
    seen = load_data(tmp_path, size=(4, 4)).X[0]
    assert abs(float(seen.mean()) - pixels.mean()) < 2
    assert seen.std() < 5


def test_the_size_may_be_given_and_must_make_sense(tmp_path):
    two_classes(tmp_path)
    assert load_data(tmp_path, size=(2, 3)).image_shape == (2, 3)
    for size in ((0, 3), (5,), (10_000, 3), (2.5, 2)):
        with pytest.raises(InputError, match=r"size.*: give "):
            load_data(tmp_path, size=size)  # type: ignore[arg-type]


def test_like_gives_a_trained_networks_size_and_colour(tmp_path):
    two_classes(tmp_path, coloured())
    assert load_data(tmp_path, like=(3, 5)).image_shape == (3, 5)
    assert load_data(tmp_path, like=(3, 5, 3)).X.shape == (4, 45)
    with pytest.raises(DataError, match="like decides size and colour"):
        load_data(tmp_path, like=(3, 5), colour=True)
    with pytest.raises(DataError, match="images are"):
        load_data(tmp_path, like=(3, 5, 4))


def test_pictures_without_a_class_come_with_their_names(tmp_path):
    pixels = grey(8, 8)
    write(tmp_path / "b.png", pixels)
    write(tmp_path / "sub" / "a.jpg", coloured(30, 30))
    names, X = read_images(tmp_path, (8, 8))
    assert names == ["b.png", str(Path("sub") / "a.jpg")]
    np.testing.assert_array_equal(X[0], pixels.ravel())
    names, X = read_images(tmp_path / "b.png", (8, 8, 3))
    assert names == ["b.png"]
    assert X.shape == (1, 192)


def test_a_folder_reads_as_the_same_row_as_a_single_picture(tmp_path):
    write(tmp_path / "a" / "1.jpg", coloured(50, 30))
    write(tmp_path / "b" / "1.png", coloured(20, 90))
    data = load_data(tmp_path)
    for k, path in enumerate(("a/1.jpg", "b/1.png")):
        _, X = read_images(tmp_path / path, data.image_shape)
        np.testing.assert_array_equal(X[0], data.X[k])


# -- what is wrong -------------------------------------------------------------------------


def refused(path: Path, *words: str) -> None:
    with pytest.raises(DataError) as caught:
        load_data(path)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


@contextmanager
def suppress_named(path: Path) -> Iterator[None]:
    """A DataError may come, and names the file."""
    found = None
    try:
        yield
    except DataError as error:
        found = error
    assert found is None or path.name in str(found)


def test_a_file_that_is_no_picture_is_named(tmp_path):
    two_classes(tmp_path)
    (tmp_path / "cats" / "x.jpg").write_text("<html>not found</html>", encoding="utf-8")
    refused(tmp_path, "x.jpg is no picture that can be read", "take it out")


def test_an_empty_file_is_named(tmp_path):
    two_classes(tmp_path)
    (tmp_path / "cats" / "x.png").touch()
    refused(tmp_path, "x.png")


@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "bmp", "tiff", "webp"])
def test_every_cut_off_picture_is_named(tmp_path, ending):
    two_classes(tmp_path)
    path = write(tmp_path / "cats" / f"x.{ending}", coloured(64, 64))
    whole = path.read_bytes()
    for length in (3, 20, len(whole) // 3, len(whole) // 2):
        path.write_bytes(whole[:length])
        refused(tmp_path, f"x.{ending}")


def test_damaged_pictures_are_named_or_read_and_never_crash(tmp_path):
    rng = np.random.default_rng(1)
    for ending in ("png", "jpg", "gif", "bmp", "tiff", "webp", "ppm"):
        path = write(tmp_path / f"x.{ending}", coloured(16, 16))
        whole = bytearray(path.read_bytes())
        for _ in range(40):
            damaged = bytearray(whole)
            for at in rng.integers(0, len(whole), 4):
                damaged[at] = rng.integers(256)
            path.write_bytes(damaged)
            with suppress_named(path):
                _, X = read_images(path, (8, 8, 3))
                assert X.shape == (1, 192)


@pytest.mark.parametrize(("width", "height"), [(40_000, 40_000), (12_000, 9_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(tmp_path, width, height):
    two_classes(tmp_path)
    header = f"P5 {width} {height} 255\n".encode()
    (tmp_path / "cats" / "bomb.pgm").write_bytes(header + b"0")
    refused(tmp_path, "bomb.pgm says it has", "more than the 89,478,485", "make it smaller")


def test_fractions_for_pixels_are_refused(tmp_path):
    two_classes(tmp_path)
    write(tmp_path / "cats" / "x.tiff", np.zeros((4, 6), np.float32))
    refused(tmp_path, "x.tiff holds fractions for pixels")


def test_values_beyond_sixteen_bits_are_refused(tmp_path):
    two_classes(tmp_path)
    write(tmp_path / "cats" / "x.tiff", np.full((4, 6), 70_000, np.int32))
    refused(tmp_path, "x.tiff holds values from 70000 to 70000, more than 16 bits")


def test_a_format_that_is_not_read_is_not_passed_over(tmp_path):
    two_classes(tmp_path)
    (tmp_path / "cats" / "x.HEIC").write_bytes(b"....ftypheic")
    refused(tmp_path, "x.HEIC is a .heic picture", "save it as PNG or JPEG")


def test_an_empty_class_is_named(tmp_path):
    two_classes(tmp_path)
    (tmp_path / "eels").mkdir()
    refused(tmp_path, "eels has no pictures: put some of its class into it")


def test_one_class_is_not_enough(tmp_path):
    write(tmp_path / "cats" / "1.png", grey())
    refused(tmp_path, "one class only (cats)", "needs at least two")


def test_pictures_without_folders_of_classes_are_explained(tmp_path):
    write(tmp_path / "1.png", grey())
    refused(tmp_path, "holds 1 pictures and no folders of classes", "cats/1.png")


def test_pictures_beside_folders_of_classes_are_explained(tmp_path):
    two_classes(tmp_path)
    write(tmp_path / "9.png", grey())
    refused(tmp_path, "1 pictures beside its folders of classes, as 9.png")


def test_folders_without_any_pictures_are_explained(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    refused(tmp_path, "a has no pictures")


def test_a_class_in_the_test_part_alone_is_named(tmp_path):
    two_classes(tmp_path / "train")
    two_classes(tmp_path / "test")
    write(tmp_path / "test" / "eels" / "1.png", grey())
    refused(tmp_path, "has the class 'eels', which", "has not")


def test_parts_beside_classes_are_refused(tmp_path):
    two_classes(tmp_path / "train")
    write(tmp_path / "eels" / "1.png", grey())
    refused(tmp_path, "has eels beside train")


def test_folders_too_deep_are_told(tmp_path):
    two_classes(tmp_path)
    (tmp_path / "cats" / "/".join("d" * 120)).mkdir(parents=True)
    refused(tmp_path, "over 100 folders deep")


def test_links_in_a_circle_are_told(tmp_path):
    two_classes(tmp_path)
    (tmp_path / "cats" / "again").symlink_to(tmp_path / "cats", target_is_directory=True)
    refused(tmp_path, "again leads back to a folder above it")


def test_a_link_to_nowhere_is_told_and_a_link_to_a_class_is_followed(tmp_path):
    two_classes(tmp_path / "real")
    (tmp_path / "linked").mkdir()
    for name in ("cats", "dogs"):
        (tmp_path / "linked" / name).symlink_to(tmp_path / "real" / name)
    assert len(load_data(tmp_path / "linked").X) == 4
    (tmp_path / "real" / "cats" / "x.png").symlink_to(tmp_path / "nowhere.png")
    refused(tmp_path / "real", "x.png cannot be read: No such file")


@pytest.mark.skipif(os.name == "nt", reason="pipes have a name on POSIX alone")
def test_a_pipe_is_passed_over_and_does_not_hang(tmp_path):
    two_classes(tmp_path)
    os.mkfifo(tmp_path / "cats" / "pipe.png")
    assert len(load_data(tmp_path).X) == 4


def test_what_may_not_be_read_is_told(tmp_path, monkeypatch):
    two_classes(tmp_path)
    scandir = os.scandir

    def forbidden(path: Any) -> Any:
        if str(path).endswith("dogs"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbidden)
    refused(tmp_path, "dogs cannot be read: Permission denied")


def test_a_name_that_is_no_text_is_told(tmp_path):
    two_classes(tmp_path)
    try:
        os.mkdir(os.fsencode(tmp_path) + b"/\xff")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 alone")
    refused(tmp_path, "is no text in UTF-8: give it another name")


def test_a_network_learns_from_folders_of_coloured_pictures(tmp_path):
    from glassnet.training import fit
    from glassnet.training.recipe.recipe import fit_settings, prepare, recipe_for, score

    rng = np.random.default_rng(2)
    for k in range(60):
        ground = np.array([(200, 40, 40), (40, 40, 200)][k % 2])
        noisy = np.clip(ground + rng.normal(0, 20, (7, 9, 3)), 0, 255).astype(np.uint8)
        write(tmp_path / ("red", "blue")[k % 2] / f"{k}.png", noisy)
    data = load_data(tmp_path)
    recipe = recipe_for(data, epochs=5, hidden=(8,))
    net, parts = prepare(data, recipe)
    for _ in fit(net, parts.X, parts.y, **fit_settings(recipe)):
        pass
    assert score(net, parts.X_test, parts.y_test)["accuracy"] == 1
    _, X = read_images(tmp_path / "red" / "0.png", data.image_shape)
    assert net.predict(X).tolist() == ["red"]


@pytest.mark.campaign
def test_mnist_as_files_is_mnist_as_idx(tmp_path):
    beside = Path(__file__).resolve().parents[4] / "shared" / "data" / "mnist"
    folder = Path(os.environ.get("GLASSNET_MNIST", beside))
    if not folder.is_dir():
        pytest.skip(f"MNIST is not at {folder}; name its folder in GLASSNET_MNIST")
    mnist = read_idx_folder(folder)
    for k in range(5_000):
        write(tmp_path / str(mnist.y[k]) / f"{k:05}.png", mnist.X[k].reshape(28, 28))
    order = np.lexsort((np.arange(5_000), mnist.y[:5_000]))
    data = load_data(tmp_path)
    np.testing.assert_array_equal(data.X, mnist.X[:5_000][order])
    np.testing.assert_array_equal(data.y, mnist.y[:5_000][order])
    assert re.match("5,000 images of 28 × 28 pixels in grey", data.about)
