"""How JavaScript writes what stands in a formula, texts and arrays, and the functions it lacks."""

import base64
import json
from typing import Any

import numpy as np

from glassnet.core import special
from glassnet.core.activations import Array
from glassnet.exchange.code.expressions import Language
from glassnet.exchange.code.literals import WIDTH, number

MOST_READABLE = 1_000  # numbers of an array that stand there one by one


def literal(value: Any) -> str:
    """A text, a number, a list or an object, which nothing in it can end: neither tag nor remark.

    >>> print(literal(["</script>", 'a "b"', 1.5, None, True]))
    ["\\u003c/script\\u003e", "a \\"b\\"", 1.5, null, true]
    """
    told = json.dumps(value, allow_nan=False)
    for sign in "<>&":  # in JSON they stand in texts alone
        told = told.replace(sign, f"\\u{ord(sign):04x}")
    return told.replace("*/", "*\\/")


def array(values: Array) -> str:
    """An array of the network's type: its numbers, of many their bytes.

    >>> array(np.array([0.1, 2.0], np.float32))
    'Float32Array.of(0.1, 2.0)'
    """
    kind = "Float32Array" if values.dtype == np.float32 else "Float64Array"
    if values.size > MOST_READABLE:
        content = np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes()
        return f'unpacked({kind}, "{base64.b64encode(content).decode()}")'
    parts = [number(value) for value in values.ravel()]
    line = f"{kind}.of({', '.join(parts)})"
    if len(line) + 20 <= WIDTH:
        return line
    lines = ["  "]
    for part in parts:
        if len(lines[-1]) + len(part) + 2 > WIDTH:
            lines.append("  ")
        lines[-1] += f"{part}, "
    return f"{kind}.of(\n" + "\n".join(line.rstrip() for line in lines) + "\n)"


UNPACKED = """
// the numbers of an array, of which the bytes stand in the page
function unpacked(kind, text) {
  const letters = atob(text);
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const size = kind.BYTES_PER_ELEMENT;
  const read = size === 4 ? "getFloat32" : "getFloat64";
  return kind.from({ length: bytes.length / size }, (_, k) => view[read](k * size, true));
}
"""
SOFTMAX = """
// exp(z) as shares of their sum; less the largest z it cannot overflow
function softmax(z) {
  const top = z.reduce((a, b) => Math.max(a, b), -Infinity);
  const e = each((z) => Math.exp(z - top))(z);
  const sum = e.reduce((a, b) => a + b, 0);
  return each((e) => e / sum)(e);
}
"""
EACH = """
// a function of a number as one of every number in an array
function each(f) {
  return (z) => {
    const a = new Float64Array(z.length);
    for (let i = 0; i < z.length; i++) a[i] = f(z[i]);
    return a;
  };
}
"""
_ERFC = f"""
// p(t) / q(t), the highest power first
function ratio(p, q, t) {{
  const value = (of) => of.reduce((sum, c) => sum * t + c, 0);
  return value(p) / value(q);
}}

// of |u|: what erf is of u near 0, and 1 - erf beyond. Source: Cody (1969).
const erfParts = {{
  small: [{list(special.P_SMALL)}, {list(special.Q_SMALL)}],
  middle: [{list(special.P_MIDDLE)}, {list(special.Q_MIDDLE)}],
  large: [{list(special.P_LARGE)}, {list(special.Q_LARGE)}],
}};
function erfNear(u) {{
  return u * ratio(...erfParts.small, u * u);
}}
function erfTail(u) {{
  const size = Math.min(Math.abs(u), 30);
  const head = Math.floor(size * 16) / 16; // u² in two parts: rounding it alone costs digits
  const fall = Math.exp(-head * head) * Math.exp(-(size - head) * (size + head));
  if (size <= 4) return fall * ratio(...erfParts.middle, size);
  const inverse = 1 / (size * size);
  return fall * (({special.ONE_OVER_SQRT_PI} - inverse * ratio(...erfParts.large, inverse)) / size);
}}
function erf(u) {{
  if (Math.abs(u) <= 0.46875) return erfNear(u);
  return Math.sign(u) * (1 - erfTail(u));
}}
function erfc(u) {{
  if (Math.abs(u) <= 0.46875) return 1 - erfNear(u);
  return u > 0 ? erfTail(u) : 2 - erfTail(u);
}}
"""
JAVASCRIPT = Language(
    functions={
        "exp": "Math.exp", "ln": "Math.log", "tanh": "Math.tanh", "sqrt": "Math.sqrt",
        "erf": "erf", "erfc": "erfc", "expm1": "Math.expm1", "abs": "Math.abs", "max": "Math.max",
        "min": "Math.min", "sign": "Math.sign", "sigmoid": "sigmoid", "softplus": "softplus",
    },
    pi="Math.PI",
    comparison="Number({})",
    power="Math.pow",
    helpers={
        "sigmoid": """
// 1 / (1 + exp(-z)), by an exponent that is never positive: it cannot overflow
function sigmoid(z) {
  const e = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
}
""",
        "softplus": """
// ln(1 + exp(z)), by an exponent that is never positive: it cannot overflow
function softplus(z) {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}
""",
        "erf": _ERFC,
        "erfc": _ERFC,
    },
)  # fmt: skip
