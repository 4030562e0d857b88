"""The drawing is an SVG that stands alone, holds every number it should, and stays legible."""

import re
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest

from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.explain.walks.example import WORKED
from glassnet.views.svg.network import draw_network

SVG = "{http://www.w3.org/2000/svg}"


def parsed(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing.encode())


def texts(drawing: str) -> list[str]:
    return ["".join(element.itertext()) for element in parsed(drawing).iter(f"{SVG}text")]


def written(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")


def test_every_weight_and_bias_of_a_small_network_is_written():
    net = Network.dense([3, 4, 2], hidden="tanh", seed=5)
    found = texts(draw_network(net))
    for layer in net.dense_layers:
        for weight in layer.W.ravel().tolist():
            assert written(weight) in found
    assert {"b1[3] = 0", "b2[1] = 0"} <= set(found)


def test_weights_of_a_larger_network_are_not_written():
    net = Network.dense([6, 5, 2], hidden="tanh", seed=5)
    found = texts(draw_network(net))
    assert not {written(float(w)) for w in net.theta if w} & set(found)


def test_a_pass_brings_activations_and_targets():
    net = WORKED.network()
    p = net.forward([WORKED.inputs])
    p = net.measure(p, [WORKED.targets])
    found = texts(draw_network(net, p))
    assert {"0.05", "0.5933", "0.5969", "0.7514", "0.7729", "y[0] = 0.01"} <= set(found)
    assert "0.5933" not in texts(draw_network(net))


def test_the_sign_chooses_the_colour_and_the_size_the_thickness():
    net = Network([Dense(2, 1, "identity", W=[[-2.0, 0.5]])])
    lines = parsed(draw_network(net)).findall(f"{SVG}path")
    ends = {float(line.get("stroke-width", 0)): line.get("stroke") for line in lines[:2]}
    assert len(set(ends.values())) == 2
    assert ends[max(ends)] == "#b84d00"


def test_a_wide_layer_is_summed_up():
    drawing = draw_network(Network.dense([784, 128, 10], output="softmax"))
    found = texts(drawing)
    assert {"784 inputs", "128 neurons", "⋮", "x[783]", "a1[127]", "a2[9]"} <= set(found)
    assert "x[400]" not in found
    assert len(drawing) < 100_000


@pytest.mark.parametrize("most", [1, 2, 3])
def test_few_neurons_may_be_asked_for(most: int):
    assert "5 neurons" in texts(draw_network(Network.dense([5, 5, 5]), max_neurons=most))


def test_one_bias_for_a_layer_keeps_its_only_address():
    found = texts(draw_network(Network.dense([2, 3, 2], bias="layer")))
    assert found.count("b1[0] = 0") == 3
    assert "b1[1] = 0" not in found


def test_it_is_an_image_with_a_title_and_a_ground_of_its_own():
    root = parsed(draw_network(Network.dense([2, 3, 1])))
    assert root.get("role") == "img"
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == "A network of 2 inputs and layers of 3, 1 neurons"
    ground = root.find(f"{SVG}rect")
    assert ground is not None
    assert ground.get("width") == root.get("width")


def test_labels_of_classes_are_escaped():
    net = Network.dense([2, 2], output="softmax")
    net.classes = ["<script>", "a & b"]
    assert {"<script>", "a & b"} <= set(texts(draw_network(net)))


@pytest.mark.parametrize("sizes", [[2, 2, 2], [3, 5, 3], [4, 4, 3], [3, 10], [1, 6, 1]])
def test_no_label_covers_another(sizes: list[int]):
    net = Network.dense(sizes, hidden="tanh", seed=3)
    n_weights = sum(layer.W.size for layer in net.dense_layers)
    patches = parsed(draw_network(net)).findall(f"{SVG}rect")[1:]
    boxes = [[float(r.get(k, 0)) for k in ("x", "y", "width", "height")] for r in patches]
    assert len(boxes) == n_weights
    for (x, y, w, h), (x2, y2, w2, h2) in combinations(boxes, 2):
        assert x + w <= x2 + 0.2 or x2 + w2 <= x + 0.2 or y + h <= y2 + 0.2 or y2 + h2 <= y + 0.2


def test_the_same_network_gives_the_same_drawing():
    net = Network.dense([2, 2, 2], seed=1)
    assert draw_network(net) == draw_network(net)


def test_a_network_of_zeros_can_be_drawn():
    net = Network([Dense(2, 2, W=np.zeros((2, 2)))])
    assert re.search(r">0<", draw_network(net))
