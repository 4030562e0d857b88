"""Names that a verdict gives by itself: of what stands still, is not used, or is not descended."""

from __future__ import annotations

from dataclasses import replace

from glassnet.tutor.dataflow.adjoints import Adjoints
from glassnet.tutor.dataflow.forward import unmoved
from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.locating.fault import Fault
from glassnet.tutor.dataflow.verdict import JudgedRun
from glassnet.tutor.mistakes.behaviour import BROADCAST
from glassnet.tutor.mistakes.catalogue import mistake_named
from glassnet.tutor.script.naming.places import computed
from glassnet.tutor.script.naming.rivals import observed
from glassnet.tutor.script.network import FoundNetwork, passes, update_of
from glassnet.tutor.script.read_run import NamedMistakes, SeenRun
from glassnet.tutor.textbook import compute


def named_by_verdict(seen: SeenRun) -> NamedMistakes | None:
    """What the verdict tells by itself: of what stands still, is not used, or is not descended."""
    judgement, network = seen.run.judgement, seen.network
    if judgement.fault is not None and judgement.fault.kind in ("dropped", "still"):
        return NamedMistakes((mistake_named("bias-never-updated"),), judgement.fault.node)
    if judgement.fault is not None and judgement.fault.kind in ("rule", "optimizer"):
        name = judgement.fault.wanted
        return NamedMistakes((mistake_named(name),), judgement.fault.node) if name else None
    if judgement.fault is not None and judgement.fault.kind == "another":
        return NamedMistakes((mistake_named("wrong-gradient-for-layer"),), judgement.fault.node)
    if judgement.fault is not None and judgement.fault.kind == "broadcast":
        return NamedMistakes((BROADCAST,), judgement.fault.node)
    if judgement.cause == "unmoved":
        return _gradient_unused(seen)
    if judgement.cause == "unused" and network is not None:
        without = [all(b is None for b in layer.biases) for layer in network.layers]
        if all(without) and len(judgement.open) >= len(without):
            return NamedMistakes((mistake_named("bias-left-out"),), network.layers[0].node)
        if without[-1] and not any(without[:-1]):
            return NamedMistakes(
                (mistake_named("bias-left-out-at-the-output"),), network.layers[-1].node
            )
    if judgement.cause == "another loss":
        cross = "cross" in judgement.loss
        name = "output-slope-lost" if cross else "output-slope-beside-cross-entropy"
        return NamedMistakes((mistake_named(name),), _after(seen, network))
    return _again_without_a_pass(seen)


def named_by_fault(run: JudgedRun, fault: Fault) -> NamedMistakes | None:
    """What a place tells by itself, where no network could be read."""
    if fault.kind == "version":
        return NamedMistakes((mistake_named("hidden-from-updated-weights"),), fault.node)
    if fault.kind == "direction" and fault.node in run.parameters.made:
        name = "bias-update-adds" if _is_added(run, fault.node) else "update-adds"
        return NamedMistakes((mistake_named(name),), fault.node)
    return None


def _is_added(run: JudgedRun, step: int) -> bool:
    """Whether what is stepped there is added on the way forward, and multiplied by nothing."""
    graph = run.graph
    users = {graph.nodes[u].name for u in graph.users[step]}
    return "add" in users and users <= {"add", "subtract", "gather"}


def _after(seen: SeenRun, network: FoundNetwork | None) -> int:
    """Where the output's delta was computed; -1 where it is not told."""
    if network is None or seen.run.target is None:
        return -1
    case = replace(observed(network).case, natural="cross" in seen.run.target.loss)
    delta = compute(case)[0].delta[-1]
    return computed(seen, delta)


def _gradient_unused(seen: SeenRun) -> NamedMistakes | None:
    """Weights that no step moves though their gradient was computed; told beside the others'."""
    run = seen.run
    assert run.target is not None
    still = unmoved(run.graph, run.parameters, run.target, run.live)
    live = run.live | run.graph.descendants(still)
    own, _ = update_of(run.graph, run.parameters, 0)
    pairs = next(passes(run.graph, run.parameters, run.target, own), [])
    seeds = replace(run.target, pairs=tuple(pairs)).seeds(run.graph)
    adjoints = Adjoints(run.graph, seeds, live, run.parameters.made)
    for node in still:
        gradient = adjoints.of.get(node)
        at = None if gradient is None else seen.computed.find_scaled(gradient, seen.first)
        if at is not None:
            after = any(user in run.live for user in run.graph.users[node])
            name = "only-first-layer-updated" if after else "only-last-layer-updated"
            return NamedMistakes((mistake_named(name),), min(run.parameters.made))
    return None


def _again_without_a_pass(seen: SeenRun) -> NamedMistakes | None:
    """Steps upon steps at one place, with no pass forward, or none back either, between them."""
    graph, target = seen.run.graph, seen.run.target
    if target is None:
        return None
    places = {graph.nodes[pair.node].site for pair in target.pairs}
    comparisons = {n.index for n in graph.nodes if n.site in places and len(n.operands) == 2}
    latest: list[int] = []  # of each node, the last comparison that it was computed from
    for n in graph.nodes:
        own = n.index if n.index in comparisons else -1
        latest.append(max((own, *(latest[o] for o in n.operands))))
    for node in sorted(seen.run.parameters.made):
        again = _next_step(graph, node)
        if again is None:
            continue
        met = [latest[graph.nodes[n].operands[1]] for n in (node, again)]
        if min(met) < 0 or max(met) < max(c for c in comparisons if c < again):
            continue
        if graph.nodes[met[0]].operands == graph.nodes[met[1]].operands:
            same = met[0] == met[1]
            name = "gradients-of-the-first-step" if same else "forward-only-once"
            return NamedMistakes((mistake_named(name),), met[0])
    return None


def _next_step(graph: Graph, node: int) -> int | None:
    """The sum at the same place that goes on from one."""
    for other in graph.nodes[node + 1 :]:
        own = other.site == graph.nodes[node].site and len(other.operands) == 2
        if own and node in graph.sources(other.operands[0]):
            return other.index
    return None
