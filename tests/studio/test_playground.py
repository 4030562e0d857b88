"""The playground: it learns as training does, can be changed while it runs, and says what ails."""

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.explain.diagnosis.finding import Finding
from glassnet.studio.given import Given
from glassnet.studio.messages import Wish
from glassnet.studio.scenes.pace import MOST, Pace
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


def test_between_frames_with_all_that_is_seen_the_regions_come_alone(monkeypatch: Any):
    monkeypatch.setattr("glassnet.studio.scenes.play.playground.WHOLE", 1e9)
    sent: list[bytes] = []
    scene = PlayScene(sent.append, Given())
    scene.open(wish("open"))
    scene.run(wish("run"))
    sent.clear()
    while not sent:
        scene.tick()
    told = [json.loads(each[4 : 4 + int.from_bytes(each[:4], "little")]) for each in sent]
    assert [each["name"] for each in told[0]["arrays"]] == ["regions"]
    assert told[0]["running"]
    scene.pause(wish("pause"))
    length = int.from_bytes(sent[-1][:4], "little")
    last = json.loads(sent[-1][4 : 4 + length])
    assert {"regions", "neurons", "curves", "wrong"} <= {each["name"] for each in last["arrays"]}


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


def test_a_run_that_cannot_go_on_is_refused_and_not_counted():
    """Endless slices of no updates once let their number grow until it was no float."""
    layers = [{"n": 8, "activation": "relu"}]
    scene = PlayScene(lambda frame: None, Given())
    settings = {"set": "waves", "layers": layers, "optimizer": "sgd", "learning_rate": 1e3}
    scene.open(wish("open", settings=settings))
    scene.run(wish("run"))
    for _ in range(1_000):
        if scene.running:
            scene.tick()
    assert not scene.running
    step = scene.lanes[0].step
    for verb in (scene.run, scene.step):
        with pytest.raises(InputError, match=r"learning ended: .*start over"):
            verb(wish("run"))
    assert scene.lanes[0].step == step
    assert not scene.running
    scene.restart(wish("restart"))
    scene.step(wish("step"))
    assert scene.lanes[0].step == 1


def test_a_pace_whose_updates_take_no_time_stays_finite():
    pace, made = Pace(), []
    for _ in range(3):
        pace.work(lambda updates: made.append(updates) or updates)
    assert max(made) <= MOST
    made.clear()
    pace.work(lambda updates: made.append(updates) or 0)  # nothing learns any more
    assert len(made) == 1


@pytest.mark.parametrize(
    "changes",
    [{"knobs": {"beta1": -5.0}}, {"knobs": {"beta1": 7.0}}, {"learning_rate": -1.0},
     {"loss": "cross_entropy", "set": "waves"}],
)  # fmt: skip
def test_a_setting_out_of_its_range_leaves_the_training_as_it_is(changes: dict[str, Any]):
    scene = PlayScene(lambda frame: None, Given())
    scene.step(wish("step", updates=20))
    before = scene.lanes[0].settings
    with pytest.raises(InputError):
        scene.change(wish("change", settings=changes))
    assert scene.lanes[0].settings == before
    theta = scene.lanes[0].net.theta.copy()
    scene.step(wish("step", updates=5))
    assert scene.lanes[0].step == 25
    assert not np.array_equal(scene.lanes[0].net.theta, theta)


def test_what_is_diagnosed_is_the_network_that_is_seen():
    """Trained well, then killed: the first updates made again would be found healthy."""
    relu = [{"n": 8, "activation": "relu"}] * 2
    player = Player(PlaySettings())
    player.go(2_000)
    assert [found.name for found in player.diagnosed().findings] == ["healthy"]
    harm = {"layers": relu, "optimizer": "sgd", "learning_rate": 10.0}
    player.change(player.settings.changed(harm))
    with pytest.raises(InputError, match=r"changed at update 2,000"):
        player.diagnosed()
    player.go(2_000)
    assert player.seen(4)[1]["dead"].max() > 0.5
    diagnosis = player.diagnosed()
    assert "dead ReLUs" in [found.name for found in diagnosis.findings]
    assert all(2_000 <= found.step <= 4_000 for found in diagnosis.findings)
    assert diagnosis.figures.last_step == player.step
    end = diagnosis.figures.probes[-1]
    assert end.loss == pytest.approx(player.loss(test=False), rel=1e-4)


def test_a_loss_that_rises_on_the_test_is_not_called_healthy():
    wide = [{"n": 32, "activation": "tanh"}] * 2
    changes = {"noise": 0.6, "rows": 60, "learning_rate": 0.02, "layers": wide}
    player = Player(PlaySettings().changed(changes))
    player.go(4_000)
    assert player.loss(test=True) > 2 * player.loss(test=False)
    assert "overfitting" in [found.name for found in player.diagnosed().findings]


@pytest.mark.parametrize(("severity", "told"), [("warning", "note"), ("severe", "severe")])
def test_a_plateau_that_is_over_hinders_no_more(monkeypatch, severity, told):
    scene = PlayScene(lambda frame: None, Given())
    scene.open(wish("open", settings={}))
    found = Finding("plateau", severity, 0, [], "it stood", "wait")
    monkeypatch.setattr(Player, "diagnosed", lambda self: SimpleNamespace(findings=[found]))
    assert [each.severity for each in scene.diagnose(wish("diagnose")).findings] == [told]


@pytest.mark.parametrize(
    ("optimizer", "rate", "mended"),
    [("adam", 10.0, 0.01), ("sgd", 3.0, 0.3), ("adam", 0.01, 0.001)],
)
def test_a_rate_that_is_too_high_becomes_one_that_its_optimizer_takes(optimizer, rate, mended):
    settings = PlaySettings(optimizer=optimizer, learning_rate=rate)
    assert remedy("learning rate too high", settings)["learning_rate"] == mended


def test_nothing_is_called_healthy_beside_another_finding():
    scene = PlayScene(lambda frame: None, Given())
    scene.open(wish("open", settings={"layers": []}))
    scene.step(wish("step", updates=3_000))
    told = scene.diagnose(wish("diagnose"))
    assert [found.name for found in told.findings] == ["underfitting"]
    assert "underfitting" in told.remedies
    assert (told.since, told.step) == (0, 3_000)


def test_a_remedy_trains_again_from_the_first_weights():
    relu = [{"n": 8, "activation": "relu"}] * 2
    scene = PlayScene(lambda frame: None, Given())
    harm = {"layers": relu, "optimizer": "sgd", "learning_rate": 10.0}
    scene.open(wish("open", settings=harm))
    scene.step(wish("step", updates=2_000))
    before = scene.lanes[0].read(test=True)[1].mean()
    told = scene.remedy(wish("remedy", finding="learning rate too high"))
    assert told.restarted
    assert told.settings.learning_rate == 1.0
    assert scene.running
    assert scene.lanes[0].step == 0
    for _ in range(60):
        scene.tick()
    assert scene.lanes[0].read(test=True)[1].mean() > before + 0.2


def test_what_is_read_off_is_of_the_network_as_it_stands():
    """After a change the loss is that of the changed network, and no gradient is known."""
    player = Player(PlaySettings())
    player.go(777)
    other = [{"n": 8, "activation": "sigmoid"}] * 2
    assert np.isfinite(player.seen(4)[1]["gradients"]).all()
    player.change(player.settings.changed({"layers": other}))
    head, arrays = player.seen(4)
    rows = ~player.points.is_test
    y_hat = player.net.forward(player.points.x[rows]).y_hat[:, 0].astype(float)
    y = player.points.y[rows]
    assert head["loss"] == pytest.approx(-np.mean(np.log(np.where(y, y_hat, 1 - y_hat))), rel=1e-4)
    assert head["accuracy"] == np.mean((y_hat > 0.5) == y)
    assert np.isnan(arrays["gradients"]).all()
    assert np.isnan(Player(PlaySettings()).seen(4)[1]["gradients"]).all()


def test_a_layer_that_only_its_bias_moves_has_a_gradient():
    """Where every neuron before it is dead, dW is 0 and db is not."""
    player = Player(PlaySettings().changed({"layers": [{"n": 4, "activation": "relu"}]}))
    player.net.dense_layers[0].W[...] = 0
    player.net.dense_layers[0].b[...] = -1
    player.go(1)
    assert player.seen(4)[1]["gradients"][1] > 0


@pytest.mark.parametrize("points", ["moons", "three spirals", "waves"])
def test_a_point_is_told_in_words_with_what_pushed_it(points: str):
    scene = PlayScene(lambda frame: None, Given())
    scene.open(wish("open", settings={"set": points}))
    scene.step(wish("step", updates=200))
    net, told = scene.lanes[0].net.astype("float64"), scene.lanes[0].points
    wrong = 0
    for sample in range(0, 400, 40):
        said = scene.point(wish("point", sample=sample))
        x = told.x[sample].astype(float)
        h = np.tanh(net.dense_layers[0].W @ x + net.dense_layers[0].b)
        h = np.tanh(net.dense_layers[1].W @ h + net.dense_layers[1].b)
        z = net.dense_layers[2].W @ h + net.dense_layers[2].b
        if points == "waves":
            assert said.says == pytest.approx(z[0])
            assert said.right is said.probability is said.towards is None
            row = 0
        else:
            shares = np.exp(z) if len(z) > 1 else np.array([1, np.exp(z[0])])
            assert said.says == shares.argmax()
            assert said.probability == pytest.approx(shares.max() / shares.sum())
            assert said.right == (shares.argmax() == told.y[sample])
            wrong += not said.right
            row = int(said.says) if len(z) > 1 else 0
            assert said.towards == (row if len(z) > 1 else 1)
        assert said.z == pytest.approx(z[row])
        assert said.z == pytest.approx(said.bias + sum(each.product for each in said.pushes))
        first = said.pushes[0]
        assert abs(first.product) == pytest.approx(np.abs(net.dense_layers[2].W[row] * h).max())
        assert (first.address, first.layer) == (f"a2[{first.index}]", 2)
    assert wrong < 10


def test_a_wrong_point_is_told_beside_its_neighbours():
    """Two heaps, and in one of them a point of the other's class."""
    rng = np.random.default_rng(1)
    heaps = [[*(rng.normal(0, 0.1, 2) + side), label] for label, side in enumerate((-1, 1))
             for _ in range(30)]  # fmt: skip
    scene = PlayScene(lambda frame: None, Given())
    stray = [1.0, 1.0, 0.0]
    settings = {"set": "own", "points": [*heaps, stray], "test": 0.0, "layers": []}
    scene.open(wish("open", settings=settings))
    scene.step(wish("step", updates=300))
    said = scene.point(wish("point", sample=60))
    assert not said.right
    assert (said.like_target, said.like_said, len(said.nearest)) == (0, 10, 10)
    assert set(said.nearest) <= set(range(30, 60))
    assert 60 not in said.nearest
    _, arrays = scene.lanes[0].seen(4)
    assert np.flatnonzero(arrays["wrong"]).tolist() == [60]


def test_a_loss_that_has_come_to_rest_is_told():
    rests = Player(PlaySettings().changed({"set": "spiral", "layers": [], "noise": 0.0}))
    rests.go(4_000)  # a line through two spirals: no better line is to be found
    assert rests.is_flat
    falls = Player(PlaySettings().changed({"set": "spiral", "optimizer": "sgd"}))
    falls.go(4)
    assert not falls.is_flat
    falls.curve = [(float(k), 0.9**k, 0.0) for k in range(40)]
    assert not falls.is_flat


def test_nobody_s_neighbours_are_points_of_the_test():
    scene = PlayScene(lambda frame: None, Given())
    scene.open(wish("open", settings={"set": "waves", "test": 0.9, "rows": 60}))
    said, told = scene.point(wish("point", sample=3)), scene.lanes[0].points
    assert not told.is_test[said.nearest].any()
    assert said.mean == pytest.approx(told.y[said.nearest].mean())


def test_a_neuron_that_is_watched_comes_as_large_as_the_regions():
    sent: list[bytes] = []
    scene = PlayScene(sent.append, Given())
    scene.open(wish("open"))
    scene.watch(wish("watch", layer=2, index=3))
    player = scene.lanes[0]
    head, arrays = player.seen()
    assert head["watched"] == (2, 3)
    x0, x1 = np.linspace(*player.bounds[:2], 100), np.linspace(*player.bounds[2:], 100)
    x = np.array([[x0[70], x1[20]]], np.float32)
    assert arrays["watched"][20, 70] == pytest.approx(player.net.forward(x).dense[1].a[0, 3])
    scene.change(wish("change", settings={"learning_rate": 0.1}))
    assert "watched" in player.seen()[1]
    scene.change(wish("change", settings={"layers": [{"n": 1}]}))
    assert "watched" not in player.seen()[1]
    with pytest.raises(InputError, match="0 to 2"):
        scene.watch(wish("watch", layer=3))


def test_a_network_without_hidden_layers_is_pushed_by_its_inputs():
    scene = PlayScene(lambda frame: None, Given())
    scene.open(wish("open", settings={"layers": []}))
    said = scene.point(wish("point", sample=1))
    assert {(each.address, each.layer) for each in said.pushes} == {("x[0]", 0), ("x[1]", 0)}


def test_a_range_is_told_in_whole_numbers():
    with pytest.raises(InputError, match=r"seed is -3: give 0 to 4,294,967,295\."):
        PlaySettings().changed({"seed": -3})
