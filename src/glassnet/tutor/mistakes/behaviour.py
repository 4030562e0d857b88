"""Mistakes that no rival computation shows: they are seen in what the program does."""

from glassnet.tutor.mistakes.optimizers import OPTIMIZERS
from glassnet.tutor.mistakes.record import Mistake

INPUTS_CHANGED = Mistake(
    "inputs-changed-in-place",
    "a function changes the arrays that it is given",
    "`a -= y` and `z[...] = …` write into the caller's array, so that whoever computes with it "
    "next finds other numbers. A new array, a − y, leaves them alone.",
    "a -= y, inside a function that was given a",
    "error = a - y",
    "Which of the arrays that you were given still hold what they held?",
    "expected",
    {},
    stage="inputs",
)
AXIS_LOST = Mistake(
    "axis-lost",
    "a column has lost its second axis",
    "A sum along an axis leaves that axis away: (n, B) becomes (n,). Taken from a column of shape "
    "(n, 1), it is stretched to a square, without an error message.",
    "delta.sum(axis=1), shape (n,)",
    "delta.sum(axis=1, keepdims=True), shape (n, 1)",
    "What shape has the gradient of your biases, and what shape have the biases?",
    "expected",
    {},
    stage="gradients",
)
CONSTANT_WEIGHTS = Mistake(
    "constant-initial-weights",
    "the weights of a layer start all equal",
    "Neurons with equal weights compute the same, get the same gradient and stay equal for ever: "
    "the layer is one neuron, copied. Small random numbers break the symmetry.",
    "W = np.zeros(…), np.ones(…)",
    "W = rng.normal(size=…) / sqrt(n_in)",
    "After training, do any two hidden neurons differ?",
    "expected",
    {},
    stage="initialisation",
)
BROADCAST = Mistake(
    "row-against-column",
    "outputs of shape (n, 1) are compared with targets of shape (n,)",
    "NumPy stretches both to (n, n): every output is compared with every target, without an "
    "error message. Reshape the targets to (n, 1).",
    "a − y of shapes (n, 1) and (n,), which gives (n, n)",
    "a − y.reshape(−1, 1)",
    "What shape has your error?",
    "often",
    {},
    stage="output delta",
)
PENALTY_IN_LOSS_ONLY = Mistake(
    "penalty-in-loss-only",
    "the penalty is in the loss, but not in the gradient",
    "The derivative of ½λ‖W‖² is λW. Without it in dW the penalty is printed and never acts.",
    "L + ½λ‖W‖², beside dW = δ a0ᵀ / B",
    "dW = δ a0ᵀ / B + λW",
    "Which term of your loss does no gradient contain?",
    "seen",
    {},
    stage="gradients",
)
PARAMETER_IGNORED = Mistake(
    "parameter-ignored",
    "a parameter is accepted and ignored",
    "The function takes it, and nothing in its body reads it: whoever gives another value gets "
    "the same training. A number written out, or a global of that meaning, stands in its place.",
    "def train(…, learning_rate): … W -= 0.1 * dW",
    "W -= learning_rate * dW",
    "Does another value of each parameter change the result?",
    "seen",
    {},
    stage="update",
)
HUGE_WEIGHTS = Mistake(
    "huge-initial-weights",
    "the weights start far too large",
    "The weighted sums are so large that every hidden unit stands at its bound, where f′ is all "
    "but 0: nothing is learned. The usual scale is 1/√n_in.",
    "W = 100 · rng.normal(size=…)",
    "W = rng.normal(size=…) / sqrt(n_in)",
    "How large are z and f′(z) in the very first pass?",
    "expected",
    {},
    stage="initialisation",
)
LABELS_SHIFTED = Mistake(
    "labels-shifted",
    "the labels are read one class off",
    "The classes count from 0, and so do the columns of the targets. Shifted by one, each class "
    "is learned under another's number.",
    "np.eye(n)[labels − 1], with labels from 0 up",
    "np.eye(n)[labels]",
    "Which column of your targets is 1 where the label is 0?",
    "seen",
    {},
    stage="inputs",
)
TARGETS_PARTED = Mistake(
    "targets-parted",
    "the targets no longer go with their samples",
    "The samples are put in another order, and their targets are not: each sample is then taught "
    "another one's target. Put both in one order.",
    "X[order], beside y",
    "X[order] and y[order]",
    "Which target stands in the row of your first sample, before and after it was moved?",
    "seen",
    {},
    stage="inputs",
)
TEST_DATA_SEEN = Mistake(
    "test-data-seen",
    "the test rows are among those trained on",
    "A figure on rows that training has seen says how well they are remembered. Only rows held "
    "back tell what the network makes of new ones.",
    "train(X), then test(X[:k])",
    "train(X[k:]), then test(X[:k])",
    "Is any row of your test set in your training set?",
    "seen",
    {},
    stage="inputs",
)
METRIC_ACROSS = Mistake(
    "metric-across-samples",
    "the accuracy takes the largest sample of each output",
    "A sample's class is the output that is largest for it. argmax along the other axis answers "
    "which sample is largest in each output, and what is compared with the labels is no class.",
    "argmax over the samples",
    "argmax over the outputs, one class a sample",
    "How many numbers does your argmax give: as many as samples?",
    "seen",
    {},
    stage="metric",
)
SEEN = (
    INPUTS_CHANGED,
    AXIS_LOST,
    CONSTANT_WEIGHTS,
    BROADCAST,
    PENALTY_IN_LOSS_ONLY,
    PARAMETER_IGNORED,
    HUGE_WEIGHTS,
    LABELS_SHIFTED,
    TARGETS_PARTED,
    TEST_DATA_SEEN,
    METRIC_ACROSS,
    *OPTIMIZERS,
)
