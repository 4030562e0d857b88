"""Builds the wheel and the sdist, and tries both as a stranger would: far from the source tree.

    python scripts/try_wheel.py [3.11 3.13]

For each Python that pyproject.toml names and this machine has (or those given), the wheel alone
goes into a fresh environment, and every command is run there, in an empty folder and home.
What needs an extra has to say so in one sentence. Then, on one of them, the sdist is unpacked and
runs a part of its own tests, README's among them, on the wheel with its extras. Exit status 1
where anything is otherwise.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS_OF_THE_SDIST = [
    "tests/test_readme.py", "tests/test_public.py", "tests/core", "tests/cli/test_commands.py",
    "tests/data/table/reading/test_file.py", "tests/explain/walks/test_walk.py",
]  # fmt: skip


@dataclass(frozen=True)
class Call:
    """A command line, the status it ends with, and what it has to say on stdout and stderr."""

    line: str
    says: str = ""
    status: int = 0


# In this order: what one writes the next ones read.
CALLS = [
    Call("--version", r"^\d+\.\d+"),
    Call("--help", "Train a network"),
    Call("demo", "index.html"),
    Call("walk", "delta1"),
    Call("walk --steps 10000 --at loss", r"3\.51018778e−05"),
    Call("walk --steps 2 --format html --out walk.html"),
    Call("walk --list", "test_mlp"),
    Call("walk --template --out mine.toml"),
    Call("walk mine.toml", "delta"),
    Call("train digits --seed 0 --epochs 3 --out digits.safetensors --record run", "accuracy"),
    Call("train digits --epochs 2 --threads 1 --checkpoint saved --report page.html", "accuracy"),
    Call("evaluate digits.safetensors digits", "accuracy"),
    Call("predict digits.safetensors digits --out answers.csv"),
    Call("export digits.safetensors --to numpy --out in_numpy.py"),
    Call("explain digits.safetensors digits --row 3 --at delta2[0] --chain", "delta2"),
    Call("explain run --step 1 --at W2[8,3]", r"W2\[8,3\]"),
    Call("diagnose run"),
    Call("gradcheck", "gradient"),
    Call("start skeleton.py", "skeleton.py"),
    Call("check skeleton.py", "sigmoid", status=1),
    Call("check slip.py", "hidden delta", status=1),
    Call("exercise --seed 4 --answers --out sheet.md"),
    Call("exercise --check sheet.md", "right"),
    Call("draw digits.safetensors --out net.svg"),
    # what is missing is said first; then what an extra would bring
    Call("train nothere.csv --target y", "there is no file nothere.csv", status=2),
    Call("evaluate nothere.safetensors digits", "nothere.safetensors does not exist", status=2),
    Call("train table.csv --target y", r"glassnet\[data\]", status=2),
    Call("train pictures", "one class only", status=2),
    Call("draw digits.safetensors --what weights --out w.png", r"glassnet\[plots\]", status=2),
]


def main(wanted: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="glassnet-wheel-") as folder:
        place = Path(folder)
        wheel, sdist = build(place / "dist")
        print(f"{wheel.name}: {wheel.stat().st_size:,} bytes; {sdist.name}")
        complaints = missing_from(wheel)
        found = {version: python(version) for version in wanted or classifiers()}
        for version, interpreter in found.items():
            if interpreter is None:
                print(f"Python {version}: not on this machine")
                continue
            complaints += try_plain(wheel, version, interpreter, place / version)
        first = next((p for p in found.values() if p is not None), None)
        if first is None:
            complaints.append("none of those Pythons is on this machine")
        else:
            complaints += try_sdist(sdist, wheel, first, place / "sdist")
    for complaint in complaints:
        print(f"WRONG: {complaint}")
    return 1 if complaints else 0


def classifiers() -> list[str]:
    """The Pythons that pyproject.toml says glassnet is for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = (re.fullmatch(r".*Python :: (3\.\d+)", line) for line in project["classifiers"])
    return [match[1] for match in named if match]


def python(version: str) -> str | None:
    """An interpreter of that version, found by uv, else on the path."""
    uv = shutil.which("uv") or ROOT / ".tools/bin/uv"
    if Path(uv).exists():
        environment = os.environ | {"UV_PYTHON_DOWNLOADS": "never"}
        asked = [str(uv), "python", "find", "--no-project", "--system", version]
        done = subprocess.run(asked, capture_output=True, text=True, env=environment, cwd="/")
        if done.returncode == 0:
            return done.stdout.strip()
    return shutil.which(f"python{version}")


def build(folder: Path) -> tuple[Path, Path]:
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))


def missing_from(wheel: Path) -> list[str]:
    """What the wheel lacks of the package: every file of src but the caches."""
    import zipfile

    inside = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(
        ["git", "ls-files", "src/glassnet"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    wanted = {name.removeprefix("src/") for name in listed.stdout.split()}
    return [f"{name} is not in the wheel" for name in sorted(wanted - inside)]


def environment(folder: Path, interpreter: str, *requirements: str) -> Path:
    """A fresh environment with these in it; its python."""
    command = ["scripts/venv", str(folder), "constraints.txt", *requirements]
    subprocess.run(
        command, cwd=ROOT, check=True, env=os.environ | {"PYTHON": interpreter}, capture_output=True
    )
    return folder / "bin" / "python"


def stranger(home: Path) -> dict[str, str]:
    """The environment of somebody who has nothing of ours."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return kept | {"HOME": str(home), "COLUMNS": "100", "NO_COLOR": "1", "MPLBACKEND": "Agg"}


def try_plain(wheel: Path, version: str, interpreter: str, place: Path) -> list[str]:
    """Every command on the wheel alone, without any extra."""
    made = environment(place / "env", interpreter, str(wheel))
    work = place / "work"
    (work / "pictures" / "cat").mkdir(parents=True)
    (work / "pictures" / "cat" / "one.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (work / "table.csv").write_text("x,y\n1,2\n2,3\n3,5\n")
    shutil.copy(ROOT / "examples/xor_with_a_mistake.py", work / "slip.py")
    complaints = []
    for call in CALLS:
        done = subprocess.run(
            [str(made.parent / "glassnet"), *call.line.split()],
            cwd=work, env=stranger(place / "home"), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        said = done.stdout + done.stderr
        where = f"Python {version}: glassnet {call.line}"
        if done.returncode != call.status:
            complaints.append(f"{where}: status {done.returncode}\n{said[-2000:]}")
        elif "Traceback" in said or not re.search(call.says, said, re.MULTILINE):
            complaints.append(f"{where}: does not say {call.says!r}\n{said[-2000:]}")
    print(f"Python {version}: {len(CALLS)} commands, {len(complaints)} otherwise than wanted")
    return complaints


def try_sdist(sdist: Path, wheel: Path, interpreter: str, place: Path) -> list[str]:
    """A part of the sdist's own tests, on the wheel with its extras."""
    place.mkdir()
    with tarfile.open(sdist) as archive:
        archive.extractall(place, filter="data")
    source = next(place.iterdir())
    tools = ["pytest", "pytest-timeout", "hypothesis"]
    made = environment(place / "env", interpreter, f"{wheel}[plots,data]", *tools)
    done = subprocess.run(
        [str(made), "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS_OF_THE_SDIST],
        cwd=source, env=stranger(place / "home") | {"GLASSNET_TEST_FEWER_TOOLS": "1"},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=1800,
    )  # fmt: skip
    print(f"the sdist's own tests: {(done.stdout.strip() or done.stderr).splitlines()[-1]}")
    return [] if done.returncode == 0 else [f"the sdist's tests:\n{done.stdout[-4000:]}"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
