"""Two interleaved moons, told apart by a small network. Samples stand in columns."""

from __future__ import annotations

import numpy as np

rng = np.random.default_rng(11)


def two_moons(per_moon: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    angle = np.pi * rng.random(per_moon)
    upper = np.vstack([np.cos(angle), np.sin(angle)])
    lower = np.vstack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    points = np.hstack([upper, lower]) + noise * rng.standard_normal((2, 2 * per_moon))
    label = np.concatenate([np.zeros(per_moon), np.ones(per_moon)])[None, :]
    return points, label


class MoonNet:
    def __init__(self, widths: list[int], rate: float = 0.2, inertia: float = 0.9) -> None:
        self.rate = rate
        self.inertia = inertia
        self.depth = len(widths) - 1
        pairs = list(zip(widths, widths[1:]))
        self.weights = [rng.standard_normal((out, inp)) / np.sqrt(inp) for inp, out in pairs]
        self.biases = [np.zeros((out, 1)) for _, out in pairs]
        self.speed_w = [np.zeros_like(w) for w in self.weights]
        self.speed_b = [np.zeros_like(b) for b in self.biases]

    def look(self, points: np.ndarray) -> list[np.ndarray]:
        """What every layer shows, beginning with the points themselves."""
        seen = [points]
        for k in range(self.depth):
            z = self.weights[k] @ seen[-1] + self.biases[k]
            is_last = k == self.depth - 1
            seen.append(1 / (1 + np.exp(-z)) if is_last else np.tanh(z))
        return seen

    def loss(self, guess: np.ndarray, label: np.ndarray) -> float:
        return float(-np.mean(label * np.log(guess) + (1 - label) * np.log(1 - guess)))

    def blame(self, seen: list[np.ndarray], label: np.ndarray) -> list[tuple]:
        """Gradients of the mean cross-entropy: (weights, biases) of each layer."""
        count = label.shape[1]
        delta = (seen[-1] - label) / count
        found = []
        for k in reversed(range(self.depth)):
            dw = delta @ seen[k].T
            db = delta.sum(axis=1, keepdims=True)
            found.insert(0, (dw, db))
            if k > 0:
                delta = (self.weights[k].T @ delta) * (1 - seen[k] ** 2)
        return found

    def nudge(self, found: list[tuple]) -> None:
        for k, (dw, db) in enumerate(found):
            self.speed_w[k] = self.inertia * self.speed_w[k] - self.rate * dw
            self.speed_b[k] = self.inertia * self.speed_b[k] - self.rate * db
            self.weights[k] = self.weights[k] + self.speed_w[k]
            self.biases[k] = self.biases[k] + self.speed_b[k]

    def train(self, points: np.ndarray, label: np.ndarray, rounds: int) -> list[float]:
        history = []
        for r in range(rounds):
            seen = self.look(points)
            history.append(self.loss(seen[-1], label))
            self.nudge(self.blame(seen, label))
            if r % 50 == 0:
                print(f"round {r:4d}   loss {history[-1]:.4f}")
        return history


points, label = two_moons(per_moon=60, noise=0.08)
net = MoonNet([2, 6, 6, 1])
history = net.train(points, label, rounds=400)
hits = np.mean((net.look(points)[-1] > 0.5) == (label > 0.5))
print(f"final loss {history[-1]:.4f}, hits {hits:.1%}")
# import matplotlib.pyplot as plt
# plt.plot(history)
# plt.show()
