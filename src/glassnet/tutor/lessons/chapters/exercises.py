"""What each chapter of parts two and three asks to be written: one function, with its solution."""

from __future__ import annotations

from dataclasses import dataclass

from glassnet.core.errors import InputError
from glassnet.tutor.lessons.typed import TypedFunction


@dataclass(frozen=True)
class ChapterExercise:
    """A chapter's exercise. page: where the chapter stands in the book, without its ending."""

    number: int
    page: str
    title: str
    function: TypedFunction

    @property
    def template(self) -> str:
        """The file that holds its text."""
        return f"{self.number}.md"


def _function(head: str, body: str) -> TypedFunction:
    return TypedFunction(head[len("def ") : head.index("(")], head, body)


EXERCISES: tuple[ChapterExercise, ...] = (
    ChapterExercise(
        13, "why/13-activations-and-losses", "Other activations and losses",
        _function(
            "def softplus_slope(z):\n"
            '    """The slope of softplus, a = ln(1 + eᶻ), for each entry of z."""\n',
            "    return 1 / (1 + np.exp(-z))\n",
        ),
    ),
    ChapterExercise(
        14, "why/14-softmax-and-cross-entropy", "Softmax with cross-entropy",
        _function(
            "def softmax_square_delta(a, y):\n"
            '    """δ of softmax outputs whose loss is half the squares; all three (B, K)."""\n',
            """\
    r = a - y
    return a * (r - np.sum(r * a, axis=1, keepdims=True))
""",
        ),
    ),
    ChapterExercise(
        15, "why/15-first-weights", "The first weights",
        _function(
            "def leaky_variance(n_in, slope):\n"
            '    """The variance of first weights that keeps the mean square, for a leaky ReLU\n'
            '    with this slope below 0 and n_in inputs; one number."""\n',
            "    return 2 / ((1 + slope**2) * n_in)\n",
        ),
    ),
    ChapterExercise(
        16, "why/16-from-momentum-to-adam", "From momentum to Adam",
        _function(
            "def nesterov_step(w, v, g, rate, mu):\n"
            '    """One step of momentum that looks ahead: the new w, the new v."""\n',
            """\
    v = mu * v + g
    w = w - rate * (g + mu * v)
    return w, v
""",
        ),
    ),
    ChapterExercise(
        17, "why/17-overfitting", "Overfitting, and what helps",
        _function(
            "def adamw_step(w, m, s, g, t, rate, decay):\n"
            '    """Step t of AdamW, counted from 1, with β₁ = 0.9, β₂ = 0.999, ε = 1e-8:\n'
            '    the new w, m, s."""\n',
            """\
    m = 0.9 * m + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    m_hat = m / (1 - 0.9**t)
    s_hat = s / (1 - 0.999**t)
    w = (1 - rate * decay) * w - rate * m_hat / (np.sqrt(s_hat) + 1e-8)
    return w, m, s
""",
        ),
    ),
    ChapterExercise(
        18, "why/18-a-sick-run", "Reading a sick run",
        _function(
            "def step_length(before, after):\n"
            '    """‖Δθ‖ / ‖θ‖ of a step: before and after are lists of the same arrays,\n'
            '    ‖θ‖ is that of the arrays before it; one number."""\n',
            """\
    moved = sum(np.sum((new - old) ** 2) for old, new in zip(before, after))
    size = sum(np.sum(old**2) for old in before)
    return np.sqrt(moved / size)
""",
        ),
    ),
    ChapterExercise(
        19, "why/19-gradient-checking", "Gradient checking",
        _function(
            "def gradient_error(analytic, nudged):\n"
            '    """‖analytic − nudged‖ / (‖analytic‖ + ‖nudged‖); 0 where both are nought."""\n',
            """\
    size = np.linalg.norm(analytic) + np.linalg.norm(nudged)
    return np.linalg.norm(analytic - nudged) / size if size else 0.0
""",
        ),
    ),
    ChapterExercise(
        20, "why/20-floating-point", "Floating point's traps",
        _function(
            "def log_softmax(z):\n"
            '    """The logarithm of the softmax of each row; z is (B, K), and may be ±1000."""\n',
            """\
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
""",
        ),
    ),
    ChapterExercise(
        21, "real-work/21-digits", "Handwritten digits",
        _function(
            "def mini_batches(order, size):\n"
            '    """The groups of one epoch: a list of pieces of order, of size rows each;\n'
            '    the last holds what is left."""\n',
            "    return [order[start : start + size] for start in range(0, len(order), size)]\n",
        ),
    ),
    ChapterExercise(
        22, "real-work/22-mnist", "MNIST, seventy thousand of them",
        _function(
            "def operations(sizes, rows):\n"
            '    """Multiplications and additions of one step, of the products alone: sizes are\n'
            '    [n_in, n₁, …, n_out], rows those of the batch; one number."""\n',
            """\
    count = 0
    for layer, (before, after) in enumerate(zip(sizes, sizes[1:])):
        products = 3 if layer > 0 else 2  # the first sends no δ back to the data
        count += products * 2 * rows * before * after
    return count
""",
        ),
    ),
    ChapterExercise(
        23, "real-work/23-a-table", "A table of your own",
        _function(
            "def standardised(column, train):\n"
            '    """The column, by mean and standard deviation of its rows `train` alone;\n'
            '    a gap (nan) counts for neither, and becomes 0."""\n',
            """\
    mean, spread = np.nanmean(column[train]), np.nanstd(column[train])
    return np.nan_to_num((column - mean) / spread)
""",
        ),
    ),
    ChapterExercise(
        24, "real-work/24-honest-figures", "Honest figures",
        _function(
            "def balanced_accuracy(said, true):\n"
            '    """The mean, over the classes in true, of the share found; one number."""\n',
            """\
    found = [np.mean(said[true == label] == label) for label in np.unique(true)]
    return np.mean(found)
""",
        ),
    ),
    ChapterExercise(
        25, "real-work/25-saving", "Saving and using a network",
        _function(
            "def kept_as_text(weights, digits):\n"
            '    """The share of float32 weights that come back the same from text with so many\n'
            '    significant digits; one number."""\n',
            """\
    back = np.array([np.float32(f"{w:.{digits}g}") for w in weights])
    return np.mean(back == weights)
""",
        ),
    ),
    ChapterExercise(
        26, "real-work/26-speed", "Speed",
        _function(
            "def squared_distances(P):\n"
            '    """Between all pairs of rows of P, without a loop: (n, d) gives (n, n)."""\n',
            """\
    square = np.sum(P**2, axis=1)
    return square[:, None] - 2 * P @ P.T + square
""",
        ),
    ),
)  # fmt: skip
FIRST, LAST = EXERCISES[0].number, EXERCISES[-1].number


def exercise_of(number: int) -> ChapterExercise:
    """The exercise of a chapter. Raises: InputError where there is none of that number."""
    if not FIRST <= number <= LAST:
        raise InputError(
            f"there is no chapter {number} with an exercise: they are {FIRST} to {LAST}; "
            "`glassnet learn --list` names them."
        )
    return EXERCISES[number - FIRST]
