"""What is said of a run whose every step is explained, and is not right for all that."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from glassnet.tutor.dataflow.forward import (
    Idle,
    added_again,
    biases_left,
    drawn,
    dropped,
    learned_biases,
    left_behind,
    loss_told,
    put_in_place,
    slope_kept,
    step_beside,
    unmoved,
    unused,
)
from glassnet.tutor.dataflow.locating.fault import Fault
from glassnet.tutor.dataflow.no_gradient import without_gradient
from glassnet.tutor.dataflow.readings import StepReading
from glassnet.tutor.dataflow.stepping.remembering import (
    fading,
    forgetful,
    growing,
    never_kept,
    odd_rule,
    undecayed,
    velocity_put,
)
from glassnet.tutor.dataflow.stepping.rounds import multiple_of
from glassnet.tutor.dataflow.telling.names import clear_names, grouped
from glassnet.tutor.dataflow.verdict import Judgement


def of_explained(reading: StepReading, names: tuple[str, ...]) -> Judgement:
    """The verdict, by what stands still, is used nowhere, or moves as nobody means it to."""
    graph, parameters, live = reading.graph, reading.parameters, reading.live
    loss = reading.target.loss
    odd = _of_odd_rule(reading, names)
    if odd is not None:
        return odd
    biases = biases_left(graph, parameters, reading.target, live)
    stand = unmoved(graph, parameters, reading.target, live)
    nothing = without_gradient(graph, parameters, reading.target, stand)
    if nothing is not None:
        return Judgement("wrong", "", nothing, names, (), loss)
    still = tuple(dict.fromkeys(filter(None, stand.values())))
    behind = left_behind(graph, parameters, reading.target, live)
    if behind is not None:
        place, product = graph.site(behind[0]), graph.site(behind[1])
        fault = Fault("left", behind[0], place.line, place.text, product.text)
        return Judgement("wrong", "", fault, names, (), loss)
    idle = unused(graph, parameters, reading.target)
    forgotten = _of_biases(reading, biases, names, idle)
    if forgotten is not None and forgotten.verdict == "wrong" and not still:
        return forgotten
    forgetting = _of_memory(reading, idle, names)
    if forgetting is not None:
        return forgetting
    for cause, why, left in (
        ("unmoved", "went forward, and no step changed it", still),
        ("unused", "is changed step by step, and used nowhere", grouped(i.name for i in idle)),
    ):
        if left:
            said = f"{' and '.join(left)} {why}"
            return Judgement("in part", said, None, names, left, loss, cause=cause)
    told = loss_told(graph, reading.target, live)
    if told and ("cross" in told) != ("cross" in loss):
        why = f"its slopes are those of {_with_article(loss)}, and what it prints is {told}"
        return Judgement("in part", why, None, names, (), loss, cause="another loss")
    if forgotten is not None:
        return forgotten
    notes = (f"{name} is added on the way forward and never updated." for name in biases.values())
    return Judgement("right", "", None, names, (), loss, tuple(dict.fromkeys(notes)))


def unread_sum(reading: StepReading) -> Fault | None:
    """Parameters of a weighted sum that goes on to no output, though it was computed."""
    graph, parameters = reading.graph, reading.parameters
    if not reading.near:
        return None
    outputs = [pair.output for pair in reading.target.pairs]
    forward = graph.ancestors(outputs, parameters.made)
    judged = {each.parameter for each in reading.judged}
    errors = graph.descendants([pair.node for pair in reading.target.pairs], parameters.made)
    for steps in (own for p, own in parameters.steps.items() if p not in judged):
        own = {*steps[0].owners, *(u for o in steps[0].owners for u in graph.users[o]
                                   if graph.nodes[u].name == "gather")}  # fmt: skip
        sums = [u for o in own for u in graph.users[o]
                if graph.nodes[u].name in ("einsum", "multiply") and u not in errors]  # fmt: skip
        if not sums or min(sums) >= steps[0].node:
            continue
        first = min(sums)
        after = graph.descendants([first], parameters.made | errors) - errors
        own_call = (n for n in after if graph.nodes[n].stack == graph.nodes[first].stack)
        last = max(n for n in own_call if n < steps[0].node)
        moved = np.any(graph.value(steps[0].node) - graph.value(min(steps[0].owners)))
        if after.isdisjoint(forward) and moved:
            site = graph.site(last)
            words = graph.names.get(last, site.text)
            return Fault("unread", last, site.line, site.text, words)
    return None


def _of_odd_rule(reading: StepReading, names: tuple[str, ...]) -> Judgement | None:
    """What is said of steps that follow their slopes by a rule which nobody means."""
    graph, parameters, loss = reading.graph, reading.parameters, reading.target.loss
    called = clear_names(graph, reading.judged)
    node, mistake, name = -1, "", ""
    if (odd := odd_rule(reading.judged)) is not None:
        node, mistake, name = odd[0].first, odd[1], called[odd[0].parameter]
    elif (velocity := velocity_put(graph, reading.judged)) is not None:
        node, mistake, name = velocity[1], "bias-replaced", called[velocity[0].parameter]
    elif (unkept := never_kept(graph, parameters)) >= 0:
        node, mistake = unkept, "moment-not-kept"
    elif (grows := growing(graph, parameters.made, reading.live, reading.judged,
                           reading.common)) >= 0:  # fmt: skip
        node, mistake = grows, "rate-decay-grows"
    elif (put := put_in_place(graph, parameters, reading.target)) is not None:
        node, mistake = put
    if node >= 0:
        site = graph.site(node)
        fault = Fault("rule", node, site.line, site.text, name or site.text, wanted=mistake)
        return Judgement("wrong", "", fault, names, (), loss)
    for each in undecayed(graph, reading.judged):
        name = called[each.parameter]
        why = f"the other weights lose a share of themselves in each step, and {name} does not"
        return Judgement("in part", why, None, names, (name,), loss)
    if (faded := fading(reading.judged)) is not None:
        name = called[faded[0].parameter]
        why = (
            f"each step takes {faded[1]:.3g} of {name} itself away, whatever its slope is: right "
            "only where so strong a decay is meant"
        )
        return Judgement("in part", why, None, names, (name,), loss)
    return None


def _of_biases(
    reading: StepReading, biases: dict[int, str], names: tuple[str, ...], idle: Sequence[Idle]
) -> Judgement | None:
    """What is said of biases that no step changes; None of zeros, or of numbers written out."""
    graph, parameters, loss = reading.graph, reading.parameters, reading.target.loss
    for node in dropped(graph, parameters, reading.target, biases):
        fault = Fault("dropped", node, graph.site(node).line, graph.site(node).text, biases[
            graph.nodes[node].operands[0]])  # fmt: skip
        return Judgement("wrong", "", fault, names, tuple(biases.values()), loss)
    own = {n for n in biases if drawn(graph, n)}
    arrays = {n for n in biases if graph.value(n).size > 1} | own  # zeros, too, are to be learned
    fixed = {n for n in biases if n in arrays or np.any(graph.value(n))}
    fixed = {n for n in fixed if n in own or added_again(graph, n)}
    left = tuple(dict.fromkeys(biases[n] for n in own or fixed))
    learned = fixed and learned_biases(graph, parameters)
    if own or learned or any(
        slope_kept(graph, parameters, reading.target, reading.adjoints, n, idle) for n in fixed
    ):  # fmt: skip
        node = step_beside(graph, parameters, min(own or fixed))
        site = graph.site(node)
        fault = Fault("still", node, site.line, site.text, " and ".join(left))
        return Judgement("wrong", "", fault, names, left, loss)
    # an array of which each number was written out is meant to stay, as Mazur's
    if any(len(graph.sources(n)) < graph.value(n).size for n in fixed):
        why = f"{' and '.join(left)} went forward, and no step changed it"
        return Judgement("in part", why, None, names, left, loss)
    return None


def _of_memory(
    reading: StepReading, idle: Sequence[Idle], names: tuple[str, ...]
) -> Judgement | None:
    """A parameter that moves by its slope alone, though what it should remember is kept."""
    graph = reading.graph
    plain = [e for e in reading.judged if e.how == "slope" and not e.alone]
    if all(e.rule is None or not e.rule.momentum for e in reading.judged):
        return None
    for each in plain:
        for kept in idle:
            if multiple_of(graph.value(kept.step), each.rounds[0].slope, 1e-6):
                site = graph.site(each.first)
                name = clear_names(graph, reading.judged)[each.parameter]
                fault = Fault("memory", each.first, site.line, site.text, name, operand=kept.name)
                return Judgement("wrong", "", fault, names, (name,), reading.target.loss)
    called, loss = clear_names(graph, reading.judged), reading.target.loss
    for each in forgetful(reading.judged):
        site, name = graph.site(each.first), called[each.parameter]
        fault = Fault("memory", each.first, site.line, site.text, name)
        return Judgement("wrong", "", fault, names, (name,), loss)
    lines = [{graph.site(e.first).line for e in reading.judged if bool(
        e.rule and e.rule.momentum) == keeps} for keeps in (True, False)]  # fmt: skip
    if plain and all(lines) and lines[0].isdisjoint(lines[1]):
        left = grouped(called[e.parameter] for e in plain)
        why = f"the others' steps keep a share of those before, and those of {left[0]} do not"
        return Judgement("in part", why, None, names, left, loss)
    return None


def _with_article(loss: str) -> str:
    return f"the {loss}" if "error" in loss else loss
