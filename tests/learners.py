"""Learners' ways of writing each known mistake into the skeleton, and right ways of writing it."""

S = "    return 1 / (1 + np.exp(-z))\n"
DERIVED = "    s = sigmoid(z)\n    return {}\n"
LAYERS = """\
    zs, activations = [], [x]
    a = x
    for i in range(len(weights)):
        z = {}
        a = {}
        zs.append(z)
        activations.append(a)
    return zs, activations
"""
GRADIENTS = """\
    dWs, dbs = [], []
    for i, delta in enumerate(deltas):
        a, B, n = activations[i], delta.shape[1], len(delta)
        dWs.append({})
        dbs.append({})
    return dWs, dbs
"""
DW, DB = "np.dot(delta, a.T) / B", "np.sum(delta, axis=1).reshape(-1, 1) / B"
UPDATE = """\
    W_new, b_new = [], []
    for i in range(len(weights)):
        W, b, dW, db = weights[i], biases[i], dWs[i], dbs[i]
        W_new.append({})
        b_new.append({})
    return W_new, b_new
"""
WU, BU = "W - learning_rate * dW", "b - learning_rate * db"
TRAIN = """\
    {before}
    for _ in range({rounds}):
        zs, activations = {forward}
        deltas = [output_delta(zs[-1], activations[-1], y)]
        {between}
        for l in range(len(weights) - 1, 0, -1):
            deltas.insert(0, hidden_delta({W}, deltas[0], zs[l - 1]))
        dWs, dbs = gradients(deltas, activations)
        {after}
        weights, biases = update(weights, biases, dWs, dbs, learning_rate)
        {end}
    return weights, biases
"""
PLAIN = {
    "before": "pass", "rounds": "steps", "forward": "forward(x, weights, biases)",
    "between": "pass", "W": "weights[l]", "after": "pass", "end": "pass",
}  # fmt: skip


def layers(z: str = "weights[i] @ a + biases[i]", a: str = "sigmoid(z)") -> dict[str, str]:
    return {"forward": LAYERS.format(z, a)}


def gradients(dW: str = DW, db: str = DB) -> dict[str, str]:
    return {"gradients": GRADIENTS.format(dW, db)}


def update(W: str = WU, b: str = BU) -> dict[str, str]:
    return {"update": UPDATE.format(W, b)}


def train(**parts: str) -> dict[str, str]:
    return {"train": TRAIN.format(**{**PLAIN, **parts})}


def loss(value: str) -> dict[str, str]:
    return {"loss": f"    B = a.shape[1]\n    return {value}\n"}


def output(value: str) -> dict[str, str]:
    return {"output_delta": f"    s = sigmoid_derivative(z)\n    return {value}\n"}


def hidden(value: str) -> dict[str, str]:
    text = "    W, d, s = W_next, delta_next, sigmoid_derivative(z)\n    return {}\n"
    return {"hidden_delta": text.format(value)}


def both(dW: str, db: str) -> dict[str, str]:
    return gradients(f"{DW} * {dW}", f"{DB} * {db}")


LAST = "i == len(weights) - 1"
# each mistake that the functions can hold, where a learner would make it
FUNCTIONS: dict[str, dict[str, str]] = {
    "sigmoid-sign": {"sigmoid": "    return 1 / (1 + np.exp(z))\n"},
    "sigmoid-brackets": {"sigmoid": "    return 1 / 1 + np.exp(-z)\n"},
    "tanh-for-sigmoid": {"sigmoid": "    return (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1) if "
                         "np.abs(z).max() < 300 else np.sign(z)\n"},
    "overflow-in-exp": {"sigmoid": "    e = np.exp(z)\n    return e / (e + 1)\n"},
    "derivative-given-z": {"sigmoid_derivative": "    return z * (1 - z)\n"},
    "derivative-given-a": {"sigmoid_derivative": "    a = sigmoid(z)\n"
                           "    return sigmoid(a) - sigmoid(a) ** 2\n"},
    "derivative-of-tanh": {"sigmoid_derivative": DERIVED.format("1 - s * s")},
    "derivative-is-one-minus-a": {"sigmoid_derivative": DERIVED.format("1 - s")},
    "derivative-is-a": {"sigmoid_derivative": DERIVED.format("s")},
    "derivative-plus": {"sigmoid_derivative": DERIVED.format("s + s**2")},
    "weights-transposed": layers(z="np.dot(weights[i].T, a) + biases[i]"),
    "bias-left-out": layers(z="np.dot(weights[i], a)"),
    "bias-left-out-at-the-output": layers(
        z=f"weights[i] @ a if {LAST} else weights[i] @ a + biases[i]"
    ),
    "bias-subtracted": layers(z="weights[i].dot(a) - biases[i]"),
    "bias-of-another-layer": layers(
        z="weights[i] @ a + biases[min(i + 1, len(biases) - 1)]"
    ),
    "z-fed-onward": layers(
        z="weights[i] @ (zs[-1] if zs else x) + biases[i]", a="sigmoid(z)"
    ),
    "input-fed-to-every-layer": layers(z="weights[i] @ x + biases[i]"),
    "first-weights-everywhere": layers(z="weights[0] @ a + biases[i]"),
    "weights-elementwise": layers(z="weights[i] * a + biases[i]"),
    "activation-left-off": layers(a="z"),
    "activation-left-off-at-the-output": layers(a=f"z if {LAST} else sigmoid(z)"),
    "activation-twice": layers(a="sigmoid(sigmoid(z))"),
    "activation-twice-at-the-output": layers(
        a=f"sigmoid(sigmoid(z)) if {LAST} else sigmoid(z)"
    ),
    "loss-half-left-out": loss("((a - y) ** 2).sum() / B"),
    "loss-half-doubled": loss("0.25 * ((a - y) ** 2).sum() / B"),
    "loss-averaged-over-outputs": loss("np.mean((y - a) ** 2) / 2"),
    "loss-mean-of-squares": loss("np.square(y - a).mean()"),
    "loss-summed-over-samples": loss("np.sum((a - y) ** 2) / 2"),
    "loss-not-squared": loss("np.sum(a - y) / (2 * B)"),
    "loss-sum-then-square": loss("(a - y).sum() ** 2 / (2 * B)"),
    "loss-absolute": loss("np.abs(a - y).sum() / B"),
    "loss-absolute-mean": loss("np.abs(y - a).mean()"),
    "output-slope-lost": output("a - y"),
    "output-delta-sign": output("(y - a) * s"),
    "output-delta-doubled": output("2 * (a - y) * s"),
    "output-delta-halved": output("(a - y) / 2 * s"),
    "output-slope-twice": output("(a - y) * s**2"),
    "output-delta-squared-error": output("np.square(a - y) * s"),
    "output-delta-lacks-error": output("s"),
    "hidden-slope-lost": hidden("np.dot(W.T, d)"),
    "hidden-slope-twice": hidden("W.T.dot(d) * s * s"),
    "hidden-slope-of-activation": hidden("(W.T @ d) * sigmoid(z)"),
    "hidden-weights-not-transposed": hidden("np.dot(W, d) * s"),
    "hidden-weights-left-out": hidden("np.sum(d, axis=0, keepdims=True) * s"),
    "hidden-sign": hidden("-np.dot(W.T, d) * s"),
    "outer-product-wrong-way": gradients(dW="np.dot(a, delta.T) / B"),
    "gradient-from-own-activation": gradients(dW="delta @ activations[i + 1].T / B"),
    "gradient-from-data": gradients(dW="delta @ activations[0].T / B"),
    "gradient-input-lost": gradients(
        dW="np.repeat(delta.sum(axis=1, keepdims=True), len(a), axis=1) / B"
    ),
    "gradients-not-averaged": both("B", "B"),
    "divided-twice": both("(1 / B)", "(1 / B)"),
    "divided-by-features": both("B / len(activations[0])", "B / len(activations[0])"),
    "divided-by-outputs": both("B / len(deltas[-1])", "B / len(deltas[-1])"),
    "divided-by-outputs-too": both("(1 / len(deltas[-1]))", "(1 / len(deltas[-1]))"),
    "divided-by-neurons": both("B / n", "B / n"),
    "bias-gradient-one-number": gradients(db="np.ones((n, 1)) * np.sum(delta) / B"),
    "bias-gradient-mean-of-all": gradients(db="np.ones((n, 1)) * np.mean(delta)"),
    "bias-gradient-first-sample": gradients(db="delta[:, 0].reshape(n, 1)"),
    "bias-gradient-first-sample-averaged": gradients(db="delta[:, [0]] / B"),
    "bias-gradient-not-averaged": gradients(db="delta.sum(1, keepdims=True)"),
    "weight-gradient-not-averaged": gradients(dW="delta @ a.T"),
    "only-last-sample": gradients("np.outer(delta[:, -1], a[:, -1])", "delta[:, [-1]]"),
    "only-first-sample": gradients("np.outer(delta[:, 0], a[:, 0])", "delta[:, [0]]"),
    "bias-never-updated": update(b="b"),
    "update-adds": update("W + learning_rate * dW", "b + learning_rate * db"),
    "bias-update-adds": update(b="b + learning_rate * db"),
    "rate-left-out": update("W - dW", "b - db"),
    "bias-rate-left-out": update(b="b - db"),
    "rate-twice": update("W - learning_rate**2 * dW", "b - learning_rate**2 * db"),
    "divided-by-rate": update("W - dW / learning_rate", "b - db / learning_rate"),
    "weights-replaced": update("-learning_rate * dW", "-learning_rate * db"),
    "weights-scaled-by-step": update(
        "W * (1 - learning_rate * dW)", "b * (1 - learning_rate * db)"
    ),
    "only-last-layer-updated": update(
        f"{WU} if {LAST} else W", f"{BU} if {LAST} else b"
    ),
    "only-first-layer-updated": update(
        f"{WU} if i == 0 else W", f"{BU} if i == 0 else b"
    ),
    "wrong-gradient-for-layer": update("W - learning_rate * dWs[-1]"),
    "integer-weights": update("(W - learning_rate * dW).astype(int)",
                              "(b - learning_rate * db).astype(int)"),
    "hidden-from-updated-weights": train(
        W="weights[l] - learning_rate * gradients([deltas[0]], [activations[l]])[0][0]"
    ),
    "hidden-error-carried-back": train(
        between="e = activations[-1] - y",
        after="deltas[-2] = hidden_delta(weights[-1], e, zs[-2])\n"
        "        for l in range(len(weights) - 2, 0, -1):\n"
        "            deltas[l - 1] = hidden_delta(weights[l], deltas[l], zs[l - 1])\n"
        "        dWs, dbs = gradients(deltas, activations)",
    ),
    "gradients-never-reset": train(
        before="sums = None",
        after="sums = [dWs, dbs] if sums is None else "
        "[[a + b for a, b in zip(s, g)] for s, g in zip(sums, (dWs, dbs))]\n"
        "        dWs, dbs = sums",
    ),
    "gradients-of-the-first-step": train(
        before="kept = None", after="kept = kept or (dWs, dbs)\n        dWs, dbs = kept"
    ),
    "forward-only-once": train(before="made = forward(x, weights, biases)", forward="made"),
    "one-step-too-few": train(rounds="1, steps"),
    "one-step-too-many": train(rounds="steps + 1"),
    "one-step-only": train(end="return weights, biases"),
    "inputs-changed-in-place": output("np.multiply(np.subtract(a, y, out=a), s)"),
    "hidden-through-gradient": train(
        W="gradients([deltas[0]], [activations[l]])[0][0]"
    ),
    "weight-gradient-unmasked": train(
        after="raw = [weights[l + 1].T @ deltas[l + 1] for l in range(len(weights) - 1)]\n"
        "        raw.append(activations[-1] - y)\n"
        "        dWs = gradients(raw, activations)[0]"
    ),
    "bias-gradient-unmasked": train(
        after="raw = [weights[l + 1].T @ deltas[l + 1] for l in range(len(weights) - 1)]\n"
        "        raw.append(activations[-1] - y)\n"
        "        dbs = gradients(raw, activations)[1]"
    ),
    "gradient-from-z": train(
        after="dWs = gradients(deltas, [x, *zs[:-1]])[0]"
    ),
    "bias-gradient-times-bias": train(after="dbs = [g * b for g, b in zip(dbs, biases)]"),
    "hidden-slope-of-next-layer": train(
        between="steep = deltas[0] * sigmoid_derivative(zs[-1])",
        after="d = deltas[-1]\n        deltas = [d]\n"
        "        for l in range(len(weights) - 1, 0, -1):\n"
        "            deltas.insert(0, weights[l].T @ (deltas[0] * sigmoid_derivative(zs[l])))\n"
        "        dWs, dbs = gradients(deltas, activations)",
    ),
}  # fmt: skip

METHOD = """\
        z1 = np.dot(self.weights1, self.x) + self.b1
        a1 = sigmoid(z1)
        z2 = np.dot(self.weights2, a1) + self.b2
        a2 = sigmoid(z2)
        B = self.x.shape[1]
        e = a2 - self.y
        d2 = {d2}
        {before}
        d1 = {d1}
        dW2 = {dW2}
        dW1 = {dW1}
        db2 = {db2}
        db1 = {db1}
        self.weights2 = self.weights2 - {W2}
        self.weights1 = self.weights1 - {W1}
        self.b2 = self.b2 - {b2}
        self.b1 = self.b1 - {b1}
"""
RIGHT = {
    "d2": "e * sigmoid_derivative(z2)", "before": "pass",
    "d1": "np.dot(self.weights2.T, d2) * sigmoid_derivative(z1)",
    "dW2": "np.dot(d2, a1.T) / B", "dW1": "np.dot(d1, self.x.T) / B",
    "db2": "d2.mean(axis=1, keepdims=True)", "db1": "d1.mean(axis=1, keepdims=True)",
    "W2": "a * dW2", "W1": "a * dW1", "b2": "a * db2", "b1": "a * db1",
}  # fmt: skip


def method(**parts: str) -> dict[str, str]:
    return {"train": METHOD.format(**{**RIGHT, **parts})}


UPDATED = "self.weights2 = self.weights2 - a * np.dot(d2, a1.T) / B"
CLASSES: dict[str, dict[str, str]] = {
    "hidden-error-carried-back": method(d1="np.dot(self.weights2.T, e) * sigmoid_derivative(z1)"),
    "hidden-slope-lost": method(d1="np.dot(self.weights2.T, d2)"),
    "hidden-from-updated-weights": method(before=UPDATED, W2="0"),
    "hidden-through-gradient": method(
        d1="np.dot((np.dot(d2, a1.T) / B).T, d2) * sigmoid_derivative(z1)"
    ),
    "hidden-slope-of-next-layer": method(d1="np.dot(self.weights2.T, d2 * sigmoid_derivative(z2))"),
    "output-slope-lost": method(d2="e"),
    "output-delta-doubled": method(d2="2 * e * sigmoid_derivative(z2)"),
    "gradient-from-z": method(dW2="np.dot(d2, z1.T) / B"),
    "weight-gradient-unmasked": method(
        dW2="np.dot(e, a1.T) / B", dW1="np.dot(self.weights2.T.dot(d2), self.x.T) / B"
    ),
    "bias-gradient-unmasked": method(
        db2="e.mean(1, keepdims=True)", db1="self.weights2.T.dot(d2).mean(1, keepdims=True)"
    ),
    "bias-gradient-one-number": method(db2="np.sum(d2) / B", db1="np.sum(d1) / B"),
    "bias-gradient-first-sample": method(db2="d2[:, :1]", db1="d1[:, :1]"),
    "bias-gradient-not-averaged": method(
        db2="d2.sum(axis=1, keepdims=True)", db1="d1.sum(axis=1, keepdims=True)"
    ),
    "bias-gradient-times-bias": method(
        db2="d2.mean(1, keepdims=True) * self.b2", db1="d1.mean(1, keepdims=True) * self.b1"
    ),
    "bias-never-updated": method(b2="0", b1="0"),
    "only-last-layer-updated": method(W1="0", b1="0"),
    "only-first-layer-updated": method(W2="0", b2="0"),
    "rate-twice": method(W2="a * a * dW2", W1="a * a * dW1", b2="a * a * db2", b1="a * a * db1"),
    "bias-rate-left-out": method(b2="db2", b1="db1"),
    "update-adds": method(W2="-a * dW2", W1="-a * dW1", b2="-a * db2", b1="-a * db1"),
}  # fmt: skip

# two at once: common pairs
PAIRS: list[tuple[set[str], dict[str, str]]] = [
    ({"hidden-slope-lost", "bias-gradient-one-number"},
     method(d1="np.dot(self.weights2.T, d2)", db2="np.sum(d2) / B", db1="np.sum(d1) / B")),
    ({"hidden-from-updated-weights", "bias-never-updated"},
     method(before=UPDATED, W2="0", b2="0", b1="0")),
    ({"output-slope-lost", "bias-never-updated"}, method(d2="e", b2="0", b1="0")),
    ({"hidden-error-carried-back", "bias-gradient-not-averaged"},
     method(d1="np.dot(self.weights2.T, e) * sigmoid_derivative(z1)",
            db2="d2.sum(1, keepdims=True)", db1="d1.sum(1, keepdims=True)")),
    ({"hidden-slope-lost", "bias-update-adds"},
     method(d1="np.dot(self.weights2.T, d2)", b2="-a * db2", b1="-a * db1")),
    ({"gradient-from-z", "bias-never-updated"},
     method(dW2="np.dot(d2, z1.T) / B", b2="0", b1="0")),
]  # fmt: skip

# mistakes of nobody's list, with the function that they are in
UNKNOWN: list[tuple[str, dict[str, str]]] = [
    ("sigmoid", {"sigmoid": "    return 1 / (1 + np.exp(-0.9 * z))\n"}),
    ("sigmoid_derivative", {"sigmoid_derivative": DERIVED.format("s * (1 - s) + 0.01")}),
    ("forward", layers(z="weights[i] @ a + 2 * biases[i]")),
    ("forward", layers(a="sigmoid(z) ** 2")),
    ("loss", loss("0.5 * np.sum((a - y) ** 4) / B")),
    ("loss", loss("0.5 * np.max((a - y) ** 2)")),
    ("output_delta", output("(a - y) * s * a")),
    ("output_delta", output("(a - 0.9 * y) * s")),
    ("hidden_delta", hidden("(W.T @ d) * s * z")),
    ("hidden_delta", hidden("(np.abs(W.T) @ d) * s")),
    ("gradients", gradients(dW="delta @ (a**2).T / B")),
    ("gradients", gradients(db="np.max(delta, axis=1).reshape(-1, 1)")),
    ("update", update("W - learning_rate * dW + 0.001")),
    ("update", update("W - learning_rate * np.sqrt(np.abs(dW)) * np.sign(dW)")),
    ("train", train(end="weights = [0.999 * W for W in weights]")),
]

# right, each in another way: none of these may be complained of
HONEST: list[dict[str, str]] = [
    {},
    {"sigmoid": "    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))\n"},
    {"sigmoid": "    return 0.5 * (1 + np.tanh(0.5 * z))\n"},
    {"sigmoid": "    z = np.asarray(z)\n    e = np.exp(-np.abs(z))\n"
                "    return np.where(z >= 0, 1, e) / (1 + e)\n"},
    {"sigmoid_derivative": "    a = sigmoid(z)\n    return a - a * a\n"},
    {"sigmoid_derivative": "    return np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2\n"},
    layers(z="np.einsum('ij,jb->ib', weights[i], a) + biases[i]"),
    {"forward": LAYERS.format("weights[i] @ a + biases[i]", "sigmoid(z)").replace(
        "return zs, activations", "return tuple(zs), tuple(activations)")},
    loss("np.square(y - a).sum() * 0.5 / B"),
    loss("float(np.mean(np.sum((a - y) ** 2, axis=0)) / 2)"),
    output("-(y - a) * s"),
    {"output_delta": "    return (a - y) * a * (1 - a)\n"},
    hidden("s * np.tensordot(W, d, axes=(0, 0))"),
    gradients(dW="sum(np.outer(delta[:, k], a[:, k]) for k in range(B)) / B"),
    gradients(db="delta.mean(axis=1)[:, None]"),
    gradients(db="delta @ np.ones((B, 1)) / B"),
    {"update": "    for i in range(len(weights)):\n"
               "        weights[i] = weights[i] - learning_rate * dWs[i]\n"
               "        biases[i] = biases[i] - learning_rate * dbs[i]\n"
               "    return weights, biases\n"},
    {"update": "    for W, b, dW, db in zip(weights, biases, dWs, dbs):\n"
               "        W -= learning_rate * dW\n        b -= learning_rate * db\n"
               "    return weights, biases\n"},
    train(),
]  # fmt: skip
