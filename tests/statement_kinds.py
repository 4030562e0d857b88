"""Statements in which numbers move: a recording changes none of them."""

# each is run as it is and recorded; what it leaves in a to e is compared
KINDS = {
    "views and slices": "a = np.arange(12.0).reshape(3, 4); b = a[1:, ::2]; b += 1; b.T[0] = 7",
    "in place": "a = np.ones((2, 3)); b = a; b *= 2; a -= b; b[:, 1] += 3; a[a > 2] = 0",
    "fancy indexes": "a = np.eye(4); a[[0, 1], [2, 3]] -= 1; b = a[np.array([3, 0])]; b[0] = 5",
    "bias column": "a = np.c_[np.arange(3.0), np.ones(3)]; b = np.hstack([a, a]); c = b[:, :-1]",
    "lists": "a = [0.0] * 3; a[1] += 2.5; b = [x * 2 for x in a]; a = a + b; c = sum(a)",
    "products": "a = np.ones((2, 3)) * [1, 2, 3]; b = a @ a.T; c = np.einsum('ij,kj->ik', a, a)",
    "outer and dot": "a = np.arange(3.0); b = np.outer(a, a); c = a.dot(b); d = np.dot(c, a)",
    "broadcasting": "a = np.arange(3.0); b = a[:, None] - a; c = (a.reshape(-1, 1) + b).mean(0)",
    "vectorize": "f = np.vectorize(lambda v: v if v > 1 else 0.5 * v); a = f(np.arange(4.0))",
    "deepcopy": "import copy; a = [np.ones(2)]; b = copy.deepcopy(a); b[0] += 1; c = a[0] + b[0]",
    "attributes": (
        "class A: pass\nx = A(); x.w = np.ones(2); x.w += 1; x.n = 0.5; x.n -= 0.1\n"
        "a = x.w; b = x.n"
    ),
    "private": (
        "class A:\n    def __init__(self): self.__w = 1.5\n"
        "    def go(self):\n        self.__w -= 0.5; return self.__w\na = A().go()"
    ),
    "loops": "a = np.zeros(4)\nfor i in range(80):\n    a[i % 4] += i * 0.5\nb = a.sum()",
    "while": "a = 1.0\nwhile a < 100:\n    a = a * 1.5\nelse:\n    a += 1",
    "augmented matmul": "a = np.eye(2); a @= np.array([[1.0, 2], [3, 4]]); b = a ** 2 // 3 % 2",
    "out=": "a = np.ones(3); np.add(a, 1, out=a); np.exp(a, out=a); b = a.copy(); a.fill(0)",
    "unpacking": "a, b = 1.5, 2.5; a, b = b, a + b; (c, *d) = [a, b, a]; e = -a",
    "generators": "a = sum(x * x for x in [0.5, 1.5]); b = max(abs(x) for x in (-2.5, 1.0))",
    "shuffles": "a = np.arange(6.0); np.random.shuffle(a); b = a + 1; a.sort(); c = a * 2",
    "methods": "a = np.arange(6.0).reshape(2, 3); b = a.T.ravel().clip(1, 3).std(); c = a.max(1)",
    "matrices": "a = np.matrix([[1.0, 2], [3, 4]]); b = a * a; c = np.multiply(a, a).T",
    "strings": "a = 'x' * 3; b = 'a%s' % 2; c = [1] * 2 + [3]; d = {'k': 1.5}; d['k'] *= 2",
}  # fmt: skip
