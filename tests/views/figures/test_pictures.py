"""The figures have the panels, scales and words that they should; files are the same each time."""

from pathlib import Path

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.training import History

pytest.importorskip("matplotlib")

from glassnet.views.figures import pictures


def history(n: int, validation: bool = False) -> History:
    rows = [{"epoch": k, "loss": 2.0 / k, "val_loss": 3.0 / k} for k in range(1, n + 1)]
    if not validation:
        rows = [{"epoch": row["epoch"], "loss": row["loss"]} for row in rows]
    return History(epochs=rows)


def test_a_history_is_drawn_over_its_epochs_with_validation_where_there_is_some():
    (ax,) = pictures.loss_curve(history(5)).axes
    assert len(ax.lines) == 1
    assert ax.get_xlabel() == "epoch"
    (ax,) = pictures.loss_curve(history(5, validation=True)).axes
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "training data",
        "validation data",
    ]


def test_the_loss_axis_is_logarithmic_where_it_falls_far():
    assert pictures.loss_curve([1.0, 0.9, 0.8]).axes[0].get_yscale() == "linear"
    assert pictures.loss_curve([1.0, 0.1, 0.001]).axes[0].get_yscale() == "log"
    assert pictures.loss_curve([1.0, 0.1, 0.0]).axes[0].get_yscale() == "linear"


def test_the_least_loss_is_a_line_of_its_own():
    (ax,) = pictures.loss_curve([1.0, 0.5], floor=0.2).axes
    assert len(ax.lines) == 2


@pytest.mark.parametrize("losses", [[], [0.5], [float("nan"), 1.0], [0.0, 0.0]])
def test_strange_losses_are_drawn_too(losses: list[float]):
    assert pictures.render(pictures.loss_curve(losses), ".png")


def test_the_confusion_matrix_writes_every_count():
    table = np.array([[5, 1, 0], [0, 7, 2], [3, 0, 9]])
    (ax,) = pictures.confusion_matrix(table, ["a", "b", "long name"]).axes
    assert sorted(text.get_text() for text in ax.texts) == sorted(["5", "1", "7", "2", "3", "9"])
    assert ax.get_title() == "21 of 27 right"
    assert [text.get_text() for text in ax.get_yticklabels()] == ["a", "b", "long name"]


def test_the_confusion_matrix_takes_many_classes_and_no_rows():
    many = pictures.confusion_matrix(np.eye(60, dtype=int), list(range(60)))
    assert not many.axes[0].texts
    empty = pictures.confusion_matrix(np.zeros((2, 2), dtype=int), ["no", "yes"])
    assert pictures.render(empty, ".png")


def test_a_table_that_does_not_fit_its_classes_is_refused():
    with pytest.raises(InputError, match="3 classes"):
        pictures.confusion_matrix(np.zeros((2, 2)), [1, 2, 3])


def test_wrong_images_are_shown_surest_first():
    y, y_hat = np.array([0, 1, 1, 0]), np.array([0, 0, 1, 1])
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.1, 0.9]])
    figure = pictures.wrong_images(np.zeros((4, 6)), y, y_hat, probabilities, (2, 3))
    titles = [ax.get_title() for ax in figure.axes]
    assert titles == ["is 0, taken for 1\n(90 % sure)", "is 1, taken for 0\n(60 % sure)"]


@pytest.mark.parametrize("n_wrong, panels", [(1, 1), (7, 7), (24, 24), (40, 24)])
def test_wrong_images_has_a_panel_for_each_up_to_n(n_wrong: int, panels: int):
    y, y_hat = np.zeros(50, dtype=int), (np.arange(50) < n_wrong).astype(int)
    figure = pictures.wrong_images(np.zeros((50, 4)), y, y_hat, np.full((50, 1), 0.5), (2, 2))
    assert len(figure.axes) == panels


def test_without_a_mistake_a_sentence_says_so():
    y = np.array(["a", "b"])
    figure = pictures.wrong_images(np.zeros((2, 4)), y, y, np.eye(2), (2, 2))
    assert "None of 2 images" in figure.axes[0].texts[0].get_text()


def test_the_first_layer_is_sorted_by_norm_on_one_symmetric_scale():
    W = np.array([[0.1] * 4, [-3.0, 0.0, 0.0, 0.0], [1.0] * 4])
    figure = pictures.first_layer_images(W, (2, 2))
    panels = [ax for ax in figure.axes if ax.images]
    assert [ax.get_title() for ax in panels] == ["neuron 1", "neuron 2", "neuron 0"]
    np.testing.assert_array_equal(panels[0].images[0].get_array(), [[-3.0, 0.0], [0.0, 0.0]])
    low, high = panels[0].images[0].get_clim()
    assert low == -high
    assert panels[1].images[0].get_clim() == (low, high)


def test_weights_that_are_no_images_are_refused():
    with pytest.raises(InputError, match="9 weights a neuron"):
        pictures.first_layer_images(np.zeros((3, 4)), (3, 3))


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_same_picture_is_the_same_file(tmp_path: Path, suffix: str):
    for name in ("one", "two"):
        pictures.save(pictures.loss_curve([1.0, 0.5, 0.2]), tmp_path / f"{name}{suffix}")
    one, two = ((tmp_path / f"{name}{suffix}").read_bytes() for name in ("one", "two"))
    assert one == two
    assert b"<dc:date>" not in one
    assert len(list(tmp_path.iterdir())) == 2


def test_another_kind_of_file_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="png"):
        pictures.save(pictures.loss_curve([1.0]), tmp_path / "loss.bmp")
    with pytest.raises(InputError, match="does not exist: make it first"):
        pictures.save(pictures.loss_curve([1.0]), tmp_path / "absent" / "loss.png")


def test_coloured_images_are_drawn_in_their_colours():
    images = np.zeros((2, 2, 3, 3), np.uint8)
    images[0, :, :, 0] = 255
    p = [[0.9, 0.1], [0.2, 0.8]]
    for values in (images, images / 255):
        fig = pictures.wrong_images(values.reshape(2, 18), [1, 1], [0, 1], p, (2, 3, 3))
        (shown,) = fig.axes[0].images
        np.testing.assert_array_equal(shown.get_array(), values[0])


def test_a_neurons_weights_for_colours_are_added_up_pixel_by_pixel():
    W = np.arange(18.0).reshape(1, 18)
    fig = pictures.first_layer_images(W, (2, 3, 3))
    (shown,) = fig.axes[0].images
    np.testing.assert_array_equal(shown.get_array(), W.reshape(2, 3, 3).sum(axis=2))
