"""A spiral with three arms; all parameters live in one dictionary, samples are columns."""
import numpy as np

gen = np.random.default_rng(8)
SIZES = [2, 12, 12, 3]
TOP = len(SIZES) - 1
RATE, KEEP, TINY = 0.01, 0.9, 1e-7
LEAK = 0.1


def spiral(per_arm):
    turn = np.tile(np.linspace(0.1, 1.0, per_arm), 3)
    arm = np.repeat(np.arange(3), per_arm)
    angle = 3.5 * turn + arm * 2 * np.pi / 3 + 0.08 * gen.normal(size=turn.size)
    x = np.stack([turn * np.sin(angle), turn * np.cos(angle)])
    y = np.eye(3)[arm].T
    return x, y


p, mean_sq = {}, {}
for l in range(1, TOP + 1):
    p[f"W{l}"] = gen.normal(size=(SIZES[l], SIZES[l - 1])) * np.sqrt(2 / SIZES[l - 1])
    p[f"b{l}"] = np.zeros((SIZES[l], 1))
for name in p:
    mean_sq[name] = np.zeros_like(p[name])


def leaky(z):
    return np.where(z > 0, z, LEAK * z)


def leaky_slope(z):
    return np.where(z > 0, 1.0, LEAK)


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def forward(x):
    c = {"a0": x}
    for l in range(1, TOP + 1):
        c[f"z{l}"] = p[f"W{l}"] @ c[f"a{l - 1}"] + p[f"b{l}"]
        c[f"a{l}"] = softmax(c[f"z{l}"]) if l == TOP else leaky(c[f"z{l}"])
    return c


def step(name, g):
    """RMSprop for one entry of the dictionary."""
    square = g * g
    mean_sq[name] = KEEP * mean_sq[name] + (1 - KEEP) * square
    p[name] -= RATE * g / (np.sqrt(mean_sq[name]) + TINY)


def learn(x, y):
    c = forward(x)
    guess = c[f"a{TOP}"]
    loss = -np.sum(y * np.log(guess + 1e-12)) / y.shape[1]
    dz = (guess - y) / y.shape[1]
    for l in range(TOP, 0, -1):
        old_W = p[f"W{l}"].copy()
        step(f"W{l}", dz @ c[f"a{l - 1}"].T)
        step(f"b{l}", dz.sum(axis=1, keepdims=True))
        if l > 1:
            da = old_W.T @ dz
            dz = da * leaky_slope(c[f"z{l - 1}"])
    return loss


xs, ys = spiral(per_arm=50)
for epoch in range(120):
    order = gen.permutation(xs.shape[1])
    losses = []
    for pick in np.split(order, 6):
        losses.append(learn(xs[:, pick], ys[:, pick]))
    if epoch % 20 == 0:
        print("epoch", epoch, "loss", np.mean(losses))

found = forward(xs)[f"a{TOP}"].argmax(axis=0)
print("share on the right arm:", np.mean(found == np.arange(3).repeat(50)))
