"""Writes docs/records.schema.json: what each record of glassnet looks like as JSON.

Run from anywhere, after a field of a record changed: python scripts/make_schema.py
"""

import importlib
import json
import re
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import numpy as np

from glassnet.files.plain import INFINITIES, is_record, records_in, told

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = ROOT / "docs" / "records.schema.json"
SIMPLE = {bool: "boolean", int: "integer", str: "string", types.NoneType: "null", Path: "string"}


def kinds() -> dict[str, type]:
    """Every record of the package that can stand alone, by its kind."""
    found: dict[str, type] = {}
    for file in sorted((ROOT / "src").rglob("*.py")):
        if "kind, version =" not in file.read_text(encoding="utf-8"):
            continue
        name = ".".join(file.relative_to(ROOT / "src").with_suffix("").parts)
        module = importlib.import_module(name)
        for each in vars(module).values():
            if is_record(each) and each.__module__ == name and "version" in vars(each):
                if each.kind in found:
                    raise ValueError(f"{each} and {found[each.kind]} are both {each.kind!r}")
                found[each.kind] = each
    return dict(sorted(found.items()))


def schema() -> dict[str, Any]:
    """The JSON Schema of a document, which its kind chooses from the records in $defs."""
    by_kind = kinds()
    defs: dict[str, Any] = {}
    todo = list(by_kind.values())
    while todo:
        record = todo.pop()
        if record.__name__ not in defs:
            defs[record.__name__] = of_record(record)
            todo += records_in(record) - {record}
            todo += [each for hint in told(record).values() for each in named(hint)]
    number = {"anyOf": [{"type": ["number", "null"]}, {"enum": list(INFINITIES)}]}
    lists = {"type": "array", "items": ref("array")}
    basics = {
        "number": {"description": "null is no number (NaN)", **number},
        "array": {"anyOf": [ref("number"), {"type": "boolean"}, lists]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Records of glassnet",
        "type": "object",
        "required": ["kind", "version"],
        "properties": {"kind": {"enum": list(by_kind)}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": kind}}},
                "then": ref(record.__name__),
            }
            for kind, record in by_kind.items()
        ],
        "$defs": basics | dict(sorted(defs.items())),
    }


def named(hint: Any) -> set[type]:
    """The records that a type names: of a base that stands for others the base."""
    if is_record(hint):
        return {hint}
    return {found for inner in get_args(hint) for found in named(inner)}


def of_record(record: type) -> dict[str, Any]:
    """A record as an object that tells every field and property of it; a base as its kinds."""
    head = {name: {"const": getattr(record, name, None)} for name in ("kind", "version")}
    fields = {name: of(hint, len(records_in(hint)) > 1) for name, hint in told(record).items()}
    first, _, _ = re.sub(r"\s*\n\s*", " ", record.__doc__ or "").partition(". ")
    if (kinds := records_in(record)) != {record}:
        several = sorted(kinds, key=lambda each: each.__name__)
        return {"description": first.rstrip("."), "anyOf": [of(each, True) for each in several]}
    return {
        "description": first.rstrip("."),
        "type": "object",
        "properties": {name: one for name, one in head.items() if one["const"]} | fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def of(hint: Any, tagged: bool) -> dict[str, Any]:
    """What a value of this type may be. Args: tagged, whether records tell their kind there."""
    made, inner = get_origin(hint) or hint, get_args(hint)
    if made in (Any, object):
        return {}
    if made is Annotated:
        return of(inner[0], tagged)
    if made in SIMPLE:
        return {"type": SIMPLE[made]}
    if made is float:
        return ref("number")
    if made is np.ndarray:
        return ref("array")
    if made is Literal:
        return {"enum": list(inner)}
    if is_record(made):
        closed = records_in(made) == {made}
        return {**ref(made.__name__), **({"required": ["kind"]} if tagged and closed else {})}
    if made in (Union, types.UnionType):
        return {"anyOf": [of(each, tagged) for each in inner]}
    if issubclass(made, tuple) and inner[1:] != (...,):
        return {
            "type": "array",
            "prefixItems": [of(each, tagged) for each in inner],
            "minItems": len(inner),
            "maxItems": len(inner),
        }
    if issubclass(made, Mapping):
        return {"type": "object", "additionalProperties": of(inner[1], tagged) if inner else {}}
    if issubclass(made, Sequence):
        return {"type": "array", "items": of(inner[0], tagged) if inner else {}}
    raise TypeError(f"{hint} has no place in JSON")


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def text() -> str:
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(text(), encoding="utf-8")
    print(f"{SCHEMA.relative_to(ROOT)}: {len(kinds())} kinds")
