"""Where the first wrong expression is: back from a wrong step to where its operands are right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from glassnet.tutor.dataflow.graph import Array
from glassnet.tutor.dataflow.locating.fault import Fault
from glassnet.tutor.dataflow.locating.holders import CLOSE, Holders
from glassnet.tutor.dataflow.locating.one_of_a_sum import OneShare, one_share
from glassnet.tutor.dataflow.parameters import ParameterStep
from glassnet.tutor.dataflow.readings import StepReading
from glassnet.tutor.dataflow.replay import replayed
from glassnet.tutor.dataflow.stepping.rounds import Round, differing, multiple_of, unit
from glassnet.tutor.dataflow.stepping.steps import Judged

BENDS = ("greater", "less", "where", "maximum", "minimum")
LARGE = 20_000  # numbers in an expression; with more, nothing is tried in its place


class Locator:
    """Looks for the fault behind the wrong steps of one reading of a run."""

    def __init__(self, reading: StepReading) -> None:
        self._graph, self._parameters = reading.graph, reading.parameters
        self._reading = reading
        self._target, self._adjoints, self._live = reading.target, reading.adjoints, reading.live
        self._holders = Holders(reading)

    def fault_of(self, wrong: Judged, common: list[float]) -> Fault | None:
        """The fault behind a parameter's first wrong step; common: the others' rate by rounds."""
        for number, each in enumerate(wrong.rounds):
            rate = common[number] if number < len(common) else float("nan")
            if not _as_expected(each, rate):
                before = max((s.node for s in wrong.rounds[number - 1].nodes), default=0)
                # a step along its slope tells by its size alone
                strict = bool(multiple_of(each.step, each.slope, CLOSE))
                last = max(s.node for s in each.nodes)
                self._holders.begin(before if number else 0, last, strict)
                share = one_share(self._reading, each, rate)
                if share is not None:
                    return self._of_one(share, wrong)
                return self._behind(wrong, each)
        return None

    def _behind(self, wrong: Judged, each: Round) -> Fault | None:
        graph, (step, at) = self._graph, self._worst(each)
        self._own = step.owners
        self._read = self._readings(int(step.owner[at]), int(step.place[at]))
        pairs = zip(step.path, step.carriers) if step.given < 0 else ()
        starts = [o for n, carrier in pairs for o in graph.nodes[n].operands if o != carrier]
        starts += [step.given] if step.given >= 0 else []
        inner = [o for o in starts if o in self._holders.errors]
        if not inner:
            return None
        found: set[int] = set()
        for start in inner:
            found |= self._deepest(start)
        if not found:
            if step.given >= 0:
                return self._of_neighbour(step, wrong)
            return self._of_update(step.node, wrong, each)
        return self._told(min(found), wrong, each)

    def _readings(self, owner: int, place: int) -> set[int]:
        """The nodes by which a number of a parameter is used: it, or entries read from it."""
        graph = self._graph
        found = {owner}
        for user in graph.users[owner]:
            if graph.nodes[user].name == "gather" and graph.value(user).size == 1:
                found = found - {owner}
                whose, where = graph.entries(user)
                found |= {user} if (whose[0], where[0]) == (owner, place) else set()
        return found

    def _worst(self, each: Round) -> tuple[ParameterStep, int]:
        """The part of a step that is furthest from its slope, and which of its numbers."""
        square = float(each.slope @ each.slope)
        rest = np.abs(
            each.step + (-(each.step @ each.slope) / square * -each.slope if square else 0)
        )
        ends = np.cumsum([len(s.owner) for s in each.nodes])
        at = int(rest.argmax())
        part = int(np.searchsorted(ends, at, side="right"))
        return each.nodes[part], at - int(ends[part]) + len(each.nodes[part].owner)

    def _deepest(self, start: int) -> set[int]:
        """The wrong nodes whose operands are right, behind a node."""
        found: set[int] = set()
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node in seen or self._holders.fine(node):
                continue
            seen.add(node)
            behind = [
                s
                for o in self._graph.nodes[node].operands
                for s in self._graph.sources(o)
                if s in self._holders.errors and not self._holders.fine(s)
            ]
            if behind:
                waiting += behind
            else:
                found.add(node)
        return found

    # what is said of a place

    def _of_one(self, share: OneShare, wrong: Judged) -> Fault:
        """Where what one use of a parameter adds to its slope is all that its step takes."""
        last = share.which == share.count - 1
        which = "first" if share.which == 0 else "last" if last else f"number {share.which + 1}"
        name = wrong.named(self._graph) or "a parameter"
        return self._fault("one", share.node, name, f"{share.all:.6g}", f"{share.one:.6g}",
                           operand=which, wanted=str(share.count))  # fmt: skip

    def _of_update(self, node: int, wrong: Judged, each: Round) -> Fault:
        """What arrives is an adjoint, and the step is none: another's, or the update is wrong."""
        name = wrong.named(self._graph) or "a parameter"
        behind = self._graph.ancestors([node], self._parameters.made - {node})
        for holder in sorted(behind & set(self._holders.right), reverse=True):
            fault = self._of_another(node, holder, name)
            if fault is not None:
                return fault
        return self._fault("expression", node, name, *differing(each.step, each.slope))

    def _of_neighbour(self, step: ParameterStep, wrong: Judged) -> Fault | None:
        """Where an optimizer is given another parameter's gradient."""
        forward = self._holders.right.get(step.given, (-1, 0.0))[0]
        if forward not in self._parameters.before or forward in self._own:
            return None
        name = wrong.named(self._graph) or "a parameter"
        return self._fault("another", step.given, name, operand=self._words(forward))

    def _of_another(self, node: int, holder: int, name: str) -> Fault | None:
        """Where a step comes from the adjoint of another quantity than of the parameter's sum."""
        graph = self._graph
        own = set(self._read)
        forward, _ = self._holders.right[holder]
        of_another = forward in self._parameters.before and forward not in own | self._own
        if of_another and graph.value(holder).size > 1:
            words = self._graph.names.get(forward, "another parameter")
            return self._fault("another", self._first(holder), name, operand=words)
        for _ in range(3):  # the weighted sum, the bias added, and as it was stored
            own |= {u for o in own for u in graph.users[o]
                    if graph.nodes[u].name in ("einsum", "add", "multiply", "gather")}  # fmt: skip
        own -= self._read
        fits = graph.value(holder).size in {graph.value(o).size for o in own}
        if (
            not fits
            or forward in own | self._own | self._read
            or graph.nodes[holder].name == "gather"
        ):
            return None  # it is another layer's
        own_sum = min(own, default=forward)
        if own_sum not in graph.ancestors([forward], self._parameters.made):  # a neighbour's
            if graph.value(node).size > 1:
                return None
            own_ones = (n for n, (f, _) in self._holders.right.items() if f in own)
            wanted = next(own_ones, None)
            words = f"the derivative of the loss by {self._words(own_sum)}"
            return self._fault("operand", node, name, operand=self._words(holder),
                               wanted=words if wanted is None else self._words(wanted),
                               line_of=graph.site(wanted or own_sum).line)  # fmt: skip
        return self._fault("missing", self._first(holder), name, wanted=self._words(own_sum),
                           line_of=graph.site(own_sum).line)  # fmt: skip

    def _carried_to_own(self, node: int) -> list[int]:
        """The adjoint that is multiplied by what the parameter itself was multiplied by."""
        graph = self._graph
        own = graph.nodes[node]
        if own.name != "multiply" or own.value.size > 1:
            return []
        used = {u for o in self._read for u in graph.users[o] if graph.nodes[u].name == "multiply"}
        partners = {graph.sources(o)[0] for u in used for o in graph.nodes[u].operands}
        return [
            carried
            for carried, other in (own.operands, own.operands[::-1])
            if carried in self._holders.right and graph.sources(other)[0] in partners
        ]

    def _first(self, holder: int) -> int:
        """Where these numbers were computed first."""
        graph, right = self._graph, self._holders.right
        value = graph.value(holder)
        if value.size > 1:
            behind = graph.ancestors([holder], self._parameters.made) & self._holders.errors
            return min(n for n in behind
                       if n == holder or multiple_of(graph.value(n), value, CLOSE))  # fmt: skip
        while True:  # a rate, that it is multiplied by
            forward, _ = right[holder]
            inner = (o for o in graph.nodes[holder].operands if self._holders.fine(o))
            same = next((o for o in inner if o in right and right[o][0] == forward), None)
            if same is None:
                return holder
            holder = same

    def _told(self, node: int, wrong: Judged, each: Round) -> Fault:
        name = wrong.named(self._graph) or "a parameter"
        graph = self._graph
        version = self._other_version(node)
        if version is not None:
            operand, line = version
            return self._fault("version", node, name, operand=operand, line_of=line)
        top = self._statement(node)
        for at in dict.fromkeys((node, top)):
            swapped = self._swapped(at, name, each)
            if swapped is not None:
                return swapped
        for operand in self._carried_to_own(node):
            another = self._of_another(node, operand, name)
            if another is not None:
                return another
        helper = self._in_helper(node)
        if helper is not None:
            return self._fault("expression", helper, name)
        expected, got = self._numbers(top, each)
        if self._of_errors_alone(top):  # what is made of a gradient alone: nothing goes forward so
            call = graph.callers(top)[0]
            return Fault("expression", top, call.line, call.text, name, expected, got, up=1)
        return self._fault("expression", top, name, expected, got)

    def _of_errors_alone(self, node: int) -> bool:
        """Whether a function of the way forward makes it of gradients alone, and bends them."""
        graph = self._graph
        calls = graph.callers(node)
        if not calls or calls[0].file != graph.site(node).file:
            return False
        inside, given, waiting = {node}, set[int](), [node]
        while waiting:
            for operand in graph.nodes[waiting.pop()].operands:
                if graph.called_within(operand, node):
                    waiting += [] if operand in inside else [operand]
                    inside.add(operand)
                elif graph.nodes[operand].name not in ("constant", "leaf"):
                    given.add(operand)
        function = graph.site(node).function
        if all(graph.site(n).function != function for n in self._adjoints.of if n not in
               self._holders.errors):  # fmt: skip
            return False
        bends = any(graph.nodes[n].name.startswith(BENDS) for n in inside)
        return bends and bool(given) and given <= self._holders.errors

    def _fault(self, kind: str, node: int, quantity: str, expected: str = "", got: str = "",
               **more: object) -> Fault:  # fmt: skip
        site = self._graph.site(node)
        return Fault(kind, node, site.line, site.text, quantity, expected, got, **more)  # type: ignore[arg-type]

    def _statement(self, node: int) -> int:
        """The largest wrong expression of the same line around a node."""
        line = self._graph.site(node).line
        while True:
            above = [
                u
                for u in self._graph.users[node]
                if self._graph.site(u).line == line
                and u not in self._parameters.made
                and not self._holders.fine(u)
                and self._graph.nodes[u].stack == self._graph.nodes[node].stack
            ]
            if not above:
                return node
            node = above[0]

    def _other_version(self, node: int) -> tuple[str, int] | None:
        """A parameter that is not the one which went forward: its name, and where it changed."""
        meeting = self._meeting(node)
        graph = self._graph
        for operand in graph.nodes[node].operands:
            for source in graph.sources(operand):
                if source in self._parameters.made and source > meeting and source not in self._own:
                    site = graph.site(source)
                    return graph.names.get(source, site.text), site.line
        return None

    def _meeting(self, node: int) -> int:
        """The comparison with the target that a node comes from; the last before it."""
        inner = self._graph.ancestors([node], self._parameters.made)
        return max(
            (p.node for p in self._target.pairs if p.node in inner), default=len(self._graph)
        )

    def _swapped(self, node: int, name: str, each: Round) -> Fault | None:
        """Another quantity in the place of one that it comes from, by which it becomes right."""
        graph = self._graph
        own = graph.value(node)
        wanted = [each.slope] if own.size == each.slope.size else []
        wanted += [self._adjoints.of[f] for f in self._holders.near() if f in self._adjoints.of]
        wanted = [slope for slope in wanted if slope.size == own.size]
        if not 1 < own.size <= LARGE or not wanted:
            return None
        directions = np.stack([unit(slope) for slope in wanted])
        stops = {n for n in graph.ancestors([node]) if n != node and self._holders.given(n)}
        inner = graph.ancestors([node], stops)
        for leaf in sorted(inner & stops, reverse=True)[:12]:
            for forward, mark, value in self._instead(leaf):
                made = self._again(node, sorted(inner - stops), leaf, value)
                if made is None or made.size != own.size:
                    continue
                if np.abs(directions @ unit(made)).max() > 1 - 1e-10:
                    return self._taken(node, leaf, forward, mark, name)
        return None

    def _taken(self, node: int, leaf: int, forward: int, mark: str, name: str) -> Fault:
        """What is said where a leaf is taken, and another quantity makes the node right."""
        of_errors = leaf in self._holders.errors
        holder = self._holders.holder_of(forward) if of_errors else forward
        kind, at = "operand", node
        if holder is None and self._further(leaf, forward):
            kind = "twice"
        elif holder is None:
            kind, at = "missing", self._read_from(leaf)
        said = forward if holder is None else holder
        return self._fault(
            kind, at, name, operand=self._words(leaf), wanted=self._words(said) + mark,
            line_of=self._graph.site(said).line,
        )  # fmt: skip

    def _further(self, holder: int, forward: int) -> bool:
        """Whether a node holds the adjoint of what this quantity was computed from already."""
        own, _ = self._holders.right.get(holder, (-1, 0.0))
        return own >= 0 and own != forward and own in self._graph.ancestors([forward])

    def _read_from(self, node: int) -> int:
        """The node that a reading of one takes its numbers from; else the node itself."""
        own = self._graph.nodes[node]
        return own.operands[0] if own.name == "gather" and len(own.operands) == 1 else node

    def _instead(self, leaf: int) -> Iterator[tuple[int, str, Array]]:
        """What could stand there: a quantity or its adjoint, ".T" or "" for it, its numbers."""
        graph = self._graph
        value = graph.value(leaf)
        if leaf in self._holders.errors:
            for forward in self._holders.near():
                adjoint = self._adjoints.of.get(forward)
                if adjoint is not None and adjoint.size == value.size:
                    yield forward, "", adjoint.reshape(value.shape)
            return
        if leaf not in self._live and leaf not in self._parameters.before:
            return
        for forward in self._holders.near():
            other = graph.value(forward)
            if forward == leaf or other.size != value.size:
                continue
            if other.shape == value.shape:
                yield forward, "", other
            if value.ndim == 2 and other.T.shape == value.shape:
                yield forward, ".T", other.T

    def _again(self, node: int, inner: list[int], leaf: int, value: Array) -> Array | None:
        """What a node would give, had one that it comes from been another value."""
        graph = self._graph
        changed = {leaf: value}
        for index in inner:
            own = graph.nodes[index]
            if index in changed or not any(o in changed for o in own.operands):
                continue
            made = replayed(own, [changed.get(o, graph.value(o)) for o in own.operands])
            if made is None:
                return None
            changed[index] = made
        return changed.get(node)

    def _in_helper(self, node: int) -> int | None:
        """Where a product of an adjoint that is right takes a derivative from another function."""
        graph = self._graph
        own, errors = graph.nodes[node], self._holders.errors
        if own.name != "multiply":
            return None
        for carried, factor in (own.operands, own.operands[::-1]):
            if carried in errors and self._is_slope(factor):
                inside, here = graph.site(factor), graph.site(node)
                outside = inside.line and inside.function != here.function
                if outside and not self._right_elsewhere(factor):
                    return factor
        return None

    def _right_elsewhere(self, factor: int) -> bool:
        """Whether a factor of the same function makes an adjoint in another place."""
        graph = self._graph
        site = graph.nodes[factor].site
        others = (n.index for n in graph.nodes if n.site == site and n.index != factor)
        return any(
            graph.nodes[user].name == "multiply"
            and user in self._holders.errors
            and self._holders.fine(user)
            for other in others
            for user in graph.users[other]
        )

    def _is_slope(self, factor: int) -> bool:
        """Whether it is computed from what went forward, and is no such number itself."""
        return (
            factor in self._live
            and factor not in self._holders.errors
            and factor not in self._adjoints.of
        )

    def _words(self, node: int) -> str:
        own = self._graph.nodes[node]
        for index in (node, *(own.operands if own.name == "gather" else ())):
            if index in self._graph.names:
                return self._graph.names[index]
        return self._graph.site(node).text or "a number"

    def _numbers(self, node: int, each: Round) -> tuple[str, str]:
        """Expected and got, where it is known what the expression should hold."""
        value = self._graph.value(node)
        if value.size == each.slope.size and value.size > 1:
            return differing(value, each.slope.reshape(value.shape))
        return "", ""


def _as_expected(each: Round, rate: float) -> bool:
    """Whether a step is the others' rate times its slope, or of no use to tell."""
    if not np.isfinite(each.step).all() or not np.isfinite(each.slope).all():
        return True
    size = max(float(np.abs(each.step).max()), abs(rate) * float(np.abs(each.slope).max()), 1e-300)
    if rate != rate:
        return not np.any(each.step)
    return bool(np.abs(each.step + rate * each.slope).max() <= 1e-6 * size)
