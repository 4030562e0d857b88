"""The names in a folder that is not here: of the kind and with the words that a script asks for."""

from __future__ import annotations

import ast
import fnmatch
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePath

_USUAL = (
    "png",
    "jpg",
    "jpeg",
    "bmp",
    "gif",
    "tif",
    "tiff",
    "pgm",
    "ppm",
    "webp",
    "csv",
    "txt",
    "npy",
)


def listed(text: str, count: int) -> list[str]:
    """So many names: the digit or the word of a class, a number, an ending.

    >>> listed("[f.startswith('dog') for f in os.listdir('a') if f.endswith('.jpg')]", 2)
    ['dog_0.jpg', 'other_1.jpg']
    """
    words, mark, suffix = asked_of_names(text)
    kinds = words or tuple("0123456789")
    return [f"{kinds[i % len(kinds)]}{mark}{i}{suffix}" for i in range(count)]


def matching(text: str, pattern: str, count: int) -> list[str]:
    """The same, of one pattern and in its folder; each `*` of its folders is a class."""
    path = PurePath(pattern)
    names = listed(text, count)
    fitting = [name for name in names if fnmatch.fnmatch(name, path.name)]
    if len(fitting) < len(names):
        fitting = [re.sub(r"\*+|\?", f"{i}", path.name) for i in range(count)]
    kinds = asked_of_names(text)[0] or ("0", "1")
    if not re.search(r"[*?]", str(path.parent)):
        return [str(path.parent / name) for name in fitting]
    return [re.sub(r"\*+|\?", kinds[i % len(kinds)], str(path.parent)) + f"/{name}"
            for i, name in enumerate(fitting)]  # fmt: skip


@lru_cache(4)
def asked_of_names(text: str) -> tuple[tuple[str, ...], str, str]:
    """The words by which a script tells classes, the mark after them, and the ending."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return (), "_", ".png"
    words = tuple(dict.fromkeys(w for w in _words(tree) if re.fullmatch(r"[A-Za-z]\w+", w)))
    if len(words) == 1:  # the other class is all that has it not
        words = (*words, "other")
    parts = re.findall(r"split\(\s*['\"](.)['\"]", text)
    mark = next((m for m in ("_", "-", ".") if m in parts), "." if words else "_")
    return words, mark if "." in parts or mark != "." else "_", _suffix(tree)


def _suffix(tree: ast.AST) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = re.fullmatch(r"(?:.*\*)?\.?(\w{3,4})", node.value)
            if found and found[1].lower() in _USUAL:
                return f".{found[1]}"
    return ".png"


def _words(tree: ast.AST) -> Iterator[str]:
    """What a name begins with, holds, or has as a part; and the keys of what a part is put in."""
    split = {
        target.id
        for node in ast.walk(tree) if isinstance(node, ast.Assign) and _is_part(node.value)
        for target in node.targets if isinstance(target, ast.Name)
    }  # fmt: skip
    tables = {
        target.id: [k.value for k in node.value.keys if isinstance(k, ast.Constant)]
        for node in ast.walk(tree) if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Dict)
        for target in node.targets if isinstance(target, ast.Name)
    }  # fmt: skip

    def part(node: ast.AST) -> bool:
        return _is_part(node) or (isinstance(node, ast.Name) and node.id in split)

    for node in ast.walk(tree):
        found: list[object] = []
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "startswith":
            found = [getattr(node.args[0], "value", "")] if node.args else []
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            left, right = node.left, node.comparators[0]
            if isinstance(node.ops[0], ast.In | ast.NotIn) and _is_name_of_file(right):
                found = [getattr(left, "value", "")]
            elif isinstance(node.ops[0], ast.Eq | ast.NotEq):
                found = [getattr(o, "value", "") for n, o in ((left, right), (right, left))
                         if part(n)]  # fmt: skip
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            found = list(tables.get(node.value.id, [])) if part(node.slice) else []
        yield from (word for word in found if isinstance(word, str))


def _is_part(node: ast.AST) -> bool:
    return any(
        isinstance(n, ast.Attribute) and n.attr in ("split", "partition") for n in ast.walk(node)
    )


def _is_name_of_file(node: ast.AST) -> bool:
    said = ast.unparse(node)
    return bool(
        re.search(r"name|file|path|img|image|pic|foto|basename|\bfn?\b|lower\(\)", said, re.I)
    )
