"""`glassnet train`: from data to a trained network, and an honest figure of how good it is."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.cli.options import (
    BesideOptions,
    Flag,
    KeepOptions,
    MachineOptions,
    SettingOptions,
    TableOptions,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from glassnet.data import Reading
    from glassnet.data.table.said import Said
    from glassnet.jobs.training.events import Trained, TrainEvent
    from glassnet.training import Event
    from glassnet.training.measure.report import About
    from glassnet.training.results import TrainingResult


def train(
    data: str,
    /,
    *,
    table: TableOptions = TableOptions(),
    beside: BesideOptions = BesideOptions(),
    settings: SettingOptions = SettingOptions(),
    out: Path | None = None,
    keeping: KeepOptions = KeepOptions(),
    machine: MachineOptions = MachineOptions(),
    json: Flag = False,
) -> int:
    """Train a network and measure it on test data that training never saw.

    Parameters
    ----------
    data
        A table (CSV, Parquet, JSON lines), a folder of such files that are one table, an address
        of either (s3://..., https://...), a folder with a folder of pictures a class, a folder of
        IDX files such as MNIST's, an .npz file, or a built-in set (digits, iris, moons, ...).
    out
        Write the model to this file.
    json
        Print one JSON document.
    """
    from glassnet.cli.output import keep, print_json, say
    from glassnet.files.whole import write_whole
    from glassnet.jobs import train as job
    from glassnet.jobs.threads_and_signals import MODES, SHARDS, followed, team_of_all
    from glassnet.views.progress.counting import counting

    team = team_of_all()
    task = job.Task(
        data, _reading(table), _given(settings), beside.memory, beside.from_, beside.cv,
        beside.search, machine.threads, out, beside.report, keeping.record, keeping.every,
        keeping.keep, keeping.checkpoint, keeping.checkpoint_minutes, keeping.resume,
        beside.keep_folds, SHARDS if machine.deterministic else None, beside.groups,
        MODES[machine.compiled],
    )  # fmt: skip
    if team.rank:  # rank 0 speaks for all
        done = followed(job.train(task, team=team), lambda event: None)
        return _status(done)
    with ExitStack() as bars:
        events = job.train(task, say, _made(), team, counting)
        done = followed(events, _Shown(bars, quiet=json))
    if done.page is not None and beside.report is not None:
        from glassnet.views.html.report_page import report_page

        write_whole(beside.report, report_page(done.page, done.net, done.why))
        keep("report", beside.report)
    result = done.result
    if json:
        print_json(result)
    else:
        _tell(result)
    if result.stopped == "diverged" and json:
        say(f"glassnet: {result.message}")
    return _status(done)


def _status(done: Trained) -> int:
    if done.result.stopped == "diverged":
        return 1
    return 130 if done.interrupted else 0


def _reading(table: TableOptions) -> Reading:
    from glassnet.data import Reading
    from glassnet.data.open import test_said
    from glassnet.data.table.said import OPTIONS, check_one_kind

    test = None if table.test is None else test_said(table.test)
    given = {**vars(table), "test": test, "tidy_classes": table.tidy_classes or None}
    kinds: dict[str, Said] = {}
    for kind, option in OPTIONS.items():
        for names in given.pop(option.removeprefix("--")) or ():
            check_one_kind(names, kind, kinds)
            kinds[names] = kind
    return Reading(**given, kinds=kinds or None)


def _given(settings: SettingOptions) -> dict[str, Any]:
    """The settings that were named; None for those that are left to the data."""
    from glassnet.data.images.distortion import distortion_said
    from glassnet.training.recipe.recipe import hidden_sizes, quantiles_said, weights_said

    given = {**vars(settings)}
    if settings.hidden is not None:
        given["hidden"] = hidden_sizes(settings.hidden)
    if settings.quantiles is not None:
        given["quantiles"] = quantiles_said(settings.quantiles)
    if settings.class_weight is not None:
        given["class_weight"] = weights_said(settings.class_weight)
    if settings.augment is not None:
        given["augment"] = distortion_said(settings.augment)
    if settings.early_stopping is not None and settings.validation is None:
        given["validation"] = 0.1
    return given


def _made() -> About:
    """What a report tells of how it was made."""
    import platform

    import numpy as np

    from glassnet import __version__
    from glassnet.training.measure.report import About

    python = platform.python_version()
    versions = {"glassnet": __version__, "NumPy": np.__version__, "Python": python}
    return About(command=" ".join(["glassnet", *sys.argv[1:]]), versions=versions)


class _Shown:
    """Shows on stderr what happens: what was found and chosen, and bars that fill.

    Args: bars, where a bar stays open until its training is over; quiet, to show bars alone.
    """

    def __init__(self, bars: ExitStack, quiet: bool) -> None:
        self.bars, self.quiet = bars, quiet
        self.bar: Callable[[Any], Any] | None = None
        self.open_line = False

    def __call__(self, event: TrainEvent) -> None:
        from glassnet.cli.output import keep, say
        from glassnet.jobs.training.events import Chosen, Opened, Saved
        from glassnet.training import EpochEnd, Progress, TrainingEnd
        from glassnet.training.recipe.penalty import PenaltyProgress
        from glassnet.training.recipe.search import SearchProgress, SearchResult
        from glassnet.views.text.search import penalty_line, progress_line, search_text

        match event:
            case Opened() | Chosen():
                self.end_line()
                for line in () if self.quiet else event.lines:
                    say(line)
            case PenaltyProgress():
                self.searching(penalty_line(event))
            case SearchProgress():
                self.searching(progress_line(event))
            case SearchResult():
                self.end_line()
                if event.stopped == "interrupted" and not self.quiet:
                    say(search_text(event))
                    say("the best so far is trained now; another interrupt ends that, too")
            case Saved():
                keep("model", event.path)
            case EpochEnd() | Progress() | TrainingEnd():
                self.training(event)

    def searching(self, line: str) -> None:
        from glassnet.views.text.terminal import own

        if sys.stderr.isatty():
            self.open_line = True
            print("\r" + line[:78].ljust(78), end="", file=own(sys.stderr))

    def end_line(self) -> None:
        from glassnet.views.text.terminal import own

        if self.open_line:
            self.open_line = False
            print(file=own(sys.stderr))

    def training(self, event: Event) -> None:
        from glassnet.training import TrainingEnd
        from glassnet.views.progress import progress_bar

        if self.bar is None:
            self.bar = self.bars.enter_context(progress_bar())
        self.bar(event)
        if isinstance(event, TrainingEnd):
            self.bar = None
            self.bars.close()


def _tell(done: TrainingResult) -> None:
    """The result in words."""
    from glassnet.training.measure.comparison import no_better, shown
    from glassnet.views.text.estimate import (
        cross_validation_text,
        estimate_text,
        groups_text,
        simple_answers_text,
    )
    from glassnet.views.text.search import search_text
    from glassnet.views.text.wrapping import wrapped

    if done.estimate is not None and (told := no_better(done.estimate.comparisons)):
        print("\n".join([*wrapped(told), ""]))
    if done.metrics:
        name, figure = next(iter(done.metrics.items()))
        after = f"{done.epochs:,} epoch{'' if done.epochs == 1 else 's'} in {done.seconds:.1f} s"
        on = f"on {done.test_rows:,} test rows ({done.test})"
        if done.cross_validation is not None and not done.test_rows:
            folds = len(done.cross_validation.folds)
            on = f"in the mean of {folds} folds of the {done.train_rows:,} rows, all learned from"
        called = name.replace("_", " ")
        print(f"{called} {shown(name, figure)} {on}, after {after}")
    if name := next((name for name in done.learned if name != "loss"), None):
        print(f"{name} {shown(name, done.learned[name])} on the rows that it learned from")
    if done.message:
        print(done.message)
    if done.estimate is not None:
        print(f"\n{estimate_text(done.estimate).rstrip()}\n")
        print(f"{simple_answers_text(done.estimate)}\n")
    if done.groups is not None:
        print(f"{groups_text(done.groups).rstrip()}\n")
    if done.fitting:
        print(f"{done.fitting}\n")
    for each in done.giveaways:
        print("\n".join([*wrapped(each.told), ""]))
    if done.cross_validation is not None:
        print(f"{cross_validation_text(done.cross_validation).rstrip()}\n")
    for name in ("model", "run", "report"):
        if (path := getattr(done, name)) is not None:
            print(f"{name}: {path}")
    if done.search is not None:
        print(search_text(done.search))
