"""How NumPy writes what stands in a formula, and the functions that it lacks."""

from glassnet.exchange.code.expressions import Language

SIGMOID = '''
def sigmoid(z):
    """1 / (1 + exp(-z)), by an exponent that is never positive: it cannot overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
'''
MASK = '''
def mask(a, rate, rng):
    """What dropout multiplies a by: 0 for a share of it; 1 where nothing is drawn."""
    if rng is None:
        return np.ones_like(a)
    kept = rng.random(a.shape, dtype=np.float32) >= rate
    return kept * a.dtype.type(1 / (1 - rate))
'''
SOFTMAX = '''
def softmax(z):
    """exp(z) as shares of each row's sum; less the largest z it cannot overflow."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
'''
NUMPY = Language(
    functions={
        "exp": "np.exp", "ln": "np.log", "tanh": "np.tanh", "sqrt": "np.sqrt", "abs": "np.abs",
        "sign": "np.sign", "max": "np.maximum", "min": "np.minimum", "expm1": "np.expm1",
        "sigmoid": "sigmoid", "softplus": "softplus", "erf": "erf", "erfc": "erfc",
    },
    constant={
        "exp": "math.exp", "ln": "math.log", "tanh": "math.tanh", "sqrt": "math.sqrt",
        "erf": "math.erf", "erfc": "math.erfc", "expm1": "math.expm1", "abs": "abs",
        "max": "max", "min": "min",
    },
    helpers={
        "sigmoid": SIGMOID,
        "softplus": '''
def softplus(z):
    """ln(1 + exp(z))."""
    return np.logaddexp(0, z)
''',
        "erf": '''
def erf(z):
    """The error function, number by number: NumPy has none."""
    return np.vectorize(math.erf, otypes=[z.dtype])(z)
''',
        "erfc": '''
def erfc(z):
    """1 - erf(z), number by number: NumPy has none."""
    return np.vectorize(math.erfc, otypes=[z.dtype])(z)
''',
    },
)  # fmt: skip


def indented(lines: list[str]) -> str:
    """The lines of a function, those too long marked for formatters."""
    return "\n".join(f"    {line}{'  # fmt: skip' * (len(line) > 84)}" for line in lines)


def together(names: list[str], alone: str = "{}") -> str:
    """Several names as a tuple is written; a single one as `alone` says, and of none ()."""
    return alone.format(*names) if len(names) == 1 else ", ".join(names) or "()"
