"""A script as it is: run, its network found by value, its first update checked."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from glassnet.core.errors import InputError
from glassnet.tutor.compare import differing_entry
from glassnet.tutor.dataflow.trials import SEEDS, followed
from glassnet.tutor.mistakes.behaviour import CONSTANT_WEIGHTS, PARAMETER_IGNORED
from glassnet.tutor.mistakes.words import in_words_of
from glassnet.tutor.process.sandbox import Sandbox, Trouble
from glassnet.tutor.process.source import PythonSource, read_source
from glassnet.tutor.report import CheckReport, Wrong, steps_up_to
from glassnet.tutor.script.biases import with_their_biases
from glassnet.tutor.script.joined import joined
from glassnet.tutor.script.network import FoundNetwork
from glassnet.tutor.script.recognition import Finder
from glassnet.tutor.script.run import Watched, watch_file
from glassnet.tutor.script.surroundings import mistake_around
from glassnet.tutor.script.variables import until_anew
from glassnet.tutor.script.verdict import Verdict, faulty, first_difference, judged, place_of
from glassnet.tutor.script.wiring import left_over
from glassnet.tutor.style import ignored_parameters
from glassnet.tutor.textbook import Array
from glassnet.tutor.trying.drive import Driven, drive
from glassnet.tutor.watching.activations import other_activations

TRIED = 0.25  # of the time, for a run that need not succeed
OFFERED = 3  # so many other activations of a script are tried
CHAINS = 6  # so many readings of a run are tried


def check_stranger(
    path: Path, source: PythonSource, names: Mapping[str, str], sandbox: Sandbox
) -> CheckReport:
    """Runs the script with several seeds and judges each run, in two ways.

    Who was computed from what is asked first; the network that is found by its values gives a
    mistake its name, and is not heard against steps that are all explained.

    names: quantity → the script's name for it, where a mapping gives them; "run" a line that
    trains the network.
    Raises: InputError where no network can be found; Trouble where the script can't be run.
    """
    with np.errstate(all="ignore"):  # a run that left the numbers is judged too
        return _checked(path, source, names, sandbox)


def _checked(
    path: Path, source: PythonSource, names: Mapping[str, str], sandbox: Sandbox
) -> CheckReport:
    driven = drive(path, source, names.get("run", ""), sandbox)
    more = driven.more
    flow = followed(driven.path, more, sandbox, driven.first)
    if driven.beside:
        return _told(joined(path, source, flow, f"{path} could not be judged."), driven)
    try:
        watched = watch_file(path, seed=SEEDS[0], sandbox=sandbox, more=more)
        verdicts = [judge(watched, names, path)]
        for seed in SEEDS[1:]:
            again = watch_file(path, seed=seed, sandbox=sandbox, more=more)
            verdicts.append(judge(again, names, path))
        report = joined(path, source, flow, _report(path, watched, verdicts))
    except Trouble:
        raise
    except InputError as error:
        return _told(joined(path, source, flow, str(error)), driven)
    if not report.passed:
        return _told(report, driven)
    return _told(_beside(path, source, sandbox, more, verdicts[0]) or report, driven)


def _told(report: CheckReport, driven: Driven) -> CheckReport:
    """With the way in which it ran, where that was not as it is."""
    return replace(report, found=[driven.said, *report.found]) if driven.said else report


def _beside(
    path: Path, source: PythonSource, sandbox: Sandbox, more: str, verdict: Verdict
) -> CheckReport | None:
    """What is wrong though the network's steps are right: what it offers, and what surrounds it."""
    for asked, other in other_activations(source)[:OFFERED]:
        try:
            again = watch_file(
                path, seed=SEEDS[0], sandbox=sandbox, more=more, instead=(asked, other), share=TRIED
            )
            offered = judge(again, names={}, path=path)
        except InputError:  # what it offers may not run where it was not asked for
            continue
        if offered.mistakes:
            note = (
                f"the script itself asks for {asked}; this is seen with {other}, which it offers."
            )
            return replace(_report(path, again, [offered]), notes=[note])
    ignored = ignored_parameters(source)
    around = mistake_around(verdict)
    if around is not None:
        mistake, place = around
        wrong = Wrong(mistake.title, mistake.stage, "the run", "", "", place)
    elif ignored:
        (place, name), mistake = ignored[0], PARAMETER_IGNORED
        wrong = Wrong(f"the parameter {name}", "update", "every run", "", "", place)
    else:
        return None
    found = described(verdict.network) if verdict.network else ()
    return CheckReport(str(path), "script", [], wrong, [mistake], found=found)


def judge(watched: Watched, names: Mapping[str, str], path: Path) -> Verdict:
    """The verdict on one run."""
    finder = Finder(watched.events, names)
    if not finder.matrices:
        finder = Finder(until_anew(watched.events), names)
    chains = finder.networks()
    equal = [
        order
        for order, event in enumerate(finder.events)
        if event.augmented
        and event.array.ndim == 2
        and min(event.array.shape) > 1
        and not np.ptp(event.array)
    ]
    if not chains and equal:
        place = place_of(finder, equal[0])
        return Verdict(finder, None, mistakes=(CONSTANT_WEIGHTS,), place=place)
    if not chains:
        raise InputError(_not_found(watched, finder, path))
    whole = [finder.extended(with_their_biases(finder, own)) for own in chains[: 2 * CHAINS]]
    longest = max(len(own[0].layers) for own in whole)
    verdicts = []
    for networks in [own for own in whole if len(own[0].layers) == longest][:CHAINS]:
        y = _named_array(watched, names.get("y"))
        verdict = judged(finder, networks, y, pairs=not verdicts)
        if verdict.match is not None and not verdict.mistakes:
            return _fault_beside(finder, verdict, chains) or verdict
        verdicts.append(verdict)
    return next((v for v in verdicts if v.mistakes), verdicts[0])


def _fault_beside(
    finder: Finder, right: Verdict, chains: Sequence[Sequence[FoundNetwork]]
) -> Verdict | None:
    """The fault on the way forward of what a chain that is right leaves over."""
    if right.network is None:
        return None
    left = {(h.name, h.owner) for h in left_over(finder, right.network)}
    for own in chains:
        if all((l.weights.name, l.weights.owner) in left for l in own[0].layers):
            fault = faulty(finder, own[0])
            if fault is not None:
                return fault
    return None


def _named_array(watched: Watched, name: str | None) -> Array | None:
    for event in watched.events:
        if name and event.name == name:
            return event.array
    return None


def _not_found(watched: Watched, finder: Finder, path: Path) -> str:
    if isinstance(watched.ended, str) and watched.ended != "done":
        return f"{path} stopped before its network could be found: {watched.ended}"
    helpers = ", ".join(_imported_from_beside(path))
    if helpers and not finder.matrices:
        return (
            f"{path} ran, but no array of its own changed. It imports {helpers} from beside it, "
            "and what imported files compute is not watched: put the network and its training into "
            "the one file that is checked."
        )
    if not watched.events:
        return (
            f"{path} computed nothing that can be looked at: expected a script that trains a "
            "network; add a few lines that make one and train it on a few numbers."
        )
    if not finder.matrices:
        return (
            f"{path} ran, but none of its arrays changed: expected weights that are updated. Add "
            "the lines that train it, or say by --map which names are the weights."
        )
    names = ", ".join(dict.fromkeys(h.name for h in finder.matrices[:6]))
    return (
        f"{path} ran, but no layer z = W·x + b was found among its numbers (changed were: "
        f"{names}). Say which name is which: `glassnet check {path} --draft` writes a map to "
        "fill in, and --map takes it."
    )


def _imported_from_beside(path: Path) -> list[str]:
    """The files beside a script that it imports."""
    found: list[str] = []
    for node in ast.walk(read_source(path).tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module] if node.module else [alias.name for alias in node.names]
        for name in names:
            own = name.partition(".")[0]
            found += [f for f in (f"{own}.py", own) if (path.resolve().parent / f).exists()][:1]
    return list(dict.fromkeys(found))


def _report(path: Path, watched: Watched, verdicts: Sequence[Verdict]) -> CheckReport:
    first = verdicts[0]
    agreed = [m for m in first.mistakes if all(m in other.mistakes for other in verdicts[1:])]
    mistakes = agreed or list(first.mistakes)
    wrong = _wrong_of(first)
    looked_at = first.reading is not None
    stages, later = steps_up_to(wrong.stage if wrong else "", len(verdicts), looked_at)
    kinds = _activations(first.network) if first.network else []
    natural = first.match is not None and first.match.natural
    return CheckReport(
        str(path),
        "script",
        stages,
        wrong,
        [in_words_of(mistake, kinds, natural) for mistake in mistakes],
        first.together,
        later=later,
        notes=[*watched.stood_in, *first.notes],
        trials=len(verdicts),
        found=described(first.network) if first.network else (),
    )


def _wrong_of(verdict: Verdict) -> Wrong | None:
    """The first wrong quantity; of one entry where the mistake can be computed."""
    if not verdict.mistakes and not verdict.stage:
        return None
    stage = verdict.stage or verdict.mistakes[0].stage
    if verdict.reading is None:
        return Wrong(stage, stage, "the first pass", "", "", verdict.place)
    samples = verdict.reading.observed.case.samples
    case = f"the first update, {samples} sample{'s' if samples > 1 else ''}"
    found = verdict.match and first_difference(verdict.reading.observed, verdict.match)
    if found:
        name, stage, right, wrong = found
        label, want, got = differing_entry([(name, right)], [wrong])
        return Wrong(label or name, stage, case, want, got, verdict.place)
    which = f"{stage}, layer {verdict.layer}" if verdict.layer else stage
    return Wrong(which, stage, case, "", "", verdict.place)


def described(network: FoundNetwork) -> list[str]:
    """What was found, in sentences."""
    first = network.layers[0]
    sizes = "-".join(str(n) for n in (first.W.shape[1], *(len(l.W) for l in network.layers)))
    kinds = ", ".join(_activations(network))
    names = ", ".join(
        l.weights.name + (f" and {l.bias.name}" if l.bias else "") for l in network.layers
    )
    return [f"a {sizes} network ({kinds}); its parameters: {names}"]


def _activations(network: FoundNetwork) -> list[str]:
    kinds = (layer.activation for layer in network.layers)
    return [kind if isinstance(kind, str) else kind["name"] for kind in kinds]
