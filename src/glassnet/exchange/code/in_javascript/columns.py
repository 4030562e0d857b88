"""What a table's preparation does with a raw row, as JavaScript."""

import re

from glassnet.data.table.cells import FORMATS, MISSING, NO, NO_NUMBER, YES
from glassnet.data.table.inputs import CategoryInput, DateInput, NumberInput
from glassnet.data.table.kinds import Column
from glassnet.data.table.preparation import TablePreparation
from glassnet.exchange.code.in_javascript.language import literal

CELL = """
// a cell as text without spaces around it, empty where it is missing
function textOf(cell) {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return "";
  const text = String(cell).trim();
  return MISSING.has(text) ? "" : text;
}
"""
NUMBER = """
// (value - mean) / scale, 0 where it is missing; and with gaps whether it is
function numberInputs({ name, mean, scale, gaps, words, lenient, clip }, cell) {
  let text = textOf(typeof cell === "boolean" ? Number(cell) : cell);
  if (words) {
    const word = text.toLowerCase();
    text = YES.has(word) ? "1" : NO.has(word) ? "0" : text;
  }
  if (DECIMAL === "," && typeof cell === "string") {
    text = text.includes(".") ? "no number" : text.replace(",", ".");
  }
  if (text && !NO_NUMBER.has(text)) {
    const said = /^[+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d+)?$/i.test(text);
    const value = said ? Number(text) : NaN;
    if (words && value !== 0 && value !== 1) throw new CellError(name, cell, "neither yes nor no");
    if (Number.isFinite(value)) {
      const x = (value - mean) / scale;
      if (!Number.isFinite(x)) throw new CellError(name, cell, "too large");
      // with clip what lies far out is drawn in, so that it is never beyond 3
      return [clip ? x / Math.sqrt(1 + (x / 3) * (x / 3)) : x, ...(gaps ? [0] : [])];
    }
    if (!lenient) throw new CellError(name, cell, "no finite number");
  }
  return [0, ...(gaps ? [1] : [])];
}
"""
CATEGORY = """
// 1 for the level that the cell holds and 0 for all others
function categoryInputs({ levels, other, gaps }, cell) {
  const text = textOf(cell);
  const inputs = levels.map((level) => Number(level === text));
  const missing = gaps && text === "";
  if (other) inputs.push(Number(!missing && !levels.includes(text)));
  if (gaps) inputs.push(Number(missing));
  return inputs;
}
"""
DATE = """
const DAY = 864e8; // microseconds

// microseconds from 1970 to a moment in UTC, whose month counts from 0; NaN where there is none
function microseconds(year, month, day, hours = 0, minutes = 0, seconds = 0) {
  const moment = new Date(0);
  moment.setUTCFullYear(year, month, day);
  const there = moment.getUTCMonth() === month && moment.getUTCDate() === day;
  if (!there || hours > 23 || minutes > 59 || seconds >= 60) return NaN;
  return moment.getTime() * 1000 + (hours * 60 + minutes) * 6e7 + Math.round(seconds * 1e6);
}

// days from 1970 to what a text says as one of the forms; NaN where it is none of them
function daysIn(text, forms) {
  for (const form of forms) {
    const found = new RegExp(`^${form}$`).exec(text);
    if (!found) continue;
    const { Y, m, d, H = 0, M = 0, S = 0, z = "Z" } = found.groups;
    const told = microseconds(...[Y, m - 1, d, H, M, S].map(Number));
    const [, sign, hours, minutes = 0] = /^([+-])(\\d\\d):?(\\d\\d)?$/.exec(z) ?? [0, "+", 0, 0];
    const ahead = Number(`${sign}1`) * (60 * hours + Number(minutes)) * 6e7;
    if (!Number.isNaN(told)) return (told - ahead) / DAY;
  }
  return NaN;
}

// the days since 1970 as a number; the place in year, week and day on a circle
function dateInputs({ name, mean, scale, forms, clock, gaps }, cell) {
  let days = cell?.days;
  if (days === undefined) {
    const text = textOf(cell);
    if (!text || NO_NUMBER.has(text)) return Array(clock ? 7 : 5).fill(0).concat(gaps ? [1] : []);
    days = daysIn(text, forms);
  }
  const day = Math.floor(days);
  const year = new Date(day * 864e5).getUTCFullYear();
  if (Number.isNaN(year)) throw new CellError(name, cell, "no date as in training");
  const places = [(day - microseconds(year, 0, 1) / DAY + (days - day)) / 365.25];
  const week = days + 3; // the first of 1970 was a Thursday: the week begins on Monday
  places.push((week - 7 * Math.floor(week / 7)) / 7);
  if (clock) places.push(days - day);
  const circles = places.flatMap((p) => [Math.sin(2 * Math.PI * p), Math.cos(2 * Math.PI * p)]);
  return [(days - mean) / scale, ...circles, ...(gaps ? [0] : [])];
}
"""
INPUTS = """
class CellError extends Error {
  constructor(name, cell, what) {
    super(`${name} holds ${JSON.stringify(cell)}, which is ${what}`);
    this.column = name;
    this.what = what;
  }
}

// the network's inputs of one row, an object from its columns to their cells
function inputs(row) {
  const absent = columns.find(({ name }) => !Object.hasOwn(row, name));
  if (absent) throw new Error(`the column ${JSON.stringify(absent.name)} is missing`);
  const found = columns.flatMap((column) => column.read(column, row[column.name]));
  return Float64Array.from(found);
}
"""
PIECES = {"number": NUMBER, "category": CATEGORY, "date": DATE}


def of_a_table(preparation: TablePreparation) -> str:
    """`columns`, and `inputs(row)` with all that it calls."""
    used = preparation.used
    sorts = [s for s in PIECES if any(c.code is not None and c.code.sort == s for c in used)]
    sets = {"MISSING": MISSING, "NO_NUMBER": NO_NUMBER, "YES": sorted(YES), "NO": sorted(NO)}
    known = [f"const {name} = new Set({literal(list(words))});" for name, words in sets.items()]
    known.append(f"const DECIMAL = {literal(preparation.decimal)};")
    rows = "".join(f"  {_column(column)},\n" for column in used)
    told = "\n".join(known) + "\n" + CELL + "".join(PIECES[sort] for sort in sorts)
    return f"{told}\nconst columns = [\n{rows}];\n{INPUTS}"


def _column(column: Column) -> str:
    """What was learned of a column, and by what it is read."""
    learned: dict[str, object] = {"name": column.name}
    match column.code:
        case NumberInput(mean, scale, gaps, words, lenient, clip):
            learned |= {"mean": mean, "scale": scale, "gaps": gaps, "words": words,
                        "lenient": lenient, "clip": clip}  # fmt: skip
        case CategoryInput(levels, other, gaps):
            learned |= {"levels": list(levels), "other": other, "gaps": gaps}
        case DateInput(mean, scale, form, clock, gaps):
            forms = [form_pattern(each) for each in (FORMATS if form is None else (form,))]
            learned |= {"mean": mean, "scale": scale, "forms": forms, "clock": clock,
                        "gaps": gaps}  # fmt: skip
        case None:
            raise ValueError(f"{column.name} is left out.")
    read = f"{column.code.sort}Inputs"
    return "{ " + f"read: {read}, " + literal(learned)[1:-1] + " }"


def form_pattern(form: str) -> str:
    """A date's form as a regular expression of JavaScript.

    >>> form_pattern("%d.%m.%Y %H:%M")
    '(?<d>\\\\d{1,2})\\\\.(?<m>\\\\d{1,2})\\\\.(?<Y>\\\\d{4}) (?<H>\\\\d{1,2}):(?<M>\\\\d{1,2})'
    """
    pattern = form.replace(".", "\\.").replace("/", "\\/")
    pattern = pattern.replace("%S%\\.f", "(?<S>\\d{1,2}(?:\\.\\d{1,9})?)")
    pattern = pattern.replace("%#z", "(?<z>Z|[+-]\\d\\d(?::?\\d\\d)?)")
    pattern = pattern.replace("%Y", "(?<Y>\\d{4})")
    return re.sub("%([mdHM])", r"(?<\1>\\d{1,2})", pattern)
