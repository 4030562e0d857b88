import numpy as np

class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, std=0.3):
        rng = np.random.RandomState(330)
        self.params = {}
        self.params['W1'] = std * rng.randn(input_size, hidden_size)
        self.params['b1'] = np.zeros(hidden_size)
        self.params['W2'] = std * rng.randn(hidden_size, output_size)
        self.params['b2'] = np.zeros(output_size)

    def loss(self, X, y, reg=0.0):
        W1, b1, W2, b2 = (self.params[k] for k in ('W1', 'b1', 'W2', 'b2'))
        N = X.shape[0]
        h = np.maximum(0, X.dot(W1) + b1)
        scores = h.dot(W2) + b2
        scores = scores - scores.max(axis=1, keepdims=True)
        probs = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        loss = -np.log(probs[np.arange(N), y]).sum() / N
        loss += 0.5 * reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        dscores = probs.copy()
        dscores[np.arange(N), y] -= 1
        dscores /= N
        dh = dscores.dot(W2.T)
        dh[h <= 0] = 0
        grads = {'W2': h.T.dot(dscores), 'b2': dscores.sum(axis=0),
                 'W1': X.T.dot(dh), 'b1': dh.sum(axis=0)}
        return loss, grads

    def train(self, X, y, learning_rate=0.1, reg=0.05, num_iters=200):
        for it in range(num_iters):
            loss, grads = self.loss(X, y, reg=reg)
            for p in self.params:
                self.params[p] -= learning_rate * grads[p]
            if it % 50 == 0:
                print('iteration %d / %d: loss %f' % (it, num_iters, loss))

rng = np.random.RandomState(331)
X = 2 * rng.randn(10, 4)
y = np.array([0, 1, 2, 2, 1, 0, 0, 1, 2, 2])
TwoLayerNet(4, 10, 3).train(X, y)
