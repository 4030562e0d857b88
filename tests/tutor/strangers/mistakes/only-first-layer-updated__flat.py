import numpy as np
np.random.seed(270)
x_train = np.random.randn(14, 2)
y_train = (x_train[:, 0] * x_train[:, 1]).reshape(-1, 1)
weights_0 = np.random.randn(2, 5)
weights_1 = np.random.randn(5, 1)
learning_rate = 0.05

def relu(z): return (z > 0) * z
def relu2deriv(output): return output > 0

for iteration in range(300):
    layer_1 = relu(x_train.dot(weights_0))
    layer_2 = layer_1.dot(weights_1)
    layer_2_delta = (layer_2 - y_train) / 14
    layer_1_delta = layer_2_delta.dot(weights_1.T) * relu2deriv(layer_1)
    # copy keeps the old weights for the other layer
    new_weights_1 = weights_1 - learning_rate * layer_1.T.dot(layer_2_delta)
    weights_0 = weights_0 - learning_rate * x_train.T.dot(layer_1_delta)
    new_weights_1 = weights_1
    weights_1 = new_weights_1
    if iteration % 60 == 0:
        print("Error:", np.sum((layer_2 - y_train) ** 2))
