"""Writes frontend/src/records.ts: what the studio tells its page, as TypeScript has it.

Of docs/records.schema.json, after scripts/make_schema.py: python scripts/make_types.py
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = ROOT / "docs" / "records.schema.json"
TYPES = ROOT / "frontend" / "src" / "records.ts"
# the records that a page is told: those of docs/json.md's line, and what answers a question
TOLD = (
    "Welcome", "Refused", "FileToKeep", "Worked", "Values", "LossAlong", "Nudge", "Chain",
    "Playground", "Ailing", "HiddenPoints", "Surface", "OwnColumns", "Answer", "PointSaid",
    "WatchedNeuron", "Digits", "Drawn", "PixelsSpoke", "WronglyRead", "ModelCard", "Answered",
    "RunCard", "PassShown", "Move", "Checked",
)  # fmt: skip
HEAD = """\
// The records that the studio tells. Written by scripts/make_types.py of docs/records.schema.json:
// change a record there, not here.

"""
SIMPLE = {"boolean": "boolean", "integer": "number", "string": "string", "null": "null"}
# what stands under its own name in every program of TypeScript, and the schema's two basics
RENAMED = {"number": "Num", "array": "Numbers"} | {
    name: f"{name}Node" for name in ("Function", "Number", "Symbol")
}
Schema = Mapping[str, Any]


def text() -> str:
    """The file, of the schema as it stands."""
    defs: dict[str, Schema] = json.loads(SCHEMA.read_text("utf-8"))["$defs"]
    todo, found = list(TOLD), dict[str, str]()
    while todo:
        name = todo.pop()
        if name not in found:
            found[name] = declared(name, defs[name])
            todo += sorted(named(defs[name]))
    return HEAD + "".join(found[name] for name in sorted(found, key=lambda n: (n.islower(), n)))


def named(schema: Any) -> set[str]:
    """The definitions that a schema points to."""
    if isinstance(schema, Mapping):
        here = {_name(schema)} if "$ref" in schema else set()
        return here.union(*(named(each) for each in schema.values()))
    return set().union(*(named(each) for each in schema)) if isinstance(schema, list) else set()


def declared(name: str, schema: Schema) -> str:
    """A definition, as an interface or a name for a type."""
    about = f"/** {schema['description']}. */\n" if schema.get("description") else ""
    if "properties" not in schema:
        return f"{about}export type {written(name)} = {typed(schema)};\n"
    lines = "".join(
        f"  {field}{'' if field in schema['required'] else '?'}: {typed(each)};\n"
        for field, each in schema["properties"].items()
    )
    return f"{about}export interface {written(name)} {{\n{lines}}}\n"


def typed(schema: Schema) -> str:
    """What a value of this schema is."""
    if "$ref" in schema:
        return written(_name(schema))
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(each, ensure_ascii=False) for each in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(typed(each) for each in schema["anyOf"]))
    match schema.get("type"):
        case [*several]:
            return " | ".join(SIMPLE.get(each, each) for each in several)
        case "array" if "prefixItems" in schema:
            return f"[{', '.join(typed(each) for each in schema['prefixItems'])}]"
        case "array":
            inner = typed(schema.get("items", {}))
            return f"({inner})[]" if " | " in inner else f"{inner}[]"
        case "object":
            return f"Record<string, {typed(schema.get('additionalProperties') or {})}>"
        case str(simple):
            return SIMPLE[simple]
        case _:
            return "unknown"


def written(name: str) -> str:
    return RENAMED.get(name, name)


def _name(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


if __name__ == "__main__":
    TYPES.write_text(text(), encoding="utf-8")
    print(f"{TYPES.relative_to(ROOT)}: {len(TOLD)} records")
