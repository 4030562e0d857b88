"""`glassnet predict`: what a trained model says."""

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.cli.options import ElsewhereOptions, Flag

if TYPE_CHECKING:
    from glassnet.jobs.predict import Part


def predict(
    model: Path,
    data: str,
    /,
    *,
    encoding: str | None = None,
    elsewhere: ElsewhereOptions = ElsewhereOptions(),
    probabilities: bool = False,
    coverage: float | None = None,
    calibrated: Flag = False,
    mark: Flag = False,
    out: Path | None = None,
    json: Flag = False,
) -> int:
    """Print a model's answer for each row, with its probability where it has classes (CSV).

    Parameters
    ----------
    model
        A file that `glassnet train --out` wrote.
    data
        A table with the columns that the model was trained on, or as for `glassnet evaluate`.
    encoding
        Of a CSV, as utf-8, cp1252, latin-1 or shift_jis; that of the training if not given.
    probabilities
        Add a column for each class, with its probability.
    coverage
        A share, as 0.9: add limits of each number, or a set of classes for each row, within which
        the truth is in so many of rows like those of the training.
    calibrated
        Give probabilities at the temperature at which they held for the test rows of the training.
    mark
        Of a table, add a column that names those whose cells hold what training did not: a word
        never met, a date outside its range, a number far outside. They are counted on stderr.
    out
        Write to this file instead of the screen: CSV, or Parquet where it ends in .parquet.
    json
        Print one JSON document.
    """
    from glassnet.cli.output import deliver, json_text, say
    from glassnet.files.endings import check_out
    from glassnet.jobs import predict as job

    check_out(out, "json" if json else "answers", the_model=model, the_data=data)
    parts, which = job.predict(
        model, data, probabilities, encoding, say, coverage, calibrated, mark, elsewhere.unsaid()
    )
    if json:
        deliver(json_text(job.together(parts, which)), out)
    else:
        _write(parts, out)
    return 0


def _write(parts: Iterable["Part"], out: Path | None) -> None:
    """As CSV to the screen or a file, part by part; as Parquet where the file's name says so."""
    if out is not None and out.suffix.lower() in (".parquet", ".pq"):
        import polars as pl

        from glassnet.files.whole import write_whole

        frames = [pl.DataFrame(part) for part in parts]
        whole = io.BytesIO()
        pl.concat(frames).write_parquet(whole)
        write_whole(out, whole.getvalue())
    elif out is not None:
        from glassnet.files.whole import write_whole

        write_whole(out, (line.encode() for line in _lines(parts)))
    else:
        from glassnet.views.text.terminal import as_data

        stdout = as_data(sys.stdout)
        for line in _lines(parts):
            stdout.write(line)


def _lines(parts: Iterable["Part"]) -> Iterator[str]:
    header = True
    for part in parts:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if header:
            writer.writerow(part)
            header = False
        for row in zip(*part.values(), strict=True):
            writer.writerow([_cell(value) for value in row])
        yield text.getvalue()


def _cell(value: object) -> object:
    """As CSV has it: of a set its labels with bars between."""
    if isinstance(value, list):
        return " | ".join(map(str, value))
    return f"{value:.6g}" if isinstance(value, float) else value
