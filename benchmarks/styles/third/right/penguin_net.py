"""
Which penguin is it?

My take on the "network as a class" from the deep learning book I'm reading.
Every sample is one column vector, x has the shape (4, 1).
The birds are invented (noise around the averages I found online).
"""

import numpy as np

SPECIES = ["Adelie", "Chinstrap", "Gentoo"]


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    """Derivative of the sigmoid function."""
    return sigmoid(z) * (1 - sigmoid(z))


def one_hot(species):
    e = np.zeros((3, 1))
    e[species] = 1.0
    return e


class Network:
    def __init__(self, sizes, seed=7):
        self.rng = np.random.default_rng(seed)
        self.num_layers = len(sizes)
        self.biases = [self.rng.normal(size=(n, 1)) for n in sizes[1:]]
        self.weights = [
            self.rng.normal(size=(n, m)) / np.sqrt(m) for m, n in zip(sizes[:-1], sizes[1:])
        ]

    def feedforward(self, a):
        """What the network says about one bird."""
        for b, w in zip(self.biases, self.weights):
            a = sigmoid(np.dot(w, a) + b)
        return a

    def cost(self, data):
        """Cross-entropy (summed over the three outputs, averaged over the birds)."""
        total = 0.0
        for x, species in data:
            a, y = self.feedforward(x), one_hot(species)
            total -= np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))
        return total / len(data)

    def evaluate(self, data):
        return sum(int(np.argmax(self.feedforward(x)) == species) for x, species in data)

    def SGD(self, training_data, epochs, mini_batch_size, eta, test_data):
        n = len(training_data)
        for epoch in range(epochs):
            shuffled = [training_data[i] for i in self.rng.permutation(n)]
            for k in range(0, n, mini_batch_size):
                self.update_mini_batch(shuffled[k : k + mini_batch_size], eta)
            if epoch % 10 == 9:
                hits = self.evaluate(test_data)
                print(f"Epoch {epoch + 1}: cost {self.cost(training_data):.4f}, test {hits} / {len(test_data)}")

    def update_mini_batch(self, mini_batch, eta):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, species in mini_batch:
            delta_nabla_b, delta_nabla_w = self.backprop(x, one_hot(species))
            nabla_b = [nb + dnb for nb, dnb in zip(nabla_b, delta_nabla_b)]
            nabla_w = [nw + dnw for nw, dnw in zip(nabla_w, delta_nabla_w)]
        self.weights = [w - (eta / len(mini_batch)) * nw for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b - (eta / len(mini_batch)) * nb for b, nb in zip(self.biases, nabla_b)]

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        # forward, remember everything
        activation = x
        activations = [x]
        zs = []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        # backward, l = 1 is the last layer, l = 2 the one before ...
        delta = activations[-1] - y
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].T)
        for l in range(2, self.num_layers):
            sp = sigmoid_prime(zs[-l])
            delta = np.dot(self.weights[-l + 1].T, delta) * sp
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].T)
        return nabla_b, nabla_w


def invent_birds(per_species, rng):
    # bill length, bill depth, flipper, mass -- already scaled to about -2 .. 2
    centres = np.array([[-1.0, 0.7, -0.8, -0.6], [1.0, 0.8, -0.4, -0.7], [0.7, -1.1, 1.1, 1.1]])
    birds = []
    for species, centre in enumerate(centres):
        for _ in range(per_species):
            birds.append(((centre + rng.normal(0, 0.55, 4)).reshape(4, 1), species))
    return [birds[i] for i in rng.permutation(len(birds))]


if __name__ == "__main__":
    data = invent_birds(60, np.random.default_rng(11))
    train, test = data[45:], data[:45]
    net = Network([4, 7, 5, 3])
    net.SGD(train, 50, 9, 0.8, test)
    bird, species = test[0]
    print("first test bird:", SPECIES[int(np.argmax(net.feedforward(bird)))], "- really", SPECIES[species])
