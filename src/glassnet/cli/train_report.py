"""What `glassnet train` does around the training itself: says the data, measures, tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glassnet.cli.output import keep, print_json, say

if TYPE_CHECKING:
    from glassnet.core.network import Network
    from glassnet.data import Dataset, Parts, TablePreparation, TableSet
    from glassnet.training import CrossValidation, Estimate, History
    from glassnet.training.recipe.search import SearchResult
    from glassnet.training.settings import Recipe

KEPT = 20_000  # numbers of a linear baseline that a model file takes along


def say_table(dataset: TableSet, preparation: TablePreparation) -> None:
    """What a table was found to be, column by column, before it is trained on."""
    say(f"{dataset!r}")
    for line in (f"read as {dataset.found}", *dataset.notes):
        say(f"  {line}")
    say(preparation.shown())


def counted(n: int, what: str) -> str:
    """So many of a thing, in words: 1 epoch, 2 epochs."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def status(history: History) -> int:
    """The exit status of a training: 1 where it diverged, 130 where it was interrupted."""
    return {"diverged": 1, "interrupted": 130}.get(history.stopped, 0)


def searched(dataset: Dataset | TableSet, parts: Parts, n: int, base: Recipe) -> SearchResult:
    """The result of a search, told while it runs."""
    import sys

    from glassnet.training.recipe.search import SearchResult, search
    from glassnet.views.text.search import progress_line
    from glassnet.views.text.terminal import own

    events = search(
        parts,
        n,
        base=base,
        seed=base.seed,
        task=dataset.task,
        image=dataset.image_shape is not None,
        learn=dataset.learn,
    )
    shown = sys.stderr.isatty()
    result: Any = None
    for event in events:
        if isinstance(event, SearchResult):
            result = event
        elif shown:
            line = "\r" + progress_line(event)[:78].ljust(78)
            print(line, end="", file=own(sys.stderr))
    if shown:
        say()
    return result


def held_back(
    dataset: Dataset | TableSet, parts: Parts, share: float, seed: int
) -> tuple[Any, Any, Any]:
    """(X, y, validation): a plain share; where rows belong together, whole groups or the latest."""
    if dataset.groups is None and dataset.times is None:
        return parts.X, parts.y, share
    from glassnet.data import split_rows
    from glassnet.data.dataset import TEST_FRACTION

    by_class = dataset.task == "classes"
    named = {"groups": dataset.groups, "times": dataset.times}
    n, y = len(dataset.y), dataset.y
    keep, _ = split_rows(n, y, test=TEST_FRACTION, seed=0, stratify=by_class, **named)
    own = {name: None if values is None else values[keep] for name, values in named.items()}
    n, y = len(parts.y), parts.y
    learn, held = split_rows(n, y, test=share, seed=seed, stratify=by_class, **own)
    return parts.X[learn], y[learn], (parts.X[held], y[held])


@dataclass
class Trained:
    """A training that is over, and what is said and kept of it."""

    dataset: Dataset | TableSet
    net: Network
    parts: Parts
    settings: Recipe
    history: History
    seconds: float
    before: Path | None = None  # the model that it went on from
    metrics: dict[str, float] = field(default_factory=dict)
    estimate: Estimate | None = None
    folds: CrossValidation | None = None
    baselines: list[dict[str, Any]] = field(default_factory=list)

    def about(self) -> dict[str, Any]:
        """What the model file remembers of the training."""
        from glassnet.files.whole import readable

        data = self.dataset
        target = getattr(data, "target", None)
        encoding = getattr(data, "old_encoding", None)
        return {
            "data": readable(data.name),
            **({"encoding": encoding} if encoding else {}),
            "from": None if self.before is None else self.before.name,
            "task": data.task,
            "image_shape": data.image_shape,
            "features": list(data.features) if data.image_shape is None else None,
            "target": None if target is None else target.spec(),
            "test": {"which": data.test_rows, "split_seed": 0},
            "train_rows": len(self.parts.y),
            "test_rows": len(self.parts.y_test),
            "seed": self.settings.seed,
            "epochs": len(self.history),
            "stopped": self.history.stopped,
            "metrics": self.metrics or None,
            "baselines": self.baselines,
        }

    def save(self, out: Path | None) -> None:
        """The model with all that is known so far, where it was asked for."""
        from glassnet.exchange import save

        if out is not None:
            save(self.net, out, self.about())
            keep("model", out)

    def measure(self, fitting: dict[str, Any]) -> None:
        """The figures on the test rows, beside the baselines'."""
        from glassnet.training import baseline_for, estimate
        from glassnet.training.measure.baselines import constant_baseline
        from glassnet.training.recipe import recipe

        X, y = self.parts.X_test, self.parts.y_test
        score = recipe.score(self.net, X, y)
        if self.history.stopped == "interrupted":  # who wants it to end waits for no other model
            others = [constant_baseline(self.net, self.parts.y)]
        else:
            others = baseline_for(self.net, self.parts.X, self.parts.y, fitting)
        target = getattr(self.dataset, "target", None)
        names = None if target is None or len(target.names) == 1 else target.names
        self.estimate = estimate(self.net, X, y, baselines=others, names=names)
        values = {name: figure.value for name, figure in self.estimate.figures.items()}
        self.metrics = {**score, **{k: v for k, v in values.items() if v is not None}}
        numbers = self.net.n_out * self.net.n_in
        self.baselines = [each.spec() for each in others if each.net is None or numbers <= KEPT]

    def cross_validate(self, folds: int) -> None:
        """The figures of networks made the same way, over folds."""
        from glassnet.training import cross_validate_dataset

        data = self.dataset
        self.folds = cross_validate_dataset(
            data, self.settings, folds=folds, groups=data.groups, times=data.times
        )

    def write_report(self, path: Path) -> None:
        """The page about the training, in one file."""
        import platform
        import sys

        import numpy as np

        from glassnet import __version__
        from glassnet.data import TableSet
        from glassnet.files.plain import to_plain
        from glassnet.files.whole import write_whole
        from glassnet.training.measure.report import make_report
        from glassnet.views.html.report_page import report_page

        data = self.dataset
        about = {
            **self.about(),
            "about": data.about,
            "source": data.source,
            "licence": data.licence,
            "test": data.test_rows,
            "settings": {
                k: v for k, v in to_plain(self.settings).items() if k not in ("why", "given")
            },
            "command": " ".join(["glassnet", *sys.argv[1:]]),
            "versions": {
                "glassnet": __version__,
                "NumPy": np.__version__,
                "Python": platform.python_version(),
            },
        }
        if isinstance(data, TableSet):
            about["columns"] = self.net.preparation.columns  # type: ignore[union-attr]
            about["targets"] = list(data.target.names)
            about["notes"] = [f"read as {data.found}", *data.notes]
        made = make_report(
            self.net, *self.parts, history=self.history, estimate=self.estimate, about=about
        )
        write_whole(path, report_page(made, self.net))
        keep("report", path)

    def tell(self, json: bool, search: SearchResult | None = None, **written: Path | None) -> None:
        """The result on stdout, as text or as one JSON document."""
        from glassnet.training.results import TrainingResult

        history, n = self.history, len(self.parts.y_test)
        if json:
            print_json(
                TrainingResult(
                    self.metrics,
                    self.seconds,
                    self.dataset.name,
                    self.dataset.test_rows,
                    len(self.parts.y),
                    n,
                    len(history),
                    history.steps,
                    history.stopped,
                    history.message,
                    self.settings,
                    history.epochs,
                    self.estimate,
                    self.folds,
                    search,
                    **{name: None if path is None else str(path) for name, path in written.items()},
                )
            )
            return
        from glassnet.views.text.estimate import cross_validation_text, estimate_text

        if self.metrics:
            name, figure = next(iter(self.metrics.items()))
            shown = f"{100 * figure:.2f} %" if name == "accuracy" else f"{figure:.4f}"
            print(
                f"{name} {shown} on {n:,} test rows ({self.dataset.test_rows}), "
                f"after {counted(len(history), 'epoch')} in {self.seconds:.1f} s"
            )
        if history.message:
            print(history.message)
        if self.estimate is not None:
            print(f"\n{estimate_text(self.estimate).rstrip()}\n")
        if self.folds is not None:
            print(f"{cross_validation_text(self.folds).rstrip()}\n")
        for name, path in written.items():
            if path is not None and name != "checkpoint":
                print(f"{name}: {path}")
