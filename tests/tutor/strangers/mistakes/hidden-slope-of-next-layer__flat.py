import numpy as np

x = np.array([[0.1, 0.6, 0.3], [0.8, 0.2, 0.5], [0.4, 0.9, 0.7], [0.2, 0.1, 0.9]])
y = np.array([[0.3, 0.9], [0.7, 0.2], [0.5, 0.6], [0.1, 0.8]])
np.random.seed(90)
W1 = np.random.uniform(-1, 1, (3, 4)); B1 = np.random.uniform(-1, 1, 4)
W2 = np.random.uniform(-1, 1, (4, 2)); B2 = np.random.uniform(-1, 1, 2)

def sig(t): return 1/(1+np.exp(-t))
def d_sig(s): return s*(1-s)

for epoch in range(2000):
    L1 = sig(x.dot(W1)+B1)
    L2 = sig(L1.dot(W2)+B2)
    error = L2-y
    delta2 = error*d_sig(L2)
    # take the delta back through W2
    delta1 = (delta2*d_sig(L2)).dot(W2.T)
    W2 -= 0.5*L1.T.dot(delta2); B2 -= 0.5*delta2.sum(axis=0)
    W1 -= 0.5*x.T.dot(delta1); B1 -= 0.5*delta1.sum(axis=0)
    if epoch%400 == 0: print(epoch, (error**2).sum())
