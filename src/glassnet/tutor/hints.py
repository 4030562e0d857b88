"""What may be said in place of a report: where to look, a question, the formula.

A hint says less than the report: none of its numbers, not what the mistake is called, not why it
is one. Each level says what those before it say, and one thing more.
"""

from glassnet.tutor.report import CheckReport

# a step of the computation, or a function of the skeleton → a question, and its formula
STEPS: dict[str, tuple[str, str]] = {
    "activation": ("Which values can it take, and what is it at z = 0?", "σ(z) = 1 / (1 + e⁻ᶻ)"),
    "derivative": (
        "What does it give where the activation is flat, and where it is steepest? Is it given z, "
        "or the activation of z?",
        "f′: for a sigmoid a(1 − a), for tanh 1 − a², for ReLU 1 where z > 0, else 0; a = f(z)",
    ),
    "forward": (
        "Does every layer take what the one before gave, with its own weights and its own bias?",
        "z = W·a + b, then a = f(z), layer after layer; the first a is x",
    ),
    "loss": (
        "Which errors go into it, in which order do you square and sum, by what do you divide?",
        "L = ½ Σ (a − y)², summed over the outputs, averaged over the samples",
    ),
    "output delta": (
        "Through which functions does the loss depend on the last z?",
        "δ = ∂L/∂z: (a − y) ⊙ f′(z) for the squared error, a − y for cross-entropy",
    ),
    "hidden delta": (
        "Which weights carry the next layer's delta back, and which z stands in front of them?",
        "δ = Wᵀδ ⊙ f′(z), with W and δ of the next layer and z of this one",
    ),
    "gradients": (
        "Which delta belongs to this layer, and what was the layer given on the way forward?",
        "dW = δ·aᵀ / B, db = Σ δ / B over the samples, where a is what the layer was given",
    ),
    "update": (
        "In which direction does the gradient point, and how far should each parameter move?",
        "W ← W − α·dW, b ← b − α·db, with the parameters' own gradients",
    ),
    "training loop": (
        "What has to be computed anew in every round?",
        "in each round: forward, the deltas from the last layer to the first, gradients, update",
    ),
    "inputs": (
        "What do the rows and columns of each array mean, and does a function change one?",
        "data and targets stay as they were given, sample beside sample",
    ),
    "initialisation": (
        "Do two neurons of a layer begin with different weights, and how large are their z?",
        "W = rng.normal(size=(n_out, n_in)) / √n_in, b = 0",
    ),
    "metric": (
        "How many numbers does it compare: as many as there are samples?",
        "the class of a sample is the output that is largest for it",
    ),
}
FUNCTIONS = {"sigmoid": "activation", "sigmoid_derivative": "derivative", "predict": "forward",
             "error": "loss", "train": "training loop"}  # fmt: skip
TYPED = ("Is each number in it the page's, with its point and its sign?",
         "the page's numbers, each in its place")  # fmt: skip
_SUM = ("How many products are there, and what is added to their sum?", "z = w·x + b")
_NUDGED = ("What is nudged, how far, and in which two directions?", "(L(w + h) − L(w − h)) / 2h")
# the functions that the course alone has
COURSE: dict[str, tuple[str, str]] = {
    "example": TYPED,
    "column": ("What shape should it have, and what shape has yours?", "(how many, 1)"),
    "neuron": _SUM,
    "neuron_by_loop": _SUM,
    "layer": ("Which row of W does each sum use, and what is added to it?", "z = W·a + b"),
    "count_parameters": (
        "How many weights has one neuron of a layer, and how many biases?",
        "n_out · n_in + n_out, summed over the layers",
    ),
    "inverse_sigmoid": ("Where is the sigmoid ½?", "z = ln(a / (1 − a))"),
    "loss_of_each": (STEPS["loss"][0], "½ (a − y)², not summed"),
    "slope": _NUDGED,
    "bias_slope": _NUDGED,
    "descend": (
        "From which weights is a step measured, and when are they moved?",
        "W ← W − α·S, all weights at once, as often as steps says",
    ),
    "passes_needed": (
        "How many passes does one slope take, and how many slopes one step?",
        "2 · weights · steps",
    ),
    "tanh_output_delta": ("What is the slope of tanh, written in a?", "δ = (a − y) ⊙ (1 − a²)"),
    "hidden_delta_by_hand": STEPS["hidden delta"],
    "train_weights": ("Which parameters move, and which do not?", STEPS["update"][1]),
    "forward_rows": (
        "What do the rows of X mean, and what do the rows of W?", "Z = A·Wᵀ + b, then σ(Z)",
    ),
    "hidden_delta_rows": (
        "What do the rows of each array mean?", "δ·W ⊙ σ′(Z), with δ and W of the next layer",
    ),
    # those of the later chapters
    "softplus_slope": ("What should it be far to the left, and far to the right?", "1 / (1 + e⁻ᶻ)"),
    "softmax_square_delta": (
        "δⱼ is a sum over all outputs i: what does the one with i = j add, what all the others?",
        "a ⊙ (r − Σ r·a), with r = a − y",
    ),
    "leaky_variance": ("Which share of the mean square is kept?", "2 / ((1 + slope²)·n_in)"),
    "nesterov_step": (
        "Which velocity does the weight go by, that of before or the new one?",
        "v ← μ·v + g, w ← w − α·(g + μ·v)",
    ),
    "adamw_step": (
        "What becomes of a weight that gets no gradient?", "w ← (1 − αλ)·w − α·m̂/(√ŝ + ε)",
    ),
    "step_length": ("How many numbers are added up, and of what is the root?", "√(Σ(Δθ)² / Σθ²)"),
    "gradient_error": (
        "What stands below the line, and what if that is 0?", "‖a − n‖ / (‖a‖ + ‖n‖)",
    ),
    "log_softmax": (
        "What is taken off before any power is taken?", "z − m − ln Σ e^(z − m), m a row's largest",
    ),
    "mini_batches": (
        "Where does each group begin and end?", "order[start : start + size], start 0, size, …",
    ),
    "operations": (
        "Which products does each layer make, on the way there and back?",
        "3·2·B·n_in·n_out a layer, 2·2·B·n_in·n_out the first",
    ),
    "standardised": ("Which cells count for the mean?", "(x − m)/s of the training cells; gaps 0"),
    "balanced_accuracy": (
        "Of which rows is each share?", "of each class the share said so, and of these the mean",
    ),
    "kept_as_text": (
        "As which kind of number is the text read back?", 'np.float32(f"{w:.6g}") == w',
    ),
    "squared_distances": ("What is (p − q)², multiplied out?", "p² − 2·P·Pᵀ + q²"),
}  # fmt: skip


def hinted(report: CheckReport, level: int) -> CheckReport:
    """The report with hints 1 to the level in place of all else; as it is where none is needed."""
    if report.verdict != "wrong":
        return report
    read = f" {report.lesson.told}" if report.lesson else ""
    hints = [f"Look at {_where(report)}.", _question(report) + read, _formula(report)][:level]
    return CheckReport(report.file, report.style, [], hints=hints)


def step_of(name: str) -> str:
    """The step of the computation that a stage is called for, or a function of the skeleton."""
    step = FUNCTIONS.get(name, name.replace("_", " "))
    return step if step in STEPS else "gradients"


def _where(report: CheckReport) -> str:
    steps = list(dict.fromkeys(mistake.stage for mistake in report.mistakes))
    if report.style == "script":
        named = steps or [report.wrong_step]
        return f"this step: {' or '.join(named)}"
    if report.unwritten:
        return f"{report.unwritten}, which is still to be written"
    function = report.wrong_step
    whole = function in (*FUNCTIONS, *STEPS)  # one of the skeleton, in which steps follow another
    if whole and steps and step_of(function) not in steps:
        return f"your function {function}, where it does the {steps[0]}"
    quantity = report.wrong.quantity if report.wrong else function
    first = "" if quantity == function else f": {quantity} is the first number that is off"
    return f"your function {function}{first}"


def _question(report: CheckReport) -> str:
    questions = list(dict.fromkeys(mistake.hint for mistake in report.mistakes))
    if questions:
        return " Or: ".join(questions)
    place = report.wrong.place if report.wrong else None
    at = f"{_at(report)}: " if place else ""
    return at + _asked(report)[0]


def _formula(report: CheckReport) -> str:
    right = list(dict.fromkeys(mistake.right for mistake in report.mistakes))
    if right:
        said = f"It should be {' or '.join(right)}."
        return f"{said} See {_at(report)}." if report.wrong and report.wrong.place else said
    if report.reason and report.wrong_step not in COURSE and not _has_numbers(report):
        return report.reason
    return f"It should be {_asked(report)[1]}."


def _asked(report: CheckReport) -> tuple[str, str]:
    """The question and the formula of the step that is wrong."""
    if report.wrong_step == "inputs" and _has_numbers(report):
        return TYPED
    return COURSE.get(report.wrong_step) or STEPS[step_of(report.wrong_step)]


def _has_numbers(report: CheckReport) -> bool:
    """Whether the reason tells what is expected and what came, as that of a number typed does."""
    wrong = report.wrong
    return wrong is not None and wrong.expected != "" and wrong.expected in report.reason


def _at(report: CheckReport) -> str:
    place = report.wrong.place if report.wrong else None
    return f"{place.where}, `{place.source}`" if place else ""
