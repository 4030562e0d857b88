"""What a network's preparation does with a raw row, as Python without any library."""

from glassnet.data.preparation import Preparation
from glassnet.data.table.cells import FORMATS, MISSING, NO, NO_NUMBER, YES
from glassnet.data.table.inputs import CategoryInput, DateInput, NumberInput
from glassnet.data.table.preparation import TablePreparation
from glassnet.exchange.code.literals import array, listed, literal

IMPORTS = {"number": {"math", "re"}, "category": set(), "date": {"math", "datetime"}}

CELL = '''
def cell(value):
    """A cell as text without spaces around it, empty where it is missing."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value).strip()
    return "" if text in MISSING else text
'''

NUMBER = '''
def number(name, value, mean, scale, gaps, words, lenient, clip):
    """(value - mean) / scale, 0 where it is missing; and with gaps whether it is.

    With clip what lies far out is drawn in, so that it is never beyond 3.
    """
    text = cell(value)
    if words:
        text = "1" if text.lower() in YES else "0" if text.lower() in NO else text
    if DECIMAL == "," and isinstance(value, str):
        text = "no number" if "." in text else text.replace(",", ".", 1)
    if text and text not in NO_NUMBER:
        found = math.nan
        if re.fullmatch(r"[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?", text, re.ASCII):
            found = float(text)
        if words and found not in (0, 1):
            raise ValueError(f"{name} holds {value!r}, neither yes nor no")
        if math.isfinite(found):
            x = (found - mean) / scale
            return [x / math.sqrt(1 + (x / 3) ** 2) if clip else x] + [0.0] * gaps
        if not lenient:
            raise ValueError(f"{name} holds {value!r}, which is no finite number")
    return [0.0] + [1.0] * gaps
'''

CATEGORY = '''
def category(name, value, levels, other, gaps):
    """1 for the level that the cell holds and 0 for all others."""
    text = cell(value)
    known = [float(text == level) for level in levels]
    missing = gaps and not text
    unknown = not any(known) and not missing
    return known + [float(unknown)] * other + [float(missing)] * gaps
'''

DATE = '''
def date(name, value, mean, scale, forms, clock, gaps):
    """The days since 1970 as a number; the place in year, week and day on a circle."""
    moment = value
    if not isinstance(value, datetime.date):
        text = cell(value)
        if not text or text in NO_NUMBER:
            return [0.0] * (7 if clock else 5) + [1.0] * gaps
        moment = None
        for form in forms:
            try:
                moment = datetime.datetime.strptime(text, form)
                break
            except ValueError:
                pass
        if moment is None:
            raise ValueError(f"{name} holds {value!r}, which is no date as in training")
        if moment.tzinfo is not None:
            moment = moment.astimezone(datetime.timezone.utc)
    elif not isinstance(value, datetime.datetime):
        moment = datetime.datetime(value.year, value.month, value.day)
    moment = moment.replace(tzinfo=None)
    days = (moment - datetime.datetime(1970, 1, 1)) / datetime.timedelta(days=1)
    in_year = moment.timetuple().tm_yday - 1 + days % 1
    places = [in_year / 365.25, (days + 3) % 7 / 7, days % 1][: 3 if clock else 2]
    circles = [f(2 * math.pi * place) for place in places for f in (math.sin, math.cos)]
    return [(days - mean) / scale] + circles + [0.0] * gaps
'''

INPUTS = '''
def inputs(row):
    """The network's inputs of one row, a dictionary from its columns to their cells."""
    absent = [name for name, *_ in COLUMNS if name not in row]
    if absent:
        raise ValueError(f"the column {absent[0]!r} is missing")
    cells = [kind(name, row[name], *learned) for name, kind, *learned in COLUMNS]
    return [x for column in cells for x in column]
'''


def of_a_table(preparation: TablePreparation) -> tuple[set[str], str]:
    """The modules to import, and the definitions of `inputs(row)` and what it calls."""
    sorts = [s for s in IMPORTS if any(c.code is not None and c.code.sort == s
                                       for c in preparation.used)]  # fmt: skip
    known: dict[str, tuple[str, ...]] = {"MISSING": MISSING}
    if {"number", "date"} & set(sorts):
        known["NO_NUMBER"] = NO_NUMBER
    if any(isinstance(c.code, NumberInput) and c.code.words for c in preparation.used):
        known |= {"YES": tuple(sorted(YES)), "NO": tuple(sorted(NO))}
    elif "number" in sorts:
        known |= {"YES": (), "NO": ()}
    told = ["# fmt: off", *(f"{name} = {listed(words)}" for name, words in known.items())]
    if "number" in sorts:
        told.append(f"DECIMAL = {literal(preparation.decimal)}")
    told.append("# fmt: on\n")
    pieces = [CELL] + [{"number": NUMBER, "category": CATEGORY, "date": DATE}[s] for s in sorts]
    body = "\n".join(told) + "\n" + "\n".join(pieces)
    imports: set[str] = set().union(*(IMPORTS[s] for s in sorts))
    return imports, f"{body}\n\n{_columns(preparation)}\n{INPUTS}"


def _columns(preparation: TablePreparation) -> str:
    """The table of columns: the name, how it becomes inputs, and what was learned of it."""
    lines = ["# fmt: off", "COLUMNS = ["]
    for column in preparation.used:
        match column.code:
            case NumberInput(mean, scale, gaps, words, lenient, clip):
                learned = [mean, scale, gaps, words, lenient, clip]
            case CategoryInput(levels, other, gaps):
                learned = [levels, other, gaps]
            case DateInput(mean, scale, form, clock, gaps):
                learned = [mean, scale, forms_of(form), clock, gaps]
            case _:
                continue
        told = f"{literal(column.name)}, {column.code.sort}, {', '.join(map(literal, learned))}"
        lines.append(f"    ({told}),")
    return "\n".join([*lines, "]", "# fmt: on", ""])


def forms_of(form: str | None) -> tuple[str, ...]:
    """A date's form as datetime.strptime has it: with a fraction of a second and without.

    >>> forms_of("%Y-%m-%d %H:%M:%S%.f")
    ('%Y-%m-%d %H:%M:%S', '%Y-%m-%d %H:%M:%S.%f')
    """
    forms = FORMATS if form is None else (form,)
    plain = [each.replace("%#z", "%z") for each in forms]
    return tuple(
        each.replace("%.f", fraction)
        for each in plain
        for fraction in (("", ".%f") if "%.f" in each else ("",))
    )


def scaled(preparation: Preparation) -> str:
    """The means and scales of columns of numbers, as lists."""
    if preparation.kind == "pixels":
        return f"largest = {preparation.scale[0]!r}\n"
    import numpy as np

    told = ((name, np.array(getattr(preparation, name))) for name in ("mean", "scale"))
    return "".join(f"{name} = {array(values)}\n" for name, values in told)
