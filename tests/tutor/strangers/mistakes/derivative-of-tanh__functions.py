import numpy as np

def sigmoid(x):
    return 1.0/(1.0 + np.exp(-x))

def sigmoid_prime(x):
    return 1.0 - x**2

class NeuralNetwork:
    def __init__(self, layers):
        self.activation = sigmoid
        self.activation_prime = sigmoid_prime
        self.weights = []
        for i in range(1, len(layers)):
            self.weights.append(np.random.uniform(-1, 1, (layers[i-1], layers[i])))

    def fit(self, X, y, learning_rate=0.2, epochs=3000):
        for k in range(epochs):
            i = np.random.randint(X.shape[0])
            a = [X[i]]
            for w in self.weights:
                a.append(self.activation(np.dot(a[-1], w)))
            error = y[i] - a[-1]
            deltas = [error * self.activation_prime(a[-1])]
            for l in range(len(a) - 2, 0, -1):
                deltas.append(deltas[-1].dot(self.weights[l].T) * self.activation_prime(a[l]))
            deltas.reverse()
            for l in range(len(self.weights)):
                layer = np.atleast_2d(a[l])
                delta = np.atleast_2d(deltas[l])
                self.weights[l] += learning_rate * layer.T.dot(delta)
            if k % 1000 == 0: print('epochs:', k)

    def predict(self, x):
        for w in self.weights:
            x = self.activation(np.dot(x, w))
        return x

np.random.seed(5)
nn = NeuralNetwork([3, 4, 1])
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([0, 1, 1, 0])
nn.fit(X, y)
for e in X:
    print(e, nn.predict(e))
