"""Which line is told of a mistake that has a name: the one that the reader would change.

A name tells the quantity that is wrong first, and where it was computed; a fault tells where what
goes in is right and what comes out is not. The deeper of both is told. Where a statement is
missing, or stands in the wrong place, it is the line beside which it belongs.
"""

from __future__ import annotations

from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.locating.fault import Fault
from glassnet.tutor.report import CodePlace
from glassnet.tutor.script.judged import JudgedScript
from glassnet.tutor.script.naming.places import last_division
from glassnet.tutor.script.read_run import NamedMistakes, SeenRun
from glassnet.tutor.script.statements import (
    added_to,
    counted_at,
    given_at,
    loop_around,
    mentioned_after,
    renamed_at,
    set_at,
    thrown_away_at,
)


def place_to_change(script: JudgedScript, seen: SeenRun, found: NamedMistakes) -> CodePlace | None:
    """The line of a named mistake; None where nothing tells it."""
    fault = script.flow.fault
    line = _of_statement(script, seen, found)
    if line:
        return script.at_line(line)
    if fault is not None and fault.kind == "operand":
        line = renamed_at(script.source, fault.operand, fault.text)
        if line and not seen.run.graph.site(fault.node).file:
            return script.at_line(line)
    if found.node >= 0 and found.mistakes[0].name.startswith("divided"):
        return script.place(last_division(seen.run.graph, found.node), found.up)
    if fault is not None and (found.node < 0 or _deeper(seen, fault, found)):
        return script.place(fault.node, fault.up)
    if found.node >= 0:
        return script.place(found.node, max(found.up, _calls_up(seen, fault, found)))
    made = seen.run.parameters.made
    return script.place(min(made)) if made else None


def place_of_fault(script: JudgedScript, seen: SeenRun, fault: Fault) -> CodePlace:
    """The line of a fault that has no name: its own, or where it began.

    Of a sum that is never set back, where that is set; of a step that is returned and kept
    nowhere, where what is returned is thrown away; of a gradient that is never computed, the loop
    that should have come there.
    """
    if fault.kind == "unkept":
        sites = (seen.run.graph.site(fault.node), *seen.run.graph.callers(fault.node))
        line = thrown_away_at(script.source, (site.line for site in sites if not site.file))
        if line:
            return script.at_line(line)
    if fault.kind == "nothing":
        return script.at_line(_last_of_the_way_back(script, seen, fault) or fault.line)
    sum_ = continued_sum(seen.run.graph, seen.run.parameters.made)
    site = seen.run.graph.site(sum_)
    if fault.kind == "expression" and sum_ >= 0 and site.line == fault.line:
        line = set_at(script.source, added_to(site.text), site.line)
        if line and not site.file:
            return script.at_line(line)
    return script.place(fault.node, fault.up)


def _last_of_the_way_back(script: JudgedScript, seen: SeenRun, fault: Fault) -> int:
    """The line of the loop that goes back through the layers; 0 where there is none."""
    site = seen.run.graph.site(fault.node)
    return 0 if fault.node < 0 or site.file else loop_around(script.source, site.line)


def _calls_up(seen: SeenRun, fault: Fault | None, found: NamedMistakes) -> int:
    """1 where a function that is right is called where it does not belong; else 0."""
    graph = seen.run.graph
    site = graph.site(found.node)
    if not graph.callers(found.node) or graph.callers(found.node)[0].file != site.file:
        return 0
    if fault is not None and graph.site(fault.node) == site:
        return fault.up
    return int(found.mistakes[0].name == "activation-twice-at-the-output")


def _deeper(seen: SeenRun, fault: Fault, found: NamedMistakes) -> bool:
    """Whether a fault stands on the way to where a named mistake shows, or before it."""
    stage = found.mistakes[0].stage
    on_the_way = stage == "gradients" or fault.node in seen.run.graph.ancestors([found.node])
    if stage == "update" and fault.kind in ("direction", "rate"):
        return on_the_way
    if found.shown is None or stage == "derivative" or not on_the_way:
        return False
    return fault.kind in ("operand", "version", "expression") and fault.node < found.node


def _of_statement(script: JudgedScript, seen: SeenRun, found: NamedMistakes) -> int:
    """The line of a statement that is missing, or stands where it does not belong; 0: of none."""
    graph, source, made = seen.run.graph, script.source, seen.run.parameters.made
    fault = script.flow.fault
    if script.driven.beside or not made:
        return 0
    first = min(made)
    match found.mistakes[0].name:
        case "constant-initial-weights" if found.node >= 0:
            return set_at(source, graph.names.get(found.node, ""), graph.site(found.node).line)
        case "only-first-layer-updated" | "only-last-layer-updated":
            own = graph.site(found.node if found.node >= 0 else first)
            return 0 if own.file or not _several(seen) else loop_around(source, own.line)
        case "gradients-never-reset":
            sum_ = continued_sum(graph, made)
            site = graph.site(sum_)
            return set_at(source, added_to(site.text), site.line) if sum_ >= 0 else 0
        case "only-last-sample" | "only-first-sample" if not graph.site(first).file:
            return given_at(source, graph.site(first).line)
        case "wrong-gradient-for-layer" if fault is not None and fault.kind == "another":
            own = graph.names.get(fault.node, "")
            return 0 if graph.site(fault.node).file else mentioned_after(source, own, fault.line)
        case "adam-correction" if fault is not None and fault.operand == "count":
            return 0 if graph.site(fault.node).file else counted_at(source, fault.text, fault.line)
        case "forward-only-once":
            return called_from(graph, seen.first, first)
    return 0


def _several(seen: SeenRun) -> bool:
    """Whether one statement steps several parameters: a loop over layers, or over their arrays."""
    graph, steps = seen.run.graph, seen.run.parameters.steps
    sites = [graph.nodes[own[0].node].site for own in steps.values() if own]
    return len(set(sites)) < len(sites)


def continued_sum(graph: Graph, made: set[int]) -> int:
    """A sum that goes on though it was used as it stood, on the way to a step; -1: none."""
    for node in sorted(graph.ancestors(made)):
        own = graph.nodes[node]
        if own.name != "add" or node in made:
            continue
        for before in own.operands:
            alike = graph.nodes[before].site == own.site
            used = (u for u in graph.users[before] if graph.nodes[u].site != own.site)
            if alike and any(before < u < node for u in used):
                return node
    return -1


def called_from(graph: Graph, node: int, other: int) -> int:
    """The line, in the function that surrounds both nodes, in which one of them is computed."""
    ways = [
        [(site.function, site.line) for site in (graph.site(n), *graph.callers(n))][::-1]
        for n in (node, other)
    ]
    for (_, line), (_, beside) in zip(*ways):
        if line != beside:
            return line
    return 0
