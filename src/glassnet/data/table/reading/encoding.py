"""The encoding of a text: named, or told by its first bytes, or guessed from its letters.

A text in UTF-8 can be told from any other, and so can UTF-16 and UTF-32. Of the older encodings,
where a byte is a letter, only the words tell: which reading makes words of them.
"""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from glassnet.core.errors import InputError
from glassnet.data.checks import DataError

if TYPE_CHECKING:
    from charset_normalizer import CharsetMatch

# The encodings that are guessed, by Python's names, the likelier ones first; and what people say.
GUESSED = {
    "cp1252": "Windows-1252", "cp1250": "Windows-1250", "cp1255": "Windows-1255",
    "cp1251": "Windows-1251", "cp932": "Shift-JIS", "gb18030": "GB18030", "big5": "Big5",
    "cp949": "EUC-KR", "mac_roman": "Mac Roman", "cp1254": "Windows-1254",
    "cp1253": "Windows-1253", "cp1257": "Windows-1257", "cp1256": "Windows-1256",
    "iso8859_2": "ISO 8859-2", "koi8_r": "KOI8-R", "euc_jp": "EUC-JP",
    "mac_cyrillic": "Mac Cyrillic", "cp874": "Windows-874", "cp866": "CP866", "cp850": "CP850",
}  # fmt: skip
SPOKEN = GUESSED | {"utf-8-sig": "UTF-8 with a byte-order mark"}
# What a language writes beyond a to z: one of them must have all the letters of a right reading.
ALPHABETS = (
    "äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "ãáàâçéêíóôõúü", "àèéìíòóùú", "ëïéèöüáóê",  # de … nl
    "åäöé", "æøåé", "áéíóúýþæðö", "äõöüšž",  # sv, da and nb, is, et
    "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîșțşţ", "čćđšž",  # pl … hr
    "çğıöşüâî", "ąčęėįšųūž", "āčēģīķļņšūž",  # tr, lt, lv
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",  # ru, uk
    "абвгдђежзијклљмнњопрстћуфхцчџш", "абвгдежзийклмнопрстуфхцчшщъьюя",  # sr, bg
    "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ", "אבגדהוזחטיךכלםמןנסעףפץצקרשת",  # el, he
)  # fmt: skip
SCRIPTS = ("CJK", "Hangul", "Hiragana", "Katakana", "Arabic", "Thai")  # too large to be listed
PLAIN = bytes(range(32, 127)) + b"\t\n\r\0"
LETTERS = 4  # beyond ASCII, fewer tell nothing
CLEAR = 0.02  # by how much the best reading must beat the next
MOST, LONGEST = 2_000, 100  # different words that are looked at, and bytes in one


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a text stand for letters.

    name: as Python knows it. doubt: of a guess, what there is to say; "" where it is known.
    """

    name: str
    doubt: str = ""

    def said(self) -> str:
        """In words."""
        spoken = SPOKEN.get(self.name, self.name.upper())
        return f"{spoken} ({self.doubt}; --encoding NAME overrules)" if self.doubt else spoken


def encoding_named(name: str, start: bytes, path: Path) -> Encoding:
    """The encoding that a person names, for a file that begins so.

    Raises: InputError for a name that Python does not know, or a file that has bytes which stand
        for no letter in it.
    """
    try:
        " ".encode(name)  # not all that codecs.lookup finds makes text
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        raise InputError(
            f"encoding is {name[:40]!r}: give one that Python knows, as utf-8, utf-16, cp1252 "
            "(Windows), latin-1, mac_roman, shift_jis or gb18030."
        ) from None
    try:
        codecs.getincrementaldecoder(found)().decode(start)
    except UnicodeError as error:
        line = start[: getattr(error, "start", 0)].count(b"\n") + 1
        raise DataError(
            f"{path} is not in {name}: line {line} has bytes that stand for no letter in it."
        ) from None
    marked = found == "utf-8" and start.startswith(codecs.BOM_UTF8)
    return Encoding("utf-8-sig" if marked else found)


def found_encoding(start: bytes, path: Path, likely: str | None = None) -> Encoding:
    """The encoding of a file that begins so; a DataError where it is no text.

    likely: the one to take before any guess, where the text can be in it.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),  # begins as that of UTF-16 does
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(mark):
            return Encoding(name)
    zeros = start.count(0)
    if zeros:
        if name := _of_several_bytes(start):
            return Encoding(name)
        line = start[: start.index(0)].count(b"\n") + 1
        raise DataError(
            f"{path} holds {zeros} NUL byte{'s' if zeros > 1 else ''}, the first in line {line}: "
            "it is no text table, or it is damaged."
        )
    odd = sum(start.count(bytes([c])) for c in range(32) if c not in b"\t\n\r\f\x1b")
    if odd > 0.01 * len(start):
        raise DataError(f"{path} is a binary file: expected CSV, Parquet or JSON lines.")
    if _is_all(start, "utf-8"):
        return Encoding("utf-8")
    if likely is not None and _is_all(start, likely):
        return Encoding(likely, "as in training")
    return _guessed(start, path)


def _of_several_bytes(start: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, by where the NUL bytes stand; "" for neither."""
    for high, name in (((2, 3), "utf-32-le"), ((0, 1), "utf-32-be")):
        parts = [start[k::4] for k in high]
        if all(part.count(0) > 0.8 * len(part) for part in parts) and _is_all(start, name):
            return name
    zeros = start.count(0)
    # a damaged file is ASCII but for its NUL bytes; in UTF-16 the rest is letters of any kind
    other = len(start.translate(None, PLAIN)) > 0.05 * (len(start) - zeros)
    for second, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        own = start[second::2].count(0)
        if own > 0.4 * len(start) or (other and own > 0.8 * zeros and _is_all(start, name)):
            return name
    return ""


def _is_all(start: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)().decode(start)
    except (UnicodeError, LookupError):
        return False
    return True


def text_of(part: bytes, encoding: Encoding) -> str:
    """The text of a file's beginning; a letter that is cut at its end is left out."""
    return codecs.getincrementaldecoder(encoding.name)("replace").decode(part)


def _guessed(start: bytes, path: Path) -> Encoding:
    """The reading that makes the likeliest words; Windows-1252 where no reading is clearly so."""
    try:
        from charset_normalizer import from_bytes
    except ImportError:
        raise DataError(
            f"{path} is not in UTF-8: name its encoding, as --encoding cp1252, or have it guessed "
            "by pip install 'glassnet[data]'"
        ) from None
    words = _words(start)
    found = from_bytes(
        words, steps=1, chunk_size=len(words), cp_isolation=list(GUESSED), enable_fallback=False
    )
    readings = sorted((_unlikelihood(match), _name_of(match), str(match)) for match in found)
    if sum(byte > 127 for byte in words) < LETTERS:
        return Encoding("cp1252", "too few letters tell")
    if not readings:
        return Encoding("cp1252", "its letters make no words")
    (best, name, text), *others = readings
    if any(other - best < CLEAR and another != text for other, _, another in others):
        return Encoding("cp1252", "its letters would fit others as well")
    return Encoding(name, "guessed by its letters")


def _words(text: bytes) -> bytes:
    """The first words that have letters beyond ASCII, each once: a table repeats itself."""
    words = (
        word[0]
        for line in io.BytesIO(text)
        if not line.isascii()
        for word in re.finditer(rb'[^\s,;"]+', line)  # in no encoding are these part of a letter
        if not word[0].isascii() and len(word[0]) < LONGEST
    )
    return b"\n".join(islice(dict.fromkeys(islice(words, 50 * MOST)), MOST))


def _name_of(reading: CharsetMatch) -> str:
    """The likeliest of the encodings that give this reading."""
    return next(name for name in GUESSED if name in reading.could_be_from_charset)


def _unlikelihood(reading: CharsetMatch) -> float:
    """How little a reading looks like words; the weights were chosen on tables of country names.

    chaos and coherence are charset-normalizer's: letters in places where none stand, and how
    often each stands as in some language.
    """
    text = str(reading)
    foreign = 0.0
    letters = [c for c in text.lower() if not c.isascii() and c.isalpha()]
    signs = re.findall(r"(?<=[^\W\d_A-Z])[^\w\s!-~’·](?=[^\W\d_A-Z])", text)  # poblaci—n
    if not any(kind.startswith(SCRIPTS) for kind in reading.alphabets):
        alien = min(sum(c not in own for c in letters) for own in ALPHABETS)
        foreign = (alien + len(signs)) / max(len(letters) + len(signs), 1)
    rank = list(GUESSED).index(_name_of(reading))
    return 4 * reading.chaos + foreign - 0.2 * reading.coherence + 0.004 * rank
