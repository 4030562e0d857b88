"""How the notation is spelt where an output's encoding lacks it: − as -, ½ as 1/2, δ as delta."""

import json
import unicodedata

GREEK = {
    "Δ": "Delta", "Σ": "sum", "Φ": "Phi", "α": "alpha", "β": "beta", "δ": "delta",
    "ε": "epsilon", "η": "eta", "θ": "theta", "λ": "lambda", "μ": "mu", "π": "pi",
    "σ": "sigma", "φ": "phi",
}  # fmt: skip
WORDS = {**GREEK, "√": "sqrt", "∞": "inf", "∫": "integral", "∧": "and", "∨": "or", "⊕": "xor",
         "°": "degrees"}  # fmt: skip
FRACTIONS = {"¼": "1/4", "½": "1/2", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅕": "1/5", "⅛": "1/8"}
SIGNS = {
    "−": "-", "‐": "-", "‑": "-", "–": "-", "—": "-", "﹣": "-", "－": "-", "⁄": "/",
    "·": "*", "∗": "*", "⊙": ".*", "⊗": "(x)", "×": "x", "÷": "/", "±": "+-",
    "∂": "d", "∇": "grad ",
    "′": "'", "″": "''", "’": "'", "‖": "||", "≈": "~=", "≤": "<=", "≥": ">=", "≪": "<<",
    "∝": "~", "ℓ": "l",
    "←": "<-", "→": "->", "↦": "|->", "…": "...", "⋯": "...", "⋮": ":", "⋱": "...", "⊤": "T",
    "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")", "¯": "-", "\N{COMBINING MACRON}": "_mean",
    "\N{COMBINING CIRCUMFLEX ACCENT}": "_hat", "ŷ": "y_hat", "ȳ": "y_mean", "ḡ": "g_mean",
    "Ê": "E_hat", "\xa0": " ", "✓": "+", "✗": "x", "▶": ">", "│": "|", "┤": "|",
    "█": "#", "●": "o", "µ": "u", "ŝ": "s_hat", "⏎": "/",
}  # fmt: skip


def spelt(text: str, start: int, end: int) -> str:
    """text[start:end] in ASCII, as its neighbours ask for; an escape where no spelling is known.

    >>> spelt("½λ‖W‖²", 0, 6)
    '1/2 lambda||W||^2'
    """
    return "".join(_one(text, k) for k in range(start, end))


def escape(character: str) -> str:
    r"""A character as Python writes it: \x1b, \u2028.

    >>> print(escape("\x1b"))
    \x1b
    """
    return character.encode("unicode_escape").decode("ascii")


def json_escape(character: str) -> str:
    r"""A character as JSON writes it within a string: \u001b, beyond \uffff as two.

    >>> print(json_escape("−"))
    \u2212
    """
    return json.dumps(character)[1:-1]


def _one(text: str, k: int) -> str:
    character = text[k]
    if character.isascii():
        return character
    before, after = text[k - 1 : k], text[k + 1 : k + 2]
    if character in WORDS:
        return f"{_gap(before, start=True)}{WORDS[character]}{_gap(after)}"
    if character in FRACTIONS:
        return f"{_gap(before, start=True)}{FRACTIONS[character]}{_gap(after)}"
    if character in SIGNS:
        return SIGNS[character]
    if 0x2800 <= ord(character) <= 0x28FF:  # Braille: the dots of a curve
        return " " if character == "\u2800" else "*"
    if 0x2500 <= ord(character) <= 0x257F:  # the lines of a box
        return "-" if "HORIZONTAL" in unicodedata.name(character) else "+"
    kind, _, plain = unicodedata.decomposition(character).partition(" ")
    if kind in ("<super>", "<sub>"):  # 10⁻⁶ is 10^-6: one sign for the whole
        again = unicodedata.decomposition(before).startswith(kind) if before else False
        sign = chr(int(plain, 16))
        sign = sign if sign.isascii() else SIGNS.get(sign, escape(sign))
        return sign if again else {"<super>": "^", "<sub>": "_"}[kind] + sign
    return escape(character)


def _gap(neighbour: str, start: bool = False) -> str:
    """A space between a word and a letter or digit beside it; its neighbour before has its own."""
    if start:
        return " " if neighbour.isalnum() and neighbour not in WORDS | FRACTIONS else ""
    raised = unicodedata.decomposition(neighbour).startswith("<su") if neighbour else False
    return " " if neighbour in WORDS or (neighbour.isalnum() and not raised) else ""
