"""What a notebook shows: sound HTML that stands for itself, in the notebook's own colours."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given, settings
from random_asks import every_address, passes

from glassnet.core.network import Network
from glassnet.explain import WORKED, Ask, walk
from glassnet.training.events import History
from glassnet.views.latex import answer_latex
from glassnet.views.notebook import (
    answer_display,
    answer_html,
    history_html,
    network_html,
    pass_html,
)

VOID = {"br", "hr", "img", "mspace"}


class Reader(HTMLParser):
    """Reads HTML, and holds that every tag is closed in its order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


def read(html: str) -> Reader:
    reader = Reader(html)
    assert not {"script", "link", "iframe", "img", "style"} & set(reader.tags)
    assert not any(name.startswith("on") for name, _ in reader.attributes)
    assert not re.search(r'(?:src|href)="', html)
    outside = re.sub(r"<svg.*?</svg>", "", html, flags=re.S)
    assert not re.search(r"background|#[0-9a-f]{3,6}\b", outside), "colours are the notebook's"
    return reader


def test_a_network_shows_its_layers_and_a_small_one_its_drawing():
    net = walk(WORKED, 0, "neuron").net
    reader = read(network_html(net))
    assert "Network 2-2-2" in reader.text
    assert "svg" in reader.tags
    assert "a2[1]" in reader.text
    assert reader.text.count("sigmoid") == 4  # in the table and in the drawing
    assert "loss squared error; 12 parameters, 12 of them learned; float64" in reader.text


def test_a_large_network_is_told_in_its_table_alone():
    net = Network.dense([784, 128, 10], hidden="relu", output="softmax", l2=1e-4, max_norm=3.0)
    net.classes = list(range(10))
    net.freeze(1)
    reader = read(network_html(net))
    assert "svg" not in reader.tags
    for words in ("128×784", "100,480", "frozen", "101,770 parameters, 1,290 of them learned",
                  "l2 0.0001", "max norm 3", "classes 0, 1, 2, 3, 4, 5 and 4 more"):  # fmt: skip
        assert words in reader.text


def test_text_from_outside_is_no_html():
    net = Network.dense([2, 2], output="softmax")
    net.classes = ["<b>bold</b>", "a&b"]
    html = network_html(net)
    read(html)
    assert "<b>bold" not in html
    assert "&lt;b&gt;bold" in html
    history = History([{"epoch": 1, "loss": 1.0}], 1, message="<script>x</script>")
    assert "<script>" not in history_html(history)


def test_a_pass_shows_shapes_and_few_numbers():
    ask = walk(WORKED).ask
    reader = read(pass_html(ask.p))
    assert "A pass of 1 sample" in reader.text
    assert "loss 0.298371" in reader.text
    for words in ("1×2", "0.593270"[:7], "delta2", "−0.0380982"):
        assert words in reader.text
    batch = Ask(ask.net, np.zeros((2, 2)), np.ones((2, 2)))
    assert "delta1@1" in read(pass_html(batch.p)).text


def test_a_pass_before_its_backward_and_a_large_one_are_shown_too():
    net = Network.dense([20, 3])
    reader = read(pass_html(net.forward(np.zeros((1000, 20)))))
    assert "A pass of 1,000 samples" in reader.text
    assert "not yet" in reader.text
    assert "loss" not in reader.text
    assert reader.tags.count("table") == 1


@pytest.mark.parametrize("address", ["z1[0]", "a2[1]", "loss", "delta1[0]", "new.W1[0,1]", "x[0]"])
def test_an_answer_shows_formula_numbers_and_value(address: str):
    answer = walk(WORKED).ask.at(address)
    reader = read(answer_html(answer))
    value = f"{answer.value:.9g}".replace("-", "−")
    assert reader.text.startswith(f"{address} = {value}")
    assert answer.meaning in reader.text
    for name in answer.depends_on:
        assert name in reader.text
    assert ("It is given." in reader.text) == (not answer.template)


def test_an_answers_mathml_says_what_its_formula_says():
    html = answer_html(walk(WORKED).ask.at("delta2[1]"))
    rows = re.findall(r"<mtr>(.*?)</mtr>", html)
    told = [re.sub("<[^>]+>", "", row) for row in rows]
    assert told[0] == "δ1(2)=(a1(2)−y1)·a1(2)·(1−a1(2))"
    assert told[1] == "=(0.772928465−0.99)·0.772928465·(1−0.772928465)"
    assert told[2] == "=−0.0380982365"


@settings(max_examples=20)
@given(passes())
def test_every_answer_is_sound_html(ask: Ask):
    for address in every_address(ask)[::4]:
        read(answer_html(ask.at(address)))
    read(network_html(ask.net))
    read(pass_html(ask.p))


def test_an_answer_as_latex_is_a_display():
    answer = walk(WORKED).ask.at("z1[0]")
    assert answer_display(answer) == f"$$\n{answer_latex(answer)}\n$$"


def history(n: int = 50, best: int = 40) -> History:
    rows = [
        {"epoch": k, "loss": 2.0 / k, "val_loss": 2.0 / k + abs(k - best) * 0.01,
         "val_accuracy": 0.5, "learning_rate": 0.1, "seconds": 0.1 * k}
        for k in range(1, n + 1)
    ]  # fmt: skip
    return History(rows, best, "early", "It stopped improving.", True, 100 * n, 5.0)


def test_a_history_shows_first_best_and_last_epochs_and_the_curve():
    html = history_html(history())
    reader = read(html)
    for words in ("50 epochs", "5,000 steps", "ended: early", "first", "best", "last",
                  "It stopped improving.", "the network holds the best epoch's parameters",
                  "val accuracy", "best: epoch 40"):  # fmt: skip
        assert words in reader.text
    assert reader.tags.count("tr") == 4
    lines = re.findall(r'<path d="(M[^"]+L[^"]+)"', html)
    assert len(lines) == 2
    for line in lines:
        points = np.array([point.split() for point in line[1:].split("L")], float)
        assert len(points) == 50
        assert (np.diff(points[:, 0]) > 0).all()
        assert (points[:, 1] >= 12).all()
        assert (points[:, 1] <= 136).all()
    assert html.count("stroke-dasharray") == 1  # told apart without colour


def test_a_best_epoch_that_is_the_last_is_told_once():
    reader = read(history_html(history(10, 10)))
    assert "best, last" in reader.text
    assert reader.tags.count("tr") == 3


def test_histories_of_few_epochs_or_of_what_is_not_finite_are_shown():
    assert "no epochs" in read(history_html(History())).text
    assert "svg" not in read(history_html(history(1, 1))).tags
    rows = [{"epoch": k, "loss": v} for k, v in enumerate([3.0, 2.0, np.nan, np.inf], start=1)]
    html = history_html(History(rows, 2, "diverged"))
    assert "svg" in read(html).tags
    assert "nan" not in html.split("<svg")[1]
    flat = [{"epoch": k, "loss": 0.5} for k in range(1, 4)]
    assert "svg" in read(history_html(History(flat, 3))).tags


def test_a_long_history_is_thinned():
    html = history_html(history(5000, 4000))
    assert len(html) < 30_000
