import numpy as np
np.random.seed(270)
samples = np.random.randn(14, 2)
product = (samples[:, 0] * samples[:, 1]).reshape(-1, 1)
w_in = np.random.randn(2, 5)
w_out = np.random.randn(5, 1)
rate = 0.05

def relu(z): return z * (z > 0)
def active(a): return a > 0

for n in range(300):
    hidden = relu(samples.dot(w_in))
    guess = hidden.dot(w_out)
    slope_out = (guess - product) / 14
    slope_in = slope_out.dot(w_out.T) * active(hidden)
    # both from the old weights, assigned at the end
    better_out = w_out - rate * hidden.T.dot(slope_out)
    better_in = w_in - rate * samples.T.dot(slope_in)
    w_in, w_out = better_in, w_out
    if n % 60 == 0:
        print("sum of squares", np.sum((guess - product) ** 2))
