"""Explanations as text for a terminal: a chain, a nudge, a move, a row at a glance."""

import textwrap
from collections.abc import Iterator

from glassnet.core.display.numbers import written
from glassnet.explain import Chain, Move, Nudge, RowGlance, StepGlance, WholeArray
from glassnet.views.text.reasons.row import reasons_lines
from glassnet.views.text.walk import WIDTH, answer_text, number, side_by_side

MOST = 12, 6  # rows and columns of an array that are shown


def chain_text(chain: Chain, width: int = WIDTH) -> str:
    """The links of a chain, the general rule before its numbers, then its largest path."""
    lines = [f"{chain.address} = {number(chain.value)}: from the loss back to it"]
    if chain.batch > 1:
        of = chain.address.partition("@")[0]
        summed = (
            "" if of.startswith("delta") else f"; all of them sum to {of} = {number(chain.whole)}"
        )
        lines.append(f"This is sample {chain.sample}'s, of a batch of {chain.batch}{summed}.")
    lines.append("")
    for position, link in enumerate(chain.links, start=1):
        lines.append(f"{position}. {link.general}")
        told = answer_text(link, width).splitlines()
        lines += [f"   {line}" for line in told[: _formula_lines(told)]]
        lines.append("")
    if chain.paths == 1:
        lines.append("One path leads from the loss to it, through")
    else:
        lines.append(
            f"{chain.paths:,} paths lead from the loss to it, and sum to it. The largest, through"
        )
    lines.append(f"{' ← '.join(chain.largest.neurons)}:")
    for text, value in chain.largest.factors:
        lines.append(f"   {number(value):>16}   {text}")
    share = f", {percent(chain.largest.value / chain.value)} of it" if chain.value else ""
    lines.append(f"   {number(chain.largest.value):>16}   their product{share}")
    return "\n".join(lines) + "\n"


def percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace("-", "−")


def _formula_lines(told: list[str]) -> int:
    """How many lines come before what the answer depends on, which the next link tells."""
    return next((n for n, line in enumerate(told) if line == "  it depends on:"), len(told))


def array_text(array: WholeArray, width: int = WIDTH) -> str:
    """All numbers of an array, beside those of the arrays that it comes from."""
    shape = "×".join(map(str, array.values.shape))
    lines = [f"{array.address}, {shape}    ({array.symbol}, {array.meaning})"]
    if array.algebra:
        lines.append(f"  as matrices: {array.algebra}")
    cut = any(n > most for _, values in array.matrices for n, most in zip(values.shape, MOST))
    shown = [
        (name, values[tuple(map(slice, MOST[: values.ndim]))]) for name, values in array.matrices
    ]
    lines += ["", *side_by_side(shown, width)]
    if cut:
        lines.append(f"  of each the first {MOST[0]} rows and {MOST[1]} columns; --json tells all")
    return "\n".join(lines) + "\n"


def nudge_text(nudge: Nudge) -> str:
    """What the gradient predicts of a nudge beside what happens."""
    epsilon = written(nudge.epsilon)
    return (
        f"{nudge.address} + {epsilon}\n"
        f"  the gradient there       {number(nudge.gradient)}\n"
        f"  so the loss should move  {number(nudge.predicted)}  (gradient · {epsilon})\n"
        f"  and it moves             {number(nudge.happened)}  "
        f"(from {number(nudge.loss)} to {number(nudge.loss_after)})\n"
    )


def move_text(move: Move) -> str:
    """Why a parameter changed: its parts, which sum to the change."""
    lines = [
        f"{move.address}: {number(move.before)} → {number(move.after)}, "
        f"a change of {number(move.change)}"
    ]
    for part in move.parts:
        share = percent(part.change / move.change) if move.change else ""
        share = f"{share:>9}"
        lines.append(f"  {number(part.change):>18} {share}   {part.reason}")
    return "\n".join(lines) + "\n"


def row_text(row: RowGlance) -> str:
    """One row at a glance: what the network says, how wrong it is, which inputs mattered."""
    return "\n".join(_row(row)) + "\n"


def _row(row: RowGlance) -> Iterator[str]:
    yield row.title
    yield ""
    if row.reasons is not None:
        yield from reasons_lines(row.reasons)
        yield ""
        yield "The numbers behind it, each of which can be asked for:"
    a, several = row.outputs, len(row.outputs) > 1
    order = sorted(range(len(a)), key=lambda i: -abs(a[i]))[:5]
    for i in order:
        name = f"   {row.classes[i]}" if row.classes is not None and several else ""
        goal = row.targets[i] if row.targets else None
        wanted = f"   wanted {number(goal)}" if goal or (goal == 0 and not several) else ""
        yield f"  a{row.layer}[{i}] = {number(a[i])}{name}{wanted}"
    if len(order) < len(a):
        yield f"  … and {len(a) - len(order)} smaller"
    top = f"{row.layer}[{order[0]}]"
    if row.loss is None:
        yield ""
        yield f"Ask on with --at: x[0], z1[0], a{top}, W1[0,0] …"
        return
    yield f"  loss = {number(row.loss)} {row.unit}".rstrip()
    yield ""
    if row.scaled:
        yield "inputs and targets are told as the network meets them, scaled by its preparation"
    yield "the inputs at which the loss is steepest:"
    for one in row.inputs:
        slope = one.address.replace("x", "dx", 1)
        told = f"  {one.address:<8} = {number(one.value):<14} {slope} = {number(one.gradient)}"
        yield f"{told:<56}  {one.name}" if one.name else told
    yield ""
    yield f"Ask on with --at: z1[0], a{top}, delta{top}, dW1[0,0], new.W1[0,0] …"


def step_text(step: StepGlance) -> str:
    """One recorded step at a glance: its batch, its loss, and the weights that moved most."""
    lines = [step.title, "", f"  loss = {number(step.loss)}"]
    named = "the batch, each sample with its row of the data: "
    named += ", ".join(f"@{k} row {row}" for k, row in enumerate(step.rows))
    lines += textwrap.wrap(named, WIDTH, initial_indent="  ", subsequent_indent="    ")
    lines += ["", "the weights and biases that this step moved most:"]
    for move in step.moved_most:
        lines.append(f"  {move.address:<12} {number(move.before)} → {number(move.after)}")
    if step.moved_most:
        lines += ["", f"Ask on with --at: {step.moved_most[0].address} tells why it moved."]
    return "\n".join(lines) + "\n"
