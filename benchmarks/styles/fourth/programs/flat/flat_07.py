import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

inputs = np.array([[0, 0, 1],
                   [0, 1, 1],
                   [1, 0, 1],
                   [1, 1, 1]])
targets = np.array([[0], [1], [1], [0]])

np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1
lr = 1.0

for j in range(8000):
    l1 = sigmoid(np.dot(inputs, syn0))
    l2 = sigmoid(np.dot(l1, syn1))
    l2_error = targets - l2
    if j % 2000 == 0:
        print("Error:", np.mean(np.abs(l2_error)))
    l2_delta = l2_error * l2 * (1 - l2)
    syn1 += lr * l1.T.dot(l2_delta)
    l1_error = l2_delta.dot(syn1.T)
    l1_delta = l1_error * l1 * (1 - l1)
    syn0 += lr * inputs.T.dot(l1_delta)

print("Output after training")
print(l2)
