"""The records of the house by their kind, and the schema that every document is held to."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema

from glassnet.files.plain import from_json, to_json

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "docs" / "records.schema.json"


def script(name: str) -> ModuleType:
    """A script of the project, as a module."""
    place = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert place is not None
    assert place.loader is not None
    made = importlib.util.module_from_spec(place)
    place.loader.exec_module(made)
    return made


maker = script("make_schema")
KINDS: dict[str, type] = maker.kinds()
VALID = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def check_document(printed: Any) -> None:
    """That what a command printed is a record, or a list of them, that can be read back."""
    for document in printed if isinstance(printed, list) else [printed]:
        VALID.validate(document)
        again = from_json(KINDS[document["kind"]], json.dumps(document))
        assert json.loads(to_json(again)) == document
