"""Pictures distorted, beside SciPy's own interpolation and smoothing."""

from typing import Any

import numpy as np
import pytest

import glassnet as gn
from glassnet.data.images.distortion import Distortion, gaussian, read_off
from glassnet.training import Settings, TrainingEnd, fit_with
from glassnet.training.augmented import DistortedRows, shape_of_pictures

PICTURES = np.random.default_rng(0).random((4, 9, 7))


def drawn(**values: float) -> Any:
    return Drawn(**values)


class Drawn:
    """In place of a generator: the numbers that were to be drawn, turn by turn."""

    def __init__(self, **values):
        names = ("turn", "lean", "tall", "wide", "down", "right")
        self.values = np.array([[values.get(name, 0.0)] for name in names])

    def uniform(self, low, high, shape):
        assert (low, high, shape[0]) == (-1, 1, 6)
        return np.broadcast_to(self.values, shape).copy()


def test_nothing_asked_for_is_nothing_done():
    out = Distortion()(PICTURES, np.random.default_rng(0))
    np.testing.assert_allclose(out, PICTURES, atol=1e-15)
    assert out is not PICTURES


def test_a_shift_moves_the_picture_and_its_border_goes_on():
    (out,) = Distortion(shift=2)(PICTURES[:1], drawn(down=1.0, right=0.5))
    np.testing.assert_allclose(out[:-2, :-1], PICTURES[0, 2:, 1:], atol=1e-12)
    np.testing.assert_allclose(out[-1, 0], PICTURES[0, -1, 1], atol=1e-12)


def test_a_quarter_turn_is_numpy_s():
    square = PICTURES[:1, :7]
    (out,) = Distortion(rotate=90)(square, drawn(turn=1.0))
    np.testing.assert_allclose(out, np.rot90(square[0], -1), atol=1e-12)


def test_half_the_size_is_every_second_pixel():
    (out,) = Distortion(scale=0.5)(PICTURES[:1], drawn(tall=-1.0, wide=-1.0))
    np.testing.assert_allclose(out[4, 3], PICTURES[0, 4, 3], atol=1e-12)
    np.testing.assert_allclose(out[5, 4], PICTURES[0, 6, 5], atol=1e-12)


def test_what_leans_moves_by_its_row():
    (out,) = Distortion(shear=45)(PICTURES[:1], drawn(lean=1.0))
    np.testing.assert_allclose(out[4], PICTURES[0, 4], atol=1e-12)
    np.testing.assert_allclose(out[5, :-1], PICTURES[0, 5, 1:], atol=1e-12)


@pytest.mark.parametrize("shape", [(9, 7), (1, 5), (5, 1), (28, 28)])
def test_what_is_read_off_is_scipy_s(shape):
    coordinates = pytest.importorskip("scipy.ndimage").map_coordinates
    rng = np.random.default_rng(1)
    pictures = rng.random((3, *shape))
    y, x = (rng.uniform(-2, n + 1, (3, 6, 5)) for n in shape)
    theirs = [
        coordinates(p, [yy, xx], order=1, mode="nearest")
        for p, yy, xx in zip(pictures, y, x, strict=True)
    ]
    np.testing.assert_allclose(read_off(pictures, y, x), theirs, atol=1e-12)


@pytest.mark.parametrize("deviation", [1.0, 4.0])
def test_the_field_is_smoothed_as_by_scipy(deviation):
    smoothed = pytest.importorskip("scipy.ndimage").gaussian_filter
    field = np.random.default_rng(2).uniform(-1, 1, (28, 28))
    own = gaussian(28, deviation, np.float64) @ field @ gaussian(28, deviation, np.float64).T
    theirs = smoothed(field, deviation, mode="constant", truncate=28 / deviation)
    np.testing.assert_allclose(own, theirs, atol=1e-12)


def test_an_elastic_one_bends_as_far_as_simard_s():
    """Of 34 and 4 the displacements have a standard deviation of about 34·0.577/(2√π·4) pixels."""
    y, x = Distortion(elastic=34).places(np.random.default_rng(3), 200, 28, 28, np.float64)
    inner = (y - np.arange(28)[:, None])[:, 10:18, 10:18]
    assert inner.std() == pytest.approx(34 * 3**-0.5 / (2 * np.pi**0.5 * 4), rel=0.1)
    assert abs(np.corrcoef(y[:, 14, 14], x[:, 14, 14])[0, 1]) < 0.2


def test_colours_move_together():
    coloured = np.repeat(PICTURES[..., None], 3, axis=3)
    how = Distortion(shift=1, rotate=20, elastic=5, smooth=2)
    out = how(coloured, np.random.default_rng(4))
    np.testing.assert_array_equal(out[..., 0], out[..., 2])
    np.testing.assert_array_equal(out[..., 0], how(PICTURES, np.random.default_rng(4)))


def test_each_picture_is_distorted_another_way_and_by_its_seed():
    same = np.repeat(PICTURES[:1], 5, axis=0)
    how = Distortion(rotate=30, elastic=5)
    out = how(same, np.random.default_rng(5))
    assert len({each.tobytes() for each in out}) == 5
    assert out.tobytes() == how(same, np.random.default_rng(5)).tobytes()


def test_float32_stays_float32_and_whole_numbers_become_it():
    assert Distortion(rotate=5)(PICTURES.astype(np.float32), np.random.default_rng(0)).dtype == "f4"
    assert Distortion(rotate=5)(np.ones((2, 4, 4), int), np.random.default_rng(0)).dtype == "f4"


# -- in a training -------------------------------------------------------------------------

HOW = Distortion(shift=1, rotate=10, elastic=4, smooth=2)


def small(n=40):
    rng = np.random.default_rng(6)
    return rng.random((n, 64)), rng.integers(0, 3, n)


def network():
    return gn.Network.dense([64, 8, 3], output="softmax", seed=1)


def test_a_batch_is_distorted_and_the_rows_stay():
    X, _ = small()
    kept = X.copy()
    rows, out = DistortedRows(X, HOW, 0), np.empty((5, 64))
    rows.take(np.arange(5), 0, out, "clip")
    assert not np.allclose(out, X[:5])
    again = np.empty((5, 64))
    DistortedRows(X, HOW, 0).take(np.arange(5), 0, again, "clip")
    np.testing.assert_array_equal(out, again)
    DistortedRows(X, HOW, 1).take(np.arange(5), 0, again, "clip")
    assert not np.allclose(out, again)
    np.testing.assert_array_equal(np.asarray(rows), kept)
    np.testing.assert_array_equal(np.asarray(rows[3:7]), kept[3:7])


def test_training_meets_other_pictures_in_each_epoch():
    X, y = small()
    plain, bent, again = network(), network(), network()
    gn.fit(plain, X, y, epochs=3)
    gn.fit(bent, X, y, epochs=3, augment=HOW)
    gn.fit(again, X, y, epochs=3, augment=HOW)
    assert not np.allclose(plain.theta, bent.theta)
    assert bent.theta.tobytes() == again.theta.tobytes()


def test_what_is_validated_on_stays_as_it_is():
    X, y = small()
    net, other = network(), network()
    history = gn.fit(net, X, y, epochs=1, validation=(X, y), augment=HOW)
    assert history["val_loss"][0] == pytest.approx(
        float(net.loss.sample(*_outputs(net, X), np.eye(3)[y]).mean()), rel=1e-5
    )
    gn.fit(other, X, y, epochs=1, augment=HOW)
    assert other.theta.tobytes() == net.theta.tobytes()


def _outputs(net, X):
    step = net.forward(X).dense[-1]
    return step.z, step.a


def test_a_checkpoint_goes_on_with_the_same_pictures(tmp_path):
    X, y = small()
    whole, parts, again = network(), network(), network()
    gn.fit(whole, X, y, epochs=6, augment=HOW)

    def stop(event):
        return "stop" if getattr(event, "epoch", 0) == 3 else None

    gn.fit(parts, X, y, epochs=6, augment=HOW, checkpoint=tmp_path, callbacks=[stop])
    gn.fit(again, X, y, epochs=6, augment=HOW, checkpoint=tmp_path, resume=True)
    assert again.theta.tobytes() == whole.theta.tobytes()
    with pytest.raises(gn.InputError, match="augment"):
        gn.fit(again, X, y, epochs=6, checkpoint=tmp_path, resume=True)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"optimizer": "lbfgs"}, "L-BFGS takes all rows at once"),
        ({"record": "run"}, "distorted ones have no name"),
        ({"augment": "much"}, "augment is 'much': give a Distortion"),
    ],
)
def test_what_does_not_go_with_it_is_said(settings, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    X, y = small()
    with pytest.raises(gn.InputError, match=told):
        gn.fit(network(), X, y, **{"epochs": 1, "augment": HOW, **settings})


def test_rows_that_are_no_such_pictures_are_refused():
    assert shape_of_pictures((4, 16), 64) == (4, 16)
    with pytest.raises(gn.InputError, match="rows of 63 numbers are no square pictures"):
        shape_of_pictures(None, 63)
    with pytest.raises(gn.InputError, match="pictures of 3×3×3, which are 27 numbers"):
        shape_of_pictures((3, 3, 3), 64)
    with pytest.raises(gn.InputError, match="shift is -1"):
        Distortion(shift=-1)


def test_the_readable_generator_takes_it_too():
    X, y = small()
    events = list(fit_with(network(), X, y, None, Settings(epochs=1, augment=HOW)))
    assert isinstance(events[-1], TrainingEnd)
