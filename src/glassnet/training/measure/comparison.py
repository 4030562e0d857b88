"""Whether a network beats a baseline on the same rows, and the sentence that says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from glassnet.core.display.one_line import telling

Outcome = Literal["beats", "does not beat", "no difference"]

SHARES = ("accuracy", "balanced_accuracy", "all_right", "at_or_below", "within")  # told in per cent
CONSTANT = ("majority", "mean", "quantiles")  # baselines that answer all rows alike
CALLED = {
    "accuracy": "accuracy",
    "log_loss": "log loss",
    "r2": "R²",
    "rmse": "RMSE",
    "pinball": "pinball loss",
}


@dataclass(frozen=True)
class BaselineComparison:
    """A network and a baseline, by one figure, on the same rows.

    Attributes:
        baseline: its name; called: the same in a sentence.
        metric: the figure that is compared.
        network, other: the figure of each.
        difference: how much better the network is; below 0 it is worse.
        low, high: limits of the difference; None where there are too few rows for any.
        how: where the limits come from.
    """

    baseline: str
    called: str
    metric: str
    network: float
    other: float
    difference: float
    low: float | None
    high: float | None
    how: str

    __repr__ = telling()

    @property
    def outcome(self) -> Outcome:
        if self.low is not None and self.low > 0:
            return "beats"
        return "does not beat" if self.high is not None and self.high < 0 else "no difference"


def verdict(comparisons: Sequence[BaselineComparison], seen: str) -> str:
    """The plain sentences: worst news first.

    Args:
        comparisons: of each baseline the deciding figure first, then what else was compared.
        seen: on what, as '30 test rows'.
    """
    if not comparisons:
        return "There is no baseline to compare with."
    first = {c.baseline: c for c in reversed(comparisons)}
    decided = [first[name] for name in dict.fromkeys(c.baseline for c in comparisons)]
    metric = CALLED.get(decided[0].metric, decided[0].metric)
    sentences = []
    worse, same, better = (
        [c for c in decided if c.outcome == outcome]
        for outcome in ("does not beat", "no difference", "beats")
    )
    if worse:
        sentences.append(f"The network does not beat {_named(worse, metric)}: it is worse.")
    if same:
        sentences.append(
            f"Against {_named(same, metric)} there is no difference that the {seen} could show."
        )
    if better:
        sentences.append(f"The network beats {_named(better, metric)}.")
    for c in comparisons:
        if c is not first[c.baseline] and c.outcome not in (
            first[c.baseline].outcome,
            "no difference",
        ):
            other = CALLED.get(c.metric, c.metric)
            beats = "beats" if c.outcome == "beats" else "does not beat"
            sentences.append(f"By its {other} it {beats} {_named([c], '')}.")
    helped = {c.baseline for c in comparisons if c.outcome == "beats"}
    constant = [c.called for c in decided if c.baseline in CONSTANT]
    if constant and not helped & set(CONSTANT):
        sentences.append(f"Nothing shows yet that it knows more than {constant[0]}.")
    elif "linear" in first and "linear" not in helped:
        sentences.append("The linear model is the simpler choice.")
    return " ".join(sentences)


def no_better(comparisons: Sequence[BaselineComparison]) -> str:
    """A sentence where one answer for all rows is as good as the network; "" where it is not.

    Args: comparisons, of each baseline the deciding figure first.
    """
    c = next((c for c in comparisons if c.baseline in CONSTANT), None)
    if c is None or c.difference > 0:
        return ""
    how, metric = "worse" if c.difference < 0 else "no better", CALLED.get(c.metric, c.metric)
    return (
        f"It is {how} than one answer for all rows, {c.called}: {metric} "
        f"{shown(c.metric, c.network)}, and {shown(c.metric, c.other)} for that."
    )


def _named(comparisons: Sequence[BaselineComparison], metric: str) -> str:
    parts = []
    for number, c in enumerate(comparisons):
        of = f"{metric} " if metric and not number else ""
        parts.append(
            f"{c.called} ({of}{shown(c.metric, c.network)} against {shown(c.metric, c.other)})"
        )
    return " and ".join(parts)


def shown(name: str, value: float) -> str:
    """A figure to the digits that a person needs: accuracies in per cent.

    >>> shown("accuracy", 0.96666), shown("r2", -0.25), shown("rmse", 31.25)
    ('96.7 %', '−0.2500', '31.25')
    """
    name = name.partition("[")[0]
    if name in SHARES:
        return f"{100 * value:.1f} %"
    size = abs(value)
    if size < 5e-5 and name not in ("mae", "rmse"):
        value = size = 0.0  # nothing in four digits
    if size == 0 or 1e-3 <= size < 10:
        text = f"{value:.4f}"
    else:
        text = f"{value:,.2f}" if 10 <= size < 1e6 else f"{value:.4g}"
    return text.replace("-", "−", 1) if text.startswith("-") else text
