"""A checked worksheet as text for a terminal: what is right, and the first mistake explained."""

from collections.abc import Iterator, Sequence

from glassnet.tutor.sheet.check import Entry, First, SheetReport
from glassnet.views.sheet.words import fixed
from glassnet.views.text.wrapping import wrapped

WIDTH = 80
COLUMNS = ("right", "follows", "wrong", "blank")
QUESTIONS = {
    "z": "Which weights lead into this neuron, and is its bias added?",
    "a": "What does the activation function give for your z, key by key?",
    "loss": "Which errors go into the loss, and by which factor is their sum multiplied?",
    "delta": "Through which functions does the loss depend on this z?",
    "dW": "Which delta stands at one end of this weight, and which input at the other?",
    "db": "What is the input of a bias?",
    "new": "In which direction is the step, and how long is it?",
}


def worksheet_report(report: SheetReport, hint: int | None = None, answers: bool = False) -> str:
    """What the check found. A hint shows less: 1 where, 2 a question, 3 the formula."""
    return "\n".join(_lines(report, hint, answers)).rstrip("\n") + "\n"


def _lines(report: SheetReport, hint: int | None, answers: bool) -> Iterator[str]:
    s, counts = report.settings, report.counts
    sizes = "-".join(map(str, s.sizes))
    yield f"{report.file}: worksheet {s.seed}, network {sizes}, to {s.digits} decimals"
    yield ""
    rows = report.by_quantity()
    width = max(map(len, rows))
    yield f"  {'':{width}}" + "".join(f"{column:>9}" for column in COLUMNS)
    for name, entries in rows.items():
        line = f"  {name:{width}}{_cells(entries)}"
        yield (line + _remark(report, entries, WIDTH - len(line))).rstrip()
    yield ""
    if report.passed:
        yield f"All {counts['right']} numbers are right."
    elif report.first is None:
        blank = next(e.address for e in report.entries if e.status == "blank")
        filled = len(report.entries) - counts["blank"]
        start = "Nothing is filled in yet" if not filled else "All that is filled in is right"
        yield f"{start}. The next blank is {blank}."
    else:
        yield from _first(report, report.first, hint, answers)
    if counts["follows"] and hint is None:
        yield ""
        yield from wrapped(
            "What only follows from a wrong number was computed rightly and counts as no mistake."
        )


def _cells(entries: Sequence[Entry]) -> str:
    counts = [sum(entry.status == column for entry in entries) for column in COLUMNS]
    return "".join(f"{count or '.':>9}" for count in counts)


def _remark(report: SheetReport, entries: Sequence[Entry], room: int) -> str:
    """Which ones are wrong, or from what the others follow."""
    wrong = [entry.address for entry in entries if entry.status == "wrong"]
    roots = [root for e in entries if e.status == "follows" for root in e.follows_from]
    head = "   wrong: " if wrong else "   from your "
    names = wrong or list(dict.fromkeys(roots))
    return head + _few(report, names, room - len(head)) if names else ""


def _few(report: SheetReport, names: Sequence[str], room: int = WIDTH) -> str:
    """The names that there is room for; an array whose entries are all meant by its own name."""
    short = list(names)
    for array, entries in report.by_quantity().items():
        whole = [entry.address for entry in entries]
        if len(whole) > 1 and set(whole) <= set(short):
            short[short.index(whole[0])] = array
            short = [name for name in short if name not in whole]
    for told in range(len(short), 0, -1):
        left = len(short) - told
        text = ", ".join(short[:told]) + (f" and {left} more" if left else "")
        if len(text) <= room or told == 1:
            return text
    return ""


def _first(report: SheetReport, first: First, hint: int | None, answers: bool) -> Iterator[str]:
    digits, several = report.settings.digits, len(first.addresses) > 1
    if hint is not None:
        yield from _hints(report, first, hint)
        return
    yield from wrapped(
        f"The first mistake: {_few(report, first.addresses)}. You wrote {first.text}"
        + (f" for {first.address}" if several else "")
        + (f"; it should be {fixed(first.expected or 0.0, digits)}." if answers else "."),
    )
    if first.unknown:
        yield from wrapped("It is no mistake that glassnet knows. With your numbers:", "  ")
    elif len(first.mistakes) > 1:
        yield f"  One of these {len(first.mistakes)}; all give what you wrote:"
    for mistake in first.mistakes:
        title = mistake.title[0].upper() + mistake.title[1:]
        only = ", here alone" if first.here_alone and mistake.changes else ""
        yield ""
        yield from wrapped(f"{title}{only}. {mistake.why}", "  ")
        yield from wrapped(f"yours  {mistake.wrong}", "    ", "           ")
        yield from wrapped(f"right  {mistake.right}", "    ", "           ")
    yield ""
    yield from _formula(first)
    if first.also:
        yield ""
        yield from wrapped(f"The same mistake gives what you wrote for {', '.join(first.also)}.")


def _hints(report: SheetReport, first: First, hint: int) -> Iterator[str]:
    yield from wrapped(f"Hint 1. Look at {_few(report, first.addresses)}.", "", "  ")
    if hint >= 2:
        kind = first.address.partition("[")[0].partition(".")[0].rstrip("0123456789")
        questions = first.questions or [QUESTIONS[kind]]
        for question in questions:
            yield from wrapped(f"Hint 2. {question}", "", "  ")
    if hint >= 3:
        value = fixed(first.expected or 0.0, report.settings.digits)
        yield f"Hint 3. It is {value}, with your earlier numbers:"
        yield from _formula(first)


def _formula(first: First) -> Iterator[str]:
    pad = " " * (len(first.address) + 7)
    yield from wrapped(f"{first.address} = {first.formula}", "    ", pad)
    if first.substituted != first.formula:
        yield from wrapped(f"= {first.substituted}", pad[:-2], pad)
