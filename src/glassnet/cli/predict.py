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
    from glassnet.training.team import Team


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
        A table with the columns that the model was trained on: a file, a folder of files or an
        address; or as for `glassnet evaluate`.
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
        Write to this file instead of the screen: CSV, or Parquet where it ends in .parquet; of
        several ranks started by mpiexec a folder, with a Parquet file of each.
    json
        Print one JSON document.
    """
    from glassnet.cli.output import deliver, json_text, say
    from glassnet.files.endings import check_out
    from glassnet.jobs import predict as job
    from glassnet.jobs.threads_and_signals import team_of_all

    team = team_of_all()
    if team.size > 1:
        check_ranks(out, json)
    if team.size == 1 or not _is_parquet(out):
        check_out(out, "json" if json else "answers", the_model=model, the_data=data)
    parts, which = job.predict(
        model, data, probabilities, encoding, say if not team.rank else lambda sentence: None,
        coverage, calibrated, mark, elsewhere.unsaid(), team,
    )  # fmt: skip
    if team.size > 1:
        assert out is not None
        write_by_ranks(parts, out, team)
    elif json:
        deliver(json_text(job.together(parts, which)), out)
    else:
        _write(parts, out)
    return 0


def _write(parts: Iterable["Part"], out: Path | None) -> None:
    """As CSV to the screen or a file, part by part; as Parquet where the file's name says so."""
    if out is not None and _is_parquet(out):
        from glassnet.files.whole import write_whole

        write_whole(out, _parquet(parts))
    elif out is not None:
        from glassnet.files.whole import write_whole

        write_whole(out, (line.encode() for line in _lines(parts)))
    else:
        from glassnet.views.text.terminal import as_data

        stdout = as_data(sys.stdout)
        for line in _lines(parts):
            stdout.write(line)


def _is_parquet(out: Path | None) -> bool:
    return out is not None and out.suffix.lower() in (".parquet", ".pq")


def _parquet(parts: Iterable["Part"]) -> bytes:
    """The bytes of a Parquet file; none where there are no rows."""
    import polars as pl

    frames = [pl.DataFrame(part) for part in parts]
    whole = io.BytesIO()
    if frames:
        pl.concat(frames).write_parquet(whole)
    return whole.getvalue()


def check_ranks(out: Path | None, json: bool) -> None:
    """Says before the work what several ranks cannot write.

    Raises: InputError.
    """
    from glassnet.core.errors import InputError
    from glassnet.files.endings import WRITTEN, check_ending

    if json or out is None:
        raise InputError(
            "each of several ranks writes its part of the answers to a file: give --out, a CSV or "
            "a Parquet file, and no --json."
        )
    check_ending(out, *WRITTEN["answers"])
    if _is_parquet(out) and out.exists() and not out.is_dir():
        raise InputError(
            f"several ranks write {out} as a folder of Parquet files, and there is a file of that "
            "name: give another."
        )


def write_by_ranks(parts: Iterable["Part"], out: Path, team: "Team") -> None:
    """Of Parquet a folder with a file of each rank, in order; of CSV one file, joined of theirs."""
    from glassnet.files.whole import write_whole

    if _is_parquet(out):
        if team.rank == 0:
            out.mkdir(exist_ok=True)
            for old in out.glob("part-*.parquet"):
                old.unlink()
        team.meet()
        if content := _parquet(parts):
            write_whole(out / f"part-{team.rank:05}.parquet", content)
        team.meet()
        return
    pieces = [out.with_name(f".{out.name}.part-{rank:05}") for rank in range(team.size)]
    lines = _lines(parts, header=team.rank == 0)
    write_whole(pieces[team.rank], (line.encode() for line in lines))
    team.meet()
    if team.rank == 0:
        write_whole(out, (chunk for piece in pieces for chunk in _chunks(piece)))
        for piece in pieces:
            piece.unlink()
    team.meet()


def _chunks(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while chunk := file.read(2**20):
            yield chunk


def _lines(parts: Iterable["Part"], header: bool = True) -> Iterator[str]:
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
    """As CSV has it: of a set its labels with bars between; numbers to six digits, larger ones
    whole."""
    if isinstance(value, list):
        return " | ".join(map(str, value))
    if not isinstance(value, float):
        return value
    return f"{value:.0f}" if 1e6 <= abs(value) < 1e15 else f"{value:.6g}"
