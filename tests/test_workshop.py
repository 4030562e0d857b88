"""The workshop: pins agree with pyproject.toml, and no file names the machine it was made on."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# Written in two halves, so that this file does not name them either. The home of `mpiuser` is in
# the image of Kubernetes' MPI operator.
NAMES_A_MACHINE = re.compile(
    "|".join(
        [
            re.escape("pypi" + ".org"),
            re.escape("python" + "hosted.org"),
            re.escape("registry.npm" + "js"),
            re.escape("deb." + "debian.org"),
            r"(?<![\w.~-])/" + r"(?:work|root|home/(?!mpiuser/)\w+|Users/\w+)/",
            r"(?<![\w.~-])/" + r"opt/(?:wheels|pypi)",
        ]
    )
)


def tracked_files() -> list[Path]:
    """The files of the clone, those not yet committed too."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


def machine_names(text: str) -> list[str]:
    return [
        f"{text.count(chr(10), 0, m.start()) + 1}: {m[0]}" for m in NAMES_A_MACHINE.finditer(text)
    ]


def pins(name: str) -> dict[str, list[str]]:
    """Package → the versions that a constraints file pins, one for each marker."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            package, version = line.partition(";")[0].strip().split("==")
            found.setdefault(package, []).append(version)
    return found


def requirement(text: str) -> tuple[str, str | None]:
    """`"rich>=14.0,<16"` → `("rich", "14.0")`."""
    match = re.match(r"([\w.-]+)(?:\[[\w,]+\])?(?:>=([\w.]+))?", text)
    assert match, text
    return match[1], match[2]


def test_no_file_names_a_registry_or_a_folder_of_the_machine():
    found = []
    for file in tracked_files():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{file.relative_to(ROOT)}:{name}" for name in machine_names(text)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("see https://pypi" + ".org/simple", 1),
        ("open('/" + "work/x')\n/" + "root/.x", 2),
        ("frame/" + "work/of ~/" + "work/x and a network/core", 0),
    ],
)
def test_a_machines_name_is_found(text: str, count: int):
    assert len(machine_names(text)) == count


def test_every_requirement_is_pinned():
    wanted = list(PROJECT["dependencies"])
    for extra in PROJECT["optional-dependencies"].values():
        wanted += extra
    pinned = pins("constraints.txt")
    assert [text for text in wanted if requirement(text)[0].lower() not in pinned] == []


def test_the_oldest_pins_are_the_lower_bounds():
    oldest = pins("constraints-oldest.txt")
    for text in PROJECT["dependencies"]:
        package, low = requirement(text)
        (version,) = oldest[package]
        assert low, f"{text} has no lower bound"
        assert version == low or version.removesuffix(".0") == low, f"{text}, tested on {version}"


def test_make_targets_that_the_papers_name_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for paper in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]:
        text = paper.read_text(encoding="utf-8")
        code = re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
        named = set(re.findall(r"(?:^|[`$;&\s])make ([a-z-]+)", "\n".join(code)))
        assert named <= targets, f"{paper.name}: {sorted(named - targets)}"
