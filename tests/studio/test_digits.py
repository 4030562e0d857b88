"""The digits' scene: what is offered to be read."""

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.studio.messages import Wish
from glassnet.studio.scenes.digits import DigitsScene


def test_ten_samples_are_the_ten_digits():
    told = DigitsScene(lambda frame: None).open(Wish(1, "digits.open"))
    assert told.labels[:10].tolist() == list(range(10))
    assert len(told.images) == len(told.labels) == 40


def test_what_is_read_wrongly_is_shown_one_after_the_other_and_asked_about():
    scene = DigitsScene(lambda frame: None)
    scene._go(60)
    first = scene.wrong(Wish(1, "digits.wrong"))
    assert first.label != first.answer
    x = (first.image.reshape(1, 64) / 16).astype(np.float32)
    assert scene.net.forward(x).y_hat.argmax() == first.answer
    seen = [first.place]
    for _ in range(first.wrong):
        seen.append(scene.wrong(Wish(1, "digits.wrong", {"after": seen[-1]})).place)
    assert seen[-1] == seen[0]
    assert len(set(seen)) == first.wrong
    pixels = first.image.ravel().tolist()
    why_not = scene.why(Wish(1, "digits.why", {"pixels": pixels, "of": first.label}))
    assert why_not.answer == first.label
    assert why_not.value == pytest.approx(scene.net.forward(x).y_hat[0, first.label], abs=1e-6)
    assert why_not.adds.sum() == pytest.approx(why_not.value - why_not.without, abs=1e-4)
    scene.held_y = scene.net.forward(scene.held).y_hat.argmax(axis=1)
    with pytest.raises(InputError, match="all 360 are read rightly"):
        scene.wrong(Wish(1, "digits.wrong"))
