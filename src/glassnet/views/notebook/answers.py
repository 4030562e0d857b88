"""What is asked of a network, as a notebook shows it: answers, chains, moves, nudges, walks."""

import math
from collections.abc import Iterator

from glassnet.core.display.numbers import written
from glassnet.explain import Answer, AskedPass, Chain, Move, Nudge, Stage, Walk
from glassnet.formula import Symbol
from glassnet.views.formula.latex import answer_latex
from glassnet.views.formula.mathml import algebra_mathml, answer_mathml, symbol_mathml
from glassnet.views.notebook.networks import drawing, pass_parts, sizes
from glassnet.views.notebook.pieces import (
    block,
    facts,
    folded,
    formula,
    lines,
    sentence,
    share,
    table,
    title,
    wide,
)
from glassnet.views.text import wording


def answer_html(answer: Answer) -> str:
    """One number with its formula, the numbers put in, and what it depends on."""
    unit = f" {answer.unit}" if answer.unit else ""
    parts = [
        title(f"{answer.address} = {_exact(answer.value, answer)}{unit}", answer.meaning),
        *(_worked_out(answer) if answer.expression is not None else [facts(["It is given."])]),
    ]
    if answer.equation is not None:
        parts += ["As matrices: ", formula(algebra_mathml(answer.equation), answer.algebra)]
        if answer.shapes:
            told = (f"{name} {_size(shape)}" for name, shape in answer.shapes.items())
            parts.append(facts([f"shapes {', '.join(told)}"]))
    if answer.note:
        parts.append(sentence(answer.note))
    if answer.values:
        rows = [
            [name, formula(symbol_mathml(name)), _exact(value, answer)]
            for name, value in answer.values.items()
        ]
        n = len(rows)
        parts.append(folded(f"It depends on {n} number{'s' * (n != 1)}", [table([], rows)]))
    return block(parts)


def _worked_out(answer: Answer) -> list[str]:
    """Symbol = formula = the numbers put in = value: as mathematics, and as text to copy."""
    name, pad = answer.address, " " * len(answer.address)
    told = [f"{name} = {answer.formula}"]
    if not isinstance(answer.expression, Symbol):  # of one number alone, that says no more
        told.append(f"{pad} = {answer.put_in(answer.digits_put_in)}")
    told.append(f"{pad} = {_exact(answer.value, answer)}")
    return [wide(formula(answer_mathml(answer))), lines(told)]


def answer_display(answer: Answer) -> str:
    """The same as LaTeX, for a notebook that sets it."""
    return f"$$\n{answer_latex(answer)}\n$$"


def ask_html(asked: AskedPass) -> str:
    """The pass and the update that can be asked about, and how to."""
    n, last = len(asked.p.x), len(asked.p.dense)
    return block([
        title(f"A pass of {n:,} sample{'s' * (n != 1)}, and its update"),
        facts([f"network {sizes(asked.net)}", asked.optimizer,
               f"learning rate {asked.learning_rate:g}", f"update {asked.update:,}"]),
        *pass_parts(asked.p),
        sentence(
            "Each number has an address: ask.at('z1[0]'), ask.at('loss'), "
            f"ask.at('delta{last}[0]'), ask.at('dW1[0,0]'), ask.at('new.W1[0,0]')."
        ),
    ])  # fmt: skip


def chain_html(chain: Chain) -> str:
    """The links of a chain, the general rule before its numbers, then its largest path."""
    return block(list(_chain(chain)))


def _chain(chain: Chain) -> Iterator[str]:
    yield title(f"{chain.address} = {written(chain.value, 9)}", "from the loss back to it")
    if chain.batch > 1:
        of = chain.address.partition("@")[0]
        summed = "" if of.startswith("delta") else f"; all sum to {of} = {written(chain.whole, 9)}"
        yield facts([f"sample {chain.sample} of a batch of {chain.batch}{summed}"])
    for position, link in enumerate(chain.links, start=1):
        yield sentence(f"{position}. {link.general}")
        yield from _worked_out(link)
    path = chain.largest
    ways = (
        "One path leads from the loss to it"
        if chain.paths == 1
        else f"{chain.paths:,} paths lead from the loss to it, and sum to it; the largest goes"
    )
    yield sentence(f"{ways} through {' ← '.join(path.neurons)}.")
    of_it = f", {share(path.value, chain.value)} of it" if chain.value else ""
    yield table(
        ["factor", "value"],
        [[text, written(value, 9)] for text, value in path.factors]
        + [[f"their product{of_it}", written(path.value, 9)]],
    )


def move_html(move: Move) -> str:
    """Why a parameter changed in an update: its parts, which sum to the change."""
    rows = [
        [part.reason, written(part.change, 9), share(part.change, move.change)]
        for part in move.parts
    ]
    return block([
        title(f"{move.address}: {written(move.before, 9)} → {written(move.after, 9)}",
              f"a change of {written(move.change, 9)}"),
        table(["why", "change", "of it"], rows),
    ])  # fmt: skip


def nudge_html(nudge: Nudge) -> str:
    """What the gradient predicts of a nudge beside what happens."""
    return block([
        title(f"{nudge.address} + {written(nudge.epsilon)}",
              f"the loss goes from {written(nudge.loss, 9)} to {written(nudge.loss_after, 9)}"),
        table([], [
            ["the gradient there", written(nudge.gradient, 9)],
            ["so the loss should move (gradient · the nudge)", written(nudge.predicted, 9)],
            ["and it moves", written(nudge.happened, 9)],
        ]),
    ])  # fmt: skip


def walk_html(walk: Walk) -> str:
    """A walk: the network with its numbers, then stage by stage every formula."""
    return block([
        title(wording.title(walk)),
        facts([wording.setting(walk)]),
        drawing(walk.asked.net, walk.asked.p) if walk.asked else "",
        *(folded(stage.title, _briefly(walk, stage)) for stage in walk.stages),
        sentence(wording.outcome(walk)),
    ])  # fmt: skip


def _briefly(walk: Walk, stage: Stage) -> list[str]:
    return [
        part
        for answer in walk.answers(stage)
        if answer.expression is not None
        for part in _worked_out(answer)
    ]


def _exact(value: float, answer: Answer) -> str:
    return written(value, answer.digits) if math.isfinite(value) else str(value)


def _size(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "a number"
