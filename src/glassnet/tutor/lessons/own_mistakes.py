"""The mistakes that only the course's own functions can hold, each told as the others are."""

from glassnet.tutor.mistakes.record import Mistake


def _mistake(
    stage: str, name: str, title: str, why: str, wrong: str, right: str, hint: str
) -> Mistake:
    return Mistake(name, title, why, wrong, right, hint, "expected", {}, stage=stage)


_MISTAKES = (
    # the arrays of the example
    _mistake(
        "example", "inputs-in-a-row", "the inputs stand in a row instead of a column",
        "Every value of x must meet its weight in a row of W, so x has a row for each input. "
        "Inner brackets around each number make a column.",
        "np.array([[x0, x1]]), shape (1, 2)", "np.array([[x0], [x1]]), shape (2, 1)",
        "What is x.shape?",
    ),
    _mistake(
        "example", "inputs-flat", "the inputs have one axis instead of two",
        "An array of shape (2,) is neither row nor column, and NumPy stretches it against a column "
        "of biases to a square. With two axes every shape says which it is.",
        "np.array([x0, x1]), shape (2,)", "np.array([[x0], [x1]]), shape (2, 1)",
        "How many pairs of brackets does x have?",
    ),
    _mistake(
        "example", "biases-flat", "the biases have one axis instead of two",
        "A bias of shape (2,) added to a column of shape (2, 1) gives a square of shape (2, 2), "
        "without a word of warning. As a column it is added neuron by neuron.",
        "np.array([b0, b1]), shape (2,)", "np.array([[b0], [b1]]), shape (2, 1)",
        "What is biases[0].shape?",
    ),
    _mistake(
        "example", "weights-by-input", "the weights stand in a row for each input",
        "A row of W is a neuron and holds what that neuron multiplies its inputs by. Here the "
        "rows are the inputs, so each neuron has been given weights of the other.",
        "a row an input", "a row a neuron",
        "Which two numbers does the first hidden neuron multiply its inputs by?",
    ),
    _mistake(
        "example", "targets-for-inputs", "inputs and targets have changed places",
        "x is what goes into the network, y what should come out of it. The function returns x "
        "first.",
        "return y, x, …", "return x, y, …", "Which of the two goes in?",
    ),
    # one neuron
    _mistake(
        "neuron", "products-not-summed", "the products are not added up",
        "w * x multiplies entry by entry and stretches a row against a column to a square. A "
        "neuron adds its products to one number, which is what @ does.",
        "w * x + b", "w @ x + b", "How many numbers should one neuron give?",
    ),
    _mistake(
        "neuron", "bias-inside", "the bias is added to every input",
        "Added to the inputs, the bias is multiplied by each weight. It belongs to the sum, once.",
        "w · (x + b)", "w · x + b", "What does the neuron give when every input is 0?",
    ),
    _mistake(
        "neuron", "bias-times", "the sum is multiplied by the bias",
        "The bias moves the sum up or down by a fixed amount. As a factor it would make the sum "
        "nothing wherever it is 0.",
        "(w · x) · b", "w · x + b", "What does the neuron give when every input is 0?",
    ),
    # a layer
    _mistake(
        "layer", "bias-across", "the biases are added across, as a row",
        "A row added to a column is stretched to a square: every neuron meets every bias. Both "
        "are columns, and are added neuron by neuron.",
        "W @ a + b.T", "W @ a + b", "What is the shape of what your layer gives?",
    ),
    _mistake(
        "layer", "product-turned", "the product stands the wrong way round",
        "In a matrix product the order counts: the rows of the first meet the columns of the "
        "second. The rows of W are the neurons, so W comes first.",
        "a @ W + b", "W @ a + b", "Which shapes stand beside each other in your product?",
    ),
    # sigmoid
    _mistake(
        "sigmoid", "one-left-out", "the 1 under the line is left out",
        "1 / e⁻ᶻ is eᶻ, which grows beyond all bounds. The 1 beside e⁻ᶻ is what keeps the value "
        "below 1.",
        "1 / e⁻ᶻ", "1 / (1 + e⁻ᶻ)", "What does your function give for a large z?",
    ),
    # slopes by nudging
    _mistake(
        "slope", "nudged-up-only", "the weight is nudged to one side alone",
        "From the middle to one side the step sees the curve's bend too, and its slope is off in "
        "the fourth digit or so. Up and down, the bend cancels.",
        "(L(w + h) − L(w)) / h", "(L(w + h) − L(w − h)) / (2h)",
        "Between which two points do you measure?",
    ),
    _mistake(
        "slope", "divided-by-one-step", "the difference is divided by one step instead of two",
        "From w − h to w + h the way is 2h long. Divided by h the slope comes out twice too steep.",
        "(L(w + h) − L(w − h)) / h", "(L(w + h) − L(w − h)) / (2h)",
        "How far apart are the two points?",
    ),
    _mistake(
        "slope", "slope-turned", "down is not subtracted from up, but up from down",
        "A slope is what the loss gains when the weight grows. The other way round, uphill looks "
        "like downhill.",
        "(L(w − h) − L(w + h)) / (2h)", "(L(w + h) − L(w − h)) / (2h)",
        "Does the loss grow when the weight grows?",
    ),
    _mistake(
        "slope", "nudge-kept", "the weight stays nudged",
        "`nudged = weights` is a second name for the same arrays, so the first nudge is still "
        "there when the second comes. A copy of each array leaves the weights alone.",
        "nudged = weights", "nudged = [W.copy() for W in weights]",
        "What is in weights after your function has run?",
    ),
    _mistake(
        "slope", "row-nudged", "a whole row of weights is nudged",
        "nudged[l][i] is row i, all weights of that neuron. One entry has two indices.",
        "nudged[l][i] += h", "nudged[l][i, j] += h", "How many weights do you change?",
    ),
    # descent
    _mistake(
        "descend", "moved-while-measuring", "weights move before all slopes are measured",
        "A step belongs to one place: all its slopes are measured there, and then all weights "
        "move. Here the later slopes are those of a place half-way.",
        "W[i, j] -= rate * slope(…), within the loop", "measure all slopes, then move",
        "At which place is the last slope measured?",
    ),
    # many samples
    _mistake(
        "forward_rows", "rows-not-transposed", "the weights are not transposed",
        "With samples in rows, X is (B, n_in) and the product must end with n_out columns. W is "
        "(n_out, n_in), so it is Wᵀ that fits; a square W hides the difference.",
        "A @ W + b", "A @ W.T + b", "Which shapes stand beside each other in your product?",
    ),
    _mistake(
        "forward_rows", "still-in-columns", "the samples still stand in columns",
        "W @ Aᵀ gives a column for each sample, as before. In rows, each sample keeps its row from "
        "the data to the outputs.",
        "W @ A.T + b", "A @ W.T + b", "What is the shape of what you give back?",
    ),
)  # fmt: skip
OWN_MISTAKES = {mistake.name: mistake for mistake in _MISTAKES}
