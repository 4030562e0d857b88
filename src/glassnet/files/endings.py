"""What a file's ending promises: a result is not written under the name of another format."""

from collections.abc import Sequence
from pathlib import Path

from glassnet.core.errors import InputError
from glassnet.files.whole import check_apart, check_writable, named

FORMATS = {
    ".safetensors": "a model", ".onnx": "an ONNX model", ".h5": "an HDF5 file",
    ".hdf5": "an HDF5 file", ".keras": "a Keras model", ".tflite": "a TFLite model",
    ".pt": "a PyTorch file", ".pth": "a PyTorch file", ".ckpt": "a checkpoint of another library",
    ".pkl": "a pickle", ".pickle": "a pickle", ".joblib": "a pickle", ".npz": "NumPy's arrays",
    ".npy": "a NumPy array", ".csv": "a CSV", ".tsv": "a table with tabs", ".xlsx": "a spreadsheet",
    ".xls": "a spreadsheet", ".ods": "a spreadsheet", ".parquet": "Parquet", ".pq": "Parquet",
    ".feather": "an Arrow file", ".arrow": "an Arrow file", ".jsonl": "JSON lines",
    ".ndjson": "JSON lines", ".json": "JSON", ".toml": "TOML", ".yaml": "YAML", ".yml": "YAML",
    ".py": "a Python program", ".c": "a C program", ".h": "a C header", ".ipynb": "a notebook",
    ".html": "a page",
    ".htm": "a page", ".md": "Markdown", ".tex": "LaTeX", ".pdf": "a PDF", ".png": "a picture",
    ".jpg": "a picture", ".jpeg": "a picture", ".gif": "a picture", ".svg": "a drawing",
    ".zip": "an archive", ".gz": "a compressed file", ".tar": "an archive",
    ".db": "a database", ".sqlite": "a database",
}  # fmt: skip


# what is written, by the name of its format: in words, and the endings that its files may have
WRITTEN = {
    "text": ("plain text", [".txt"]),
    "json": ("JSON", [".json"]),
    "markdown": ("Markdown", [".md"]),
    "latex": ("LaTeX", [".tex"]),
    "html": ("a page", [".html", ".htm"]),
    "notebook": ("a notebook", [".ipynb"]),
    "toml": ("TOML", [".toml"]),
    "model": ("a model", [".safetensors"]),
    "answers": ("a table of the answers", [".csv", ".parquet", ".pq"]),
}


def check_out(out: Path | None, format: str, **needed: str | Path | None) -> None:
    """Says before the work that a result can't be written there, or would bear a wrong name.

    Args: needed, files that must not be written over, as `check_apart`.
    """
    if out is not None:
        check_ending(out, *WRITTEN[format])
        check_writable(out)
        check_apart(out, **needed)


def check_ending(path: Path, what: str, own: Sequence[str]) -> None:
    """Says that a file's name promises another format than the one that is written into it.

    An ending that stands for no format, and none at all, are taken.

    Args:
        what: what is written, "a model".
        own: the endings that it may have, the usual one first.

    Raises: InputError.

    >>> check_ending(Path("m.csv"), "a model", [".st"])
    Traceback (most recent call last):
    glassnet.core.errors.InputError: m.csv would be a CSV; here a model is written: end it in .st.
    """
    ending = path.suffix.lower()
    if ending in FORMATS and ending not in own:
        raise InputError(
            f"{named(path)} would be {FORMATS[ending]}; here {what} is written: end it in "
            f"{' or '.join(own)}."
        )
