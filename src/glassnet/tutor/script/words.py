"""What is said of a fault that was placed: why it is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from glassnet.tutor.dataflow.locating.fault import Fault
from glassnet.tutor.dataflow.verdict import Judgement

OF_STEPS = {
    "direction",
    "rate",
    "dropped",
    "unkept",
    "still",
    "left",
    "memory",
    "optimizer",
    "rule",
}


def partly(flow: Judgement) -> str:
    """What was followed and is right, and what was not, and why."""
    are = "go along their slopes" if flow.cause == "lengths" else "are right"
    followed = f"The steps of {', '.join(flow.explained)} {are}. " if flow.explained else ""
    left = f"Not explained: {', '.join(flow.open)}; " if flow.open else "Not all of it was judged: "
    return f"{followed}{left}{flow.why or 'the rest could not be followed'}."


def first_and_last(names: Iterable[str]) -> str:
    """The name of a layer's weights; of many numbers the first and the last."""
    first, *more = [*dict.fromkeys(filter(None, names))] or [""]
    return f"{first} … {more[-1]}" if more else first


# of each kind of fault why it is wrong; own is the expression, other the line told beside it
REASONS = {
    "version": "{own} takes {operand} as it is after its update in {other}. The chain rule asks "
    "for {operand} as it was on the way forward: work out all gradients first, then update.",
    "missing": "The gradient of {name} is computed from {own}, as if that were the derivative of "
    "the loss by {wanted} ({other}). It is not yet: a factor of the chain rule is missing, or one "
    "too many, usually the derivative of the activation between them.",
    "twice": "{own} takes {operand} for the derivative of the loss by {wanted} ({other}), and it "
    "is further back already: a factor of the chain rule that stands in {operand}, usually the "
    "derivative of an activation, is multiplied in once more on the way to the gradient of {name}.",
    "forward": "{own} is the output as it is, and in {other} its error is multiplied by the "
    "derivative of {wanted}, as if that were its activation. Apply it here, or leave that factor "
    "out there.",
    "unread": "{name} is computed, {own}, and what the outputs are made of takes nothing of it, "
    "though the weights in it are updated. Look at what the next layer is given.",
    "another": "{own} is the gradient of {operand}, and {name} is moved by it. Each parameter "
    "moves by its own gradient.",
    "one": "{own} is what one of {wanted} samples adds to the gradient of {name}, the {operand}, "
    "and the step of {name} takes that alone. Add up what all of them give, from 0 in each round: "
    "`+=` in place of `=`, within the loop.",
    "nothing": "The step of {name}, {own}, takes a gradient of zeros in every round, that nothing "
    "was computed for: the way back ends before it gets there, and these weights stay as they "
    "began. Let it reach every layer, the first too.",
}


def reason(fault: Fault, where: Callable[[int], str]) -> str:
    """Why it is wrong, and what to do; where: a line as the learner counts it."""
    own, name, other = f"`{fault.text}`", fault.quantity, where(fault.line_of)
    if fault.kind in REASONS:
        words = {"operand": fault.operand, "wanted": fault.wanted}
        return REASONS[fault.kind].format(own=own, name=name, other=other, **words)
    if fault.kind == "operand":
        takes = f"{fault.operand} where {fault.wanted} belongs ({other})"
        if fault.operand == fault.wanted:
            takes = f"another {fault.wanted} than that of {other}, which belongs there"
        return f"{own} takes {takes}: with that in its place the gradient of {name} would be right."
    if fault.kind in OF_STEPS:
        return _of_step(fault)
    numbers = ""
    if fault.expected:
        numbers = (
            f" Where it differs most it is {fault.got}; the chain rule asks for {fault.expected}."
        )
    return (
        f"What goes into {own} is right, and what comes out is not what the chain rule asks for "
        f"on the way to the gradient of {name}.{numbers} Compare this expression with the formula "
        "for this step."
    )


def _of_step(fault: Fault) -> str:
    """Why a step is wrong though the gradient that it takes is right."""
    own, name = f"`{fault.text}`", fault.quantity
    if fault.kind == "direction":
        return (
            f"{own} moves {name} uphill: its steps are the slope of the loss, with the wrong sign. "
            "Take the slope times the learning rate away, or turn the sign of the error around."
        )
    if fault.kind == "rate":
        return (
            f"{own} moves {name} {_times(fault.got)} as far for its slope as the other parameters "
            "move for theirs, in every round. Divide all gradients by the same number, and use "
            "one learning rate."
        )
    if fault.kind == "dropped":
        return (
            f"{own} computes the new {name} and keeps it nowhere: {name} stays as it began. "
            f"Assign the result to {name}, and return it where a function does this."
        )
    if fault.kind == "unkept":
        return (
            f"{own} is worked out in every round and kept nowhere: the {name} that go forward stay "
            "as they began, and nothing is learned. Change them in place, as `W -= step` does, or "
            "put what this gives where the way forward takes them from."
        )
    if fault.kind == "left":
        return (
            f"{own} moves some of the weights that `{name}` takes, and others of them stay as they "
            "began. Each has a slope of its own: let the update reach every one."
        )
    if fault.kind == "still":
        return (
            f"{name} is added on the way forward, and no step changes it, as {own} changes the "
            f"weights beside it: give it a gradient and a step of its own."
        )
    if fault.kind == "rule":
        return f"It shows in {own}."
    if fault.kind == "optimizer":
        return (
            f"What goes into {own} is right, and what comes out is none of the numbers that Adam, "
            "RMSprop or AdaGrad make of a gradient by these constants. Compare it with their "
            "formulas: m and v, both divided by 1 − βᵗ or neither, where t counts the updates, "
            "and m divided by the root of v."
        )
    kept = (
        f"{fault.operand} is worked out for it in every round and used nowhere: let the step take "
        "that."
        if fault.operand
        else "What is kept for it is written anew in each round: let it keep its share too."
    )
    return (
        f"{own} moves {name} by its slope alone, where the others' steps keep a share of those "
        f"before. {kept}"
    )


def _times(factor: str) -> str:
    """A factor in words: "30 times", or "1/30"."""
    number = float(factor or "nan")
    return f"1/{1 / number:.6g}" if 0 < number < 1 else f"{number:.6g} times"
