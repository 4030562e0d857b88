"""The page in Firefox: the worked example is moved, the playground learns, none complains."""

from pathlib import Path

import pytest
from firefox_bidi import firefox
from studio_pages import Play

pytestmark = [pytest.mark.outside, pytest.mark.timeout(3600)]


def test_the_worked_example_and_the_playground_in_firefox(tmp_path: Path):
    play = Play()
    try:
        with firefox(tmp_path) as page:
            page.go(play.address)
            page.until("!!document.querySelector('.picture svg .num')")
            before = float(page.value("document.querySelector('#loss').textContent"))
            page.drag('.picture .num[data-a="W2[0,0]"] .hit', -40)
            page.until(f"Number(document.querySelector('#loss').textContent) < {before}")
            page.value("document.querySelectorAll('.tabs button')[1].click()")
            page.until("!!document.querySelector('.plane')")
            page.click("#run")
            page.until("parseFloat(document.querySelector('#figure-accuracy').textContent) > 90")
            page.click("#run")
            sums = page.value(
                "[...document.querySelectorAll('.node canvas')].map((c) => c.getContext('2d')"
                ".getImageData(0, 0, c.width, c.height)"
                ".data.reduce((s, v, k) => s + v * (k + 1), 0)).join()"
            ).split(",")
            assert len(set(sums)) == len(sums)  # each neuron has a picture of its own
            assert not page.told
    finally:
        play.close()
