# ruff: noqa: E501
"""Calls of the commands as a stranger might make them: right but for one odd option or one odd file.

A call is drawn from its number alone, and made in a room that is the same for each:

    python tests/stranger_calls.py FOLDER FIRST LAST [-v]

It runs in a process forked from one that has imported what the commands need, or, every twentieth,
in a real one; what is measured of it is its status, what it printed, how long it took and how much
memory it had at its peak.
"""

import collections
import contextlib
import importlib
import inspect
import io
import json
import os
import pkgutil
import random
import resource
import signal
import stat
import subprocess
import sys
import typing
from dataclasses import dataclass
from pathlib import Path

import stranger_files

SECONDS, MEMORY = 60, 500 * 10**6  # of the processor, and at the peak
HANGS = 300  # seconds, on a busy machine
REAL = 20  # one call in so many is a process of its own from the start
TABLE = ["train", "data.csv", "--target", "y", "--epochs", "1", "--hidden", "4", "--threads", "1"]
MODEL = ["model.safetensors", "data.csv"]
RIGHT = {
    "walk": [["walk"], ["walk", "walk.toml"], ["walk", "walk.toml", "--steps", "2"], ["walk", "walk.toml", "--at", "delta1[0]"],
             ["walk", "model.safetensors", "data.csv", "--row", "1"], ["walk", "walk.toml", "--out", "walk.html", "--format", "html"]],
    "train": [TABLE, [*TABLE, "--out", "out.safetensors"], [*TABLE, "--memory", "300MB"],
              ["train", "parts", *TABLE[2:]], ["train", "parts", *TABLE[2:], "--memory", "300MB"], ["train", "data.csv", *TABLE[4:6], "--from", "model.safetensors"],
              [*TABLE, "--record", "new run"], [*TABLE, "--checkpoint", "new"], [*TABLE, "--checkpoint", "kept", "--resume"],
              [*TABLE, "--report", "report.html"], [*TABLE, "--cv", "2"], [*TABLE, "--search", "2"], [*TABLE, "--compiled", "off"],
              ["train", "data.csv", "--target", "x0", *TABLE[4:]], ["train", "moons", *TABLE[4:]],
              ["train", "data.csv", "--target", "x0", "--quantiles", ".1,.9", *TABLE[4:]]],
    "completion": [["completion", "--shell", "bash", "--out", "new"]],
    "fetch": [["fetch", "mnist", "--from", "http://127.0.0.1:9/", "--to", "new"]],
    "evaluate": [["evaluate", *MODEL], ["evaluate", "numbers.safetensors", "data.csv"]],
    "predict": [["predict", *MODEL], ["predict", *MODEL, "--out", "answers.csv"], ["predict", *MODEL, "--probabilities"], ["predict", *MODEL, "--mark"], ["predict", MODEL[0], "parts"],
                ["predict", "numbers.safetensors", "data.csv", "--out", "answers.jsonl"]],
    "export": [["export", "model.safetensors", "--to", "numpy"], ["export", "model.safetensors", "--to", "csv", "--out", "new.csv"],
               ["export", "numbers.safetensors", "--to", "npz", "--json"],
               ["export", "model.safetensors", "--to", "c", "--int8", "data.csv"]],
    "explain": [["explain", *MODEL, "--row", "1"], ["explain", *MODEL, "--row", "1", "--set", "x[0]=0.5", "--of", "1"],
                ["explain", *MODEL, "--row", "1", "--fix", "x[0]", "--to", "1", "--background", MODEL[1]],
                ["explain", *MODEL, "--along", "x[0]"],
                ["explain", *MODEL, "--row", "1", "--at", "dW1[0,1]", "--chain"],
                ["explain", "run", "--step", "1"], ["explain", "run", "--step", "1", "--at", "new.W1[0,0]"],
                ["explain", *MODEL, "--row", "1", "--at", "W1[0,0]", "--nudge", "0.1"]],
    "gradcheck": [["gradcheck"], ["gradcheck", "model.safetensors"], ["gradcheck", "numbers.safetensors", "--rows", "3"]],
    "learn": [["learn"], ["learn", "lessons.py"], ["learn", "lessons.py", "--hint", "1"], ["learn", "xor.py"], ["learn", "--lesson", "3"],
              ["learn", "--list"], ["learn", "--notebooks", "new"]],
    "start": [["start", "new.py"], ["start", "net.py", "--force"], ["start", "new.py", "--style", "class"]],
    "check": [["check", "net.py", "--seconds", "5"], ["check", "xor.py", "--seconds", "5"], ["check", "xor.py", "--draft", "--map", "new.json"],
              ["check", "xor.py", "--map", "map.json", "--seconds", "5"]],
    "exercise": [["exercise", "--seed", "3"], ["exercise", "--check", "sheet.md"], ["exercise", "--check", "sheet.ipynb"],
                 ["exercise", "--out", "new.md"], ["exercise", "--sizes", "2-3-1", "--out", "new.ipynb", "--format", "notebook"]],
    "diagnose": [["diagnose", "run"], ["diagnose", "run", "--json"]],
    "draw": [["draw", "model.safetensors", "--out", "new.svg"], ["draw", *MODEL, "--out", "new.svg", "--what", "layers"],
             ["draw", "model.safetensors", "--out", "new.png", "--what", "weights"], ["draw", "example", "--out", "new.svg"],
             ["draw", *MODEL, "--out", "new.png", "--what", "curves", "--epochs", "1"], ["draw", *MODEL, "--out", "new.svg", "--what", "hidden"],
             ["draw", *MODEL, "--out", "new.png", "--what", "surface", "--epochs", "1"]],
    "demo": [["demo", "--out", "new"]],
}  # fmt: skip
COMMANDS = tuple(RIGHT)
NUMBERS = ["0", "-1", "1", "2", "3", "1.5", "nan", "inf", "-inf", "1e9", "1e400", "99999999999999999999",
           "9" * 5000, "", " ", "x", "0x10", "٣", "1,5", "true", "1_000", "--", "-0", "1e-320", "40", "1e-3", "0.5"]  # fmt: skip
WORDS = ["", " ", "x" * 5000, "naïve", "none", "0", "-1", "a/b", "y", "x0", "\u202e", "\x1b[31m", "[", "*",
         "1" * 5000, ",", "1e3", "W" + "1" * 5000 + "[0,0]", "a\nb", "-", "{}", "\udcff"]  # fmt: skip
ADDRESSES = ["W1[0,0]", "W1[9,9]", "W9[0,0]", "b1[0]", "z1[0]", "a2[1]", "delta1[0]@99", "delta1[0]@0", "dx[1]", "x[1]",
             "y[0]", "loss", "m.W1[0,0]", "v.b1[0]", "g.W1[0,0]", "penalty.W1[0,0]", "new.W1[0,0]", "rest.z1[0]", "W1", "W1[0",
             "W1[0,0,0]", "W1[-1,0]", "new.new.W1[0,0]", "z1[0]@1,2", "grad", "theta"]  # fmt: skip
FITTING = {  # what an option whose kind says little might be given
    "at": ADDRESSES, "directions": ["W1[0,0] W2[0,0]", "W1[0,0] W1[0,0]", "W9[0,0] W1[0,0]", "W1[0,0]", "b1[0],b2[0]"],
    "hidden": ["64,32", "0", "-1", "8", "3,,3", "1000000,1000000", ",".join(["2"] * 1101), "none", "4x4", "1"],
    "memory": ["300MB", "1", "0", "-1GB", "10TB", "1e9", "500 MB", "1KB", "MB", "nanMB"],
    "target": ["y", "x0", "x1", "x0,y", "absent", "Y", "2", "-1"], "group": ["x1", "y", "absent"], "time": ["x0", "x1", "absent"],
    "activation": ["relu", "tanh", "sigmoid", "identity", "softmax", "softplus", "RELU"], "optimizer": ["sgd", "adam", "lbfgs", "adamw", "momentum", "Adam"],
    "loss": ["mse", "cross_entropy", "binary_cross_entropy", "huber", "mae"], "schedule": ["constant", "cosine", "step", "exponential", "one_cycle", "warm_up", "linear"],
    "initializer": ["he", "xavier", "zeros", "he_uniform", "lecun"], "dtype": ["float32", "float64", "float16", "int8", "complex64"],
    "sizes": ["2-3-1", "2", "1-1", "0-1", "2-3-4-5-1", "100-100", "2,3,1", "2x2", "-1-2", "2--1"],
    "what": ["network", "weights", "images", "layers", "regions", "neurons", "hidden", "curves", "optimizers", "activations", "surface", "descent"],
}  # fmt: skip
BIG = ("1e9", "99999999999999999999", "9" * 5000)


def right_files(folder: Path) -> None:
    """The right files and folders, made as a person makes them: by the commands."""
    folder.mkdir()
    (folder / "data.csv").write_text(stranger_files.table())
    (folder / "parts").mkdir()
    for k in (1, 2):
        (folder / "parts" / f"part-{k}.csv").write_text(stranger_files.table())
    example = Path(__file__).parents[1] / "examples" / "xor_with_a_mistake.py"
    (folder / "xor.py").write_bytes(example.read_bytes())
    for call in (
        [*TABLE, "--out", "model.safetensors"], [*TABLE, "--checkpoint", "kept"],
        ["train", "data.csv", "--target", "y", "--epochs", "3", *TABLE[6:], "--record", "run"],
        ["train", "data.csv", "--target", "x0", "--task", "number", *TABLE[4:], "--out", "numbers.safetensors"],
        ["walk", "--template"], ["start", "net.py"], ["check", "xor.py", "--draft"], ["learn", "lessons.py"],
        ["exercise", "--out", "sheet.md"], ["exercise", "--format", "notebook", "--out", "sheet.ipynb"],
    ):  # fmt: skip
        done = ran(1, call, folder)
        assert done.status == 0, (call, done.errors)
        for flag, name in (("--template", "walk.toml"), ("--draft", "map.json")):
            if flag in call:
                (folder / name).write_text(done.out)


def options_of(command: str) -> dict[str, object]:
    """The options of a command with what they are annotated as."""
    from glassnet.cli import app

    function = app[command].default_command
    if not callable(function):
        function = function.resolve()
    hints = typing.get_type_hints(function)
    return {
        name: hints[name]
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is not inspect.Parameter.POSITIONAL_ONLY
    }


def drawn(number: int, names: list[str], folder: Path) -> list[str]:
    """A call's arguments; a mutant that it reads is made in the folder."""
    draw = random.Random(number)
    command = COMMANDS[number % len(COMMANDS)]
    if command == "demo" and number % 60 < 48:  # it is long, and has two options
        command = "train"
    call = list(draw.choice(RIGHT[command]))
    files = [at for at, each in enumerate(call) if at and (folder / each).exists()]
    for _ in range(draw.choices((0, 1, 2), (5, 75, 20))[0]):
        way = draw.random()
        if files and way < 0.6:
            at = draw.choice(files)
            files.remove(at)
            call[at] = draw.choice(names) if way < 0.2 else stranger_files.mutant(draw, folder, call[at])  # fmt: skip
        else:
            options = options_of(command)
            name = draw.choice(sorted(options))
            given = option(draw, name, options[name], names)
            if (
                given[0] in call and draw.random() < 0.9
            ):  # rather another value than twice the option
                at = call.index(given[0])
                call[at : at + len(given)] = given
            else:
                call += given
    return call


def option(draw: random.Random, name: str, kind: object, names: list[str]) -> list[str]:
    """One option, with a value that fits a little more often than not."""
    flag, told = "--" + name.strip("_").replace("_", "-"), str(kind)
    if "bool" in told:
        return [flag]
    if "Path" in told:
        return [
            flag,
            draw.choice([f"out{draw.choice(stranger_files.ENDINGS)}", draw.choice(names)]),
        ]
    if "Literal" in told and draw.random() < 0.8:
        kept = [a for a in typing.get_args(kind) if a is not type(None)]
        return [flag, draw.choice([str(v) for a in kept for v in typing.get_args(a) or [a]])]
    if "int" in told or "float" in told:
        # that many steps of work, asked for one by one, are no fault
        return [flag, draw.choice([n for n in NUMBERS if name != "steps" or n not in BIG])]
    return [flag, draw.choice(FITTING.get(name, WORDS) if draw.random() < 0.7 else WORDS + NUMBERS)]


@dataclass
class Done:
    """What became of a call."""

    call: list[str]
    status: int  # negative: ended by that signal
    out: str
    errors: str
    seconds: float
    peak: int  # bytes

    def is_json(self) -> bool:
        """Whether what was printed is one JSON document, in numbers that every reader knows."""
        try:
            json.loads(self.out, parse_constant=int)
        except ValueError:
            return False
        return True

    def fault(self) -> str:
        """What must not be, in a few words; empty where all is as it should be."""
        if self.status == -signal.SIGALRM or self.seconds > SECONDS:
            return f"took more than {SECONDS} s"
        if "Traceback (most recent call last)" in self.errors:
            return "a traceback: " + self.errors.strip().splitlines()[-1][:200]
        if "defect of glassnet" in self.errors:
            return "a defect: " + self.errors.strip().splitlines()[-1][:200]
        if self.status not in (0, 1, 2, 3, 129, 130, 143):
            return f"status {self.status}"
        if "--json" in self.call and not self.is_json():
            return "what was printed with --json is no JSON"
        if self.peak > MEMORY:
            return f"took {self.peak / 1e6:.0f} MB"
        if self.status == 2 and "glassnet: " not in self.errors:
            return "refused without a word"
        return ""


def lost(done: Done, pristine: Path, room: Path) -> str:
    """What is no more as it was, though the call was refused, or though it is the machine's."""
    for device in ("/dev/null", "/dev/zero", "/dev/full"):
        if not stat.S_ISCHR(os.stat(device).st_mode):
            return f"{device} is no device any more"
    if done.status != 2:
        return ""
    for before in sorted(pristine.rglob("*")):
        after = room / before.relative_to(pristine)
        was, now = before.lstat(), after.lstat() if os.path.lexists(after) else None
        kinds = ("st_mode", "st_size", "st_mtime_ns") if before.is_file() else ("st_mode",)
        if not now or any(getattr(was, each) != getattr(now, each) for each in kinds):
            return f"refused, and {after.name[:60]} is not as it was"
    return ""


def ran(number: int, call: list[str], folder: Path) -> Done:
    """The call, run in the folder."""
    out, errors = folder.parent / "stdout", folder.parent / "stderr"
    with open(out, "wb") as o, open(errors, "wb") as e:
        if number % REAL == 0:
            child = subprocess.Popen(
                [sys.executable, "-P", "-m", "glassnet", *call], stdin=subprocess.DEVNULL, stdout=o, stderr=e,
                cwd=folder, preexec_fn=lambda: signal.alarm(HANGS),
            )  # fmt: skip
            pid = child.pid
        else:
            pid = os.fork()
            if not pid:
                _in_child(call, folder, o.fileno(), e.fileno())
        _, status, used = os.wait4(pid, 0)
    return Done(
        call, os.waitstatus_to_exitcode(status), out.read_text("utf-8", "replace"),
        errors.read_text("utf-8", "replace"), used.ru_utime + used.ru_stime, used.ru_maxrss * 1024,
    )  # fmt: skip


def _in_child(call: list[str], folder: Path, out: int, errors: int) -> None:
    """Runs the command in this forked process, and ends it."""
    status = 70
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(errors, 2)
        sys.stdout = io.TextIOWrapper(io.FileIO(1, "w"), "utf-8", "replace")
        sys.stderr = io.TextIOWrapper(io.FileIO(2, "w"), "utf-8", "replace")
        sys.argv = ["glassnet", *call]
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(HANGS)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**30, 2**30))
        os.chdir(folder)
        from glassnet.cli import main

        try:
            main(call)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:
            import traceback

            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def main() -> int:
    """Makes the calls from FIRST up to LAST; prints those with a fault (-v: all), and how many ended how."""
    import glassnet

    for module in pkgutil.walk_packages(glassnet.__path__, "glassnet."):
        if not module.name.endswith(("__main__", "notebook")):
            importlib.import_module(module.name)
    for name in ("polars", "narwhals", "charset_normalizer", "drawsvg", "matplotlib.figure"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    folder, first, last = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(exist_ok=True)
    pristine, room = folder / "pristine", folder / "a" / "room"
    room.parent.mkdir()
    right_files(pristine)
    names = stranger_files.furnish(pristine)
    statuses: collections.Counter[int] = collections.Counter()
    faults, clock, peak = 0, 0.0, 0
    for number in range(first, last):
        subprocess.run(["rm", "-rf", room.parent], check=True)
        room.parent.mkdir()
        subprocess.run(["cp", "-a", pristine, room], check=True)
        done = ran(number, drawn(number, names, room), room)
        fault = done.fault() or lost(done, pristine, room)
        faults += bool(fault)
        statuses[done.status] += 1
        clock, peak = max(clock, done.seconds), max(peak, done.peak)
        if fault or "-v" in sys.argv:
            shown = [each[:60] + "…" if len(each) > 60 else each for each in done.call]
            print(number, done.status, f"{done.seconds:.1f} s, {done.peak / 1e6:.0f} MB", ascii(shown),
                  fault or ascii(done.errors[-300:]), sep=" | ", flush=True)  # fmt: skip
    ended = ", ".join(f"{count} with {status}" for status, count in sorted(statuses.items()))
    print(
        f"{last - first} calls, {faults} faults; ended {ended}; at most {clock:.0f} s, {peak / 1e6:.0f} MB"
    )
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
