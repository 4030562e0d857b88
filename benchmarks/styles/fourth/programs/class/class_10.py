import numpy as np


class DigitClassifier:
    """784-h-10 network; rows are images. Call train() with your own arrays."""

    def __init__(self, hidden=64, seed=None):
        rng = np.random.default_rng(seed)
        self.W1 = rng.normal(0, 1 / 28, (784, hidden))
        self.b1 = np.zeros(hidden)
        self.W2 = rng.normal(0, 1 / np.sqrt(hidden), (hidden, 10))
        self.b2 = np.zeros(10)

    def forward(self, images):
        self.a0 = images
        self.a1 = 1 / (1 + np.exp(-(images @ self.W1 + self.b1)))
        logits = self.a1 @ self.W2 + self.b2
        logits = logits - logits.max(axis=1, keepdims=True)
        e = np.exp(logits)
        self.probs = e / e.sum(axis=1, keepdims=True)
        return self.probs

    def backward(self, targets):
        n = targets.shape[0]
        d2 = (self.probs - targets) / n
        self.dW2 = self.a1.T @ d2
        self.db2 = d2.sum(axis=0)
        d1 = d2 @ self.W2.T * self.a1 * (1 - self.a1)
        self.dW1 = self.a0.T @ d1
        self.db1 = d1.sum(axis=0)

    def train(self, images, labels, epochs=5, batch=32, lr=0.5):
        targets = np.eye(10)[labels]
        for epoch in range(epochs):
            order = np.random.permutation(len(images))
            for start in range(0, len(images), batch):
                pick = order[start:start + batch]
                self.forward(images[pick])
                self.backward(targets[pick])
                for name in ("W1", "b1", "W2", "b2"):
                    value = getattr(self, name)
                    value -= lr * getattr(self, "d" + name)
            p = self.forward(images)
            print("epoch", epoch, "loss", -np.mean(np.log(p[np.arange(len(labels)), labels] + 1e-12)))
