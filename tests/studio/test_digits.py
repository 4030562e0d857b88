"""The digits' scene: what is offered to be read."""

from glassnet.studio.messages import Wish
from glassnet.studio.scenes.digits import DigitsScene


def test_ten_samples_are_the_ten_digits():
    told = DigitsScene(lambda frame: None).open(Wish(1, "digits.open"))
    assert told.labels[:10].tolist() == list(range(10))
    assert len(told.images) == len(told.labels) == 40
