"""What a notebook shows: sound HTML that stands for itself, in the notebook's own colours."""

import re
from base64 import b64decode
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from random_asks import every_address, passes

import glassnet as gn
from glassnet.core.network import Network
from glassnet.core.numerical.gradcheck import ArrayVerdict, GradCheck, Receipt, gradcheck
from glassnet.explain import WORKED, Ask, chain, nudge, pass_of, walk, why_it_moved
from glassnet.training.events import History
from glassnet.views.formula.latex import answer_latex
from glassnet.views.notebook import display
from glassnet.views.notebook.answers import answer_html
from glassnet.views.notebook.networks import history_html, network_html, pass_html

VOID = {"br", "hr", "img", "mspace", "wbr"}


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
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    @property
    def drawings(self) -> list[str]:
        """The text of each drawing, which is an image that brings its own data."""
        images = [value or "" for name, value in self.attributes if name == "src"]
        assert len(images) == self.tags.count("img")
        texts = []
        for image in images:
            kind, _, data = image.partition(",")
            assert kind == "data:image/svg+xml;base64"
            texts.append(b64decode(data, validate=True).decode())
        return texts


class Untrusted(Reader):
    """What JupyterLab leaves of a notebook that it does not trust: words, without the tags.

    It takes out styles with all that is in them, and of SVG and MathML the tags alone. What is
    not displayed stays so.
    """

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        if tag not in VOID and "display: none" in dict(attrs).get("style", ""):
            self.open[-1:] = ["hidden", tag]

    def handle_endtag(self, tag):
        super().handle_endtag(tag)
        if self.open and self.open[-1] == "hidden":
            self.open.pop()

    def handle_data(self, data):
        if not {"hidden", "style"} & set(self.open):
            self.words.append(data)


def read(html: str) -> Reader:
    reader = Reader(html)
    assert not {"script", "link", "iframe", "svg"} & set(reader.tags)
    assert not any(name.startswith("on") for name, _ in reader.attributes)
    assert "href" not in dict(reader.attributes)
    without = re.sub(r'src="[^"]*"', "", html)
    assert not re.search(r"background|#[0-9a-f]{3,6}\b|//", without), "colours are the notebook's"
    for drawing in reader.drawings:
        assert ElementTree.fromstring(drawing).tag == "{http://www.w3.org/2000/svg}svg"
        assert "currentColor" not in drawing, "an image knows no colour of the page"
    return reader


def told_to(html: str) -> str:
    """The text that is there where MathML and styles are not."""
    return Untrusted(html).text


def test_a_network_shows_its_layers_and_a_small_one_its_drawing():
    net = WORKED.network("neuron")
    reader = read(network_html(net))
    assert "Network 2-2-2" in reader.text
    (drawing,) = reader.drawings
    assert "a2[1]" in drawing
    assert drawing.count("sigmoid") == reader.text.count("sigmoid") == 2
    assert {"The network 2-2-2, drawn"} == {v for n, v in reader.attributes if n == "alt"}
    assert "loss squared error; 12 parameters, 12 of them learned; float64" in reader.text


def test_a_large_network_is_told_in_its_table_alone():
    net = Network.dense([784, 128, 10], hidden="relu", output="softmax", l2=1e-4, max_norm=3.0)
    net.classes = list(range(10))
    net.freeze(1)
    reader = read(network_html(net))
    assert not reader.drawings
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
    ask = pass_of(WORKED)
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
    answer = pass_of(WORKED).at(address)
    reader = read(answer_html(answer))
    value = f"{answer.value:.9g}".replace("-", "−")
    assert reader.text.startswith(f"{address} = {value}")
    assert answer.meaning in reader.text
    for name in answer.depends_on:
        assert name in reader.text
    assert ("It is given." in reader.text) == (answer.expression is None)


@pytest.mark.parametrize("address", ["delta1[0]", "loss", "new.W1[0,1]"])
def test_an_answer_is_readable_where_its_mathml_is_taken_out(address: str):
    answer = pass_of(WORKED).at(address)
    text = told_to(answer_html(answer))
    value = f"{answer.value:.9g}".replace("-", "−")
    assert f"{address} = {answer.formula} = {answer.put_in(answer.digits_put_in)} = {value}" in text
    assert f"As matrices: {answer.algebra}" in text
    assert not re.search("[δη]", text.replace(answer.algebra, "").replace(answer.formula, ""))


def test_an_answers_mathml_says_what_its_formula_says():
    html = answer_html(pass_of(WORKED).at("delta2[1]"))
    rows = re.findall(r"<mtr>(.*?)</mtr>", html)
    told = [re.sub("<[^>]+>", "", row) for row in rows]
    assert told[0] == "δ1(2)=(a1(2)−y1)·a1(2)·(1−a1(2))"
    assert (
        told[1] == "=(0.7729284653−0.99)·0.7729284653·(1−0.7729284653)"
    )  # as many as make it true
    assert told[2] == "=−0.0380982365"


@settings(max_examples=20)
@given(passes())
def test_every_answer_is_sound_html(ask: Ask):
    for address in every_address(ask)[::4]:
        read(answer_html(ask.at(address)))
    read(network_html(ask.net))
    read(pass_html(ask.p))


def test_an_answer_as_latex_is_a_display():
    answer = pass_of(WORKED).at("z1[0]")
    assert answer._repr_latex_() == f"$$\n{answer_latex(answer)}\n$$"


def test_all_that_is_asked_of_a_network_shows_itself():
    net = gn.Network.dense([3, 4, 2], hidden="tanh", output="softmax", dtype="float64", l2=0.1)
    ask = Ask(net, np.eye(3), [0, 1, 1], optimizer=gn.Adam(0.1))
    things = {
        "Network 3-4-2": net,
        "A pass of 3 samples": ask.p,
        "A pass of 3 samples, and its update": ask,
        "dW1[0,1]": chain(ask, "dW1[0,1]"),
        "the gradient of sample": why_it_moved(ask, "W1[0,1]"),
        "so the loss should move": nudge(ask, "W1[0,1]"),
        "Gradient check: all arrays agree": gradcheck(net, np.eye(3), [0, 1, 1]),
        "the worked example: the first pass": walk(WORKED),
        "the pass after 2 updates": walk(WORKED, 2),
        "z1[0]": pass_of(WORKED).at("z1[0]"),
        "3 epochs": gn.fit(net, np.eye(3), [0, 1, 1], epochs=3),
    }
    for words, thing in things.items():
        html = thing._repr_html_()
        assert html == display(thing.shown(), "html")
        assert type(html) is str  # marimo takes nothing that extends it
        assert words in read(html).text
        assert words in told_to(html)


def test_a_chain_is_told_link_by_link_and_its_largest_path_multiplies_out():
    text = told_to(display(chain(pass_of(WORKED), "dW1[0,1]"), "html"))
    for words in (
        "dW1[0,1] = 0.000877135469", "1. ∂L/∂W1[0,1] = ∂L/∂z1[0] · ∂z1[0]/∂W1[0,1]",
        "dW1[0,1] = delta1[0]·x[1] = 0.00877135469·0.1 = 0.000877135469",
        "2 paths lead from the loss to it", "z2[0] ← z1[0]", "0.00133679204",
    ):  # fmt: skip
        assert words in text


def test_a_gradient_check_that_fails_says_so_and_shows_the_worst_entries():
    arrays = [ArrayVerdict("dW1", 0.5, "WRONG", 30), ArrayVerdict("db1", 1e-9, "not judged", 1)]
    receipts = [Receipt(f"dW1[0,{k}]", 1.0, 1.0, 10.0**-k, 0.0) for k in range(30)]
    receipts.append(Receipt("db1[0]", np.nan, 1.0, np.nan, 0.0))
    text = read(display(GradCheck(arrays, receipts, 1.0, 4, 2), "html")).text
    for words in ("not all arrays agree", "does not agree", "not judged",
                  "4 samples; 2 left out near a kink",
                  "The 10 of 31 entries", "db1[0]nan", "dW1[0,8]"):  # fmt: skip
        assert words in text
    assert "dW1[0,9]" not in text


def test_a_subclass_is_shown_as_what_it_extends():
    class Mine(Network):
        pass

    net = Mine.dense([2, 1])
    assert net._repr_html_() == network_html(net)


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
                  "val accuracy", "best40"):  # fmt: skip
        assert words in reader.text
    assert reader.tags.count("tr") == 4
    (curve,) = reader.drawings
    for style in ("train", "validation"):
        # the longer one is the curve, the other its sign in the legend
        line = max(re.findall(rf'<path d="(M[^"]+)" class="{style}"', curve), key=len)
        points = np.array(re.findall(r"[ML]([\d.]+),([\d.]+)", line), float)
        assert len(points) == 50
        assert (np.diff(points[:, 0]) > 0).all()
        losses = np.array([row["loss" if style == "train" else "val_loss"]
                           for row in history().epochs])  # fmt: skip
        heights = np.polyfit(np.log10(losses), points[:, 1], 1)  # on a logarithmic axis
        np.testing.assert_allclose(np.polyval(heights, np.log10(losses)), points[:, 1], atol=0.06)
    assert "stroke-dasharray: 6 4" in curve  # told apart without colour
    assert ">best</text>" in curve
    assert len(re.findall('class="rule"', curve)) >= 2  # an axis of one number says little


def test_a_best_epoch_that_is_the_last_is_told_once():
    reader = read(history_html(history(10, 10)))
    assert "best, last" in reader.text
    assert reader.tags.count("tr") == 3


def test_histories_of_few_epochs_or_of_what_is_not_finite_are_shown():
    assert "no epochs" in read(history_html(History())).text
    assert not read(history_html(history(1, 1))).drawings
    rows = [{"epoch": k, "loss": v} for k, v in enumerate([3.0, 2.0, np.nan, np.inf], start=1)]
    (curve,) = read(history_html(History(rows, 2, "diverged"))).drawings
    assert "nan" not in curve
    flat = [{"epoch": k, "loss": 0.5} for k in range(1, 4)]
    assert read(history_html(History(flat, 3))).drawings


def test_a_long_history_is_thinned():
    html = history_html(history(5000, 4000))
    assert len(html) < 30_000
