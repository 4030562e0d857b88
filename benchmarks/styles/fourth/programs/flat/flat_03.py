import numpy as np
np.random.seed(11)

# three blobs
K = 3
per = 40
centers = np.array([[0, 2], [2, -1], [-2, -1]])
data = np.vstack([c + 0.6 * np.random.randn(per, 2) for c in centers])
labels = np.repeat(np.arange(K), per)
onehot = np.eye(K)[labels]

w_in = 0.5 * np.random.randn(2, 12)
c_in = np.zeros(12)
w_out = 0.5 * np.random.randn(12, K)
c_out = np.zeros(K)
rate = 0.3

for step in range(400):
    pre = data.dot(w_in) + c_in
    hid = np.maximum(0, data.dot(w_in) + c_in)
    scores = hid.dot(w_out) + c_out
    exps = np.exp(scores - scores.max(axis=1, keepdims=True))
    probs = exps / exps.sum(axis=0, keepdims=True)
    loss = -np.sum(onehot * np.log(probs + 1e-12)) / len(data)

    d = (probs - onehot) / len(data)
    g_out = hid.T.dot(d)
    gc_out = d.sum(axis=0)
    dh = d.dot(w_out.T)
    dh[pre <= 0] = 0
    g_in = data.T.dot(dh)
    gc_in = dh.sum(axis=0)

    w_out -= rate * g_out
    c_out -= rate * gc_out
    w_in -= rate * g_in
    c_in -= rate * gc_in
    if step % 50 == 0:
        acc = (probs.argmax(axis=1) == labels).mean()
        print(step, "loss", round(loss, 4), "acc", acc)
