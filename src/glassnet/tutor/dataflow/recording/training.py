"""Whether a loop trains, told from the nodes of its first rounds: those loops alone are cut."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.tutor.dataflow.recording.packing import Packed


def trains(nodes: Sequence[Packed], first: int, second: int, end: int) -> bool:
    """Whether what the first round changed the second changes again, by what it gave.

    A weight w becomes w ± δ, δ comes from w, and so on: no sum over a row, no preparation.
    """
    if end - first > 20_000 or second - first < 4:
        return False
    made = {new for _, new in _steps(nodes, first, second)}
    return bool(made) and any(
        old in made or not made.isdisjoint(nodes[old][1]) for old, _ in _steps(nodes, second, end)
    )


def _steps(nodes: Sequence[Packed], begin: int, end: int) -> list[tuple[int, int]]:
    """(w, w ± δ) in a round, w from before it and δ computed from w."""
    sums = [n for n in range(begin, end) if nodes[n][0] in ("add", "subtract")]
    bits: dict[int, int] = {}
    for n in sums:
        for old in (_before_it(nodes, o) for o in nodes[n][1]):
            if old < begin and len(bits) < 512:
                bits.setdefault(old, 1 << len(bits))
    comes: dict[int, int] = {}
    found: list[tuple[int, int]] = []
    for n in range(begin, end):
        name, operands, *_ = nodes[n]
        comes[n] = 0
        for o in operands:
            comes[n] |= comes.get(o, 0) | bits.get(o, 0)
        if name not in ("add", "subtract"):
            continue
        for old, delta in (operands, operands[::-1]):
            old = _before_it(nodes, old)
            if old in bits and comes.get(delta, 0) & bits[old]:
                found.append((old, n))
                bits.setdefault(n, 1 << len(bits))  # the next sample's step begins there
    return found


def _before_it(nodes: Sequence[Packed], node: int) -> int:
    """The node that another is an entry of, or a constant times."""
    while True:
        name, operands, *_ = nodes[node]
        if name == "gather":
            node = operands[0]
        elif name == "multiply" and nodes[operands[0]][0] in ("leaf", "constant"):
            node = operands[1]
        elif name == "multiply" and nodes[operands[1]][0] in ("leaf", "constant"):
            node = operands[0]
        else:
            return node
