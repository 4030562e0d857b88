"""The playground: it learns as training does, can be changed while it runs, and says what ails."""

import json
from typing import Any

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.studio.given import Given
from glassnet.studio.messages import Wish
from glassnet.studio.scenes.play.played import SETS, PlaySettings, points_of
from glassnet.studio.scenes.play.player import Player
from glassnet.studio.scenes.play.playground import PlayScene
from glassnet.studio.scenes.play.remedies import REMEDIES, remedy


def wish(verb: str, **fields: Any) -> Wish:
    return Wish(1, f"play.{verb}", fields)


def test_it_learns_as_a_plain_loop_does():
    player = Player(PlaySettings(batch=1_000, optimizer="sgd", learning_rate=0.3))
    net = player.net.copy()
    player.go(25)
    for _ in range(25):
        net.gradient(player.x, player.y)
        net.theta[...] -= np.float32(0.3) * net.grad
    assert np.allclose(player.net.theta, net.theta, atol=2e-5)


@pytest.mark.parametrize("name", SETS)
def test_every_set_is_made_learned_and_seen(name: str):
    player = Player(PlaySettings().changed({"set": name, "rows": 120}))
    assert np.abs(player.points.x).max() <= 1.0 + 1e-6
    before = player.loss(test=False)
    player.go(150)
    assert player.loss(test=False) < before
    head, arrays = player.seen(20)
    assert arrays["regions"].shape == (20, 20, player.points.outputs)
    assert arrays["neurons"].shape == (sum(head["sizes"]), 20, 20)
    assert np.isfinite(arrays["regions"]).all()


def test_own_points_are_taken_as_they_are():
    points = [[0, 0, 0], [1, 0, 1], [0, 1, 2], [1, 1, 2], [0.5, 0.5, 1]]
    player = Player(PlaySettings().changed({"set": "own", "points": points, "test": 0.0}))
    assert player.points.labels == 3
    assert player.points.y.tolist() == [0, 1, 2, 2, 1]


@pytest.mark.parametrize(
    "changes",
    [{"set": "sun"}, {"rows": 10**9}, {"learning_rate": 0.0}, {"layers": [{"n": 10**9}]},
     {"layers": [{"n": 3, "activation": "no"}]}, {"optimizer": "no"}, {"colour": 1},
     {"set": "own", "points": [[1, 2]]}, {"set": "own", "points": []}, {"batch": 0},
     {"layers": [{"n": 2}] * 50}, {"seed": -1}, {"rows": "4"}, {"l2": None}],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(changes: dict[str, Any]):
    with pytest.raises(InputError):
        PlaySettings().changed(changes)


def test_a_rate_is_changed_while_what_was_learned_stays():
    player = Player(PlaySettings())
    player.go(50)
    theta = player.net.theta.copy()
    assert not player.change(player.settings.changed({"learning_rate": 0.5, "l2": 0.01}))
    assert player.step == 50
    assert np.array_equal(player.net.theta, theta)
    assert player.rule.learning_rate == 0.5
    assert player.net.l2 == 0.01


def test_a_neuron_more_keeps_the_others():
    player = Player(PlaySettings())
    player.go(50)
    W = player.net.dense_layers[0].W.copy()
    layers = [{"n": 9, "activation": "tanh"}, {"n": 8, "activation": "relu"}]
    player.change(player.settings.changed({"layers": layers}))
    assert np.array_equal(player.net.dense_layers[0].W[:8], W)
    player.go(10)


def test_other_points_begin_anew():
    player = Player(PlaySettings())
    player.go(5)
    assert player.change(player.settings.changed({"set": "circles"}))
    assert player.step == 0


def test_a_rate_that_is_far_too_high_ends_it_and_is_found():
    layers = [{"n": 8, "activation": "relu"}]
    changes = {"optimizer": "sgd", "learning_rate": 1e3, "set": "waves", "layers": layers}
    player = Player(PlaySettings().changed(changes))
    player.go(400)
    assert "no number" in player.ended
    found = player.diagnosed().findings[0]
    assert found.name in ("diverged", "learning rate too high")
    changed = remedy(found.name, player.settings)
    assert changed["learning_rate"] < 1e3


def test_every_remedy_is_a_setting():
    for finding in REMEDIES:
        changes = remedy(finding, PlaySettings(optimizer="momentum"))
        PlaySettings(optimizer="momentum").changed(json.loads(json.dumps(changes)))


def test_frames_come_and_say_where_it_is():
    frames: list[bytes] = []
    scene = PlayScene(frames.append, Given())
    scene.run(wish("run"))
    while len(frames) < 3:
        scene.tick()
    told = scene.pause(wish("pause"))
    assert not scene.running
    head = json.loads(frames[-1][4 : 4 + int.from_bytes(frames[-1][:4], "little")])
    assert head["step"] > 0
    assert head["lane"] == 0
    assert told.parameters == scene.lanes[0].net.theta.size


def test_two_race_from_one_seed_on_the_same_points():
    scene = PlayScene(lambda frame: None, Given())
    scene.race(wish("race", settings={"optimizer": "sgd"}))
    one, other = scene.lanes
    assert np.array_equal(one.net.theta, other.net.theta)
    assert np.array_equal(one.points.x, other.points.x)
    scene.step(wish("step", updates=10))
    assert one.step == other.step == 10
    assert not np.array_equal(one.net.theta, other.net.theta)


def test_a_number_of_it_is_asked():
    scene = PlayScene(lambda frame: None, Given())
    answer = scene.ask(wish("ask", address="z1[0]", sample=3))
    net, x = scene.lanes[0].net, scene.lanes[0].points.x[3]
    assert np.isclose(answer.value, net.dense_layers[0].W[0] @ x + net.dense_layers[0].b[0])


def test_what_is_taken_away_is_the_network(tmp_path: Any):
    import glassnet as gn

    scene = PlayScene(lambda frame: None, Given())
    saved = scene.code(wish("code", to="model"))
    import base64

    (tmp_path / "n.safetensors").write_bytes(base64.b64decode(saved.text))
    net: Network = gn.load(tmp_path / "n.safetensors")
    assert np.array_equal(net.theta, scene.lanes[0].net.theta)
    with pytest.raises(InputError, match="unknown form"):
        scene.code(wish("code", to="cobol"))


def test_the_same_settings_make_the_same_points():
    one, other = points_of(PlaySettings()), points_of(PlaySettings())
    assert np.array_equal(one.x, other.x)
    assert np.array_equal(one.is_test, other.is_test)
