"""Checkpoints: a training that is cut off and resumed ends in the bits of one that never was."""

import hashlib
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.errors import InputError
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.core.optimizers import OPTIMIZERS, SGD, Adam, get
from glassnet.runtime import machine, postponed
from glassnet.training import Checkpoints, EpochEnd, History, Progress, TrainingEnd, fit
from glassnet.training.persist.checkpoint_file import fits, packed, read
from glassnet.training.persist.checkpoints import BEST, LAST, PREVIOUS

descent = import_module("glassnet.training.loop.descent")
checkpoints_module = import_module("glassnet.training.persist.checkpoints")

NOT_FOR_LBFGS = {
    "dropout": 0.0, "max_norm": None, "clip_norm": None, "clip_value": None, "schedule": None,
}  # fmt: skip


class Training:
    """One training from the start, with a network and an optimizer of its own."""

    def __init__(self, case: dict[str, Any]) -> None:
        if case["optimizer"] == "lbfgs":
            case = case | NOT_FOR_LBFGS
        rng = np.random.default_rng(case["rows"])
        n, w = case["rows"], case["weights"]
        self.X = rng.normal(size=(n, 3))
        self.y: Any = (self.X[:, 0] + 0.5 * rng.normal(size=n) > 0).astype(int)
        self.net = Network.dense(
            [3, 4, 2],
            hidden="tanh",
            output="softmax",
            seed=3,
            dropout=case["dropout"],
            dtype=case["dtype"],
            l2=case["l2"],
            max_norm=case["max_norm"],
        )
        rule = case["optimizer"]
        self.rule = LBFGS(memory=3) if rule == "lbfgs" else get(rule, learning_rate=0.05)
        self.settings = {
            name: case[name]
            for name in (
                "epochs", "batch_size", "schedule", "validation", "early_stopping", "clip_norm",
                "clip_value", "shuffle", "seed",
            )
        } | {"optimizer": self.rule, "sample_weight": rng.random(n) * w if w else None}  # fmt: skip

    def events(self, **more: Any):
        return fit(self.net, self.X, self.y, **self.settings, **more)

    def cut(self, folder: Path, after: int, how: str, **more: Any) -> bool:
        """Trains on to that many events, and breaks off; whether that was before the end."""
        seen = 0

        def call(event: Any) -> str | None:
            nonlocal seen
            seen += 1
            if seen == after and how == "error":
                raise ZeroDivisionError
            return "stop" if seen == after and how == "stop" else None

        saving = Checkpoints(folder, **more)
        events = self.events(checkpoint=saving, callbacks=[call])
        try:
            for number, event in enumerate(events, start=1):
                if isinstance(event, TrainingEnd):
                    return number == after + 1
                if number == after and how == "close":
                    events.close()
                    return True
                if number == after and how == "interrupt":
                    events.throw(KeyboardInterrupt())
                    return True
                if number == after and how == "ask":
                    saving.stop()
        except ZeroDivisionError:
            return True
        return True

    def result(self, **more: Any) -> dict[str, Any]:
        """Everything that must be the same to the bit."""
        *_, end = self.events(**more)
        history = end.history
        state = {} if isinstance(self.rule, LBFGS) else self.rule.state
        return {
            "theta": self.net.theta.tobytes(),
            "state": {name: array.tobytes() for name, array in state.items()},
            "t": getattr(self.rule, "t", 0),
            **plain(history),
        }


def plain(history: History) -> dict[str, Any]:
    kept = {name: value for name, value in vars(history).items() if name != "seconds"}
    rows = [{k: v for k, v in row.items() if k != "seconds"} for row in history.epochs]
    return kept | {"epochs": json.dumps(rows)}  # NaN is then equal to NaN


CASE = {
    "rows": 23,
    "optimizer": "adam",
    "batch_size": 5,
    "epochs": 3,
    "dropout": 0.0,
    "dtype": "float32",
    "l2": 0.0,
    "max_norm": None,
    "weights": None,
    "schedule": None,
    "validation": None,
    "early_stopping": None,
    "clip_norm": None,
    "clip_value": None,
    "shuffle": True,
    "seed": 0,
}
FULL = CASE | {
    "dropout": 0.3, "validation": 0.3, "early_stopping": 2, "schedule": "one_cycle", "epochs": 5,
    "clip_norm": 0.5, "weights": 2.0,
}  # fmt: skip


@st.composite
def cases(draw) -> dict[str, Any]:
    validation = draw(st.sampled_from([None, 0.2, 0.5]))
    patience = st.none() if validation is None else st.sampled_from([None, 1, 2])
    return {
        "rows": draw(st.integers(6, 40)),
        "optimizer": draw(st.sampled_from([*OPTIMIZERS, "lbfgs"])),
        "batch_size": draw(st.integers(1, 12)),
        "epochs": draw(st.integers(1, 5)),
        "dropout": draw(st.sampled_from([0.0, 0.4])),
        "dtype": draw(st.sampled_from(["float32", "float64"])),
        "l2": draw(st.sampled_from([0.0, 0.01])),
        "max_norm": draw(st.sampled_from([None, 1.0])),
        "weights": draw(st.sampled_from([None, 3.0])),
        "schedule": draw(st.sampled_from([None, "cosine", "one_cycle", "exponential"])),
        "validation": validation,
        "early_stopping": draw(patience),
        "clip_norm": draw(st.sampled_from([None, 0.1])),
        "clip_value": draw(st.sampled_from([None, 0.02])),
        "shuffle": draw(st.booleans()),
        "seed": draw(st.integers(0, 3)),
    }


@pytest.fixture
def each_step(monkeypatch):
    """An event, and so a place to break off, after each step."""
    monkeypatch.setattr(descent, "TELL_EVERY", -1.0)


@pytest.fixture
def said() -> list[str]:
    return []


WAYS = ["error", "stop", "close", "interrupt", "ask"]


# -- the same bits ------------------------------------------------------------------------


@given(cases(), st.lists(st.tuples(st.integers(1, 25), st.sampled_from(WAYS)), max_size=3))
def test_a_training_cut_off_anywhere_and_resumed_has_the_bits_of_one_without_a_break(
    tmp_path_factory, case, cuts
):
    folder = tmp_path_factory.mktemp("run") / "saved"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(descent, "TELL_EVERY", -1.0)
        whole = Training(case).result()
        for number, (after, how) in enumerate(cuts):
            Training(case).cut(folder, after, how, resume=number > 0)
        assert Training(case).result(checkpoint=folder, resume=True) == whole


@pytest.mark.parametrize("rule", [*OPTIMIZERS, "lbfgs"])
def test_each_step_of_each_optimizer_can_be_the_last_before_a_break(
    tmp_path: Path, each_step, rule: str
):
    case = FULL | {"optimizer": rule, "epochs": 3}
    whole = Training(case).result()
    after = 1
    while Training(case).cut(tmp_path / str(after), after, "close"):
        assert Training(case).result(checkpoint=tmp_path / str(after), resume=True) == whole, after
        after += 1
    assert after > (3 if rule == "lbfgs" else 10)


RESUMES = """
import pickle, sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from test_checkpoints import Training
with np.errstate(all="ignore"):
    cases = pickle.load(sys.stdin.buffer)
    done = [Training(case).result(checkpoint=folder, resume=True) for folder, case in cases]
sys.stdout.buffer.write(pickle.dumps(done))
"""


def test_another_process_goes_on_to_the_same_bits(tmp_path: Path, each_step):
    kinds = [FULL | {"optimizer": rule, "seed": k} for k, rule in enumerate([*OPTIMIZERS, "lbfgs"])]
    wholes, left = [], []
    for number, case in enumerate(kinds):
        wholes.append(Training(case).result())
        Training(case).cut(tmp_path / str(number), 2 + number, "error")
        left.append((str(tmp_path / str(number)), case))
    child = subprocess.run(
        [sys.executable, "-c", RESUMES, str(Path(__file__).parent)],
        input=pickle.dumps(left), capture_output=True,
    )  # fmt: skip
    assert child.returncode == 0, child.stderr.decode()
    assert pickle.loads(child.stdout) == wholes


def test_an_order_that_is_a_formula_is_taken_up_again_within_the_epoch(
    tmp_path: Path, each_step, monkeypatch
):
    order = import_module("glassnet.training.loop.order")
    monkeypatch.setattr(order.Order.__init__, "__defaults__", (8,))
    assert len(order.Order(23, np.random.default_rng(0))._list) == 0
    whole = Training(FULL).result()
    for after in (2, 7):
        Training(FULL).cut(tmp_path / str(after), after, "close")
        assert Training(FULL).result(checkpoint=tmp_path / str(after), resume=True) == whole


def test_saving_changes_nothing(tmp_path: Path):
    case = FULL | {"rows": 40}
    assert Training(case).result(checkpoint=tmp_path / "saved") == Training(case).result()


def test_a_divergence_after_a_break_falls_back_to_the_same_parameters(tmp_path: Path, each_step):
    def training() -> tuple[Network, Any]:
        net = Network.dense([1, 1], dtype="float64")
        return net, {"X": np.ones((1, 1)), "y": np.zeros(1), "epochs": 400, "optimizer": SGD(5.0)}

    def end(net: Network, settings: Any, **more: Any) -> dict[str, Any]:
        *_, last = fit(net, **settings, **more)
        assert isinstance(last, TrainingEnd)
        return plain(last.history) | {"theta": net.theta.tobytes()}

    whole = end(*training())
    assert whole["stopped"] == "diverged"
    assert "parameters of step 100" in whole["message"]
    net, settings = training()
    for event in fit(net, **settings, checkpoint=tmp_path / "saved"):
        if isinstance(event, EpochEnd) and event.epoch == 130:
            break
    assert end(*training(), checkpoint=tmp_path / "saved", resume=True) == whole
    # nothing comes of it: another training may have the folder
    net, settings = training()
    end(net, settings | {"optimizer": SGD(0.1)}, checkpoint=tmp_path / "saved")


def test_a_finished_training_resumed_is_the_same_at_once(tmp_path: Path):
    whole = Training(FULL).result(checkpoint=tmp_path / "saved")
    again = Training(FULL)
    assert again.result(checkpoint=tmp_path / "saved", resume=True) == whole
    assert again.events(checkpoint=tmp_path / "saved", resume=True) is not None


def test_the_seconds_go_on(tmp_path: Path, each_step):
    Training(CASE).cut(tmp_path / "saved", 8, "close")
    before = read(tmp_path / "saved" / LAST)["state"]["seconds"]
    *_, end = Training(CASE).events(checkpoint=tmp_path / "saved", resume=True)
    seconds = end.history["seconds"]
    assert sorted(seconds) == seconds
    assert end.history.seconds > before > seconds[0]


# -- when it is saved ---------------------------------------------------------------------


def test_each_epoch_is_saved_before_it_is_told(tmp_path: Path):
    folder = tmp_path / "saved"
    told = 0
    for event in Training(CASE).events(checkpoint=folder):
        if isinstance(event, EpochEnd):
            told += 1
            state = read(folder / LAST)["state"]
            assert (state["epoch"], state["steps"]) == (told, 5 * told)
            assert read(folder / PREVIOUS)["state"]["epoch"] < told
    assert told == 3
    assert sorted(os.listdir(folder)) == sorted([LAST, PREVIOUS])


def test_what_becomes_the_one_before_is_on_the_disk(tmp_path: Path, monkeypatch):
    """After a power failure a file that was not synced may be anything."""
    write, now, synced = checkpoints_module.write_aside, 0.0, {}

    def written(path: Path, parts: Any, sync: bool) -> None:
        nonlocal now
        write(path, parts)
        now += 0.5 if sync else 0.01
        synced[path.read_bytes()] = sync

    monkeypatch.setattr(checkpoints_module, "write_aside", written)
    monkeypatch.setattr(checkpoints_module.time, "perf_counter", lambda: now)
    previous: set[bytes] = set()
    for event in Training(CASE | {"epochs": 60}).events(checkpoint=tmp_path):
        if isinstance(event, EpochEnd):
            now += 1.0
            previous.add((tmp_path / PREVIOUS).read_bytes())
    assert all(synced[content] for content in previous)
    assert len(previous) > 5
    # half a second for the disk in ten, and the start and the end
    assert sum(synced.values()) == pytest.approx(2 + 60 / 10, abs=1)
    assert synced[(tmp_path / LAST).read_bytes()]


def test_within_an_epoch_it_is_saved_when_the_minutes_are_over(tmp_path: Path, each_step):
    steps: list[int] = []
    for event in Training(CASE).events(checkpoint=Checkpoints(tmp_path / "saved", 1e-9)):
        if isinstance(event, Progress):
            steps.append(read(tmp_path / "saved" / LAST)["state"]["way"]["done"])
    # an event comes before the save that follows its step
    assert steps == [0, 5, 10, 15, 20] * 3


def test_the_best_is_kept_apart(tmp_path: Path):
    training = Training(FULL | {"epochs": 40, "early_stopping": 4})
    *_, end = training.events(checkpoint=tmp_path / "saved")
    assert end.history.stopped == "early"
    best = read(tmp_path / "saved" / BEST)["state"]
    assert best["epoch"] == end.history.best_epoch < len(end.history)
    assert best["theta"].tobytes() == training.net.theta.tobytes()


def test_the_one_that_was_resumed_from_becomes_the_one_before(tmp_path: Path, each_step):
    Training(CASE).cut(tmp_path, 8, "close")
    last = (tmp_path / LAST).read_bytes()
    Training(CASE).cut(tmp_path, 1, "close", resume=True)
    assert (tmp_path / PREVIOUS).read_bytes() == last


def test_a_stop_that_was_asked_for_before_training_began_saves_its_start(tmp_path: Path):
    saving = Checkpoints(tmp_path)
    saving.stop()
    *_, end = Training(CASE).events(checkpoint=saving)
    assert (end.history.stopped, end.history.steps) == ("interrupted", 0)
    saving.resume = True
    assert Training(CASE).result(checkpoint=saving) == Training(CASE).result()


# -- what is not usable -------------------------------------------------------------------


def cut_in_two(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-5] ^= 8
    path.write_bytes(content)


def forged(path: Path, **changed: Any) -> None:
    """A checkpoint whose checksum is right, and whose content is not."""
    about = read(path)
    about["state"] = {**about["state"], **changed}
    path.write_bytes(b"".join(bytes(part) for part in packed(about)))


def text(content: str) -> np.ndarray:
    return np.frombuffer(content.encode(), np.uint8)


HARM = {
    "cut short": (lambda path: path.write_bytes(path.read_bytes()[:10]), "is cut short"),
    "empty": (lambda path: path.write_bytes(b""), "is cut short"),
    "half": (cut_in_two, "checksum"),
    "flipped": (flipped, "checksum"),
    "a zip": (lambda path: path.write_bytes(b"PK\x03\x04" * 100), "no checkpoint of glassnet"),
    "newer": (lambda path: path.write_bytes(b"glassnet checkpoint 9\n"), "another version"),
    "missing": (lambda path: path.unlink(), ""),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "is no file"),
    "a pipe": (lambda path: (path.unlink(), os.mkfifo(path)), "is no file"),
    "no steps": (lambda path: forged(path, steps=None), "does not fit"),
    "negative": (lambda path: forged(path, steps=-1), "does not fit"),
    "a shape": (lambda path: forged(path, theta=np.zeros(1, "f4")), "does not fit"),
    "a type": (lambda path: forged(path, theta=np.zeros(26)), "does not fit"),
    "epochs": (lambda path: forged(path, epochs=text('{"epoch": 1}')), "cannot have had"),
    "no JSON": (lambda path: forged(path, epochs=text("{")), "cannot have had"),
    "deep": (lambda path: forged(path, epochs=text("[" * 10**5)), "cannot have had"),
    "fewer epochs": (lambda path: forged(path, epoch=0), "cannot have had"),
    "many epochs": (lambda path: forged(path, best_epoch=99), "cannot have had"),
}


@pytest.mark.parametrize("harm", HARM)
def test_a_damaged_last_gives_way_to_the_one_before_it(
    tmp_path: Path, each_step, said: list[str], monkeypatch, harm: str
):
    monkeypatch.setattr(checkpoints_module, "SYNC_EVERY", 0)
    folder = tmp_path / "saved"
    whole = Training(CASE).result()
    Training(CASE).cut(folder, 9, "close")
    good = (folder / PREVIOUS).read_bytes()
    do, says = HARM[harm]
    do(folder / LAST)
    saving = Checkpoints(folder, resume=True, say=said.append)
    if harm not in ("a folder", "a pipe"):
        # the good one is not written over by the damaged one that it stands in for
        Training(CASE).cut(folder, 1, "ask", resume=True)
        assert (folder / PREVIOUS).read_bytes() == good
        assert read(folder / PREVIOUS)["state"]["epoch"] == 1
        do(folder / LAST)
        assert Training(CASE).result(checkpoint=saving) == whole
        if says:
            assert LAST in said[0]
            assert says in said[0]
        assert f"{PREVIOUS}, after" in said[-1]
        assert len(said) == (2 if says else 1)
    else:
        events = Training(CASE).events(checkpoint=saving)
        assert says in said[0]
        assert f"{PREVIOUS}, after" in said[1]
        events.close()


@pytest.mark.parametrize("harm", ["missing", "half"])
def test_without_a_usable_checkpoint_it_starts_from_the_beginning_and_says_so(
    tmp_path: Path, each_step, said: list[str], harm: str
):
    folder = tmp_path / "saved"
    Training(FULL).cut(folder, 9, "close")
    for name in (LAST, PREVIOUS, BEST):
        HARM[harm][0](folder / name)
    saving = Checkpoints(folder, resume=True, say=said.append)
    assert Training(FULL).result(checkpoint=saving) == Training(FULL).result()
    assert (
        said[-1]
        == f"there is no usable checkpoint in {folder}: training starts from the beginning."
    )
    assert len(said) == (4 if harm == "half" else 1)


def test_to_resume_where_nothing_is_starts_from_the_beginning(tmp_path: Path, said: list[str]):
    saving = Checkpoints(tmp_path / "saved", resume=True, say=said.append)
    assert Training(CASE).result(checkpoint=saving) == Training(CASE).result()
    assert len(said) == 1


def test_a_random_state_that_no_generator_has_is_refused(tmp_path: Path, each_step, said):
    folder = tmp_path / "saved"
    Training(CASE).cut(folder, 3, "close")
    way = read(folder / LAST)["state"]["way"]
    way["masks"] = {**way["masks"], "uinteger": 2**100}
    forged(folder / LAST, way=way)
    saving = Checkpoints(folder, resume=True, say=said.append)
    assert Training(CASE).result(checkpoint=saving) == Training(CASE).result()
    assert "random state" in said[0]
    way["masks"]["uinteger"] = 0
    way["done"] = 24
    forged(folder / LAST, way=way)


def test_no_change_of_a_byte_and_no_shortening_is_taken_for_a_checkpoint(tmp_path: Path):
    *_, _ = Training(CASE | {"epochs": 1}).events(checkpoint=tmp_path)
    path = tmp_path / LAST
    whole = path.read_bytes()
    assert read(path)
    for place in (*range(300), *range(300, len(whole), 9)):
        flip = bytes([whole[place] ^ 1 << place % 8])
        for content in (whole[:place], whole[:place] + flip + whole[place + 1 :]):
            path.write_bytes(content)
            with pytest.raises(InputError):
                read(path)


HOSTILE = [
    b"[" * 100_000,
    b'{"a": ' * 50_000,
    b"1" * 10_000,
    b"null",
    b"[1, 2]",
    b'{"x": {"type": "<f4", "shape": [1000000000], "at": 0}}',
    b'{"x": {"type": "<f4", "shape": [4294967296, 4294967296, 4294967296], "at": 0}}',
    b'{"x": {"type": "<f4", "shape": [-1], "at": 0}}',
    b'{"x": {"type": "<f4", "shape": [1], "at": -4}}',
    b'{"x": {"type": "<f4", "shape": [1], "at": 1e9}}',
    b'{"x": {"type": "O", "shape": [1], "at": 0}}',
    b'{"x": {"type": {}, "shape": [1], "at": 0}}',
    b'{"x": {"type": "<f4", "shape": 7, "at": 0}}',
    b"\xff\xfe",
    b"",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:40]))
def test_a_hostile_file_with_a_right_checksum_is_refused(tmp_path: Path, text: bytes):
    rest = text + b"\n" + bytes(8)
    digest = hashlib.sha256(rest).hexdigest().encode()
    (tmp_path / LAST).write_bytes(b"glassnet checkpoint 1\n" + digest + b"\n" + rest)
    with pytest.raises(InputError, match="made to fit"):
        read(tmp_path / LAST)


def test_what_is_packed_is_what_is_read(tmp_path: Path):
    about = {
        "a": np.arange(6.0).reshape(2, 3).T,
        "b": {"c": np.float32(0.1), "d": np.zeros((0, 4), "f4"), "e": float("inf")},
        "f": [1, "x", None, True],
    }
    (tmp_path / "x").write_bytes(b"".join(bytes(part) for part in packed(about)))
    found = read(tmp_path / "x")
    assert found["a"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert found["b"]["d"].shape == (0, 4)
    assert found["b"]["c"] == np.float32(0.1)
    assert found["f"] == about["f"]
    assert fits({"b": found["b"]}, {"b": about["b"] | {"d": np.zeros((3, 4), "f4"), "c": 1.0}})
    with pytest.raises(TypeError):
        packed({"x": object()})


# -- another training ---------------------------------------------------------------------

OTHER = {
    "epochs is 4 and was 3": {"epochs": 4},
    "batch_size is 6 and was 5": {"batch_size": 6},
    "seed is 1 and was 0": {"seed": 1},
    "optimizer name is sgd and was adam": {"optimizer": "sgd"},
    "schedule name is cosine and was constant": {"schedule": "cosine"},
    "rows to learn from": {"rows": 24},
    "network dtype is float64 and was float32": {"dtype": "float64"},
    "network l2 is 0.1 and was 0.0": {"l2": 0.1},
    "network layers": {"dropout": 0.1},
    "clip_norm is 1.0 and was none": {"clip_norm": 1.0},
    "validation is 0.5 and was none": {"validation": 0.5},
    "sample_weight is True": {"weights": 1.0},
    "shuffle is False and was True": {"shuffle": False},
}


@pytest.mark.parametrize("says", OTHER)
def test_a_setting_that_is_another_is_named(tmp_path: Path, each_step, says: str):
    Training(CASE).cut(tmp_path / "saved", 7, "close")
    other = Training(CASE | OTHER[says])
    start = other.net.theta.copy()
    before = (tmp_path / "saved" / LAST).read_bytes()
    with pytest.raises(InputError, match="another training") as refused:
        other.events(checkpoint=tmp_path / "saved", resume=True)
    assert says in str(refused.value)
    assert np.array_equal(other.net.theta, start)
    assert other.net.classes is None
    assert (tmp_path / "saved" / LAST).read_bytes() == before


def test_other_sizes_and_other_values_of_the_same_shape_are_named(tmp_path: Path, each_step):
    Training(CASE).cut(tmp_path / "saved", 7, "close")
    wider = Training(CASE)
    wider.net = Network.dense([3, 7, 2], hidden="tanh", output="softmax", seed=3)
    with pytest.raises(InputError, match="network layers 1 n_out is 7 and was 4"):
        wider.events(checkpoint=tmp_path / "saved", resume=True)
    for harm in ("X", "y"):
        other = Training(CASE)
        array = getattr(other, harm)
        array[0] = 1 - array[0]
        with pytest.raises(InputError, match="rows to learn from or to validate on are others"):
            other.events(checkpoint=tmp_path / "saved", resume=True)


def test_only_what_is_over_is_written_over_unasked(tmp_path: Path, each_step):
    Training(CASE).cut(tmp_path / "saved", 7, "close")
    with pytest.raises(InputError, match="not over: resume it, delete it"):
        Training(CASE).events(checkpoint=tmp_path / "saved")
    Training(CASE).result(checkpoint=tmp_path / "saved", resume=True)
    other = CASE | {"seed": 5, "validation": 0.3}
    whole = Training(other).result()
    assert Training(other).result(checkpoint=tmp_path / "saved") == whole


def test_the_checkpoints_of_an_older_training_go_with_it(tmp_path: Path, each_step):
    Training(FULL).result(checkpoint=tmp_path / "saved")
    assert (tmp_path / "saved" / BEST).exists()
    Training(CASE).cut(tmp_path / "saved", 1, "ask")
    assert not (tmp_path / "saved" / BEST).exists()


def test_another_machine_is_warned_of_and_goes_on(tmp_path: Path, each_step, said: list[str]):
    Training(CASE).cut(tmp_path / "saved", 7, "close", machine=lambda: {"NumPy": "1", "BLAS": "a"})
    saving = Checkpoints(
        tmp_path / "saved",
        resume=True,
        say=said.append,
        machine=lambda: {"NumPy": "2", "BLAS": "a"},
    )
    assert Training(CASE).result(checkpoint=saving) == Training(CASE).result()
    assert "NumPy is 2 and was 1" in said[1]
    assert "the last bits may not be" in said[1]
    assert "BLAS" not in said[1]


def test_the_machine_is_known_by_what_the_last_bits_depend_on():
    known = machine()
    assert known["NumPy"] == np.__version__
    assert json.loads(json.dumps(known)) == known
    assert known == machine()


# -- what cannot be written ---------------------------------------------------------------


def test_a_folder_that_cannot_be_is_refused_before_anything_changes(tmp_path: Path, monkeypatch):
    (tmp_path / "file").write_text("mine")
    for folder, says in (
        (tmp_path / "file", "is a file"),
        (tmp_path / "no" / "such", "does not exist"),
        (Path("/proc/glassnet"), "proc"),
    ):
        training = Training(CASE)
        start = training.net.theta.copy()
        with pytest.raises(InputError, match=says):
            training.events(checkpoint=folder)
        assert np.array_equal(training.net.theta, start)
        assert training.net.classes is None
    monkeypatch.setattr(checkpoints_module.os, "access", lambda *_: False)  # tests may run as root
    with pytest.raises(InputError, match="cannot be written to"):
        Training(CASE).events(checkpoint=tmp_path)
    assert (tmp_path / "file").read_text() == "mine"


def full_disk(*_: Any) -> None:
    raise OSError(28, "No space left on device")


def test_a_disk_that_is_full_from_the_start_is_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(checkpoints_module, "write_aside", full_disk)
    with pytest.raises(InputError, match=r"No space left on device\): choose another"):
        Training(CASE).events(checkpoint=tmp_path / "saved")


def test_a_disk_that_fills_up_is_told_once_and_training_goes_on(
    tmp_path: Path, each_step, said: list[str], monkeypatch
):
    folder = tmp_path / "saved"
    events = Training(CASE).events(checkpoint=Checkpoints(folder, 1e-9, say=said.append))
    for event in events:
        if isinstance(event, EpochEnd):
            break
    monkeypatch.setattr(checkpoints_module, "write_aside", full_disk)
    *_, end = events
    assert end.history.stopped == "finished"
    assert said == [
        f"no checkpoint can be saved in {folder} (No space left on device); training goes on, and "
        "the checkpoint of step 5 stays."
    ]
    monkeypatch.undo()
    assert Training(CASE).result(checkpoint=folder, resume=True) == Training(CASE).result()


def test_an_interrupt_while_the_disk_is_full_says_which_step_is_safe(
    tmp_path: Path, each_step, monkeypatch
):
    events = Training(CASE).events(checkpoint=tmp_path / "saved")
    for event in events:
        if isinstance(event, EpochEnd):
            break
    next(events)
    monkeypatch.setattr(checkpoints_module, "write_aside", full_disk)
    end = events.throw(KeyboardInterrupt())
    assert isinstance(end, TrainingEnd)
    assert end.history.steps == 6
    assert end.history.message.endswith("is of step 5.")


FULL_DISK = """
import resource, signal, sys
from glassnet.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond the limit is then an error
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
main(sys.argv[2:])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of another kind")
def test_a_file_system_that_takes_no_more_is_told_by_the_command(tmp_path: Path):
    def train(limit: int) -> subprocess.CompletedProcess[str]:
        call = ["train", "iris", "--epochs", "9", "--checkpoint", tmp_path / "saved"]
        return subprocess.run(
            # -B: a module compiled under the limit would be kept cut off
            [sys.executable, "-B", "-c", FULL_DISK, str(limit), *call],
            capture_output=True,
            text=True,
        )

    refused = train(1000)
    assert refused.returncode == 2, refused.stderr
    assert refused.stderr.count("\n") == 1
    assert "no checkpoint can be saved" in refused.stderr
    size = measure_first(tmp_path)
    told = train(size + 200)  # the history grows until it does not fit
    assert told.returncode == 0, told.stderr
    assert "training goes on, and the checkpoint of step" in told.stderr
    assert "Traceback" not in told.stderr
    assert set(os.listdir(tmp_path / "saved")) <= {LAST, PREVIOUS}
    assert read(tmp_path / "saved" / LAST)["state"]["steps"] > 0


def measure_first(tmp_path: Path) -> int:
    """The bytes of a first checkpoint of the same training."""
    probe = tmp_path / "probe"
    subprocess.run(
        [sys.executable, "-m", "glassnet", "train", "iris", "--epochs", "9", "--checkpoint", probe],
        check=True, capture_output=True,
    )  # fmt: skip
    return (probe / LAST).stat().st_size - 9 * 100


def test_a_folder_deleted_under_way_is_made_again_and_told(
    tmp_path: Path, each_step, said: list[str]
):
    folder = tmp_path / "saved"
    for event in Training(CASE).events(checkpoint=Checkpoints(folder, say=said.append)):
        if isinstance(event, EpochEnd) and event.epoch == 1:
            for name in os.listdir(folder):
                (folder / name).unlink()
            folder.rmdir()
        if isinstance(event, EpochEnd) and event.epoch == 2:
            break
    assert said == [f"the folder {folder} was gone, and has been made again."]
    assert read(folder / LAST)["state"]["steps"] == 10


def test_what_a_cut_off_write_left_is_cleared_away(tmp_path: Path, each_step):
    Training(CASE).cut(tmp_path, 3, "close")
    (tmp_path / f".{LAST}.part").write_bytes(b"half")
    (tmp_path / f".{BEST}.part").write_bytes(b"half")
    Training(CASE).result(checkpoint=tmp_path, resume=True)
    assert sorted(os.listdir(tmp_path)) == sorted([LAST, PREVIOUS])


def test_a_kill_between_the_two_renames_leaves_the_one_before(
    tmp_path: Path, each_step, said: list[str], monkeypatch
):
    Training(CASE).cut(tmp_path, 8, "close")
    os.replace(tmp_path / LAST, tmp_path / PREVIOUS)
    saving = Checkpoints(tmp_path, resume=True, say=said.append)
    assert Training(CASE).result(checkpoint=saving) == Training(CASE).result()
    assert f"{PREVIOUS}, after" in said[0]


# -- the call -----------------------------------------------------------------------------


def test_what_makes_no_sense_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="needs checkpoints"):
        Training(CASE).events(resume=True)
    with pytest.raises(InputError, match="cannot be resumed"):
        Training(CASE).events(checkpoint=tmp_path / "a", record=tmp_path / "b")
    for minutes in (0, -1, float("nan"), float("inf"), "10"):
        with pytest.raises(InputError, match="minutes"):
            Checkpoints(tmp_path, minutes)  # pyright: ignore[reportArgumentType]
    assert os.listdir(tmp_path) == []


def test_an_interrupt_within_a_step_saves_nothing_half_changed(tmp_path: Path, monkeypatch):
    whole = Training(CASE).result()
    calls = 0
    update = Adam.update

    def broken_off(self: Adam, theta: Any, *rest: Any) -> None:
        nonlocal calls
        calls += 1
        update(self, theta, *rest)
        if calls == 8:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Adam, "update", broken_off)
        *_, end = Training(CASE).events(checkpoint=tmp_path / "saved")
    assert end.history.stopped == "interrupted"
    assert end.history.message.endswith("is of step 5.")
    assert Training(CASE).result(checkpoint=tmp_path / "saved", resume=True) == whole


# -- signals ------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_held_back_once_and_not_twice(number: signal.Signals):
    handled: list[int] = []
    stopped: list[bool] = []

    def handle(which: int, _frame: Any) -> None:
        handled.append(which)
        raise KeyboardInterrupt

    kept = signal.signal(number, handle)
    try:
        with postponed(lambda: stopped.append(True)):
            signal.raise_signal(number)
            assert (handled, stopped) == ([number], [True])
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(number)
        assert signal.getsignal(number) is handle
    finally:
        signal.signal(number, kept)


def test_what_is_ignored_stays_so():
    kept = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with postponed(lambda: pytest.fail("it was to be ignored")):
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, kept)


def test_outside_the_main_thread_signals_are_left_alone():
    before = signal.getsignal(signal.SIGINT)
    inside: list[Any] = []

    def work() -> None:
        with postponed(lambda: None):
            inside.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert inside == [before]


SCRIPT = """
import sys, time
import numpy as np
import glassnet as gn
X = np.random.default_rng(0).normal(size=(20_000, 3))
net = gn.Network.dense([3, 8, 2], output="softmax")
def tell(event):
    print("under way", flush=True)
gn.fit(net, X, (X[:, 0] > 0).astype(int), epochs=int(sys.argv[2]), batch_size=1, callbacks=[tell],
       checkpoint=sys.argv[1], resume=True)
print(net.theta.tobytes().hex())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_a_script_that_handles_no_sigterm_saves_and_dies_of_it(tmp_path: Path):
    call = [sys.executable, "-c", SCRIPT]
    child = subprocess.Popen(
        [*call, str(tmp_path / "saved"), "2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        child.stdout.readline()
        child.terminate()
        _, err = child.communicate(timeout=30)
    finally:
        child.kill()
    assert child.returncode == -signal.SIGTERM, err
    state = read(tmp_path / "saved" / LAST)["state"]
    assert 0 < state["way"]["done"] < 20_000
    ends = [
        subprocess.run([*call, str(tmp_path / name), "2"], check=True, capture_output=True)
        for name in ("saved", "new")
    ]
    assert f"after {state['steps']} steps" in ends[0].stderr.decode()
    assert ends[0].stdout.splitlines()[-1] == ends[1].stdout.splitlines()[-1]


def test_a_second_training_in_one_folder_at_the_same_moment_is_told(tmp_path):
    X, y = np.eye(4), np.array([0, 1, 0, 1])
    first = fit(Network.dense([4, 2]), X, y, epochs=3, checkpoint=tmp_path / "c")
    next(first)
    for resume in (False, True):
        with pytest.raises(InputError, match="another training saves its checkpoints"):
            fit(Network.dense([4, 2]), X, y, epochs=3, checkpoint=tmp_path / "c", resume=resume)
    first.close()
    kept = Checkpoints(tmp_path / "c", resume=True)
    for _ in fit(Network.dense([4, 2]), X, y, epochs=3, checkpoint=kept):
        pass
    for _ in fit(Network.dense([4, 2]), X, y, epochs=3, checkpoint=tmp_path / "c"):
        pass


def test_a_system_without_locks_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    said = []
    kept = Checkpoints(tmp_path / "c", say=said.append)
    for _ in fit(Network.dense([2, 2]), np.eye(2), [0, 1], epochs=1, checkpoint=kept):
        pass
    assert "cannot be locked on this system" in said[0]
