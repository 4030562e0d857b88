"""The progress bar: what it shows, and that it is silent where nobody looks."""

import sys
from types import ModuleType

import numpy as np
import pytest

import glassnet as gn
from glassnet.training import EpochEnd, History, Progress, TrainingEnd
from glassnet.views.progress import notebooks, progress_bar
from glassnet.views.progress.state import ProgressShown


def fit(progress: bool | None) -> None:
    rng = np.random.default_rng(0)
    net = gn.Network.dense([3, 4, 2], output="softmax")
    X, y = rng.normal(size=(40, 3)), rng.integers(0, 2, 40)
    gn.fit(net, X, y, epochs=3, validation=0.25, progress=progress)


def test_the_bar_shows_epoch_loss_metric_and_speed_on_stderr(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    fit(progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    for text in ("epoch 3/3", "loss ", "val accuracy ", "samples/s", "left"):
        assert text in captured.err


def test_nothing_is_shown_where_nobody_looks(capsys):
    fit(progress=None)
    assert capsys.readouterr() == ("", "")


def test_a_bar_that_ends_too_soon_says_so(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    with progress_bar(True) as show:
        show(EpochEnd(7, 90, {"loss": 0.5}, 100, 1000.0))
        show(TrainingEnd(History(stopped="early")))
    assert "epoch 7/90, stopped early" in capsys.readouterr().err


class Output:
    """An output of a notebook, as IPython's display gives it: what it showed, one after another."""

    def __init__(self, told: dict[str, str], raw: bool, display_id: bool) -> None:
        assert raw
        assert display_id
        self.shown = [told]

    def update(self, told: dict[str, str], raw: bool) -> None:
        assert raw
        self.shown.append(told)


@pytest.fixture
def outputs(monkeypatch) -> list[Output]:
    """A Jupyter kernel, as far as the bar asks for one."""
    made: list[Output] = []

    def display(told: dict[str, str], *, raw: bool, display_id: bool) -> Output:
        made.append(Output(told, raw, display_id))
        return made[-1]

    shell = ModuleType("shell")
    shell.kernel = None
    for name, value in {"": {}, ".core": {}, ".core.getipython": {"get_ipython": lambda: shell},
                        ".display": {"display": display}}.items():  # fmt: skip
        module = ModuleType("IPython" + name)
        module.__dict__.update(value)
        monkeypatch.setitem(sys.modules, "IPython" + name, module)
    return made


def test_in_jupyter_one_output_follows_and_shows_the_end(outputs, capsys):
    fit(progress=None)
    (output,) = outputs
    first, *_, last = output.shown
    assert "epoch 3/3, finished" not in first["text/plain"]
    assert last["text/plain"].startswith("epoch 3/3, finished  loss ")
    assert '<progress value="90" max="90"' in last["text/html"]
    assert "left" not in last["text/html"]
    assert capsys.readouterr() == ("", "")


def test_in_jupyter_a_training_that_breaks_shows_how_far_it_came(outputs):
    def breaks() -> None:
        with progress_bar() as show:
            for done in range(10, 60, 10):
                show(Progress(1, 2, done, 100, 0.5, 25.0))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks()
    (output,) = outputs
    assert len(output.shown) < 5  # not one for each event
    assert '<progress value="50" max="200"' in output.shown[-1]["text/html"]
    assert "6.0 s left" in output.shown[-1]["text/plain"]


def test_in_jupyter_no_bar_is_shown_where_none_is_wanted(outputs):
    fit(progress=False)
    assert outputs == []


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.0, "0.0 s"), (59.94, "59.9 s"), (61, "1:01"), (3725.2, "1:02:05")]
)
def test_a_time_reads_as_a_clock_from_a_minute_on(seconds: float, told: str):
    at = ProgressShown(1, 2, 1, 2, "loss 1", 1.0, "finished")
    assert notebooks.bar_text(at, seconds) == f"epoch 1/2, finished  loss 1  {told}"


def test_counted_work_has_a_bar_in_a_terminal_once_it_takes_a_while(monkeypatch, capsys):
    from glassnet.views.progress import counting

    with counting.counting("12 updates") as tick:
        tick(1, 12)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr(counting, "AFTER", -1)
    with counting.counting("12 updates") as tick:
        tick(6, 12)
    assert "12 updates" in capsys.readouterr().err
