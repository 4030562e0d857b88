"""Numbers as people write them into a blank: 0,4512 and −½ and 4.5·10⁻³, or nothing yet."""

import math
import re
import unicodedata
from dataclasses import dataclass

_MINUS = dict.fromkeys(map(ord, "−–—‐‑﹣－"), "-")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER = re.compile(r"[·*×x]10(?:\^\{?([+-]?\d+)\}?|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))")
_DECIMAL = re.compile(r"[+-]?(\d+\.?(\d*)|\.(\d+))(e[+-]?\d{1,4})?", re.ASCII)
_FRACTION = re.compile(r"([+-]?)(?:(\d+)\+)?(\d{1,15})/(\d{1,15})", re.ASCII)
_SIGNS = "½⅓⅔¼¾⅕⅛"
_NOTHING = re.compile(r"[\s_.…?\-~|:=≈]*")


@dataclass(frozen=True)
class Written:
    """A number in a blank: its value, the text that stood there, and its decimals.

    decimals is None for a fraction, which has none.
    """

    value: float
    text: str
    decimals: int | None


def read_number(text: str) -> Written | None:
    """The number that a text says; None for a blank that is still empty.

    Raises: ValueError for what is no number.

    >>> read_number(" −0,45 ").value, read_number("1/4").value, read_number("____")
    (-0.45, 0.25, None)
    """
    plain = text.translate(_MINUS).strip()
    if _NOTHING.fullmatch(plain):
        return None
    # leftovers of the blank, and marks that Markdown sets bold or as code with
    plain = re.sub(r"[\s_`*$]+(?=[\s_`*$]*$)|^[\s_`*$=≈~]+", "", plain)
    if re.search(rf"[/{_SIGNS}]", plain):  # 1 1/2 and 1 ½
        plain = re.sub(rf"\s+(?=[{_SIGNS}\d]+(/|$))", "+", plain)
    # a space between two digits is no slip of the pen that could be read only one way
    number = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", _spelt_out(plain)).removeprefix("+")
    if not re.fullmatch(r"\d+\.", number):
        number = number.rstrip(".;")
    number = _POWER.sub(_as_exponent, number).replace(",", ".").lower()
    value, decimals = _value(number)
    if value is None or not math.isfinite(value):
        raise ValueError(f"{text.strip()!r} is no number")
    return Written(value, text.strip(), decimals)


def _spelt_out(text: str) -> str:
    """½ as 1/2, and 1½ as 1+1/2."""
    parts: list[str] = []
    for letter in text:
        found = unicodedata.normalize("NFKC", letter) if letter in _SIGNS else ""
        if found:
            joined = "+" if parts and parts[-1].isdigit() else ""
            parts.append(joined + found.replace("⁄", "/"))
        else:
            parts.append(letter)
    return "".join(parts)


def _as_exponent(power: re.Match[str]) -> str:
    return "e" + (power[1] or power[2].translate(_RAISED))


def _value(number: str) -> tuple[float | None, int | None]:
    if decimal := _DECIMAL.fullmatch(number):
        places = len(decimal[2] or decimal[3] or "")
        exponent = int(decimal[4][1:]) if decimal[4] else 0
        return float(number), max(places - exponent, 0)
    if fraction := _FRACTION.fullmatch(number):
        over, under = int(fraction[3]), int(fraction[4])
        if under:
            value = int(fraction[2] or 0) + over / under
            return (-value if fraction[1] == "-" else value), None
    return None, None
