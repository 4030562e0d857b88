"""What parameters are called: by the learner's names, told apart where several have one name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.stepping.steps import Judged

MOST = 4  # numbers of one list, told one by one


def clear_names(graph: Graph, judged: Sequence[Judged]) -> dict[int, str]:
    """Parameter → its name; arrays of one name with their shape, or which of them it is.

    What has no name is called by the expression that changes it. Single numbers stay as they are:
    `w[j][1]` is one of many, and the line tells more than its number would.
    """
    alike: dict[str, list[Judged]] = defaultdict(list)
    for each in judged:
        alike[each.named(graph) or graph.site(each.first).text].append(each)
    named: dict[int, str] = {}
    for name, own in alike.items():
        shapes = [graph.value(each.first).shape for each in own]
        for each in own:
            named[each.parameter] = name
            if len(own) > 1 and each.size > 1:
                shape = graph.value(each.first).shape
                alone = shapes.count(shape) == 1
                told = f"of shape {shape}" if alone else _ordinal(graph, each, own)
                named[each.parameter] = f"{name} ({told})"
    return named


def _ordinal(graph: Graph, each: Judged, alike: Sequence[Judged]) -> str:
    """Which of them it is, in the order in which they are used first."""

    def first_use(one: Judged) -> int:
        before = set(one.rounds[0].nodes[0].owner.tolist())
        return min((u for node in before for u in graph.users[node]), default=0)

    place = sorted(alike, key=first_use).index(each) + 1
    return f"number {place} of {len(alike)} on the way forward"


def grouped(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once; many numbers of one list as its first and its last."""
    lists: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(names):
        found = re.fullmatch(r"(.+)\[\d+\]", name)
        lists[found[1] if found else name].append(name)
    told: list[str] = []
    for own in lists.values():
        told += own if len(own) <= MOST else [f"{own[0]} … {own[-1]}"]
    return tuple(told)
