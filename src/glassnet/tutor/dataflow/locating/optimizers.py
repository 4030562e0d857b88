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
from glassnet.tutor.dataflow.locating.locate import Fault
from glassnet.tutor.dataflow.parameters import FoundParameters, ParameterStep
from glassnet.tutor.dataflow.readings import Followed, StepReading
from glassnet.tutor.dataflow.steps import Judged, under_a_root

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
    """beta1 0: the gradient itself; beta2 1: all squares added up."""

    beta1: float
    beta2: float
    epsilon: float
    corrected: bool

    def numbers(self, gradients: Sequence[Array]) -> Iterator[tuple[list[Array], list[Array]]]:
        """Of each round, the arrays on the way from the gradient to the step.

        Those that may be multiplied by a rate already stand apart.
        """
        m, v = np.zeros_like(gradients[0]), np.zeros_like(gradients[0])
        b1, b2, e = self.beta1, self.beta2, self.epsilon
        for count, g in enumerate(gradients, 1):
            parts = [g, g * g, b1 * m, (1 - b1) * g, b2 * v, (1 - b2) * (g * g), (1 - b2) * g]
            m = b1 * m + (1 - b1) * g
            v = v + g * g if b2 == 1 else b2 * v + (1 - b2) * g * g
            mh, vh = (m / (1 - b1**count), v / (1 - b2**count)) if self.corrected else (m, v)
            ways = [np.sqrt(vh), np.sqrt(vh) + e, np.sqrt(vh + e), vh + e]
            steps = [mh / np.where(way > 0, way, 1) for way in ways[:3]]
            yield [*parts, m, v, mh, vh, *ways], [g, m, mh, *steps]


def optimizer_fault(reading: StepReading) -> Fault | None:
    """The first expression of an optimizer that departs from every recipe, what it takes right."""
    best: tuple[int, list[tuple[int, Judged]]] | None = None
    graph = reading.graph
    numbers = _constants(graph, reading.parameters)
    for recipe in _recipes(numbers):
        fine, wrong = 0, list[tuple[int, Judged]]()
        for each in reading.judged:
            own_fine, own_wrong = _compared(graph, reading.parameters, each, recipe, numbers)
            fine += own_fine
            wrong += [(node, each) for node in own_wrong]
        if best is None or fine > best[0]:
            best = fine, wrong
    if best is None or not best[1]:
        return None
    node, each = min(best[1], key=lambda own: own[0])
    site = graph.site(node)
    count = "count" if _miscounted(graph, node, numbers) else ""
    return Fault("optimizer", node, site.line, site.text, each.named(graph), wanted=count)


def _miscounted(graph: Graph, node: int, numbers: Sequence[float]) -> bool:
    """Whether a moment is divided by 1 − βᵗ, where t is another number than that of updates."""
    single = [float(graph.value(o).reshape(())) for o in graph.nodes[node].operands
              if graph.value(o).size == 1]  # fmt: skip
    counts = [np.log1p(-d) / np.log(b) for d in single for b in numbers if 0 < d < 1 and 0 < b < 1]
    return any(count > 0.5 and abs(count - round(count)) < 1e-6 for count in counts)


def _compared(
    graph: Graph, parameters: FoundParameters, each: Judged, recipe: OptimizerRecipe,
    numbers: Sequence[float],
) -> tuple[int, list[int]]:  # fmt: skip
    """How many arrays are as the recipe has them, and those that are not though their parts are."""
    steps = [s for r in each.rounds[:ROUNDS] for s in r.nodes[:1]]
    gradients = [graph.value(s.given).reshape(-1) for s in steps]
    if [r.number for r in each.rounds[:ROUNDS]] != list(range(len(steps))):
        return 0, []
    right: set[int] = set()
    wrong: list[int] = []
    for step, wanted in zip(steps, recipe.numbers(gradients)):
        right.add(step.given)
        for node in _between(graph, parameters, step):
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
