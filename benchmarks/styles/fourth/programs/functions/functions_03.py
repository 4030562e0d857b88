import numpy as np

def tanh_prime(z):
    return 1 - np.tanh(z) ** 2

def predict(x, U, c, V):
    """samples in columns"""
    return V @ np.tanh(U @ x + c)

def mse(p, y):
    return np.mean((p - y) ** 2)

def grads(x, y, U, c, V):
    z = U @ x + c
    h = np.tanh(z)
    p = V @ h
    dp = 2 * (p - y) / y.size
    gV = dp @ h.T
    dz = V.T @ dp * tanh_prime(z)
    gU = dz @ x.T
    gc = dz.sum(axis=1, keepdims=True)
    return {"U": gU, "c": gc, "V": gV}

def main():
    rng = np.random.RandomState(4)
    x = rng.uniform(-2, 2, (1, 50))
    y = np.vstack([np.sin(x), np.cos(x)])
    U = rng.randn(12, 1)
    c = rng.randn(12, 1)
    V = rng.randn(2, 12) * 0.2
    for k in range(3000):
        g = grads(x, y, U, c, V)
        U -= 0.1 * g["U"]
        c -= 0.1 * g["c"]
        V -= 0.1 * g["V"]
        if k % 500 == 0:
            print(k, mse(predict(x, U, c, V), y))
    print("final mse", mse(predict(x, U, c, V), y))

main()
