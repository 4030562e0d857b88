"""Usual slips in the chapters' functions, as a learner types them, and the mistake that each is."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.tutor.lessons.chapters.exercises import EXERCISES
from glassnet.tutor.lessons.slips import Slip
from glassnet.tutor.mistakes.record import Mistake

_BODIES = {each.function.name: each.function.body for each in EXERCISES}
_Said = tuple[str, str, str, str, str]  # title, why, wrong, right, hint


def _slip(name: str, function: str, *changes: tuple[str, str]) -> Slip:
    """The solution with pieces of it replaced."""
    body = _BODIES[function]
    for old, new in changes:
        if old not in body:
            raise ValueError(f"{function} has no {old!r}")
        body = body.replace(old, new)
    return Slip(name, function, body)


_AXIS = ", axis=1, keepdims=True"
CHAPTER_SLIPS: Sequence[Slip] = (
    _slip("softplus-itself", "softplus_slope", ("1 / (1 + np.exp(-z))", "np.log(1 + np.exp(z))")),
    _slip("inner-slope-lost", "softplus_slope", ("np.exp(-z)", "np.exp(z)")),
    _slip("power-over-power", "softplus_slope",
          ("1 / (1 + np.exp(-z))", "np.exp(z) / (1 + np.exp(z))")),
    _slip("divided-below-alone", "softplus_slope",
          ("1 / (1 + np.exp(-z))", "np.exp(z) / (1 + np.exp(-z))")),
    _slip("cross-entropys-delta", "softmax_square_delta",
          (f"a * (r - np.sum(r * a{_AXIS}))", "r")),
    _slip("own-slope-alone", "softmax_square_delta",
          (f"a * (r - np.sum(r * a{_AXIS}))", "r * a * (1 - a)")),
    _slip("summed-over-all-rows", "softmax_square_delta", (_AXIS, "")),
    _slip("slope-not-squared", "leaky_variance", ("slope**2", "slope")),
    _slip("deviation-for-variance", "leaky_variance",
          ("2 / ((1 + slope**2) * n_in)", "np.sqrt(2 / ((1 + slope**2) * n_in))")),
    _slip("kept-share-for-its-inverse", "leaky_variance",
          ("2 / ((1 + slope**2) * n_in)", "(1 + slope**2) / (2 * n_in)")),
    _slip("no-look-ahead", "nesterov_step", ("(g + mu * v)", "v")),
    _slip("mean-for-a-sum", "nesterov_step", ("mu * v + g\n", "mu * v + (1 - mu) * g\n")),
    _slip("rate-within-velocity", "nesterov_step", ("mu * v + g\n", "mu * v + rate * g\n")),
    _slip("decay-in-the-gradient", "adamw_step",
          ("    m = 0.9", "    g = g + decay * w\n    m = 0.9"), ("(1 - rate * decay) * w", "w")),
    _slip("decay-without-rate", "adamw_step", ("(1 - rate * decay)", "(1 - decay)")),
    _slip("hats-forgotten", "adamw_step", ("m / (1 - 0.9**t)", "m"), ("s / (1 - 0.999**t)", "s")),
    _slip("root-forgotten", "step_length", ("np.sqrt(moved / size)", "moved / size")),
    _slip("beside-what-it-became", "step_length",
          ("np.sum(old**2) for old in before", "np.sum(new**2) for new in after")),
    _slip("array-by-array", "step_length",
          (_BODIES["step_length"],
           "    return np.mean([np.linalg.norm(b - a) / np.linalg.norm(a) "
           "for a, b in zip(before, after)])\n")),
    _slip("lengths-added", "step_length",
          (_BODIES["step_length"],
           "    moved = sum(np.linalg.norm(new - old) for old, new in zip(before, after))\n"
           "    return moved / sum(np.linalg.norm(old) for old in before)\n")),
    _slip("one-length-alone", "gradient_error", (" + np.linalg.norm(nudged)", "")),
    _slip("noughts-not-thought-of", "gradient_error", (" if size else 0.0", "")),
    _slip("not-beside-their-size", "gradient_error", (" / size if size else 0.0", "")),
    _slip("logarithm-afterwards", "log_softmax",
          ("z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))",
           "np.log(np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True))")),
    _slip("largest-left-on", "log_softmax", ("    z = z - z.max(axis=1, keepdims=True)\n", "")),
    _slip("largest-of-all-rows", "log_softmax", ("z.max(axis=1, keepdims=True)", "z.max()")),
    _slip("rest-thrown-away", "mini_batches",
          ("len(order), size)", "len(order) - size + 1, size)")),
    _slip("always-from-the-first", "mini_batches", ("start : start + size", "start:size")),
    _slip("dealt-like-cards", "mini_batches",
          (_BODIES["mini_batches"],
           "    groups = -(-len(order) // size)\n"
           "    return [order[k::groups] for k in range(groups)]\n")),
    _slip("pieces-of-one-size", "mini_batches",
          (_BODIES["mini_batches"],
           "    return np.array_split(order, -(-len(order) // size))\n")),
    _slip("delta-of-the-data", "operations", ("3 if layer > 0 else 2", "3")),
    _slip("additions-not-counted", "operations", ("products * 2 * rows", "products * rows")),
    _slip("forward-alone", "operations", ("products * 2 * rows", "2 * rows")),
    _slip("test-rows-in-the-mean", "standardised", ("column[train]", "column")),
    _slip("gap-filled-too-early", "standardised",
          (_BODIES["standardised"],
           "    column = np.nan_to_num(column)\n"
           "    return (column - column[train].mean()) / column[train].std()\n")),
    _slip("gaps-not-left-out", "standardised", ("np.nanmean", "np.mean"), ("np.nanstd", "np.std")),
    _slip("accuracy-of-all", "balanced_accuracy", (_BODIES["balanced_accuracy"],
          "    return np.mean(said == true)\n")),
    _slip("share-of-what-was-said", "balanced_accuracy", (_BODIES["balanced_accuracy"],
          "    found = [np.mean(true[said == label] == label) for label in np.unique(said)]\n"
          "    return np.mean(found)\n")),
    _slip("classes-that-were-said", "balanced_accuracy",
          ("np.unique(true)]", "np.unique(said)]")),
    _slip("precision-for-recall", "balanced_accuracy",
          ("said[true == label] == label", "true[said == label] == label")),
    _slip("two-classes-alone", "balanced_accuracy", ("np.unique(true)]", "(0, 1)]")),
    _slip("digits-after-the-point", "kept_as_text", ("{digits}g", "{digits}f")),
    _slip("compared-as-float64", "kept_as_text",
          ("np.float32(f\"{w:.{digits}g}\")", "float(f\"{w:.{digits}g}\")")),
    _slip("nearly-the-same", "kept_as_text", ("back == weights", "np.isclose(back, weights)")),
    _slip("one-square-alone", "squared_distances", (" @ P.T + square", " @ P.T")),
    _slip("both-squares-along-a-row", "squared_distances", ("square[:, None]", "square")),
    _slip("middle-added", "squared_distances", ("- 2 * P", "+ 2 * P")),
    _slip("columns-for-rows", "squared_distances", ("axis=1", "axis=0"), ("P @ P.T", "P.T @ P")),
)  # fmt: skip

_SAID: dict[str, _Said] = {
    "softplus-itself": (
        "the function is given instead of its slope",
        "ln(1 + eᶻ) is softplus. Asked for is how fast it rises.",
        "ln(1 + eᶻ)", "1 / (1 + e⁻ᶻ)", "Where z is large, how steep is a line that rises with z?",
    ),
    "inner-slope-lost": (
        "the slope of what stands inside the logarithm is lost",
        "The slope of ln u is 1/u, and u = 1 + eᶻ moves with the slope eᶻ: both are factors.",
        "1 / (1 + eᶻ)", "eᶻ / (1 + eᶻ) = 1 / (1 + e⁻ᶻ)",
        "Should the slope grow with z, or fall?",
    ),
    "power-over-power": (
        "infinity is divided by infinity",
        "On paper it is right. For a large z both powers are larger than any number that the "
        "machine can hold.",
        "eᶻ / (1 + eᶻ)", "1 / (1 + e⁻ᶻ)", "What does yours give at z = 800?",
    ),
    "divided-below-alone": (
        "only what stands below the line is divided by eᶻ",
        "Dividing above and below by eᶻ leaves 1 above: eᶻ / eᶻ.",
        "eᶻ / (1 + e⁻ᶻ)", "1 / (1 + e⁻ᶻ)", "How steep is yours at z = 5?",
    ),
    "cross-entropys-delta": (
        "this is the δ of cross-entropy",
        "a − y is what is left where the loss's 1/a cancels the softmax's a. Half the squares have "
        "no 1/a.",
        "a − y", "a ⊙ (r − Σ r·a), r = a − y", "What is ∂L/∂a of half the squares?",
    ),
    "own-slope-alone": (
        "only each output's own slope is taken",
        "A nudge of one score moves every probability, so all of them carry a part of the loss "
        "back.",
        "r ⊙ a ⊙ (1 − a)", "a ⊙ (r − Σ r·a)", "What becomes of the other outputs if z₀ grows?",
    ),
    "summed-over-all-rows": (
        "the sum runs over all rows",
        "Each row is a sample with a softmax of its own, and its sum is over its own classes.",
        "np.sum(r * a)", "np.sum(r * a, axis=1, keepdims=True)", "How many sums should there be?",
    ),
    "slope-not-squared": (
        "the slope is not squared",
        "It is the mean square that is to be kept, and a sum below 0 keeps the slope's square of "
        "it.",
        "2 / ((1 + slope)·n)", "2 / ((1 + slope²)·n)", "What is the square of 0.2·z?",
    ),
    "deviation-for-variance": (
        "the standard deviation is given instead of the variance",
        "The variance is s². Its root s is what rng.normal takes.",
        "√(2 / ((1 + slope²)·n))", "2 / ((1 + slope²)·n)", "Which of the two was asked for?",
    ),
    "kept-share-for-its-inverse": (
        "the share that is kept is not made good",
        "The bend keeps ½(1 + slope²) of the mean square, so the weights must bring its inverse.",
        "(1 + slope²) / (2·n)", "2 / ((1 + slope²)·n)",
        "A bend that keeps less: should the weights be larger or smaller?",
    ),
    "no-look-ahead": (
        "this is momentum without the look ahead",
        "Nesterov's step goes by the slope and by where the velocity is about to carry it.",
        "w − α·v", "w − α·(g + μ·v)", "Which line differs from plain momentum?",
    ),
    "mean-for-a-sum": (
        "the velocity is a mean of the slopes instead of a sum",
        "A mean is as long as one slope, the sum grows to 1/(1 − μ) of it. With a rate to match "
        "both go the same way; here the sum is meant.",
        "v ← μ·v + (1 − μ)·g", "v ← μ·v + g", "With a steady slope, how large does v become?",
    ),
    "rate-within-velocity": (
        "the rate stands in the velocity too",
        "Here v is a sum of slopes, and the rate comes in once, where the weight is moved.",
        "v ← μ·v + α·g", "v ← μ·v + g", "How often does the rate meet each slope?",
    ),
    "decay-in-the-gradient": (
        "the decay goes through the division",
        "Added to the gradient, it is divided by its usual size like all else: that is Adam with a "
        "penalty. AdamW keeps it out.",
        "g ← g + λ·w", "w ← (1 − αλ)·w − α·m̂/(√ŝ + ε)",
        "What does a weight without any gradient do in yours?",
    ),
    "decay-without-rate": (
        "the decay lacks the rate",
        "Each step takes the share αλ of a weight, so that a smaller rate also decays less.",
        "(1 − λ)·w", "(1 − αλ)·w", "What shrinks a weight when the rate has fallen to 0?",
    ),
    "hats-forgotten": (
        "the means are not put right for their start",
        "Both begin at nought, and are too small at first: dividing by 1 − βᵗ makes that good.",
        "m/(√s + ε)", "m̂/(√ŝ + ε)", "How large is m after the first step, beside g?",
    ),
    "root-forgotten": (
        "the root is forgotten",
        "A length is the root of the sum of the squares; so is the quotient of two.",
        "Σ(Δθ)² / Σθ²", "√(Σ(Δθ)² / Σθ²)", "What is the share where every number moves by 1 %?",
    ),
    "beside-what-it-became": (
        "the step is held beside the weights after it",
        "The share tells how far a step carries what was there: θ before it.",
        "‖Δθ‖ / ‖θ after‖", "‖Δθ‖ / ‖θ before‖", "Which θ stands below the line?",
    ),
    "array-by-array": (
        "the shares of the arrays are averaged",
        "A bias near nought then counts as much as a whole matrix. All numbers in a row are one θ.",
        "mean of ‖ΔW‖/‖W‖", "√(Σ(Δθ)² / Σθ²) over all arrays", "How many θ are there?",
    ),
    "lengths-added": (
        "the lengths of the arrays are added instead of their squares",
        "Two sides of a right angle are not as long as the way across: squares are added, over all "
        "arrays, and then the root is taken.",
        "Σ‖ΔW‖ / Σ‖W‖", "√(Σ(Δθ)² / Σθ²)", "How long is θ of the two arrays (3) and (4)?",
    ),
    "one-length-alone": (
        "it is divided by one length alone",
        "With both lengths below the line, the error is the same whichever of the two is called "
        "the other, and never above 1.",
        "‖a − n‖ / ‖a‖", "‖a − n‖ / (‖a‖ + ‖n‖)", "What if the analytic one is nought?",
    ),
    "noughts-not-thought-of": (
        "nought is divided by nought",
        "Where both gradients are nought, as those of a dead ReLU, there is nothing to compare.",
        "0 / 0", "0 where both are nought", "What does yours give for two arrays of noughts?",
    ),
    "not-beside-their-size": (
        "the error is not held beside the gradients' size",
        "A difference of a millionth is nothing beside one, and everything beside a millionth.",
        "‖a − n‖", "‖a − n‖ / (‖a‖ + ‖n‖)", "What becomes of it if the loss is a thousandth?",
    ),
    "logarithm-afterwards": (
        "the logarithm is taken of the softmax",
        "A probability far below the others underflows to nought before its logarithm is taken, "
        "which then is minus infinity.",
        "ln(eᶻ / Σ eᶻ)", "z − max z − ln Σ e^(z − max z)", "What is it for a z of −1000 beside 0?",
    ),
    "largest-left-on": (
        "the largest is not taken off first",
        "The power of 1000 is larger than any number that the machine can hold.",
        "z − ln Σ eᶻ", "z − max z − ln Σ e^(z − max z)", "What is np.exp(1000.0)?",
    ),
    "largest-of-all-rows": (
        "the largest of all rows is taken off each",
        "In a row whose sums lie far below the largest of another, every power underflows, and the "
        "logarithm is that of nought.",
        "z.max()", "z.max(axis=1, keepdims=True)", "Which row's largest belongs to a row?",
    ),
    "rest-thrown-away": (
        "what is left over at the end is lost",
        "Where the rows do not come out even, the last group is smaller. Left out, some rows are "
        "not learned from in that epoch.",
        "range(0, len(order) - size + 1, size)", "range(0, len(order), size)",
        "How many rows are in your groups together?",
    ),
    "always-from-the-first": (
        "a group ends at size, not at its start and size",
        "order[start:size] counts its end from the first row of all, so later groups are empty.",
        "order[start:size]", "order[start : start + size]", "How long is your second group?",
    ),
    "dealt-like-cards": (
        "the rows are dealt out one by one",
        "Each row is in a group, and shuffled they learn as well; but the groups are not of `size` "
        "rows, and not the pieces of the order that were asked for.",
        "order[k::groups]", "order[start : start + size]", "How large is each of your groups?",
    ),
    "pieces-of-one-size": (
        "the rows are cut into pieces of about one size",
        "array_split makes so many pieces of nearly one size. Asked for are groups of `size` rows, "
        "and a last one of what is left.",
        "np.array_split(order, groups)", "order[start : start + size]",
        "How large are your groups of ten rows in fours?",
    ),
    "delta-of-the-data": (
        "the first layer carries δ back to the data",
        "Three products a layer: the sums, the gradient, and δ for the layer before. Before the "
        "first there is none.",
        "3·2·B·n_in·n₁", "2·2·B·n_in·n₁ in the first layer", "Who needs δ of the inputs?",
    ),
    "additions-not-counted": (
        "the additions are not counted",
        "A product of n rows and m columns over k terms multiplies n·k·m times and adds as often.",
        "B·n_in·n_out", "2·B·n_in·n_out", "How many operations has w₀·x₀ + w₁·x₁ + …?",
    ),
    "forward-alone": (
        "only the way there is counted",
        "On the way back each layer makes its gradient, and all but the first carry δ on.",
        "2·B·n_in·n_out", "3·2·B·n_in·n_out, the first layer 2·2·B·n_in·n₁",
        "Which products does a step make on the way back?",
    ),
    "test-rows-in-the-mean": (
        "the test rows are in the mean and the spread",
        "What is learned of a column is learned of the training rows; of the others nobody knows.",
        "mean of the column", "mean of column[train]", "Which rows may be looked at?",
    ),
    "gap-filled-too-early": (
        "the gaps are filled before the mean is taken",
        "A gap filled with nought is a cell like any other, and draws the mean to nought. Filled "
        "afterwards, it gets the mean and moves nothing.",
        "0 for each gap, then the mean", "the mean, then 0 for each gap",
        "How many cells does your mean count?",
    ),
    "gaps-not-left-out": (
        "the gaps are in the mean",
        "One nan in a sum makes it nan, and with it every cell of the column.",
        "np.mean, np.std", "np.nanmean, np.nanstd", "What is 1 + nan?",
    ),
    "accuracy-of-all": (
        "this is the accuracy of all rows together",
        "There a class counts by its rows, so that a rare one counts hardly at all.",
        "share of all rows that is right", "mean over the classes of the share found",
        "What does saying always the same get?",
    ),
    "share-of-what-was-said": (
        "of each class, what was said is counted instead of what is true",
        "Asked for is which share of a class was found, not which share of its finds is right.",
        "of the rows said k, how many are k", "of the rows that are k, how many were said k",
        "Of which rows is the share?",
    ),
    "classes-that-were-said": (
        "the classes are taken from what was said",
        "A class that is never said has a share found of 0, and that must count.",
        "labels in said", "labels in true", "What of a class that was never said?",
    ),
    "precision-for-recall": (
        "of each class, the rows said to be of it are counted instead of those that are",
        "The share right among what was said (its *precision*) is another figure than the share "
        "found (its *recall*). And of a class that was never said it is 0/0, which is nan.",
        "true[said == label] == label", "said[true == label] == label",
        "Which rows are ill, and which were said to be?",
    ),
    "two-classes-alone": (
        "only the classes 0 and 1 are looked at",
        "There may be any number of classes, of any name: they are those that occur in true.",
        "for label in (0, 1)", "for label in np.unique(true)",
        "How many classes has the second trial?",
    ),
    "digits-after-the-point": (
        "digits after the point are counted",
        "A float has so many significant digits, wherever its point stands: .6g, not .6f.",
        "{w:.6f}", "{w:.6g}", "How is 0.000012345678 written by yours?",
    ),
    "compared-as-float64": (
        "the text is read back as float64",
        "The float32 nearest to the text is what counts; as float64 the text is another number.",
        "float(text)", "np.float32(text)", "Of which kind is the number that was saved?",
    ),
    "nearly-the-same": (
        "nearly the same is counted as the same",
        "Asked for is the very number, to its last bit. Here == is right for once.",
        "np.isclose(back, weights)", "back == weights", "When may two numbers be compared by ==?",
    ),
    "one-square-alone": (
        "one of the two squares is missing",
        "(p − q)² = p² − 2pq + q²: a square for the row, and one for the column.",
        "p² − 2pq", "p² − 2pq + q²", "What is the distance of a point from itself in yours?",
    ),
    "both-squares-along-a-row": (
        "both squares lie along the rows",
        "p² belongs to the row and q² to the column. A list of n is laid along each row; to lie "
        "down the columns it must be (n, 1).",
        "square - 2 * P @ P.T + square", "square[:, None] - 2 * P @ P.T + square",
        "What is the distance of a point from itself in yours, and is it the same both ways?",
    ),
    "middle-added": (
        "the middle is added",
        "(p − q)² = p² − 2pq + q². With a plus it is (p + q)².",
        "p² + 2pq + q²", "p² − 2pq + q²", "What is the distance of a point from itself in yours?",
    ),
    "columns-for-rows": (
        "columns are taken for points",
        "A point is a row of P, so the square is summed along the row, and P meets P.T.",
        "Pᵀ·P", "P·Pᵀ", "What shape has your answer, and how many points are there?",
    ),
}  # fmt: skip
_STAGES = {slip.name: slip.function for slip in CHAPTER_SLIPS}
CHAPTER_MISTAKES = {
    name: Mistake(name, *said, "expected", {}, stage=_STAGES[name]) for name, said in _SAID.items()
}
