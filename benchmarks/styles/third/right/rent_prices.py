# Guess the rent of a flat. Everything in functions this time (no globals!!)
# one row = one flat, tanh in the middle, a plain number at the end, mean squared error

import numpy as np

HIDDEN = 8
BATCH = 8
EPOCHS = 81
RATE = 0.05


def invent_flats(count, rng):
    """size in m2, rooms, km to the centre, floor  ->  euros per month"""
    size = rng.uniform(20, 120, count)
    rooms = np.clip(np.round(size / 28 + rng.normal(0, 0.6, count)), 1, 6)
    km = rng.uniform(0, 15, count)
    floor = rng.integers(0, 8, count)
    rent = 300 + 11 * size * np.exp(-km / 12) + 35 * rooms + 6 * floor + rng.normal(0, 25, count)
    return np.column_stack([size, rooms, km, floor]), rent.reshape(-1, 1)


def start_weights(n_in, n_hidden, rng):
    W1 = rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_hidden))
    b1 = np.zeros(n_hidden)
    W2 = rng.normal(0, 1 / np.sqrt(n_hidden), (n_hidden, 1))
    b2 = np.zeros(1)
    return [W1, b1, W2, b2]


def forward(x, weights):
    W1, b1, W2, b2 = weights
    z1 = x @ W1 + b1
    h = np.tanh(z1)
    guess = h @ W2 + b2
    return z1, h, guess


def mse(guess, y):
    return np.mean((guess - y) ** 2)


def backward(x, y, z1, h, guess, weights):
    W1, b1, W2, b2 = weights
    n = len(x)
    d_out = 2 * (guess - y)
    dW2 = h.T @ d_out / n
    db2 = d_out.sum(axis=0) / n
    d_hid = d_out @ W2.T * (1 - h**2)
    dW1 = x.T @ d_hid / n
    db1 = d_hid.sum(axis=0) / n
    return [dW1, db1, dW2, db2]


def update(weights, grads, rate):
    return [w - rate * g for w, g in zip(weights, grads)]


def rmse_in_euros(x, euros, weights, mean, std):
    guess = forward(x, weights)[-1] * std + mean
    return np.sqrt(np.mean((guess - euros) ** 2))


def main():
    rng = np.random.default_rng(2024)
    features, rent = invent_flats(200, rng)
    train_f, test_f = features[:160], features[160:]
    train_r, test_r = rent[:160], rent[160:]

    # scale with the numbers of the training flats only
    f_mean, f_std = train_f.mean(axis=0), train_f.std(axis=0)
    r_mean, r_std = train_r.mean(), train_r.std()
    x, x_test = (train_f - f_mean) / f_std, (test_f - f_mean) / f_std
    y = (train_r - r_mean) / r_std

    weights = start_weights(4, HIDDEN, rng)
    for epoch in range(EPOCHS):
        order = rng.permutation(len(x))
        x, y = x[order], y[order]
        total, batches = 0.0, 0
        for start in range(0, len(x), BATCH):
            xb, yb = x[start : start + BATCH], y[start : start + BATCH]
            z1, h, guess = forward(xb, weights)
            total += mse(guess, yb)
            batches += 1
            grads = backward(xb, yb, z1, h, guess, weights)
            weights = update(weights, grads, RATE)
        if epoch % 20 == 0:
            print("epoch", epoch, "mean squared error", round(total / batches, 5))
    print("typical error on new flats:", round(rmse_in_euros(x_test, test_r, weights, r_mean, r_std), 1), "euros")


main()
