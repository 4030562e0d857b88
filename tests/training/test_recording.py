"""Recorded runs: what was written is what was, and a step made again is the step."""

import hashlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from copy import deepcopy
from importlib import import_module
from io import FileIO
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.errors import InputError
from glassnet.core.layers import LAYERS, Dense, Dropout
from glassnet.core.network import Network
from glassnet.core.optimizers import OPTIMIZERS, SGD, Adam
from glassnet.data import Preparation, TargetScale
from glassnet.training import EpochEnd, History, Recorder, Recording, TrainingEnd, fit

module = import_module("glassnet.training.loop.descent")
recorder_module = import_module("glassnet.training.persist.recorder")


def trained(net: Network, X, y, **chosen) -> History:
    *_, end = fit(net, X, y, **chosen)
    assert isinstance(end, TrainingEnd)
    return end.history


def table(rows: int = 40, seed: int = 1):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 3))
    return X, (X[:, 0] + 0.7 * rng.normal(size=rows) > 0).astype(int)


def classifier(seed: int = 0, dropout: float = 0.0, **chosen) -> Network:
    return Network.dense(
        [3, 5, 2], hidden="tanh", output="softmax", seed=seed, dropout=dropout, **chosen
    )


def recorded(path: Path, net: Network | None = None, **chosen) -> Recording:
    """A run of 15 steps, unless asked for otherwise: 3 epochs of 40 rows in batches of 8."""
    chosen = {"epochs": 3, "batch_size": 8, "record": path, **chosen}
    trained(net or classifier(dropout=0.3), *table(), **chosen)
    return Recording.open(path)


def bits(net: Network) -> bytes:
    return net.theta.tobytes()


# -- the step, again ----------------------------------------------------------------------

SCHEDULES = [None, "cosine", "one_cycle", {"name": "warm_up", "steps": 3, "then": "cosine"}]


@st.composite
def trainings(draw):
    """A network, rows that suit it, and settings of every kind."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=4))
    loss = draw(
        st.sampled_from(["squared_error", "huber", "cross_entropy", "binary_cross_entropy"])
    )
    last = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(loss, "identity")
    if loss == "cross_entropy":
        sizes[-1] = max(sizes[-1], 2)
    row: list[Dense | Dropout] = []
    for number, (n_in, n_out) in enumerate(pairwise(sizes)):
        f = draw(st.sampled_from(["relu", "tanh", "gelu", "sigmoid"]))
        bias = draw(st.sampled_from(["neuron", "layer", "frozen"]))
        frozen = draw(st.integers(0, 4)) == 0
        f = last if number == len(sizes) - 2 else f
        row.append(Dense(n_in, n_out, f, bias=bias, frozen=frozen))
        if number < len(sizes) - 2 and draw(st.booleans()):
            row.append(Dropout(0.3))
    net = Network(
        row, loss, seed=draw(st.integers(0, 9)),
        dtype=draw(st.sampled_from(["float32", "float64"])),
        l1=draw(st.sampled_from([0.0, 0.01])), l2=draw(st.sampled_from([0.0, 0.1])),
        max_norm=draw(st.sampled_from([None, 0.5])),
    )  # fmt: skip
    n = draw(st.integers(4, 24))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    y = rng.integers(0, sizes[-1], n) if loss == "cross_entropy" else rng.random((n, sizes[-1]))
    chosen = {
        "epochs": draw(st.integers(1, 3)),
        "batch_size": draw(st.integers(1, 9)),
        "optimizer": {"name": draw(st.sampled_from(sorted(OPTIMIZERS))), "learning_rate": 0.01},
        "schedule": draw(st.sampled_from(SCHEDULES)),
        "clip_norm": draw(st.sampled_from([None, 0.1])),
        "clip_value": draw(st.sampled_from([None, 0.05])),
        "shuffle": draw(st.booleans()),
        "seed": draw(st.integers(0, 9)),
        "sample_weight": draw(st.sampled_from([None, np.maximum(rng.random(n) - 0.2, 0)])),
        "validation": draw(st.sampled_from([None, 0.25])) if loss != "cross_entropy" else None,
    }
    return net, rng.normal(size=(n, sizes[0])), y, chosen


def trajectory(net: Network, X, y, **chosen) -> dict[int, bytes]:
    """The parameters after every number of updates, of a training that nothing records."""
    found = {0: bits(net)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "TELL_EVERY", 0.0)
        events = fit(net, X, y, **chosen)
        for _ in events:
            if events.gi_frame is not None:
                found[events.gi_frame.f_locals["self"].history.steps] = bits(net)
    return found


@given(trainings(), st.sampled_from([1, 1, 2, 5]))
def test_every_step_is_as_it_was_and_gives_the_next_one_again(case, every: int):
    net, X, y, chosen = case
    expected = trajectory(net.copy(), X, y, **chosen)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run"
        history = trained(net, X, y, **chosen, record=Recorder(path, every))
        run = Recording.open(path)
        rows = run.rows(X, y, chosen["sample_weight"])
        assert bits(net) == expected[history.steps]  # recording changes nothing
        assert run.end == history.steps
        last = {run.settings["steps"] - 1} & set(range(history.steps))
        assert run.steps == sorted({*range(0, history.steps, every)} | last)
        for step in run.steps:
            assert bits(run.network(step)) == expected[step]
            assert bits(run.replay(step, rows)) == expected[step + 1]
        assert bits(run.network(run.end)) == expected[history.steps]
        assert run.optimizer(run.end).t == history.steps


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_optimizer_goes_on_from_any_step_beyond_its_flush(tmp_path: Path, name, dtype: str):
    net = classifier(dtype=dtype, dropout=0.2)
    chosen = {"epochs": 30, "optimizer": name, "record": Recorder(tmp_path / "run", 45)}
    run = recorded(tmp_path / "run", net, **chosen)  # 150 steps
    assert run.steps == [0, 45, 90, 135, 149]
    rule, rows = run.optimizer(90), run.rows(*table())
    assert rule.t == 90
    assert rule == run.optimizer(0)
    again = classifier(dtype=dtype, dropout=0.2)
    expected = trajectory(again, *table(), epochs=30, batch_size=8, optimizer=name)
    for step in run.steps:
        assert bits(run.replay(step, rows)) == expected[step + 1]


def test_rewinding_is_a_fresh_training_stopped_there(tmp_path: Path):
    run = recorded(tmp_path / "run")
    fresh = classifier(dropout=0.3)
    for event in fit(fresh, *table(), epochs=3, batch_size=8):
        if isinstance(event, EpochEnd) and event.epoch == 2:
            break
    assert bits(run.network(10)) == bits(fresh)


def test_the_batch_the_masks_and_the_loss_are_those_of_the_step(tmp_path: Path):
    run = recorded(tmp_path / "run", classifier(dropout=0.4, dtype="float64"), schedule="cosine")
    rows = run.rows(*table())
    for first in (0, 5, 10):
        seen = np.concatenate([run.batch(step) for step in range(first, first + 5)])
        assert sorted(seen) == list(range(40))  # an epoch
    for step in run.steps:
        net, index = run.network(step), run.batch(step)
        p = net.forward(rows.X[index], run.rng(step))
        assert net.measure(p, rows.y[index]).loss == pytest.approx(run.loss(step), rel=1e-12)
        assert run.factor(step) == pytest.approx((1 + math.cos(math.pi * step / 15)) / 2)
    assert run.losses.tolist() == [run.loss(step) for step in run.steps]
    assert run.factors.tolist() == [run.factor(step) for step in run.steps]


@pytest.mark.parametrize("by_class", [{"yes": 2.0}, "balanced"], ids=str)
def test_raw_labels_weights_and_held_back_rows_are_found_again(tmp_path: Path, by_class):
    X, y = table(60)
    labels, w = np.array(["no", "yes"])[y], np.linspace(0.1, 2, 60)
    net = classifier()
    net.preparation = Preparation.learn(X)
    chosen = {"validation": 0.2, "class_weight": by_class, "sample_weight": w, "seed": 5}
    trained(net, X, labels, epochs=2, record=tmp_path / "run", **chosen)
    run = Recording.open(tmp_path / "run")
    rows = run.rows(X, labels, w)
    assert len(rows) == 48
    assert run.network(0).classes == ["no", "yes"]
    steps = [*run.steps, run.end]
    for step, after in pairwise(steps):
        assert bits(run.replay(step, rows)) == bits(run.network(after))
    with pytest.raises(InputError, match="sample_weight"):
        run.rows(X, labels)
    with pytest.raises(InputError, match="the weights are"):
        run.rows(X, labels, w[::-1])


def test_numbers_to_predict_keep_their_scale(tmp_path: Path):
    X, _ = table()
    y = 1000 + 50 * X[:, 1]
    net = Network.dense([3, 1])
    net.target_scale = TargetScale.learn(y)
    trained(net, X, y, epochs=1, record=tmp_path / "run", optimizer=SGD(0.1))
    run = Recording.open(tmp_path / "run")
    assert run.end is not None
    np.testing.assert_array_equal(run.network(run.end).predict(X), net.predict(X))
    run.rows(X, y)


# -- which steps --------------------------------------------------------------------------


@pytest.mark.parametrize(("every", "keep"), [(1, 4), (1, 1), (3, 2), (1, 100), (7, 3)])
def test_the_ring_keeps_the_last_ones_alone(tmp_path: Path, every: int, keep: int):
    run = recorded(tmp_path / "run", record=Recorder(tmp_path / "run", every, keep))
    due = sorted({*range(0, 15, every), 14})
    assert run.steps == due[-keep:]
    assert run.end == 15
    full = recorded(tmp_path / "full")
    for step in [*run.steps, 15]:
        assert bits(run.network(step)) == bits(full.network(step))
    size = json.loads((tmp_path / "run" / "run.json").read_text())["record"]["bytes"]
    assert (tmp_path / "run" / "steps.bin").stat().st_size == (len(run.steps) + 1) * size


def test_an_old_run_is_overwritten_and_its_other_files_are_left(tmp_path: Path):
    recorded(tmp_path / "run")
    (tmp_path / "run" / "notes.txt").write_text("mine")
    run = recorded(tmp_path / "run", epochs=1)
    assert run.steps == list(range(5))
    assert (tmp_path / "run" / "notes.txt").read_text() == "mine"
    assert sorted(os.listdir(tmp_path / "run")) == ["notes.txt", "run.json", "steps.bin"]


def test_the_same_training_writes_the_same_records(tmp_path: Path):
    for name in ("a", "b"):
        recorded(tmp_path / name)
    a, b = ((tmp_path / name / "steps.bin").read_bytes() for name in ("a", "b"))
    assert a == b


# -- ends ---------------------------------------------------------------------------------


def overfitting(path: Path, **chosen) -> tuple[Network, History, Recording]:
    net = Network.dense([3, 30, 2], hidden="tanh", output="softmax", dtype="float64")
    chosen = {"epochs": 60, "optimizer": Adam(0.05), "validation": table(30, seed=2), **chosen}
    history = trained(net, *table(30), **chosen, record=path)
    return net, history, Recording.open(path)


def test_the_end_is_where_the_last_update_led_not_the_best_taken_back(tmp_path: Path):
    net, history, run = overfitting(tmp_path / "run", early_stopping=4)
    assert (history.stopped, history.restored) == ("early", True)
    assert run.end == history.steps
    assert bits(run.network(run.end)) != bits(net)
    assert bits(run.network(history.best_epoch)) == bits(net)  # one step an epoch
    assert run.ended is not None
    assert run.ended["stopped"] == "early"
    assert run.ended["epochs"] == history.epochs
    assert run.notes == []


def test_an_interrupt_between_steps_ends_the_run_whole(tmp_path: Path):
    def callback(event):
        if isinstance(event, EpochEnd) and event.epoch == 40:
            raise KeyboardInterrupt

    net, history, run = overfitting(tmp_path / "run", callbacks=[callback])
    assert (history.stopped, history.restored, run.end) == ("interrupted", True, 40)
    assert bits(run.network(history.best_epoch)) == bits(net)
    rows = run.rows(*table(30))
    assert bits(run.replay(39, rows)) == bits(run.network(40))


def test_an_interrupt_within_an_update_leaves_no_half_made_end(tmp_path: Path):
    class Torn(SGD):
        def step(self, theta, g, factor=1.0):
            super().step(theta, g, factor)
            if self.t == 5:
                raise KeyboardInterrupt

    run = recorded(tmp_path / "run", optimizer=Torn(0.1))
    assert run.steps == [0, 1, 2, 3, 4]
    assert run.end is None
    assert run.ended is not None
    assert run.ended["stopped"] == "interrupted"


def test_an_error_in_a_callback_is_no_finished_run(tmp_path: Path):
    def callback(event):
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        recorded(tmp_path / "run", callbacks=[callback])
    run = Recording.open(tmp_path / "run")
    assert run.ended is not None
    assert run.ended["stopped"] == "interrupted"
    assert "RuntimeError" in run.ended["message"]
    assert run.end == 5


@pytest.mark.parametrize("every", [1, 100])
def test_a_divergence_is_recorded_with_the_step_that_failed(
    tmp_path: Path, every: int, monkeypatch
):
    X, _ = table()
    masks: list[np.random.Generator] = []

    class Tells(Dropout):
        def forward(self, x, rng=None):
            masks.append(deepcopy(rng))
            return super().forward(x, rng)

    monkeypatch.setitem(LAYERS, "Tells", Tells)
    row = [Dense(3, 4, "relu"), Tells(0.1), Dense(4, 1, "identity")]
    net = Network(row, dtype="float64")
    recorder = Recorder(tmp_path / "run", every)
    history = trained(net, X, X.sum(axis=1), epochs=30, optimizer=SGD(1e3), record=recorder)
    assert history.stopped == "diverged"
    run = Recording.open(tmp_path / "run")
    step = history.steps
    assert run.rng(step).bit_generator.state == masks[step].bit_generator.state
    assert (run.diverged, run.steps[-1], run.end) == (step, step, None)
    assert not math.isfinite(run.loss(step))
    with np.errstate(all="ignore"):
        rows = run.rows(X, X.sum(axis=1))
        at = run.network(step)
        p = at.forward(rows.X[run.batch(step)], run.rng(step))
        assert not math.isfinite(at.measure(p, rows.y[run.batch(step)]).loss)
    with pytest.raises(InputError, match="no update"):
        run.replay(step, rows)


def test_lbfgs_records_where_each_iteration_stood(tmp_path: Path):
    X, y = table()
    net = classifier(dtype="float64", l2=0.01)
    history = trained(net, X, y, optimizer="lbfgs", epochs=12, record=tmp_path / "run")
    run = Recording.open(tmp_path / "run")
    assert run.full_batch
    assert run.steps == list(range(13))
    assert run.end == 12
    assert bits(run.network(12)) == bits(net)
    assert run.losses[1:] == pytest.approx(history["loss"], rel=1e-12)
    for step in run.steps:
        at = run.network(step)
        assert at.measure(at.forward(X), y).loss == pytest.approx(run.loss(step), rel=1e-10)
    rows = run.rows(X, y)
    for ask in (run.batch, run.rng, run.factor, run.optimizer, lambda k: run.replay(k, rows)):
        with pytest.raises(InputError, match="an L-BFGS run has no"):
            ask(3)


def test_lbfgs_from_a_start_without_a_value_is_recorded_as_such(tmp_path: Path):
    net = Network([Dense(1, 1, "identity", W=[[1e200]])], dtype="float64")
    trained(net, np.array([[1e200]]), np.zeros(1), optimizer="lbfgs", record=tmp_path / "run")
    run = Recording.open(tmp_path / "run")
    assert (run.steps, run.diverged, run.end) == ([0], 0, None)
    assert bits(run.network(0)) == bits(net)


def test_lbfgs_thinned_keeps_the_end(tmp_path: Path):
    net = classifier(dtype="float64", l2=0.01)
    recorder = Recorder(tmp_path / "run", every=5, keep=2)
    trained(net, *table(), optimizer="lbfgs", epochs=12, record=recorder)
    run = Recording.open(tmp_path / "run")
    assert (run.steps, run.end) == ([5, 10], 12)
    assert bits(run.network(12)) == bits(net)


# -- other processes, crashes, damage -----------------------------------------------------


def process(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1"}


def test_another_process_reads_it_and_makes_the_step_again(tmp_path: Path):
    run = recorded(tmp_path / "run")
    np.savez(tmp_path / "table.npz", X=table()[0], y=table()[1])
    code = """
import sys, hashlib, numpy as np, glassnet as gn
run, data = gn.Recording.open(sys.argv[1]), np.load(sys.argv[2])
net = run.replay(7, run.rows(data["X"], data["y"]))
print(hashlib.sha256(net.theta.tobytes()).hexdigest())
"""
    done = subprocess.run(
        process(code, tmp_path / "run", tmp_path / "table.npz"),
        capture_output=True, text=True, check=True, env=ENVIRONMENT,
    )  # fmt: skip
    assert done.stdout.split() == [hashlib.sha256(bits(run.network(8))).hexdigest()]


def test_the_description_is_enough_to_read_the_numbers(tmp_path: Path):
    run = recorded(tmp_path / "run")
    about = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert (about["format"], about["version"]) == ("glassnet-run", 1)
    raw = (tmp_path / "run" / about["record"]["file"]).read_bytes()
    size = about["record"]["bytes"]
    record = raw[9 * size : 10 * size]
    found = {}
    for f in about["record"]["fields"]:
        count = math.prod(f["shape"])
        found[f["name"]] = np.frombuffer(record, f["type"], count, f["offset"]).reshape(f["shape"])
    assert found["step"] == 9
    assert found["loss"] == run.loss(9)
    assert found["t"] == 9
    assert found["theta"].tobytes() == bits(run.network(9))
    m = found["state.m_sum"] * (1 - 0.9)
    assert m.tobytes() == run.optimizer(9).state["m"].tobytes()
    assert found["rows"][: int(found["batch"])].tolist() == run.batch(9).tolist()
    assert found["header_crc"] == zlib.crc32(record[4:88])
    assert found["body_crc"] == zlib.crc32(record[88:])
    state = run.rng(9).bit_generator.state["state"]
    low, high = found["rng_state"].tolist()
    assert low + (high << 64) == state["state"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
@pytest.mark.parametrize("keep", [None, 20])
def test_a_killed_training_leaves_a_run_that_can_be_read(tmp_path: Path, keep: int | None):
    code = """
import sys, numpy as np
from glassnet.training import Recorder, fit
from glassnet.core.network import Network
rng = np.random.default_rng(1)
X = rng.normal(size=(64, 30))
net = Network.dense([30, 50, 2], hidden="tanh", output="softmax", dropout=0.2)
keep = None if sys.argv[2] == "None" else int(sys.argv[2])
record = Recorder(sys.argv[1], 1, keep)
for _ in fit(net, X, np.arange(64) % 2, epochs=10**5, batch_size=8, record=record):
    pass
"""
    path = tmp_path / "run"
    child = subprocess.Popen(process(code, path, keep), env=ENVIRONMENT)
    try:
        for _ in range(1000):
            time.sleep(0.01)
            with_steps = path / "steps.bin"
            if with_steps.exists() and with_steps.stat().st_size > 300_000:
                break
        time.sleep(0.05)
        assert child.poll() is None
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    run = Recording.open(path)
    assert run.ended is None
    assert any("was killed" in note for note in run.notes)
    assert len(run.steps) >= (19 if keep else 20)
    X = np.random.default_rng(1).normal(size=(64, 30))
    rows = run.rows(X, np.arange(64) % 2)
    for step, after in pairwise(run.steps[-20:]):
        assert after == step + 1
        assert bits(run.replay(step, rows)) == bits(run.network(after))


def test_a_record_cut_off_is_left_out_with_a_sentence(tmp_path: Path):
    run = recorded(tmp_path / "run")
    file = tmp_path / "run" / "steps.bin"
    raw, size = file.read_bytes(), file.stat().st_size // 16
    for cut in (1, size // 2, size - 1):
        file.write_bytes(raw[: 11 * size + cut])
        torn = Recording.open(tmp_path / "run")
        assert torn.steps == list(range(11))
        assert torn.end is None
        assert torn.notes == ["the last record was not written to its end, and is left out."]
        assert bits(torn.network(10)) == bits(run.network(10))
    # the file grew to its end, but its last bytes never arrived
    file.write_bytes(raw[: 11 * size + 200] + bytes(size - 200))
    assert Recording.open(tmp_path / "run").steps == list(range(11))


def test_a_torn_record_in_the_ring_costs_one_step(tmp_path: Path):
    recorded(tmp_path / "run", record=Recorder(tmp_path / "run", keep=4))  # slots 12 13 14 11
    file = tmp_path / "run" / "steps.bin"
    raw, size = bytearray(file.read_bytes()), file.stat().st_size // 5
    raw[2 * size + 300 : 3 * size] = raw[1 * size + 300 : 2 * size]
    file.write_bytes(raw)
    run = Recording.open(tmp_path / "run")
    assert (run.steps, run.end) == ([11, 12, 13], 15)
    assert len(run.notes) == 1


def test_damage_is_found_wherever_it_is(tmp_path: Path):
    recorded(tmp_path / "run")
    file = tmp_path / "run" / "steps.bin"
    raw, size = file.read_bytes(), file.stat().st_size // 16
    header = bytearray(raw)
    header[3 * size + 20] ^= 1
    file.write_bytes(header)
    run = Recording.open(tmp_path / "run")
    assert run.steps == [0, 1, 2, *range(4, 15)]
    assert run.notes == ["1 damaged record is left out."]
    body = bytearray(raw)
    body[3 * size + 120] ^= 1
    file.write_bytes(body)
    run = Recording.open(tmp_path / "run")
    with pytest.raises(InputError, match="step 3 is damaged"):
        run.network(3)
    run.network(4)
    file.unlink()
    empty = Recording.open(tmp_path / "run")
    assert (empty.steps, empty.end) == ([], None)
    assert "no step is recorded." in empty.notes
    with pytest.raises(InputError, match="holds no step"):
        empty.network(0)


# -- what is refused ----------------------------------------------------------------------


def test_a_step_that_is_not_recorded_is_told_with_its_nearest(tmp_path: Path):
    run = recorded(tmp_path / "run", record=Recorder(tmp_path / "run", 6))  # 0 6 12 14, end 15
    for step, says in [
        (7, "step 7 is not recorded: the nearest are 6 and 12"),
        (-1, "the nearest is 0"),
        (99, "the nearest is 15"),
    ]:
        with pytest.raises(InputError, match=says):
            run.network(step)
    for ask in (run.batch, run.rng, run.factor):
        with pytest.raises(InputError, match="ended after 15 updates"):
            ask(15)


def broken(path: Path, **changes) -> None:
    about = json.loads((path / "run.json").read_text(encoding="utf-8"))
    (path / "run.json").write_text(json.dumps({**about, **changes}), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda p: (p / "run.json").unlink(), "holds no recorded run: it has no run.json"),
        (lambda p: (p / "run.json").write_text("{"), "damaged: its run.json is no JSON"),
        (lambda p: (p / "run.json").write_text("[1]"), "another program's"),
        (lambda p: (p / "run.json").write_bytes(b"\xff\xfe\x00"), "is no JSON"),
        (lambda p: broken(p, version=2), "of version 2 of its format, and this glassnet reads 1"),
        (lambda p: broken(p, format="x"), "another program's"),
        (lambda p: broken(p, network={}), "is damaged: a network needs layers"),
        (lambda p: broken(p, settings={}), "is damaged: run.json: settings has no 'epochs'"),
        (lambda p: broken(p, record=None), "is damaged"),
        (
            lambda p: broken(p, record={"fields": [], "state": [], "full_batch": False}),
            "damaged: its records are not those of its network",
        ),
    ],
)
def test_what_is_no_run_is_told_in_one_sentence(tmp_path: Path, damage, says: str):
    recorded(tmp_path / "run")
    damage(tmp_path / "run")
    with pytest.raises(InputError, match=says) as error:
        Recording.open(tmp_path / "run")
    assert "\n" not in str(error.value)


def test_a_run_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(InputError, match="does not exist"):
        Recording.open(tmp_path / "nothing")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a file"):
        Recording.open(tmp_path / "file")


def test_other_data_are_refused_with_what_differs(tmp_path: Path):
    run = recorded(tmp_path / "run")
    X, y = table()
    run.rows(X.tolist(), y.astype(np.int32))  # the same numbers in another dress
    other = X.copy()
    other[3, 1] = np.nextafter(np.float32(X[3, 1]), np.float32(9))
    for bad_X, bad_y, says in [
        (other, y, "the inputs are 40 × 3 of float32"),
        (X, 1 - y, "the targets are"),
        (X[:30], y[:30], "30 × 3"),
        (X[:, :2], y, "2 features"),
    ]:
        with pytest.raises(InputError, match="the data are not those of the run") as error:
            run.rows(bad_X, bad_y)
        assert says in str(error.value)
    with pytest.raises(InputError, match="does not say where"):
        run.rows()
    with pytest.raises(InputError, match="the run's rows"):
        run.replay(0, run.rows(X, y).take(slice(0, 9)))


def refused(says: str, **chosen) -> None:
    """A training that is refused, before anything is changed."""
    net = classifier()
    start = bits(net)
    with pytest.raises(InputError, match=says) as error:
        fit(net, *table(), **chosen)
    assert "\n" not in str(error.value)
    assert bits(net) == start
    assert net.classes is None


def test_what_is_no_run_is_never_overwritten(tmp_path: Path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "steps.bin").write_text("mine")
    (tmp_path / "file").write_text("mine")
    refused("holds no recorded run: give another name", record=tmp_path / "mine")
    refused("is a file", record=tmp_path / "file")
    refused("make it first", record=tmp_path / "no" / "run")
    assert (tmp_path / "mine" / "steps.bin").read_text() == "mine"
    (tmp_path / "mine" / "run.json").write_text('{"format": "another"}')
    refused("holds no recorded run", record=tmp_path / "mine")
    (tmp_path / "empty").mkdir()
    assert recorded(tmp_path / "empty").end == 15


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(recorder_module.os, "access", lambda *_: False)
        refused("cannot be written to: choose another", record=tmp_path / "run")

    def denied(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(recorder_module.Path, "mkdir", denied)
    refused("cannot be written: Permission denied", record=tmp_path / "run")


@pytest.mark.parametrize(("every", "keep"), [(0, None), (1.5, None), (True, None), (1, 0), (1, -1)])
def test_numbers_that_make_no_sense_are_refused(every, keep):
    with pytest.raises(InputError, match="a whole number of steps from 1 up"):
        Recorder("run", every, keep)


def test_what_the_disk_has_no_room_for_is_refused(tmp_path: Path, monkeypatch):
    usage = SimpleNamespace(free=20_000)
    monkeypatch.setattr(recorder_module.shutil, "disk_usage", lambda _: usage)
    refused("takes .* a step, .* kB for 100 steps, and the disk has 20.0 kB left",
            record=tmp_path / "run", epochs=50)  # fmt: skip
    assert not (tmp_path / "run").exists()
    told: list[str] = []
    recorder = Recorder(tmp_path / "run", keep=5, say=told.append)
    trained(classifier(), *table(), epochs=50, record=recorder)
    size = (tmp_path / "run" / "steps.bin").stat().st_size
    assert told == [
        f"recording every step to {tmp_path / 'run'}, the last 5 kept: "
        f"{size // 6} bytes a step, {size / 1000:.1f} kB for 5 steps."
    ]


def test_a_disk_that_fills_up_ends_the_recording_and_not_the_training(tmp_path, monkeypatch):
    class Full(FileIO):
        room = 2000

        def write(self, b):
            if not self.room:
                raise OSError(28, "No space left on device")
            Full.room -= (n := min(len(b), self.room))
            return super().write(bytes(b)[:n])

    monkeypatch.setattr(recorder_module, "FileIO", Full)
    net, alone = classifier(), classifier()
    history = trained(net, *table(), epochs=3, batch_size=8, record=tmp_path / "run")
    trained(alone, *table(), epochs=3, batch_size=8)
    assert history.stopped == "finished"
    assert bits(net) == bits(alone)
    assert "the recording stopped at step" in history.message
    assert "No space left on device" in history.message
    run = Recording.open(tmp_path / "run")
    assert 1 <= len(run.steps) < 15
    assert (tmp_path / "run" / "steps.bin").stat().st_size == 2000
    assert run.ended is not None
    assert run.ended["message"] == history.message
    assert any("not written to its end" in note for note in run.notes)


def test_nothing_is_written_where_nothing_is_recorded(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trained(classifier(), *table(), epochs=1)
    assert os.listdir(tmp_path) == []
