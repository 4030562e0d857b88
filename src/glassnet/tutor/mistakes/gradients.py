"""Mistakes in the gradients: what is multiplied, summed, and by what it is divided."""

import numpy as np

from glassnet.tutor import textbook as book
from glassnet.tutor.mistakes.record import Mistake
from glassnet.tutor.textbook import Array, TextbookPass


def _bias_unmasked(p: TextbookPass, l: int) -> Array:
    before = p.error if l == p.last else p.W[l + 1].T @ p.delta[l + 1]
    return before.sum(axis=1, keepdims=True) / p.count


def _weights_unmasked(p: TextbookPass, l: int) -> Array:
    before = p.error if l == p.last else p.W[l + 1].T @ p.delta[l + 1]
    return before @ p.a[l - 1].T / p.count


MISTAKES = (
    Mistake(
        "outer-product-wrong-way",
        "the outer product is the wrong way round",
        "dW has the shape of W: a row for each neuron of the layer. The delta gives the rows, the "
        "input the columns.",
        "dW = a0 δ1ᵀ",
        "dW1 = δ1 a0ᵀ, outer(δ1, a0)",
        "What shape has your dW, and what shape has W?",
        "expected",
        {"weight_gradient": lambda p, l: p.a[l - 1] @ p.delta[l].T / p.count},
    ),
    Mistake(
        "gradient-from-z",
        "the gradient uses the weighted sum of the layer before",
        "Layer 2 was given a1, so its weights' gradient has a1 in it. z1 is what layer 1 had "
        "before its activation.",
        "dW2 = δ2 z1ᵀ",
        "dW2 = δ2 a1ᵀ",
        "What was the input of layer 2 in the forward pass?",
        "seen",
        {"weight_gradient": lambda p, l: p.delta[l] @ (p.x if l == 1 else p.z[l - 1]).T / p.count},
    ),
    Mistake(
        "gradient-from-own-activation",
        "the gradient uses the layer's own activation",
        "A weight's gradient is its neuron's delta times the input that it carried. The layer's "
        "own output is not that; equal sizes hide it.",
        "dW2 = δ2 a2ᵀ",
        "dW2 = δ2 a1ᵀ",
        "Which activation came in along these weights?",
        "seen",
        {"weight_gradient": lambda p, l: p.delta[l] @ p.a[l].T / p.count},
    ),
    Mistake(
        "gradient-from-data",
        "every layer's gradient uses the data",
        "Only the first layer's weights carried x. The second layer's carried a1.",
        "dW2 = δ2 xᵀ",
        "dW2 = δ2 a1ᵀ",
        "Which activation came in along these weights?",
        "expected",
        {"weight_gradient": lambda p, l: p.delta[l] @ p.x.T / p.count},
    ),
    Mistake(
        "gradient-input-lost",
        "the gradient lacks the input",
        "A weight matters as much as the signal that it carries: dW = δ times its input. Without "
        "the input all weights of a neuron get one gradient.",
        "dW1 = δ1",
        "dW1 = δ1 a0ᵀ",
        "If an input is 0, what should the gradient of its weight be?",
        "expected",
        {
            "weight_gradient": lambda p, l: (
                p.delta[l].sum(axis=1, keepdims=True) * np.ones_like(p.W[l]) / p.count
            )
        },
    ),
    Mistake(
        "weight-gradient-unmasked",
        "the weights' gradient leaves out the derivative",
        "dW = δ a0ᵀ with the whole delta, f′ included. The part before f′ is the derivative with "
        "respect to the activation.",
        "dW1 = (W2ᵀδ2) a0ᵀ",
        "dW1 = δ1 a0ᵀ, with δ1 = W2ᵀδ2 ⊙ σ′(z1)",
        "Which of your arrays is ∂L/∂z, and is it the one used here?",
        "seen",
        {"weight_gradient": _weights_unmasked},
    ),
    Mistake(
        "gradients-not-averaged",
        "the gradients are summed over the samples, not averaged",
        "The loss is a mean over the samples, and so is its gradient. A sum multiplies the "
        "learning rate by the number of samples.",
        "dW = δ a0ᵀ, db = Σ δ",
        "dW = δ a0ᵀ / B, db = Σ δ / B",
        "By what do you divide, and why?",
        "seen",
        {
            "weight_gradient": lambda p, l: book.weight_gradient(p, l) * p.count,
            "bias_gradient": lambda p, l: book.bias_gradient(p, l) * p.count,
        },
    ),
    Mistake(
        "divided-twice",
        "the gradients are divided by the number of samples twice",
        "The 1/B of the mean enters once. A second division, often one in the delta and one in "
        "the gradient, makes the step B times too small.",
        "dW = δ a0ᵀ / B²",
        "dW = δ a0ᵀ / B",
        "In how many places do you divide by B?",
        "often",
        {
            "weight_gradient": lambda p, l: book.weight_gradient(p, l) / p.count,
            "bias_gradient": lambda p, l: book.bias_gradient(p, l) / p.count,
        },
    ),
    Mistake(
        "divided-by-features",
        "the gradients are divided by the number of features",
        "The mean is over the samples. The shape's other number counts the features: an axis is "
        "mixed up.",
        "dW = δ a0ᵀ / n_in",
        "dW = δ a0ᵀ / B",
        "Which number does your shape[…] give: samples or features?",
        "often",
        {
            "weight_gradient": lambda p, l: book.weight_gradient(p, l) * p.count / p.x.shape[0],
            "bias_gradient": lambda p, l: book.bias_gradient(p, l) * p.count / p.x.shape[0],
        },
    ),
    Mistake(
        "divided-by-outputs",
        "the gradients are divided by the number of outputs",
        "The mean is over the samples. The targets' other axis counts classes or outputs.",
        "dW = δ a0ᵀ / n_out",
        "dW = δ a0ᵀ / B",
        "Which number does your shape[…] give: samples or outputs?",
        "often",
        {
            "weight_gradient": lambda p, l: book.weight_gradient(p, l) * p.count / p.y.shape[0],
            "bias_gradient": lambda p, l: book.bias_gradient(p, l) * p.count / p.y.shape[0],
        },
    ),
    Mistake(
        "divided-by-outputs-too",
        "the gradients are divided by the outputs as well as by the samples",
        "The errors of a sample's outputs are summed; the mean is over the samples. `size`, or "
        "np.mean over the whole array, divides by both.",
        "dW = δ a0ᵀ / (B · n_out)",
        "dW = δ a0ᵀ / B",
        "Which number does `size` give?",
        "seen",
        {
            "weight_gradient": lambda p, l: book.weight_gradient(p, l) / p.y.shape[0],
            "bias_gradient": lambda p, l: book.bias_gradient(p, l) / p.y.shape[0],
        },
    ),
    Mistake(
        "divided-by-neurons",
        "the gradients are divided by the number of the layer's neurons",
        "The mean is over the samples. The delta's other axis counts the neurons.",
        "dW = δ a0ᵀ / n",
        "dW = δ a0ᵀ / B",
        "Which axis of delta counts the samples?",
        "seen",
        {
            "weight_gradient": lambda p, l: (
                book.weight_gradient(p, l) * p.count / p.delta[l].shape[0]
            ),
            "bias_gradient": lambda p, l: book.bias_gradient(p, l) * p.count / p.delta[l].shape[0],
        },
    ),
    Mistake(
        "bias-gradient-one-number",
        "the gradient of all biases is one number",
        "Each neuron has a bias and a gradient of its own. A sum without an axis adds up the "
        "neurons too, and every bias moves alike.",
        "db = Σ over everything of δ / B",
        "db = Σ over the samples of δ / B, one a neuron",
        "Along which axis do you sum, and how many numbers come out?",
        "often",
        {
            "bias_gradient": lambda p, l: np.full_like(p.b[l], p.delta[l].sum() / p.count),
        },
    ),
    Mistake(
        "bias-gradient-mean-of-all",
        "the gradient of all biases is one mean",
        "Each neuron has a bias and a gradient of its own. np.mean without an axis averages over "
        "the neurons too.",
        "db = mean over everything of δ",
        "db = Σ over the samples of δ / B, one a neuron",
        "Along which axis do you average, and how many numbers come out?",
        "seen",
        {"bias_gradient": lambda p, l: np.full_like(p.b[l], p.delta[l].mean())},
    ),
    Mistake(
        "bias-gradient-first-sample",
        "the biases' gradient is that of the first sample",
        "The bias takes part in every sample, so its gradient is the mean of all their deltas. "
        "An index 0 takes one of them.",
        "db = δ of sample 0",
        "db = Σ over the samples of δ / B",
        "How many samples' deltas go into db?",
        "often",
        {"bias_gradient": lambda p, l: p.delta[l][:, :1]},
    ),
    Mistake(
        "bias-gradient-first-sample-averaged",
        "the biases' gradient is the first sample's share alone",
        "The bias takes part in every sample, so its gradient is the mean of all their deltas. "
        "An index 0 takes one of them.",
        "db = δ of sample 0 / B",
        "db = Σ over the samples of δ / B",
        "How many samples' deltas go into db?",
        "seen",
        {"bias_gradient": lambda p, l: p.delta[l][:, :1] / p.count},
    ),
    Mistake(
        "bias-gradient-not-averaged",
        "the weights' gradient is divided by the number of samples once more than the biases'",
        "Weights and biases descend one loss: both gradients are means over the samples, or both "
        "are sums. Here the biases move B times too far beside the weights.",
        "db = Σ δ, beside dW = δ a0ᵀ / B",
        "db = Σ δ / B",
        "Are dW and db divided by the same number?",
        "often",
        {"bias_gradient": lambda p, l: p.delta[l].sum(axis=1, keepdims=True)},
    ),
    Mistake(
        "weight-gradient-not-averaged",
        "the biases' gradient is divided by the number of samples once more than the weights'",
        "Weights and biases descend one loss: both gradients are means over the samples, or both "
        "are sums. Here the weights move B times too far beside the biases.",
        "dW = δ a0ᵀ, beside db = Σ δ / B",
        "dW = δ a0ᵀ / B",
        "Are dW and db divided by the same number?",
        "seen",
        {"weight_gradient": lambda p, l: p.delta[l] @ p.a[l - 1].T},
    ),
    Mistake(
        "bias-gradient-unmasked",
        "the biases' gradient leaves out the derivative",
        "∂z/∂b is 1, so db is the delta itself, f′ included. The part before f′ is the derivative "
        "with respect to the activation.",
        "db1 = Σ W2ᵀδ2, db2 = Σ(a2 − y)",
        "db1 = Σ δ1, with δ1 = W2ᵀδ2 ⊙ σ′(z1)",
        "Which of your arrays is ∂L/∂z, and is it the one summed here?",
        "often",
        {"bias_gradient": _bias_unmasked},
    ),
    Mistake(
        "bias-gradient-times-bias",
        "the biases' gradient is multiplied by the bias",
        "A bias enters z with factor 1, so its gradient is the delta. What stands beside the "
        "delta in dW is the input, and a bias's input is 1.",
        "db = δ · b",
        "db = δ",
        "If b is 0, does your db stay 0 for ever?",
        "expected",
        {"bias_gradient": lambda p, l: book.bias_gradient(p, l) * p.b[l]},
    ),
    Mistake(
        "only-last-sample",
        "only the last sample's gradient is used",
        "Each sample's gradient is computed and overwrites the one before, so that one sample "
        "moves the weights. The gradient of the batch is the mean of them all.",
        "dW = δ a0ᵀ of the last sample",
        "dW = δ a0ᵀ / B, summed over all samples",
        "After the loop over the samples, what does dW hold?",
        "often",
        {
            "weight_gradient": lambda p, l: p.delta[l][:, -1:] @ p.a[l - 1][:, -1:].T,
            "bias_gradient": lambda p, l: p.delta[l][:, -1:],
        },
    ),
    Mistake(
        "only-first-sample",
        "only the first sample's gradient is used",
        "An index 0 takes one sample of the batch. The gradient of the batch is the mean of all "
        "samples' gradients.",
        "dW = δ a0ᵀ of sample 0",
        "dW = δ a0ᵀ / B, summed over all samples",
        "How many samples go into dW?",
        "seen",
        {
            "weight_gradient": lambda p, l: p.delta[l][:, :1] @ p.a[l - 1][:, :1].T,
            "bias_gradient": lambda p, l: p.delta[l][:, :1],
        },
    ),
)
