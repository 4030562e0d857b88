"""NumPy as one writes it the first time: the formulas, a new array for each."""

from _door import Prediction, Training, Worked, initial, main

import numpy as np  # isort: skip


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def training(w: Training):
    weights = [[W, b] for W, b in initial(w.sizes)]
    m = [[np.zeros_like(p) for p in layer] for layer in weights]
    v = [[np.zeros_like(p) for p in layer] for layer in weights]
    rng = np.random.default_rng(0)
    rate, t = w.learning_rate, 0

    def gradients(x, y):
        a = [x]
        for W, b in weights[:-1]:
            a.append(np.maximum(a[-1] @ W.T + b, 0))
        W, b = weights[-1]
        delta = (softmax(a[-1] @ W.T + b) - np.eye(len(b), dtype=x.dtype)[y]) / len(x)
        found = []
        for (W, _), x in zip(weights[::-1], a[::-1]):
            found.append((delta.T @ x, delta.sum(axis=0)))
            delta = (delta @ W) * (x > 0)
        return found[::-1]

    def update(layer, which, g):
        if w.optimizer == "adam":
            m[layer][which] = 0.9 * m[layer][which] + 0.1 * g
            v[layer][which] = 0.999 * v[layer][which] + 0.001 * g**2
            m_hat = m[layer][which] / (1 - 0.9**t)
            v_hat = v[layer][which] / (1 - 0.999**t)
            weights[layer][which] = weights[layer][which] - rate * m_hat / (np.sqrt(v_hat) + 1e-8)
        else:
            v[layer][which] = 0.9 * v[layer][which] + g
            weights[layer][which] = weights[layer][which] - rate * v[layer][which]

    def go():
        nonlocal t
        for _ in range(w.epochs):
            order = rng.permutation(len(w.X))
            for at in range(0, len(order), w.batch_size):
                index = order[at : at + w.batch_size]
                t += 1
                for layer, (dW, db) in enumerate(gradients(w.X[index], w.y[index])):
                    update(layer, 0, dW)
                    update(layer, 1, db)

    return go, lambda: [(W, b) for W, b in weights]


def worked(w: Worked):
    x, y = np.array(w.x), np.array(w.y)
    W1, W2 = (np.array(W) for W in w.W)
    b1, b2 = (np.array(b) for b in w.b)

    def go():
        nonlocal W1, W2
        for _ in range(w.steps):
            a1 = sigmoid(W1 @ x + b1)
            a2 = sigmoid(W2 @ a1 + b2)
            delta2 = (a2 - y) * a2 * (1 - a2)
            delta1 = (W2.T @ delta2) * a1 * (1 - a1)
            W2 = W2 - w.learning_rate * np.outer(delta2, a1)
            W1 = W1 - w.learning_rate * np.outer(delta1, x)

    return go, lambda: sigmoid(W2 @ sigmoid(W1 @ x + b1) + b2)


def prediction(w: Prediction):
    (W1, b1), (W2, b2) = w.weights
    return lambda X: softmax(np.maximum(X @ W1.T + b1, 0) @ W2.T + b2)


main(f"NumPy {np.__version__}", worked=worked, training=training, prediction=prediction)
