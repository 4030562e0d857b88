"""Training on a stream: each row once an epoch, as good as in memory, and every way it can end."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.errors import InputError
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.core.optimizers import SGD, Adam
from glassnet.data import DataError
from glassnet.data.stream import AT_REST, ArrayBlocks, Stream, drawn
from glassnet.training import EpochEnd, History, Progress, TrainingEnd, fit
from glassnet.training.loop import descent as descent_module
from glassnet.training.loop.buffers import Buffers, network_bytes, row_bytes
from glassnet.training.loop.stream import fit_stream, outputs_of, predict_blocks, score_stream
from glassnet.training.rows import as_rows, measure


@pytest.fixture(autouse=True)
def no_thread_stays():
    yield
    assert [t.name for t in threading.enumerate() if t.name.startswith("glassnet")] == []


def linear(n_in: int, **settings) -> Network:
    return Network.dense([n_in, 1], dtype="float64", **settings)


def memory_for(net: Network, batch_size: int, capacity: int) -> int:
    """The bytes in which a buffer has so many rows."""
    return AT_REST + network_bytes(net, batch_size) + 4 * row_bytes(net) * capacity


def numbered(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows that hold their number, and so do their targets."""
    return np.arange(n, dtype=float)[:, None], np.arange(n, dtype=float)


def ways(rows: int = 4000, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Points and the sign of their product, sorted by it, as files often are."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 3))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    order = np.argsort(y, kind="stable")
    return X[order], y[order]


def classifier(seed: int = 0, **settings) -> Network:
    return Network.dense([3, 12, 2], hidden="tanh", output="softmax", seed=seed, **settings)


def streamed(
    X, y, net: Network | None = None, capacity: int = 256, rows: int = 50, **settings
) -> tuple[Network, History]:
    """A training in buffers of so many rows, from blocks of so many."""
    net = net or classifier()
    net.classes = [0, 1] if net.n_out > 1 else None
    memory = memory_for(net, settings.get("batch_size", 32), capacity)
    *_, end = fit_stream(net, Stream(ArrayBlocks(X, y, rows), memory), **settings)
    assert isinstance(end, TrainingEnd)
    return net, end.history


def epoch_of(buffers: Buffers, rng: np.random.Generator | None = None) -> list[np.ndarray]:
    """The numbers of the rows in each buffer of an epoch."""
    return [rows.X[:, 0].astype(int) for rows in buffers.read(buffers.order(rng))]


# -- which rows an epoch sees -----------------------------------------------------------------


@given(
    st.integers(1, 120),
    st.integers(1, 40),
    st.integers(1, 8),
    st.integers(1, 6),
    st.sampled_from([0.0, 0.3]),
    st.booleans(),
)
def test_each_row_comes_once_an_epoch_and_only_the_last_buffer_is_short(
    n: int, rows: int, batch_size: int, batches: int, test: float, ahead: bool
):
    is_test = drawn(np.arange(n), test, 0, 0)
    if is_test.all():
        return
    net, capacity = linear(1), batch_size * batches
    stream = Stream(
        ArrayBlocks(*numbered(n), rows), memory_for(net, batch_size, capacity), test=test
    )
    buffers = Buffers(net, stream, batch_size, ahead=ahead)
    rng = np.random.default_rng(0)
    for _ in range(2):
        parts = epoch_of(buffers, rng)
        np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.flatnonzero(~is_test))
        if not buffers.whole:
            assert all(len(part) == capacity for part in parts[:-1])


def test_every_batch_but_the_last_is_whole():
    net = linear(1)
    sizes: list[int] = []
    stream = Stream(ArrayBlocks(*numbered(103), 7), memory_for(net, 8, 21))
    epoch = fit_stream(net, stream, epochs=1, batch_size=8, optimizer=SGD(1e-9))
    plan_of = descent_module.pass_over
    try:

        def noted(run, rows, size):
            plan = plan_of(run, rows, size)
            return lambda index, rng: (sizes.append(len(index)), plan(index, rng))[1]

        descent_module.pass_over = noted
        *_, end = epoch
    finally:
        descent_module.pass_over = plan_of
    assert sizes == [8] * 12 + [7]
    assert end.history.steps == 13


def test_the_order_of_blocks_is_new_each_epoch_and_a_buffer_joins_many():
    net = linear(1)
    buffers = Buffers(net, Stream(ArrayBlocks(*numbered(400), 10), memory_for(net, 4, 80)), 4)
    rng = np.random.default_rng(0)
    first, second = epoch_of(buffers, rng), epoch_of(buffers, rng)
    assert not np.array_equal(first[0], second[0])
    for part in (*first, *second):
        assert len(set(part // 10)) == 8  # blocks
        assert np.ptp(part) > 100  # from all over the data


def test_without_shuffle_rows_come_as_they_stand():
    net = linear(1)
    buffers = Buffers(net, Stream(ArrayBlocks(*numbered(50), 7), memory_for(net, 4, 12)), 4)
    assert np.concatenate(epoch_of(buffers)).tolist() == list(range(50))


def test_validation_rows_are_learned_from_in_no_epoch_and_neither_are_test_rows():
    net, n = linear(1), 500
    stream = Stream(ArrayBlocks(*numbered(n), 30), memory_for(net, 4, 100), test=0.2)
    buffers = Buffers(net, stream, 4, validation=0.25, seed=3)
    assert not buffers.whole
    assert buffers.held is not None
    held = buffers.held.X[:, 0].astype(int)
    learned = np.concatenate(epoch_of(buffers, np.random.default_rng(0)))
    test = np.flatnonzero(drawn(np.arange(n), 0.2, 0, 0))
    assert np.sort(np.concatenate([held, learned, test])).tolist() == list(range(n))
    np.testing.assert_array_equal(buffers.held.y, held)
    assert 60 < len(held) < 140
    again = Buffers(net, Stream(ArrayBlocks(*numbered(n), 11), 10**9, test=0.2), 4, 0.25, 3)
    assert again.held is not None
    np.testing.assert_array_equal(again.held.X[:, 0], held)  # whatever blocks and memory are


def test_no_more_is_held_for_validation_than_fits():
    net = linear(1)
    stream = Stream(ArrayBlocks(*numbered(2000), 50), memory_for(net, 4, 100))
    buffers = Buffers(net, stream, 4, validation=0.5)
    assert buffers.held is not None
    assert 60 < len(buffers.held) < 140  # about a buffer's worth
    assert buffers.held_share == pytest.approx(0.05)


# -- as in memory ------------------------------------------------------------------------------


def test_rows_that_fit_are_trained_on_bit_by_bit_as_fit_does():
    X, y = ways()
    net = classifier()
    list(fit(net, X, y, epochs=3, seed=5))
    other, _ = streamed(X, y, capacity=2016, epochs=3, seed=5)
    np.testing.assert_array_equal(other.theta, net.theta)


@pytest.mark.parametrize("by_class", [{1: 3.0}, "balanced"], ids=str)
def test_class_weights_count_in_a_stream_as_in_fit(by_class):
    X, y = ways(300)
    y[:100] = 1
    settings = {"epochs": 2, "class_weight": by_class, "shuffle": False, "optimizer": SGD(0.1)}
    net = classifier()
    net.classes = [0, 1]
    for _ in fit(net, X, y, **settings):
        pass
    small, _ = streamed(X, y, capacity=64, **settings)
    np.testing.assert_allclose(small.theta, net.theta, rtol=1e-6)
    _, held = streamed(X, y, capacity=64, validation=0.2, **settings)
    _, plain = streamed(X, y, capacity=64, validation=0.2, **settings | {"class_weight": None})
    assert held["val_loss"][0] != pytest.approx(plain["val_loss"][0], rel=0.01)


def test_rows_that_fit_are_read_once():
    X, y = ways(300)
    taken: list[int] = []

    class Counted(ArrayBlocks):
        def take(self, k: int):
            taken.append(k)
            return super().take(k)

    net = classifier()
    list(fit_stream(net, Stream(Counted(X, y, 100)), epochs=4))
    assert taken == [0, 0, 1, 2]  # a look at the first rows, then each block


@pytest.mark.outside
@pytest.mark.parametrize(("is_sorted", "at_most"), [(False, 0.01), (True, 0.02)])
def test_a_stream_trains_as_well_as_memory(is_sorted: bool, at_most: float):
    X, y = ways()
    if not is_sorted:
        order = np.random.default_rng(0).permutation(len(X))
        X, y = X[order], y[order]
    X_test, y_test = ways(4000, seed=99)
    in_memory, by_stream = [], []
    for seed in range(3):
        settings = {"epochs": 12, "batch_size": 64, "optimizer": Adam(4e-3), "seed": seed}
        net = classifier(seed)
        list(fit(net, X, y, **settings))
        in_memory.append(np.mean(net.predict(X_test) == y_test))
        net, _ = streamed(X, y, classifier(seed), capacity=1024, rows=16, **settings)
        by_stream.append(np.mean(net.predict(X_test) == y_test))
    assert np.mean(in_memory) > 0.95
    assert abs(np.mean(by_stream) - np.mean(in_memory)) < at_most


def test_the_same_seed_gives_the_same_bits_and_another_seed_others():
    X, y = ways(600)
    runs = [
        streamed(X, y, classifier(dropout=0.2), epochs=2, seed=seed, validation=0.1)[0].theta
        for seed in (1, 1, 2)
    ]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_reading_ahead_changes_nothing(monkeypatch):
    X, y = ways(600)
    ahead, _ = streamed(X, y, epochs=2)
    monkeypatch.setattr(
        "glassnet.training.loop.stream.Buffers",
        lambda *given, **team: Buffers(*given, ahead=False, **team),
    )
    np.testing.assert_array_equal(streamed(X, y, epochs=2)[0].theta, ahead.theta)


def test_numbers_are_learned_by_stream_on_the_scale_of_their_preparation():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 2)) * [1, 1000] + [5, 0]
    y = 1e4 + 300 * X[:, 0] + X[:, 1]
    net = Network.dense([2, 1])
    stream = Stream(ArrayBlocks(X, y, 64), memory_for(net, 16, 320), test=0.2)
    learned = stream.learn("number")
    net.preparation, net.target_scale = learned.preparation, learned.target_scale
    list(fit_stream(net, stream, epochs=20, batch_size=16, optimizer=SGD(0.05)))
    assert score_stream(net, stream)["r2"] > 0.9999
    np.testing.assert_allclose(net.predict(X), y, atol=3)


# -- what it tells -----------------------------------------------------------------------------


def test_events_and_history_are_those_of_fit(monkeypatch):
    monkeypatch.setattr(descent_module, "TELL_EVERY", 0.0)
    X, y = ways(1000)
    net = classifier()
    net.classes = [0, 1]
    stream = Stream(ArrayBlocks(X, y, 50), memory_for(net, 32, 256))
    events = list(fit_stream(net, stream, epochs=2, schedule="cosine"))
    kinds = {type(event) for event in events}
    assert kinds == {Progress, EpochEnd, TrainingEnd}
    progress = [e for e in events if isinstance(e, Progress) and e.epoch == 2]
    assert [e.done for e in progress] == [*range(32, 1000, 32), 1000]
    assert all(e.samples == 1000 and e.epochs == 2 for e in progress)
    history = events[-1].history
    assert history["epoch"] == [1, 2]
    assert history["learning_rate"][-1] == pytest.approx(0, abs=1e-5)
    assert (history.stopped, history.best_epoch, history.steps) == ("finished", 2, 64)
    # the epoch's loss is the mean over its samples, whatever buffers they came in
    assert history["loss"][1] == pytest.approx(progress[-1].loss)


def test_early_stopping_takes_the_best_epoch_back():
    X, y = ways(600)
    y = np.random.default_rng(0).permutation(y)  # nothing to learn
    net, history = streamed(
        X, y, epochs=200, validation=0.3, early_stopping=3, optimizer="adam", capacity=192
    )
    assert history.stopped == "early"
    assert len(history) == history.best_epoch + 3
    assert history.restored
    stream = Stream(ArrayBlocks(X, y, 50), memory_for(net, 32, 192))
    held = Buffers(net, stream, 32, 0.3, 0).held
    assert held is not None
    assert measure(net, held)["loss"] == min(history["val_loss"])


def test_a_divergence_is_told_and_the_parameters_before_it_are_kept():
    X, y = ways(600)
    net, history = streamed(X, y * 1e3, linear(3), optimizer=SGD(1e3), epochs=3)
    assert history.stopped == "diverged"
    assert "use a smaller learning rate" in history.message
    assert np.isfinite(net.theta).all()


def test_a_callback_may_stop_it():
    X, y = ways(600)
    _, history = streamed(X, y, epochs=50, callbacks=[lambda event: "stop"])
    assert history.message == "a callback asked to stop."
    assert len(history) <= 1


def test_ctrl_c_keeps_what_was_learned(monkeypatch):
    monkeypatch.setattr(descent_module, "TELL_EVERY", 0.0)
    X, y = ways(600)

    def interrupt(event):
        if isinstance(event, Progress) and event.epoch == 2 and event.done > 300:
            raise KeyboardInterrupt

    net, history = streamed(X, y, epochs=50, callbacks=[interrupt])
    assert history.stopped == "interrupted"
    assert len(history) == 1
    assert not np.array_equal(net.theta, classifier().theta)


def test_ctrl_c_while_the_next_buffer_is_awaited_leaves_no_thread():
    X, y = ways(600)
    entered = threading.Event()

    class Slow(ArrayBlocks):
        def take(self, k: int):
            if threading.current_thread() is not threading.main_thread():
                entered.set()
                time.sleep(0.05)
            return super().take(k)

    net = classifier()
    stream = Stream(Slow(X, y, 50), memory_for(net, 32, 256))
    training = fit_stream(net, stream, epochs=50)
    breaker = threading.Thread(target=lambda: (entered.wait(10), _interrupt_main()), name="breaker")
    breaker.start()
    began = time.perf_counter()
    *_, end = training
    breaker.join()
    assert end.history.stopped == "interrupted"
    assert time.perf_counter() - began < 5


def _interrupt_main() -> None:
    import _thread

    _thread.interrupt_main()


def test_a_generator_that_is_dropped_leaves_no_thread():
    X, y = ways(600)
    net = classifier()
    for event in fit_stream(net, Stream(ArrayBlocks(X, y, 50), memory_for(net, 32, 256))):
        assert event is not None
        break


def test_a_reader_that_is_stopped_reads_no_further_block():
    closing, taken = threading.Event(), []

    class Held(ArrayBlocks):
        def take(self, k: int):
            if len(taken) >= 20:
                closing.wait(10)
            taken.append(k)
            return super().take(k)

    net = linear(1)
    buffers = Buffers(net, Stream(Held(*numbered(1000), 2), memory_for(net, 4, 20)), 4)
    parts = buffers.read(np.arange(500))
    next(parts)
    threading.Timer(0.2, closing.set).start()
    parts.close()
    assert len(taken) <= 21  # one for the look at the first rows, and the one that was at work


def test_what_goes_wrong_in_the_reader_arrives_as_its_sentence():
    X, y = ways(600)
    X[517, 2] = np.nan
    with pytest.raises(DataError, match=r"^in rows 500 to 549, .*: the block holds nan at row 17,"):
        streamed(X, y, capacity=64, epochs=3)


def test_an_error_that_is_no_sentence_arrives_too():
    class Broken(ArrayBlocks):
        def take(self, k: int):
            if threading.current_thread() is not threading.main_thread():
                raise OSError("the disk is gone")
            return super().take(k)

    net = classifier()
    stream = Stream(Broken(*ways(600), 50), memory_for(net, 32, 256))
    with pytest.raises(OSError, match="the disk is gone"):
        list(fit_stream(net, stream))


# -- the door ----------------------------------------------------------------------------------


def refused(match: str, net: Network | None = None, memory=10**9, y=None, **settings) -> None:
    X, labels = ways(60)
    net = net or classifier()
    before = net.theta.copy(), net.classes
    stream = Stream(ArrayBlocks(X, labels if y is None else y, 20), memory)
    with pytest.raises(InputError, match=match):
        fit_stream(net, stream, **settings)
    np.testing.assert_array_equal(net.theta, before[0])
    assert net.classes == before[1]


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"epochs": 0}, "epochs is 0"),
        ({"batch_size": 1.5}, "batch_size is 1.5"),
        ({"optimizer": "lbfgs"}, "all rows at once"),
        ({"optimizer": LBFGS()}, "all rows at once"),
        ({"validation": 1.0}, "validation is 1.0"),
        ({"validation": (1, 2)}, "validation is"),
        ({"validation": 1e-9}, "no row is drawn"),
        ({"early_stopping": 3}, "needs validation"),
        ({"clip_norm": 0.0}, "clip_norm is 0"),
        ({"resume": True}, "needs checkpoints"),
        ({"memory": "200MB"}, "memory of 200MB is too small: .* give at least 201MB"),
        ({"memory": "400MB", "batch_size": 10**7}, "or a smaller batch_size"),
        ({"y": np.array(["a", "b"] * 30)}, "set net.classes"),
        ({"y": np.full(60, 7)}, "there is one label alone"),
        ({"net": linear(2)}, "x has 3 features; this network takes 2"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_changed(settings, match: str):
    refused(match, **settings)


def test_rows_without_targets_are_refused():
    net = classifier()
    stream = Stream(ArrayBlocks(np.zeros((10, 3)), None))
    with pytest.raises(InputError, match="no targets to learn from"):
        fit_stream(net, stream)
    with pytest.raises(InputError, match="no targets to measure by"):
        score_stream(net, stream, test=False)


def test_what_the_sentence_asks_for_is_enough():
    net = classifier()
    stream = Stream(ArrayBlocks(*ways(600), 20), "1MB")
    with pytest.raises(InputError) as refusal:
        fit_stream(net, stream)
    enough = str(refusal.value).split("give at least ")[1].split(",")[0]
    list(fit_stream(net, Stream(stream.source, enough), epochs=1))


# -- going on ----------------------------------------------------------------------------------


def rested(folder: Path, break_at: tuple[int, int] | None, resume: bool, X, y) -> Network | None:
    net = classifier(dropout=0.2)
    net.classes = [0, 1]

    def breaks(event) -> None:
        if isinstance(event, Progress) and (event.epoch, event.done) == break_at:
            raise KeyboardInterrupt

    stream = Stream(ArrayBlocks(X, y, 50), memory_for(net, 32, 128), test=0.1)
    *_, end = fit_stream(
        net,
        stream,
        epochs=3,
        validation=0.1,
        checkpoint=folder,
        resume=resume,
        callbacks=[breaks],
    )
    assert end.history.stopped == ("finished" if break_at is None else "interrupted")
    return net


@pytest.mark.parametrize("at", [(1, 32), (1, 128), (2, 160), (2, 256), (3, 416)])
def test_a_training_that_was_broken_off_goes_on_to_the_same_bits(tmp_path, monkeypatch, at):
    monkeypatch.setattr(descent_module, "TELL_EVERY", 0.0)
    X, y = ways(700)
    whole = rested(tmp_path / "whole", None, False, X, y)
    rested(tmp_path / "broken", at, False, X, y)
    resumed = rested(tmp_path / "broken", None, True, X, y)
    assert whole is not None
    assert resumed is not None
    np.testing.assert_array_equal(resumed.theta, whole.theta)


def test_other_data_or_memory_is_no_training_to_go_on_with(tmp_path, monkeypatch):
    monkeypatch.setattr(descent_module, "TELL_EVERY", 0.0)
    X, y = ways(700)
    rested(tmp_path / "c", (2, 160), False, X, y)
    with pytest.raises(InputError, match="the rows to learn from or to validate on are others"):
        rested(tmp_path / "c", None, True, X + 1, y)
    with pytest.raises(InputError, match="the rows to learn from or to validate on are others"):
        rested(tmp_path / "c", None, True, X[:-1], y[:-1])


def test_blocks_of_the_buffers_behind_are_not_read_again():
    taken: list[int] = []

    class Counted(ArrayBlocks):
        def take(self, k: int):
            taken.append(k)
            return super().take(k)

    net = linear(1)
    stream = Stream(Counted(*numbered(100), 10), memory_for(net, 4, 20))
    buffers = Buffers(net, stream, 4)
    taken.clear()
    parts = list(buffers.read(np.arange(10), skip=60))
    assert taken == [6, 7, 8, 9]
    assert sum(len(part) for part in parts) == 40


# -- afterwards --------------------------------------------------------------------------------


def test_predictions_in_blocks_are_those_of_all_rows():
    X, y = ways(700)
    net, _ = streamed(X, y, epochs=1)
    net.classes = ["no", "yes"]
    found = list(predict_blocks(net, ArrayBlocks(X, None, 99)))
    assert [len(labels) for labels, _ in found] == [99] * 7 + [7]
    assert np.concatenate([labels for labels, _ in found]).tolist() == net.predict(X).tolist()
    np.testing.assert_allclose(
        np.concatenate([out for _, out in found]), net.predict_proba(X), rtol=1e-6
    )


@pytest.mark.parametrize("test", [False, True])
def test_the_figures_of_a_stream_are_those_of_its_rows(test: bool):
    X, y = ways(700)
    net, _ = streamed(X, y, epochs=1)
    stream = Stream(ArrayBlocks(X, y, 99), test=0.3)
    part = drawn(np.arange(700), 0.3, 0, 0) == test
    expected = measure(net, as_rows(net, X[part], y[part], "X"))
    assert score_stream(net, stream, test) == pytest.approx(expected, rel=1e-6)
    targets, outputs, _ = outputs_of(net, stream, test)
    np.testing.assert_array_equal(targets, y[part])
    np.testing.assert_allclose(outputs, net.predict_proba(X[part]), rtol=1e-6)


def test_a_stream_without_test_rows_has_no_test_figures():
    net = classifier()
    net.classes = [0, 1]
    with pytest.raises(InputError, match="no test rows"):
        score_stream(net, Stream(ArrayBlocks(*ways(60), 20)))


# -- memory ------------------------------------------------------------------------------------

CHILD = """
import json, re, sys
from glassnet.core.network import Network
from glassnet.data.stream import ArrayBlocks, Stream, block_rows, open_array
from glassnet.training.loop.stream import fit_stream, score_stream

folder, memory = sys.argv[1:]
X, y = open_array(folder + "/X.npy"), open_array(folder + "/y.npy")
stream = Stream(ArrayBlocks(X, y, block_rows(int(memory), 8 * X.shape[1])), int(memory), test=0.1)
learned = stream.learn("number")
net = Network.dense([X.shape[1], 8, 1])
net.preparation, net.target_scale = learned.preparation, learned.target_scale
list(fit_stream(net, stream, epochs=1, batch_size=256, validation=0.1))
r2 = score_stream(net, stream)["r2"]
peak = re.search(r"VmHWM:\\s*(\\d+) kB", open("/proc/self/status").read())[1]
print(json.dumps([r2, 1024 * int(peak)]))
"""


@pytest.mark.outside
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_memory_that_training_takes_is_that_asked_for_and_not_that_of_the_data(tmp_path):
    rng = np.random.default_rng(0)
    shape, memory = (400_000, 80), 225_000_000
    X = np.lib.format.open_memmap(tmp_path / "X.npy", mode="w+", dtype=np.float64, shape=shape)
    y = np.lib.format.open_memmap(tmp_path / "y.npy", mode="w+", dtype=np.float64, shape=shape[:1])
    for first in range(0, shape[0], 100_000):
        part = slice(first, first + 100_000)
        X[part, :2] = rng.normal(size=(100_000, 2))
        y[part] = X[part, 0] - X[part, 1]
    X.flush()
    assert X.nbytes > 1.1 * memory
    del X, y
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path), str(memory)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    r2, peak = json.loads(child.stdout)
    assert r2 > 0.9
    assert peak < memory
