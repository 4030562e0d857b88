"""Names, classes, titles and files with control characters in them: none reaches the terminal."""

from pathlib import Path

import pytest

import glassnet as gn
from glassnet.views.text.terminal import CONTROL

EVIL = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202e"  # clears the screen, sets a title, colours, turns
CELL = "\x1b[2J\x9b31m\u202e"  # a bell would make a table a binary file, a semicolon part it


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def clean(done) -> str:
    """What was printed, in which the name is seen and does nothing."""
    told = done.out + done.err
    assert not CONTROL.search(told), ascii(CONTROL.search(told))
    return told


def test_of_a_table_s_columns_classes_and_name(run, folder: Path):
    pytest.importorskip("polars")
    table = folder / "t\x1b7\x9b\u202e.csv"
    rows = [f"{k % 7},{(k * k) % 5},{'yes' if k % 2 else 'no' + CELL}" for k in range(60)]
    table.write_text(f"a{CELL},b,answer{CELL}\n" + "\n".join(rows) + "\n", encoding="utf-8")
    model = folder / f"m{EVIL}.safetensors"
    train = run("train", table, "--target", -1, "--epochs", 2, "--out", model)
    assert train.status == 0, train.err
    assert "\\x1b[2J" in clean(train)
    for command in ("evaluate", "explain"):
        assert "\\x1b" in clean(run(command, model, table))
    assert CELL in run("predict", model, table).out  # to a program goes the class itself
    clean(run("train", table, "--target", "answr" + EVIL))
    for command in ("evaluate", "explain"):
        clean(run(command, model, table, "--json"))


def test_of_classes_that_predict_prints_on_a_terminal(run, folder: Path, monkeypatch):
    net = gn.Network.dense([2, 2], output="softmax")
    gn.fit(net, [[0.0, 1.0], [1.0, 0.0]], [f"no{EVIL}", "yes"], epochs=1)
    net.save("m.safetensors")
    Path("t.npz").write_bytes(npz())
    data = run("predict", "m.safetensors", "t.npz")
    assert EVIL in data.out or "no" not in data.out  # a file is to have the class itself
    monkeypatch.setattr("glassnet.views.text.terminal.TerminalStream.isatty", lambda _: True)
    clean(run("predict", "m.safetensors", "t.npz"))


def npz() -> bytes:
    import io

    import numpy as np

    held = io.BytesIO()
    X = np.random.default_rng(0).normal(size=(20, 2))
    np.savez(held, X=X, y=np.array(["yes", f"no{EVIL}"] * 10))
    return held.getvalue()


def test_of_titles(run, folder: Path):
    text = run("walk", "--template").out
    assert 'name = "' in text
    name = EVIL.encode("unicode_escape").decode().replace("\\x", "\\u00")
    Path("mine.toml").write_text(text.replace('name = "', f'name = "{name}'), encoding="utf-8")
    for options in ([], ["--json"], ["--format", "markdown"], ["--format", "latex"]):
        done = run("walk", "mine.toml", *options)
        assert done.status == 0, done.err
        assert "0;owned" in clean(done) or options == ["--json"]


def test_of_files_and_settings_that_are_not_there(run, folder: Path):
    for arguments in (
        ["evaluate", EVIL, "iris"],
        ["train", f"{EVIL}.csv", "--target", "a"],
        ["train", "iris", "--hidden", EVIL],
        ["train", "iris", f"--{EVIL}"],
        ["walk", f"{EVIL}.toml"],
        ["walk", "--at", EVIL],
        ["check", f"{EVIL}.py"],
        ["draw", "example", "--what", EVIL, "--out", "a.svg"],
        [EVIL],
    ):
        done = run(*arguments)
        assert done.status == 2
        clean(done)
        clean(run(*arguments, "--json"))


def test_of_what_a_script_raises_and_names(run, folder: Path):
    script = folder / "mine.py"
    script.write_text(
        f"import numpy as np\nW1 = np.ones((2, 2))\nraise ValueError({EVIL!r})\n", encoding="utf-8"
    )
    done = run("check", script)
    assert "ValueError" in clean(done)
    clean(run("check", script, "--json"))
