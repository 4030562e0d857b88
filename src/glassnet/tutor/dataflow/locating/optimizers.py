"""What an optimizer makes of gradients that are right: the first number that is not as it should.

Adam, RMSprop and AdaGrad are one recipe: m and v, moments of the gradients; both corrected or
neither; a root; a quotient. What the program computes on the way to its steps is compared with
that recipe by its own constants, number by number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from glassnet.tutor.dataflow.graph import Array, Graph
from glassnet.tutor.dataflow.locating.fault import Fault
from glassnet.tutor.dataflow.parameters import FoundParameters, ParameterStep
from glassnet.tutor.dataflow.readings import Followed, StepReading
from glassnet.tutor.dataflow.stepping.steps import Judged, under_a_root

CLOSE = 1e-9
ROUNDS = 4  # that are looked at


def by_gradients_given(run: Followed) -> Followed | None:
    """The run as if it stepped by the gradients that its optimizer was given; None without one."""
    found = FoundParameters({}, run.parameters.made, run.parameters.before, run.parameters.last)
    for parameter, steps in run.parameters.steps.items():
        own = [replace(s, given=under_a_root(run.graph, s.node, run.parameters.made))
               for s in steps]  # fmt: skip
        whole = all(s.given >= 0 and run.graph.value(s.given).size == len(s.owner) for s in own)
        if whole:
            found.steps[parameter] = own
        elif len(own[0].owner) > 1:  # of a number alone it may not tell itself
            return None
    return replace(run, parameters=found) if found.steps else None


@dataclass(frozen=True)
class OptimizerRecipe:
    """beta1 0: the gradient itself; beta2 1: all squares added up. slip: what is done otherwise."""

    beta1: float
    beta2: float
    epsilon: float
    corrected: bool
    slip: str = ""

    def numbers(self, gradients: Sequence[Array]) -> Iterator[tuple[list[Array], list[Array]]]:
        """Of each round, the arrays on the way from the gradient to the step.

        Those that may be multiplied by a rate already stand apart.
        """
        m, v = np.zeros_like(gradients[0]), np.zeros_like(gradients[0])
        b1, b2, e = self.beta1, self.beta2, self.epsilon
        k1, k2 = (1 - b if own in self.slip else b for b, own in ((b1, "m swapped"),
                                                                 (b2, "v swapped")))  # fmt: skip
        for count, g in enumerate(gradients, 1):
            n1, n2 = 1 - k1, 1 - k2
            m, kept = k1 * m + n1 * g, k1 * m
            square = g if self.slip == "v of g" else g * g
            parts = [g, g * g, square, kept, n1 * g, k2 * v, n2 * square, n2 * g]
            v = v + square if b2 == 1 else k2 * v + n2 * square
            mh, vh = self._corrected(m, v, count)
            ways = [np.sqrt(vh), np.sqrt(vh) + e, np.sqrt(vh + e), vh + e, vh]
            below = ways[3:] if self.slip == "root" else ways[:3]
            over = square if self.slip == "squares" else mh
            steps = [over / np.where(way > 0, way, 1) for way in below]
            yield [*parts, m, v, mh, vh, *ways], [g, over, m, mh, *steps]

    def _corrected(self, m: Array, v: Array, count: int) -> tuple[Array, Array]:
        """The moments divided by 1 − βᵗ, or as they are."""
        if not self.corrected:
            return m, v
        first, _, second = self.slip.partition("/") if "/" in self.slip else ("", "", "")
        return (m / _correction(first, self.beta1, count),
                v / _correction(second, self.beta2, count))  # fmt: skip


def _correction(way: str, beta: float, count: int) -> float:
    """What a moment is divided by: 1 − βᵗ, or what stands in its place."""
    match way:
        case "none":
            return 1.0
        case "no power":
            return 1 - beta
        case "late":
            return 1 - beta ** (count - 1) or np.nan
        case "power of the rest":
            return (1 - beta) ** count
    return 1 - beta**count


# how each moment is corrected, m and v
_WAYS = ("", "none", "no power", "late", "power of the rest")
_CORRECTIONS = {
    f"{first}/{second}": (
        "adam-one-moment-uncorrected" if {first, second} == {"", "none"} else "adam-correction"
    )
    for first in _WAYS
    for second in _WAYS
    if (first or second) and (first, second) != ("none", "none")
}
# what is done otherwise → how that is called
SLIPS = {
    "root": "adam-root-lost", "v of g": "second-moment-not-of-squares",
    "m swapped": "moment-shares-swapped", "v swapped": "moment-shares-swapped",
    "m swapped, v swapped": "moment-shares-swapped", "squares": "step-by-squares", **_CORRECTIONS,
}  # fmt: skip


@dataclass(frozen=True)
class GradientWay:
    """From the gradient that an optimizer was given to its step: the nodes between, in order."""

    given: int
    nodes: Sequence[int]


def optimizer_fault(reading: StepReading) -> Fault | None:
    """The first expression of an optimizer that departs from every recipe, what it takes right."""
    best: tuple[int, list[tuple[int, Judged]]] | None = None
    graph = reading.graph
    numbers = _constants(graph, reading.parameters)
    ways = [(each, _ways(graph, reading.parameters, each)) for each in reading.judged]
    for recipe in _recipes(numbers):
        fine, wrong = 0, list[tuple[int, Judged]]()
        for each, own in ways:
            own_fine, own_wrong = _compared(graph, own, recipe, numbers)
            fine += own_fine
            wrong += [(node, each) for node in own_wrong]
        if best is None or fine > best[0]:
            best = fine, wrong
    if best is None or not best[1]:
        return None
    node, each = min(best[1], key=lambda own: own[0])
    site = graph.site(node)
    slip = _slip(graph, [own for _, own in ways], numbers)
    name, counted = SLIPS.get(slip, ""), False
    if name == "moment-shares-swapped":  # shows where the moment is taken, and stands before
        node = max(graph.sources(graph.nodes[node].operands[0]))
    elif name == "adam-correction" or not slip:
        powers = "**" in site.text or "pow" in site.text  # so that it is the count which is off
        counted = powers and (not slip or "no power" in slip or "late" in slip)
        counted = counted and (bool(slip) or _miscounted(graph, node, numbers))
        name = name or ("adam-correction" if counted else "")
    site = graph.site(node)
    return Fault("optimizer", node, site.line, site.text, each.named(graph), wanted=name,
                 operand="count" if counted else "")  # fmt: skip


def _slip(graph: Graph, ways: Sequence[Sequence[GradientWay]], numbers: Sequence[float]) -> str:
    """The known slip by which all arrays are explained; "" where none, or slips of two names."""
    few = sorted(ways, key=lambda own: sum(graph.value(each.given).size for each in own))
    found: dict[str, str] = {}  # of each name, the first slip
    for slip, name in SLIPS.items():
        for recipe in _recipes(numbers):
            own = replace(recipe, slip=slip)
            if "/" in slip and not (recipe.corrected and recipe.beta1):
                continue
            if name not in found and not any(_compared(graph, w, own, numbers)[1] for w in few):
                found[name] = slip
    return next(iter(found.values())) if len(found) == 1 else ""


def _miscounted(graph: Graph, node: int, numbers: Sequence[float]) -> bool:
    """Whether a moment is divided by 1 − βᵗ, where t is another number than that of updates."""
    single = [float(graph.value(o).reshape(())) for o in graph.nodes[node].operands
              if graph.value(o).size == 1]  # fmt: skip
    counts = [np.log1p(-d) / np.log(b) for d in single for b in numbers if 0 < d < 1 and 0 < b < 1]
    return any(count > 0.5 and abs(count - round(count)) < 1e-6 for count in counts)


def _ways(graph: Graph, parameters: FoundParameters, each: Judged) -> list[GradientWay]:
    """Of a parameter's first rounds; none where its very first is not among them."""
    steps = [s for r in each.rounds[:ROUNDS] for s in r.nodes[:1]]
    if [r.number for r in each.rounds[:ROUNDS]] != list(range(len(steps))):
        return []
    return [GradientWay(step.given, _between(graph, parameters, step)) for step in steps]


def _compared(
    graph: Graph, ways: Sequence[GradientWay], recipe: OptimizerRecipe, numbers: Sequence[float]
) -> tuple[int, list[int]]:
    """How many arrays are as the recipe has them, and those that are not though their parts are."""
    right: set[int] = set()
    wrong: list[int] = []
    gradients = [graph.value(way.given).reshape(-1) for way in ways]
    for way, wanted in zip(ways, recipe.numbers(gradients) if ways else ()):
        right.add(way.given)
        for node in way.nodes:
            value = graph.value(node).reshape(-1)
            if _known(value, wanted, numbers):
                right.add(node)
            elif all(o in right or graph.value(o).size == 1 for o in graph.nodes[node].operands):
                wrong.append(node)
        if wrong:
            break
    return len(right), wrong


def _between(graph: Graph, parameters: FoundParameters, step: ParameterStep) -> list[int]:
    """The arrays from a gradient to the step, the step itself left out."""
    cut = parameters.made - {step.node}
    behind = graph.ancestors([step.node], cut) & graph.descendants([step.given], cut)
    whole = len(step.owner)
    return [n for n in sorted(behind) if n not in (step.given, step.node, *step.path)
            and graph.value(n).size == whole and graph.nodes[n].name != "gather"]  # fmt: skip


def _known(value: Array, wanted: tuple[list[Array], list[Array]], numbers: Sequence[float]) -> bool:
    """Whether it is one of the recipe's arrays, or a step times a number of the program's."""
    ways = [(own, 1.0) for each in wanted for own in each]
    ways += [(own, times) for own in wanted[1] for times in numbers]
    return any(
        np.abs(value - times * own).max() <= CLOSE * abs(times) * float(np.abs(own).max())
        for own, times in ways
    )


def _constants(graph: Graph, parameters: FoundParameters) -> list[float]:
    """The single numbers that the optimizer's lines take."""
    firsts = [s for own in parameters.steps.values() for s in own[:1]]
    nodes = {o for s in firsts for n in (*_between(graph, parameters, s), s.node)
             for o in graph.nodes[n].operands if graph.value(o).size == 1}  # fmt: skip
    given = [n for n in graph.ancestors(nodes, parameters.made) if graph.value(n).size == 1
             and graph.nodes[n].name in ("leaf", "constant")]  # fmt: skip
    found = {float(graph.value(n).reshape(())) for n in given}
    return sorted(n for n in found if n not in (0.0, 1.0))


def _recipes(numbers: Sequence[float]) -> Iterator[OptimizerRecipe]:
    shares = {c for c in numbers if 0.3 <= c < 1} | {1 - c for c in numbers if 1e-4 < c < 0.3}
    betas = sorted(shares, reverse=True)[:4]
    epsilon = min((c for c in numbers if 0 < c < 1e-4), default=0.0)
    for beta2 in (*betas, 1.0):
        for beta1 in (0.0, *betas) if beta2 < 1 else (0.0,):
            for corrected in (True, False) if beta1 > 0 else (False,):
                yield OptimizerRecipe(beta1, beta2, epsilon, corrected)
