"""What a learner's file may not do, tried by files that do it; with namespaces and without.

As root the attacks run once more as an ordinary user.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from recorded_runs import run_of

from glassnet.cli import main
from glassnet.core.errors import InputError
from glassnet.runtime.signals import ended_after
from glassnet.tutor.check import check_file
from glassnet.tutor.process.messages import Torn, read_messages, write_message
from glassnet.tutor.process.sandbox import Limits, Sandbox, Trouble

LONG = 120.0  # seconds, a limit for what does not end by itself on a busy machine
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux holds this, others do not")


@pytest.fixture(params=[True, False], ids=["namespaces", "without"])
def limits(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch):
    """Limits as they are on a system with namespaces and on one without; all files in tmp_path."""
    (tmp_path / "aside").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "aside"))

    def made(**other: float) -> Limits:
        return Limits(**{"seconds": LONG, "namespaces": request.param, **other})

    return made


def script(folder: Path, text: str, name: str = "mine.py") -> Path:
    own = folder / "own"
    own.mkdir(exist_ok=True)
    (own / name).write_text(text)
    return own / name


def alive(tmp_path: Path) -> list[str]:
    """The processes that were started with tmp_path in their environment, as all of ours are."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            mine = bytes(tmp_path / "aside") in Path(f"/proc/{pid}/environ").read_bytes()
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
        except OSError:
            continue
        if mine and state not in "ZX":
            found.append(pid)
    return found


def names(seen) -> list[str]:
    return seen.names


def not_held(sandbox: Sandbox, tmp_path: Path) -> tuple[str, ...]:
    """What this system does not hold."""
    run_of(script(tmp_path, "x = 1.5\n", "other.py"), sandbox=sandbox)
    return sandbox.not_held


WAIT = "import os, select, signal\nwait = lambda s: select.select([], [], [], s)\n"


@ON_LINUX
def test_nothing_that_it_started_outlives_it(tmp_path, limits):
    text = WAIT + (
        "def daemon(_):\n"
        "    if os.fork() == 0:\n"
        "        for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):\n"
        "            signal.signal(s, signal.SIG_IGN)\n"
        "        os.setsid()\n"
        "        if os.fork(): os._exit(0)\n"
        "        wait(300); os._exit(0)\n"
        "list(map(daemon, range(20)))\n"
        "import subprocess\n"
        "ps = [subprocess.Popen(['sleep', '300'], start_new_session=True) for _ in [0] * 20]\n"
        "x = 1.5\n"
    )
    assert "x" in names(run_of(script(tmp_path, text), sandbox=Sandbox(limits())))
    assert not alive(tmp_path)


@ON_LINUX
def test_more_processes_than_may_be_are_ended(tmp_path, limits):
    text = WAIT + (
        "def more(_):\n    if os.fork() == 0:\n        os.setsid(); wait(300); os._exit(0)\n"
        "list(map(more, range(60)))\nwait(300)\n"
    )
    with pytest.raises(Trouble, match="more than 20 processes") as trouble:
        run_of(script(tmp_path, text), sandbox=Sandbox(limits(processes=20)))
    assert trouble.value.kind == "processes"
    assert not alive(tmp_path)


@ON_LINUX
def test_threads_count_as_processes(tmp_path, limits):
    text = WAIT + (
        "import threading\n"
        "more = lambda _: threading.Thread(target=wait, args=(300,), daemon=True).start()\n"
        "list(map(more, range(30)))\nwait(300)\n"
    )
    with pytest.raises(Trouble, match="more than 20 processes"):
        run_of(script(tmp_path, text), sandbox=Sandbox(limits(processes=20)))


@ON_LINUX
def test_who_kills_its_guard_leaves_nothing_behind(tmp_path, limits):
    text = WAIT + (
        "if os.fork() == 0:\n    os.setsid(); wait(300); os._exit(0)\nx = 1.5\n"
        "import ctypes\nctypes.CDLL(None).kill(os.getppid(), 9)\nwait(0.5)\nwait(0.5)\n"
    )
    sandbox = Sandbox(limits())
    if not_held(sandbox, tmp_path):  # without namespaces it can: that is its own end
        with pytest.raises(Trouble, match="SIGKILL"):
            run_of(script(tmp_path, text), sandbox=sandbox)
    else:
        assert "x" in names(run_of(script(tmp_path, text), sandbox=sandbox))
    assert not alive(tmp_path)


STOPS = WAIT + (
    "import ctypes, subprocess\n"
    "guard, send = os.getppid(), ctypes.CDLL(None).kill\n"
    "again = 'import os, sys\\nwhile 1: os.kill(int(sys.argv[1]), 19)'\n"
    "subprocess.Popen([sys.executable, '-c', again, str(guard)])\n"
    "subprocess.Popen(['sleep', '300'], env={}, start_new_session=True)\n"
    "open('out', 'w').close()\nsend(guard, 19)\nwait(300)\n"
).replace("import ctypes", "import sys, ctypes")


@ON_LINUX
def test_who_stops_its_guard_leaves_nothing_behind(tmp_path, limits):
    """Also what bears no mark, and though the guard is stopped again and again."""
    path = script(tmp_path, STOPS.replace("'300'", f"'300.{os.getpid()}'"))
    late = InputError("late")
    with pytest.raises(InputError, match="within"), ended_after(LONG, late):
        check_file(path, sandbox=Sandbox(limits(seconds=1.5)))
    assert not alive(tmp_path)
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            assert b"sleep\0300.%d" % os.getpid() not in process.read_bytes()


@ON_LINUX
@pytest.mark.parametrize("number", ["SIGTERM", "SIGKILL"])
def test_when_glassnet_itself_is_ended_so_is_all_that_it_runs(tmp_path, limits, number):
    import signal

    path = script(tmp_path, WAIT + "open('/dev/null')\nif os.fork() == 0: wait(300)\nwait(300)\n")
    code = (
        "import sys; from pathlib import Path; from glassnet.tutor.dataflow.graph import recorded\n"
        "from glassnet.tutor.process.sandbox import Limits, Sandbox\n"
        f"recorded(Path({str(path)!r}), sandbox=Sandbox({limits()!r}))"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path / "aside")}
    run = subprocess.Popen([sys.executable, "-c", code], env=environment)
    _until(lambda: len(alive(tmp_path)) >= 3)
    run.send_signal(signal.Signals[number])
    run.wait()
    _until(lambda: not alive(tmp_path))


def _until(holds) -> None:
    end = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


PROBE = """
import ctypes, json, os, pathlib, socket, subprocess, sys
folder = pathlib.Path({folder!r})
found = {{}}
def attempt(name, do):
    try:
        found[name] = [True, str(do())]
    except Exception as error:
        found[name] = [False, type(error).__name__ + " " + str(error)]
by_hand = ctypes.CDLL(None, use_errno=True)
def must(code):
    if code: raise OSError(code)
attempt("environment", lambda: sorted(os.environ))
attempt("connect", lambda: socket.create_connection(("127.0.0.1", {port}), timeout=5))
attempt("name", lambda: socket.getaddrinfo("example.invalid", 80))
attempt("write", lambda: (folder.parent / "elsewhere.txt").write_text("x"))
attempt("delete", lambda: os.remove(folder / "data.csv"))
attempt("move", lambda: os.rename(folder / "data.csv", folder / "moved.csv"))
attempt("folder", lambda: os.mkdir(folder / "made"))
attempt("link", lambda: os.symlink(folder, "gate"))
attempt("through", lambda: open("gate/through.txt", "w"))
attempt("program", lambda: must(subprocess.call(["rm", "-rf", str(folder / "sub")])))
attempt("ptrace", lambda: must(by_hand.ptrace(16, os.getppid(), 0, 0)))
attempt("chown", lambda: os.chown(".", 1, 1))
attempt("node", lambda: os.mknod("disk", 0o60666, os.makedev(7, 0)))
attempt("terminal", lambda: os.stat("/dev/ptmx"))
attempt("signal", lambda: os.kill({other}, 0))
attempt("signals", lambda: os.killpg({other}, 0))
attempt("its own", lambda: [subprocess.Popen(["sleep", "9"]).terminate(), os.killpg(0, 0)])
attempt("host", lambda: must(by_hand.socket(40, 1, 0) < 0))
def above(do):
    number = os.open(folder, os.O_RDONLY)
    os.chdir("sub")
    try: do(number)
    finally: os.chdir("..")
attempt("folder by number", lambda: above(lambda n: os.mkdir("made too", dir_fd=n)))
attempt("file by number", lambda: above(lambda n: os.open("new.csv", os.O_CREAT, dir_fd=n)))
attempt("mode by number", lambda: os.fchmod(os.open(folder / "data.csv", 0), 0o777))
def inside():
    number = os.open(".", os.O_RDONLY)
    os.mkdir("n", dir_fd=number)
    os.close(os.open("n/x", os.O_CREAT, dir_fd=number))
    __import__("shutil").rmtree("n")
    from multiprocessing.shared_memory import SharedMemory
    SharedMemory("glassnet-test", create=True, size=9).unlink()
attempt("inside by number", inside)
attempt("own", lambda: pathlib.Path("own.txt").write_text("mine"))
attempt("append", lambda: open("data.csv", "a").write("5,6\\n"))
attempt("linked", lambda: open("linked.csv", "a").write("changed"))
attempt("null", lambda: open(os.devnull, "w").write("x"))
attempt("pool", lambda: __import__("multiprocessing").Queue().put(1))
os.chdir("/")
pathlib.Path({out!r})
print("FOUND" + json.dumps(found))
x = 1.5
"""


@ON_LINUX
def test_what_it_reaches_for_it_does_not_get(tmp_path, limits, monkeypatch):
    monkeypatch.setenv("GLASSNET_TEST_SECRET", "hunter2")
    path = script(tmp_path, "")
    own = path.parent
    (own / "data.csv").write_text("1,2\n3,4\n")
    (own / "sub").mkdir()
    (own / "sub" / "rows.csv").write_text("7,8\n")
    (tmp_path / "outside.csv").write_text("9,9\n")
    (own / "linked.csv").symlink_to(tmp_path / "outside.csv")
    sandbox = Sandbox(limits(output=100_000))
    other = subprocess.Popen(["sleep", "300"], start_new_session=True)
    with socket.create_server(("127.0.0.1", 0)) as server, other:
        port = server.getsockname()[1]
        path.write_text(PROBE.format(folder=str(own), port=port, out="", other=other.pid))
        before = sorted(own.rglob("*"))
        try:
            seen = run_of(path, sandbox=sandbox)
        finally:
            other.kill()
    found = json.loads(seen.printed.partition("FOUND")[2])
    got = {name for name, (had, _) in found.items() if had}
    assert "hunter2" not in str(found)
    assert "SECRET" not in str(found)
    assert not {"connect", "name", "write", "delete", "move", "folder", "through"} & got, found
    numbers = {"folder by number", "file by number", "mode by number"}
    assert not {"signal", "signals", "host", *numbers} & got, found
    assert {"its own", "inside by number"} <= got, found
    assert {"own", "append", "linked", "null", "environment", "pool"} <= got, found
    assert not {"ptrace", "node"} & got
    assert (own / "data.csv").read_text() == "1,2\n3,4\n"
    assert (tmp_path / "outside.csv").read_text() == "9,9\n"
    if not sandbox.not_held:
        assert not {"program", "terminal"} & got, found
        assert sorted(own.rglob("*")) == before
    else:  # what a program of another language does is not held, and it is said
        assert {file.name for file in before} - {file.name for file in own.rglob("*")} <= {
            "sub", "rows.csv",
        }  # fmt: skip
        for each in ("the end of", "files elsewhere", "each file", "the network", "signals"):
            assert any(each in said for said in sandbox.not_held)


# What stands in the way of the reply: names taken, and what is written into the file itself.
INSTEAD = {
    "a pipe": "os.unlink(p); os.mkfifo(p)",
    "a link": "os.unlink(p); os.symlink('/etc/passwd', p)",
    "a device": "os.unlink(p); os.symlink('/dev/zero', p)",
    "a folder": "os.unlink(p); os.mkdir(p)",
    "junk": "raw(b'junk' * 100)",
    "gigabytes": "os.truncate(p, 1 << 28)\n    os.truncate(p, 1 << 40)",
}
TAKE = """
import os, pathlib, struct
post = pathlib.Path(os.environ["HOME"]).parents[1]
def raw(content):
    held = [int(fd) for fd in os.listdir("/proc/self/fd")
            if os.path.exists("/proc/self/fd/" + fd)
            and os.readlink("/proc/self/fd/" + fd).endswith("/reply")]
    os.lseek(held[0], 0, 0)
    os.write(held[0], content)
def take(p):
    {take}
def attempt(p):
    try: take(p)
    except OSError as error: print(error)
attempt(post / "reply")
attempt(post / "line")
os._exit(0)
"""


@ON_LINUX
@pytest.mark.parametrize("what", INSTEAD)
def test_what_stands_in_place_of_the_reply_is_one_sentence(tmp_path, limits, what):
    path = script(tmp_path, TAKE.format(take=INSTEAD[what]))
    with pytest.raises(Trouble, match=r"mine\.py") as trouble:
        run_of(path, sandbox=Sandbox(limits(written=1 << 41)))
    assert trouble.value.kind in ("exit", "reply")


def _run(event: str) -> str:
    """A run of one event, as the child tells it."""
    rest = '"arrays":[],"ended":"done","cut":[],"stood_in":[],"truncated":false'
    return '{"map":{"part":{"map":{"events":[' + event + "]," + rest + "}}}}"


JUNK = {
    "NaN for a line": _run('[NaN,"","","","",0,0,"",[true,true,true]]'),
    "an array that is not there": _run('[1,"","","","",0,9,"",[true,true,true]]'),
    "an array of no dtype": '{"map":{"part":{"array":["|O8",[1],0]}}}',
    "an array beyond the end": '{"map":{"part":{"array":["<f8",[1000000000],0]}}}',
    "an array of huge axes": '{"map":{"part":{"array":["<f8",[0,99999999999999999999],0]}}}',
    "an array of negative axes": '{"map":{"part":{"array":["<f8",[-1,-1],0]}}}',
    "a part that is a number": '{"map":{"part":7}}',
    "no message": "[1,2,3]",
    "trouble of no kind": '{"map":{"trouble":{"map":{"message":"x","kind":"y","line":1}}}}',
    "trouble without a message": '{"map":{"trouble":{"map":{"line":"x"}}}}',
    "depth": "[" * 100_000 + "]" * 100_000,
    "no JSON": "{{",
    "no text": "\ud800",
    "values without number": "[" + "[]," * 3_000_000 + "[]]",
    "the end alone": '{"map":{"end":[]}}',
}


@pytest.mark.parametrize("what", JUNK)
def test_junk_in_the_reply_is_one_sentence(tmp_path, monkeypatch, what):
    """As if the child had written this: what it may be does not matter to the guard."""
    raws = (JUNK[what].encode("utf-8", "surrogatepass"), b'{"map":{"end":[]}}')
    raw = b"".join(len(each).to_bytes(8, "little") + bytes(8) + each for each in raws)

    def child(order, until, most):
        with open(Path(order["post"]) / "reply", "r+b") as file:
            file.write(raw)
        return "exit 0", ""

    monkeypatch.setattr("glassnet.tutor.process.sandbox._run_child", child)
    with pytest.raises(Trouble, match=r"mine\.py") as trouble:
        run_of(script(tmp_path, "x = 1.5\n"))
    assert trouble.value.kind == "reply"


def test_messages_keep_every_bit_and_a_torn_end_is_left_out(tmp_path):
    content = {"a": [np.array([np.nan, np.inf, -0.0, 5e-324]), {"b": np.arange(6).reshape(2, 3).T}]}
    with open(tmp_path / "messages", "w+b") as file:
        write_message(file, content)
        write_message(file, [np.float32(0.5), True, None])
        write_message(file, "lost")
        file.truncate(file.tell() - 1)
        first, second = read_messages(file, 10_000)
    assert first["a"][0].tobytes() == content["a"][0].tobytes()
    assert (first["a"][1]["b"] == content["a"][1]["b"]).all()
    assert second == [0.5, True, None]


def test_no_more_of_a_reply_is_read_than_may_be(tmp_path):
    with open(tmp_path / "messages", "w+b") as file:
        write_message(file, "x" * 1000)
        with pytest.raises(Torn):
            list(read_messages(file, 100))


HANGS = {
    "in an import": "import slow\nx = 1.5\n",
    "stopped": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nx = 1.5\n",
}


@pytest.mark.parametrize("what", HANGS)
def test_its_time_ends_whatever_it_waits_for(tmp_path, limits, what):
    script(tmp_path, WAIT + "wait(300)\n", "slow.py")
    began = time.monotonic()
    with pytest.raises(InputError, match="within"):
        check_file(script(tmp_path, HANGS[what]), sandbox=Sandbox(limits(seconds=1.0)))
    assert time.monotonic() - began < LONG


def test_the_time_is_that_of_all_runs_together(tmp_path):
    """Another activation is tried, and each way to call what is only defined: not at our cost."""
    text = WAIT + "def train(X, y):\n    for i in range(3): wait(300)\n"
    began = time.monotonic()
    with pytest.raises(InputError):
        check_file(script(tmp_path, text), sandbox=Sandbox(Limits(seconds=2.0)))
    assert time.monotonic() - began < 2.0 + LONG / 4  # each of seven calls had 20 s


def test_the_judgement_has_its_time_too():
    def catches_errors() -> None:
        with ended_after(0.05, InputError("late")):
            while True:
                with contextlib.suppress(Exception):
                    time.sleep(LONG)

    began = time.monotonic()
    with pytest.raises(InputError, match="late"):
        catches_errors()
    assert time.monotonic() - began < LONG


def test_who_closes_its_files_is_told_so(tmp_path, limits):
    text = "import os\nos.closerange(3, 256)\nx = 1.5\n"
    with pytest.raises(Trouble, match="closed the file"):
        run_of(script(tmp_path, text), sandbox=Sandbox(limits()))


def test_its_folder_is_there_as_a_copy(tmp_path, limits):
    script(tmp_path, "1,2\n3,4\n", "rows.csv")
    script(tmp_path, "def double(v):\n    return 2 * v\n", "helper.py")
    text = (
        "import os, pathlib\nimport numpy as np\nfrom helper import double\n"
        "rows = np.loadtxt('rows.csv', delimiter=',')\n"
        "here = np.loadtxt(pathlib.Path(__file__).parent / 'rows.csv', delimiter=',')\n"
        "size = float(os.path.getsize('rows.csv'))\n"
        "up = np.loadtxt('../up.csv', delimiter=',')\n"
        "hidden = np.loadtxt('.hidden/rows.csv', delimiter=',')\n"
        "listed = float(len(sorted(p for p in os.listdir() if p.endswith('.csv'))))\n"
        "empty = float(os.path.isdir('results/deep'))\n"
        "os.remove('rows.csv')\npathlib.Path('w.txt').write_text('x')\n"
        "last = double(1.25)\n"
    )
    path = script(tmp_path, text)
    (tmp_path / "up.csv").write_text("5,6\n")
    (path.parent / ".hidden").mkdir()
    (path.parent / "results" / "deep").mkdir(parents=True)
    (path.parent / ".hidden" / "rows.csv").write_text("7,8\n")
    os.mkfifo(path.parent / "pipe.csv")
    before = sorted(path.parent.rglob("*"))
    seen = run_of(path, sandbox=Sandbox(limits()))
    got = {name: value.tolist() for name, value in seen.values}
    assert seen.graph.ended == "done", seen.graph.ended
    assert got["rows"] == got["here"] == [[1, 2], [3, 4]]
    assert (got["size"], got["up"], got["hidden"], got["last"]) == (8, [5, 6], [7, 8], 2.5)
    assert got["listed"] == got["empty"] == 1
    assert sorted(path.parent.rglob("*")) == before


def test_a_folder_too_large_to_copy_is_copied_file_by_file(tmp_path, limits):
    script(tmp_path, "1,2\n3,4\n", "rows.csv")
    script(tmp_path, "def double(v):\n    return 2 * v\n", "helper.py")
    text = (
        "import os, pathlib\nimport numpy as np\nfrom helper import double\n"
        "there = float(os.path.exists('large.bin'))\n"
        "listed = float(sum(len(found) for _, *both in os.walk('.') for found in both))\n"
        "with open('rows.csv', 'a') as file: file.write('5,6\\n')\n"
        "rows = np.loadtxt('rows.csv', delimiter=',')\n"
        "os.makedirs('sub', exist_ok=True)\nopen('sub/new.csv', 'w').close()\n"
        "open('more.csv', 'w').write('x')\n"
        "first = float(len(open('large.bin', 'rb').read(10)))\n"
        "open(%r, 'w').write('x')\n"
        "last = double(1.25)\n"
    )
    path = script(tmp_path, "")
    path.write_text(text % str(path.parent / "new.txt"))
    with open(path.parent / "large.bin", "wb") as file:
        file.truncate(60 << 20)
    (path.parent / "sub").mkdir()
    script(tmp_path, "7,8\n", "sub/more.csv")
    script(tmp_path, "7,8\n", "more.csv")
    sandbox = Sandbox(limits())
    seen = run_of(path, sandbox=sandbox)
    got = {name: value.tolist() for name, value in seen.values}
    assert (got["first"], got["last"]) == (10, 2.5)
    if sandbox.not_held:
        assert got["there"] == 0
    else:  # names and sizes are as they are: mine.py, helper.py, rows, more, large, sub, sub/more
        assert (got["there"], got["listed"]) == (1, 7)
    assert not (path.parent / "sub" / "new.csv").exists()
    assert (path.parent / "more.csv").read_text() == "7,8\n"
    assert got["rows"] == [[1, 2], [3, 4], [5, 6]]
    assert (path.parent / "rows.csv").read_text() == "1,2\n3,4\n"
    assert not (path.parent / "new.txt").exists()


def test_folders_in_folders_are_cleared_away(tmp_path, limits):
    text = "import os\ndef down(_): os.mkdir('d'); os.chdir('d')\nlist(map(down, range(1050)))\n"
    run_of(script(tmp_path, text + "x = 1.5\n"), sandbox=Sandbox(limits()))
    assert not list((tmp_path / "aside").iterdir())


@ON_LINUX
def test_where_a_system_lacks_what_holds_it_runs_and_says_so(tmp_path, monkeypatch, capfd):
    """Without resource and fcntl; in the child without ctypes: so no prctl, and no unshare."""
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / "sitecustomize.py").write_text(
        "import sys\nlacking = ['resource', 'fcntl']\n"
        "if 'glassnet.tutor.process.child' in sys.orig_argv: lacking.append('ctypes')\n"
        "for name in lacking: sys.modules[name] = None\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(lacking))
    path = script(tmp_path, "def f(): pass\n" + TRAINING)
    command = [sys.executable, "-m", "glassnet", "check", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=LONG)
    assert run.returncode == 0, run.stderr + run.stdout
    for said in ("how many processes", "the network", "files elsewhere", "signals", "memory"):
        assert said in run.stderr
    path.write_text("import os\nos._exit(3)\n")
    run = subprocess.run(command, capture_output=True, text=True, timeout=LONG)
    assert run.returncode == 2
    assert "status 3" in run.stderr
    assert "does not hold how many processes" in run.stderr


TRAINING = """
import numpy as np
rng = np.random.default_rng(0)
W = rng.normal(size=(2, 3)); b = np.zeros(2)
x = rng.normal(size=3); y = np.array([0.2, 0.7])
for epoch in range(1000):
    a = np.tanh(W @ x + b)
    delta = (a - y) * (1 - a**2)
    W -= 0.1 * np.outer(delta, x); b -= 0.1 * delta
"""


def test_where_all_is_held_nothing_is_said(tmp_path, capsys):
    path = script(tmp_path, TRAINING)
    sandbox = Sandbox(Limits(seconds=LONG))
    run_of(path, sandbox=sandbox)
    with pytest.raises(SystemExit, match="0"):
        main(["check", str(path)])
    assert ("not hold" in capsys.readouterr().err) == bool(sandbox.not_held)


@ON_LINUX
@pytest.mark.outside
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="no root, no other user")
def test_all_this_holds_for_an_ordinary_user(tmp_path):
    """The attacks again as nobody, to whom what they need is shown where root alone looks in."""
    here, base = Path(__file__), Path(sys.base_prefix)
    needed = {base, Path(sys.prefix), here.parents[2]}
    closed = {
        next((p for p in reversed(path.parents) if not p.stat().st_mode & 0o001), None)
        for path in needed
    } - {None}
    steps = []
    for number, path in enumerate(needed):
        place = tmp_path / "mounts" / str(number)
        place.mkdir(parents=True)
        steps.append(f"mount --bind {path} {place}")
    steps += [f"mount -t tmpfs -o mode=755 none {path}" for path in closed]
    steps += [
        f"mkdir -p {path} && mount --move {tmp_path / 'mounts' / str(number)} {path}"
        for number, path in enumerate(needed)
        if any(path.is_relative_to(each) for each in chain(closed))
    ]
    own = Path(tempfile.mkdtemp(prefix="nobody-", dir="/tmp"))
    own.chmod(0o777)
    tests = (
        f"{sys.executable} -m pytest -q -n 0 -p no:cacheprovider {here} --basetemp {own}/pytest "
        "-k 'outlives or may_be_are or guard or reaches or stands_in_place or as_a_copy or itself'"
    )
    steps.append(f"cd {here.parents[2]}")
    steps.append(f"exec setpriv --reuid 65534 --regid 65534 --clear-groups {tests}")
    environment = {**os.environ, "HOME": str(own), "TMPDIR": str(own)}
    environment["HYPOTHESIS_STORAGE_DIRECTORY"] = str(own)
    run = subprocess.run(
        ["unshare", "-m", "sh", "-ec", "\n".join(steps)],
        capture_output=True, text=True, env=environment, timeout=4 * LONG,
    )  # fmt: skip
    subprocess.run(["rm", "-rf", str(own)], check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "skipped" not in run.stdout
