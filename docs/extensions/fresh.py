"""Pages and outputs are as new as the code: what was built of other code is built again."""

import hashlib
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = ("src/glassnet/**/*", "docs/*.py", "benchmarks/results/*", "examples/*")


def code_digest() -> str:
    """A digest of every file that glassnet consists of, and of what pages read beside it."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in READ for path in ROOT.glob(pattern)}):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cells_of(build: Path) -> str:
    """The folder of the outputs that this code gave; those of other code are removed."""
    folder = build / "cells" / code_digest()
    for other in folder.parent.glob("*"):
        if other != folder:
            shutil.rmtree(other)
    return str(folder)
