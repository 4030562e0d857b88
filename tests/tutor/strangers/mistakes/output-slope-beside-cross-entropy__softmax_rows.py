import numpy as np
np.random.seed(42)

cat_images = np.random.randn(8, 2) + np.array([0, -2])
mouse_images = np.random.randn(8, 2) + np.array([2, 2])
dog_images = np.random.randn(8, 2) + np.array([-2, 2])
feature_set = np.vstack([cat_images, mouse_images, dog_images])
labels = np.array([0] * 8 + [1] * 8 + [2] * 8)
one_hot_labels = np.zeros((24, 3))
for i in range(24):
    one_hot_labels[i, labels[i]] = 1

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def softmax(A):
    expA = np.exp(A)
    return expA / expA.sum(axis=1, keepdims=True)

wh, bh = np.random.rand(2, 4), np.random.randn(4)
wo, bo = np.random.rand(4, 3), np.random.randn(3)
lr = 0.05

for epoch in range(1000):
    ah = sigmoid(np.dot(feature_set, wh) + bh)
    ao = softmax(np.dot(ah, wo) + bo)

    dcost_dzo = (ao - one_hot_labels) * ao * (1 - ao)
    dcost_wo = np.dot(ah.T, dcost_dzo)
    dcost_bo = dcost_dzo.sum(axis=0)
    dcost_dzh = np.dot(dcost_dzo, wo.T) * ah * (1 - ah)
    dcost_wh = np.dot(feature_set.T, dcost_dzh)
    dcost_bh = dcost_dzh.sum(axis=0)

    wh -= lr * dcost_wh
    bh -= lr * dcost_bh
    wo -= lr * dcost_wo
    bo -= lr * dcost_bo

    if epoch % 200 == 0:
        loss = np.sum(-one_hot_labels * np.log(ao))
        print('Loss function value: ', loss)
