"""What a factor tells: steps that are longer or shorter than the others', by how much."""

from __future__ import annotations

from glassnet.tutor.mistakes.catalogue import mistake_named
from glassnet.tutor.script.network import FoundNetwork
from glassnet.tutor.script.read_run import NamedMistakes, SeenRun, step_of

SAME = 1e-5
FEW = 3  # samples; of fewer, a factor may be another's


def named_by_rate(seen: SeenRun) -> NamedMistakes | None:
    """The name of a step that is along its slope and too long or too short; None: none."""
    fault = seen.run.judgement.fault
    if fault is None or fault.kind != "rate" or not fault.wanted:
        return None
    common, times = float(fault.wanted), float(fault.got)
    own = common * times
    of_bias = seen.network is not None and _is_bias(seen, seen.network)
    name = ""
    count = seen.network.x.shape[1] if seen.network is not None else 0
    if count >= FEW and _near(times, 1 / count):
        name = "divided-twice"
    elif fault.operand == "twice":
        name = "rate-twice"
    elif _near(own, 1.0):
        name = "bias-rate-left-out" if of_bias else "rate-left-out"
    elif count >= FEW and _near(times, count):
        name = f"{'bias' if of_bias else 'weight'}-gradient-not-averaged"
    return NamedMistakes((mistake_named(name),), fault.node) if name else None


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= SAME * abs(b)


def _is_bias(seen: SeenRun, network: FoundNetwork) -> bool:
    """Whether the step that is told of is a bias's."""
    fault = seen.run.judgement.fault
    steps = {step_of(seen.run, network, l, bias=True) for l in range(1, len(network.layers) + 1)}
    found = {s.parameter for own in seen.run.parameters.steps.values() for s in own
             if s.node in steps - {-1}}  # fmt: skip
    return fault is not None and fault.parameter in found
