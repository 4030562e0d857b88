"""`glassnet completion`: a real shell completes by what it wrote."""

import shutil
import subprocess

import pytest

BASH = shutil.which("bash")
ASKED = """
. "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COMPREPLY=()
_glassnet
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(run, tmp_path):
    done = run("completion", "--shell", "bash", "--out", tmp_path / "made" / "glassnet.bash")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("written: ")
    return tmp_path / "made" / "glassnet.bash"


def completed(script, folder, *words):
    assert BASH is not None
    asked = [BASH, "-c", ASKED, "bash", str(script), "glassnet", *words]
    done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.skipif(BASH is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["tr"], ["train"]),
        (["ex"], ["explain", "export", "exercise"]),
        (["train", "--learn"], ["--learning-rate"]),
        (["train", "t.csv", "--compiled", ""], ["auto", "on", "off"]),
        (["check", "mi"], ["mine.py"]),
    ],
)
def test_bash_completes_commands_options_choices_and_files(script, tmp_path, words, wanted):
    (tmp_path / "mine.py").touch()
    assert sorted(completed(script, tmp_path, *words)) == sorted(wanted)


@pytest.mark.skipif(BASH is None, reason="there is no bash")
def test_bash_offers_files_where_nothing_else_fits(script):
    said = f'. "{script}"; complete -p glassnet'
    done = subprocess.run([str(BASH), "-c", said], capture_output=True, text=True, timeout=60)
    assert "-o default" in done.stdout


def test_it_is_put_where_the_shell_looks_and_once(run, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for _ in range(2):
        done = run("completion", "--shell", "bash")
        assert done.status == 0
        assert "in each bash opened from now on" in done.out
    assert (tmp_path / ".local/share/bash-completion/completions/glassnet").exists()
    assert (tmp_path / ".bashrc").read_text().count('completions/glassnet" ] &&') == 1


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_theirs(run, tmp_path, shell):
    out = tmp_path / "script"
    assert run("completion", "--shell", shell, "--out", out).status == 0
    told = out.read_text()
    assert "gradcheck" in told
    assert "learning-rate" in told


def test_what_it_cannot_do_is_said_in_a_sentence(run, tmp_path, monkeypatch):
    for name in ("ZSH_VERSION", "BASH_VERSION", "FISH_VERSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHELL", "/bin/nothing")
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run("completion")
    assert done.status == 2
    assert "give --shell bash, zsh or fish" in done.err
    (tmp_path / "file").touch()
    done = run("completion", "--shell", "fish", "--out", tmp_path / "file" / "script")
    assert done.status == 2
    assert "give a file by --out" in done.err
