"""In the learner's process: plans are tried one by one, until one trains and is understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any

from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.judge import judged_in_haste
from glassnet.tutor.dataflow.recording.child import RecordedRun, recorded_run
from glassnet.tutor.dataflow.recording.instrument import Site
from glassnet.tutor.process.clock import Deadline
from glassnet.tutor.process.source import PythonSource, read_source
from glassnet.tutor.process.standing_in.form import Form, sizes_that_differ
from glassnet.tutor.trying.given import GivenForm, Sizes
from glassnet.tutor.trying.plan import TrainingPlan
from glassnet.tutor.trying.plans import MOST_SIZE, plans_for

SHARE = 0.3  # of the time, for all attempts together
LONGEST = 2.0  # seconds for one
CHANGES = 3  # of sizes, after an error that tells which was wanted
FURTHER = 3  # plans after one that is explained in part
ALIKE = 3  # times more that one error comes before a plan is given up
LARGE = 20_000  # nodes, beyond which an attempt is not judged


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt.

    explained, parameters: how many move by their slope, of how many that move. raised: what
    kept it from its end. begun: whether the network was made. each: a sample at a time. deep:
    with several hidden layers. single: it has one output. bare: only what the file defines was run.
    """

    plan: int
    form: GivenForm
    sizes: Sizes
    explained: int = 0
    parameters: int = 0
    raised: str = ""
    begun: bool = True
    each: bool = False
    deep: bool = False
    single: bool = False
    bare: bool = False

    @property
    def rank(self) -> int:
        """3: every step is explained; 2: some are; 1: something moves."""
        if self.explained:
            return 3 if self.explained == self.parameters else 2
        return 1 if self.parameters else 0

    @property
    def share(self) -> float:
        return self.explained / max(self.parameters, 1)

    @property
    def rich(self) -> int:
        """In how much a mistake shows: several outputs, samples at once, and hidden layers."""
        several = self.form.outputs is None and self.sizes.outputs > 1 and not self.single
        return several + (not self.each) + self.deep

    @property
    def told(self) -> dict[str, Any]:
        return {"plan": self.plan, "x": self.form.x, "y": self.form.y,
                "sizes": list(astuple(self.sizes)), "trained": self.parameters > 0,
                "bare": self.bare, "raised": self.raised[:300]}  # fmt: skip


@dataclass(frozen=True)
class _Kept:
    """What one attempt leaves to the next: with which form of tiny data the file runs, whether
    only what it defines is run, and what was compiled.
    """

    form: Form
    bare: bool
    code: dict[tuple[str, str], Any] = field(default_factory=dict)
    sites: list[Site] = field(default_factory=list)


def attempt(path: Path, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Gives the best attempt so far, each time that there is a better one.

    request: "run", a line that is to be tried instead of plans of our own; "seed"; "seconds".
    """
    source = read_source(path)
    best: Outcome | None = None
    as_it_is = recorded_run(path, source, request)
    ends = Deadline(SHARE * float(request.get("seconds", 30.0)))
    hangs = as_it_is.ended == "enough" and not as_it_is.trained
    kept = _Kept(as_it_is.data.form, hangs)
    since, run = 0, str(request.get("run", ""))
    for number, plan in enumerate(plans_for(source, run)):
        alike, raised = 0, ""
        for outcome in _forms(path, source, request, number, plan, kept):
            if _better(outcome, best):
                best = outcome
                yield outcome.told
            if best is outcome and outcome.rank == 3:
                return
            if ends.left < 0:
                return
            if not outcome.begun or not (outcome.raised or outcome.rank or run):
                break  # with other data it would not train either
            alike = alike + 1 if outcome.raised == raised else 0
            raised = outcome.raised
            if alike > ALIKE and not run:
                break
        since += best is not None and best.rank == 2
        if since > FURTHER:
            return  # a mistake, or what cannot be followed


def _better(one: Outcome, other: Outcome | None) -> bool:
    """More that is explained; yet not where less is seen, as with one output."""
    if other is None:
        return True
    if other.rank >= 2 and one.rich < other.rich:
        return False
    if one.plan == other.plan and one.rank == other.rank:
        return one.share > other.share
    return one.rank > other.rank


def _forms(
    path: Path, source: PythonSource, request: Mapping[str, Any], number: int, plan: TrainingPlan,
    kept: _Kept,
) -> Iterator[Outcome]:  # fmt: skip
    for form in plan.forms():
        sizes = plan.sizes
        for _ in range(CHANGES):
            run = _TriedRun(path, source, request, kept)
            outcome = run.tried(number, plan, form, sizes)
            yield outcome
            wanted = _wanted(outcome.raised, sizes)
            if not outcome.begun or wanted is None:
                break
            sizes = wanted


def _wanted(raised: str, sizes: Sizes) -> Sizes | None:
    """The sizes that an error tells of: of two that do not fit, one was ours."""
    for pair in sizes_that_differ(raised):
        if sizes.samples in pair or not 1 < min(pair) <= max(pair) < MOST_SIZE:
            continue
        ways = [(own, other, name) for own, other in (pair, pair[::-1])
                for name in ("inputs", "outputs", "hidden")]  # fmt: skip
        if "broadcast" in raised:  # a target beside an output, rather
            ways.sort(key=lambda way: way[2] != "outputs")
        for own, other, name in ways:
            if own == getattr(sizes, name):
                return replace(sizes, **{name: other})
    return None


class _TriedRun(RecordedRun):
    """A run of the file with a plan; what was compiled for another is used again."""

    def __init__(
        self, path: Path, source: PythonSource, request: Mapping[str, Any],
        kept: _Kept,
    ) -> None:  # fmt: skip
        super().__init__(path, source, {**request, "bare": kept.bare}, kept.form)
        self._code, self.sites = kept.code, kept.sites
        self._lines = source.text.count("\n") + 1

    def compiled(self, text: str, path: str, file: str) -> Any:
        key = (text, path)
        if key not in self._code:
            self._code[key] = super().compiled(text, path, file)
        return self._code[key]

    def tried(self, number: int, plan: TrainingPlan, form: GivenForm, sizes: Sizes) -> Outcome:
        """The file, then what makes the network, then what trains it."""
        outcome = Outcome(number, form, sizes, each=plan.each, deep="$second" in plan.text,
                          bare=self.bare)  # fmt: skip
        self.go("", 3 * LONGEST)
        if self.ended == "enough":
            return replace(outcome, raised="it takes too long", begun=False)
        self.of_the_lines_alone()
        for begun, lines in enumerate(plan.parts(sizes, form)):
            self.error, self.ended = None, "done"
            try:
                self.do(self.compiled("\n" * self._lines + lines, str(self.path), ""), LONGEST)
            except SyntaxError as error:
                return replace(outcome, raised=str(error), begun=False)
            if self.error is not None and not isinstance(self.error, SystemExit):
                said = f"{type(self.error).__name__}: {self.error}"
                outcome = replace(outcome, raised=said, begun=bool(begun) or "$X" in plan.made)
                break
        if not self.tape.nodes or len(self.tape.nodes) > LARGE:
            return outcome
        self.error = None
        seen = judged_in_haste(Graph(self.told()))
        if outcome.raised and not seen.explained:
            return outcome
        single = seen.one_output(sizes.samples)
        return replace(outcome, explained=seen.explained, parameters=seen.parameters, single=single)
