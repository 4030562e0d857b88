"""`glassnet exercise`: each form written, filled in and checked; what is no worksheet refused."""

import ast
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from glassnet.cli.exercise import exercise
from glassnet.core.errors import InputError
from glassnet.tutor.lessons.course import COURSE
from glassnet.tutor.sheet.check import solved
from glassnet.tutor.sheet.exercise import SheetSettings, make_exercise

Capture = pytest.CaptureFixture[str]


def sheet(folder: Path, name: str = "sheet.md", **chosen: Any) -> Path:
    file = folder / name
    assert exercise(out=file, **chosen) == 0
    return file


def change(file: Path, pattern: str, instead: str) -> None:
    text, count = re.subn(pattern, instead, file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count, pattern
    file.write_text(text, encoding="utf-8")


# -- what is written -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sheet.md", "sheet.ipynb"])
@pytest.mark.parametrize(
    ("sizes", "chosen"),
    [("1-1", {}), ("2-2-1", {"activation": "tanh"}), ("2-3-2", {"output": "softmax"}),
     ("2-3-1", {"activation": "relu"})],
)  # fmt: skip
def test_a_blank_sheet_ends_with_1_and_its_solution_with_0(
    tmp_path: Path, capsys: Capture, name: str, sizes: str, chosen: dict[str, Any]
) -> None:
    blank = sheet(tmp_path, name, sizes=sizes, seed=5, **chosen)
    assert "Then: glassnet exercise --check" in capsys.readouterr().err
    assert exercise(check=blank) == 1
    assert "Nothing is filled in yet. The next blank is z1[0]." in capsys.readouterr().out
    solution = sheet(
        tmp_path, "solution" + blank.suffix, sizes=sizes, seed=5, answers=True, **chosen
    )
    assert exercise(check=solution) == 0
    numbers = len(make_exercise(SheetSettings(tuple(map(int, sizes.split("-"))), **chosen)).exact)
    assert f"All {numbers} numbers are right." in capsys.readouterr().out


def test_the_ending_of_the_file_chooses_its_format(tmp_path: Path) -> None:
    for ending, start in ((".md", "<!-- glassnet"), (".html", "<!doctype html>"),
                          (".tex", "\\documentclass"), (".ipynb", "{")):  # fmt: skip
        written = sheet(tmp_path, f"a{ending}").read_text(encoding="utf-8")
        assert written.startswith(start)
    chosen = sheet(tmp_path, "b.txt", format="latex").read_text(encoding="utf-8")
    assert chosen.startswith("\\documentclass")


def test_the_sheet_shows_no_value_and_the_solution_every_one(capsys: Capture) -> None:
    found = solved(make_exercise(SheetSettings(seed=3)))
    values = {f"{answer.value:.4f}".replace("-", "−") for answer in found.values()}
    exercise(seed=3)
    text = capsys.readouterr().out
    assert not [value for value in values if value in text]
    exercise(seed=3, answers=True)
    text = capsys.readouterr().out
    assert not [value for value in values if value not in text]


def test_on_the_screen_formulas_are_plain_and_in_a_file_set(
    tmp_path: Path, capsys: Capture
) -> None:
    exercise(lesson=1, answers=True)
    text = capsys.readouterr().out
    assert "= W1[0,0]·x[0] + " in text
    assert "$" not in text
    assert "sigmoid) " not in text  # a word of a later lesson
    assert "aligned" in sheet(tmp_path, "sheet.md", answers=True).read_text(encoding="utf-8")


def test_the_notebook_is_one_and_its_cell_is_python(tmp_path: Path) -> None:
    document = json.loads(sheet(tmp_path, "sheet.ipynb").read_text(encoding="utf-8"))
    assert (document["nbformat"], document["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in document["cells"]]
    assert len(set(ids)) == len(ids)
    (code,) = (cell for cell in document["cells"] if cell["cell_type"] == "code")
    answers = ast.literal_eval(code["source"].partition("=")[2].strip())
    assert set(answers) == set(make_exercise(SheetSettings()).exact)
    assert set(answers.values()) == {None}
    (picture,) = document["cells"][0]["attachments"].values()
    assert set(picture) == {"image/svg+xml"}


@pytest.mark.parametrize("answers", [False, True])
def test_the_latex_is_closed_and_plain(tmp_path: Path, answers: bool) -> None:
    text = sheet(tmp_path, "a.tex", sizes="2-3-2", output="softmax", answers=answers).read_text()
    assert text.isascii()
    opened: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{([a-z]+)\}", text):
        if kind == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert not opened
    assert len(re.findall(r"(?<!\\)\{", text)) == len(re.findall(r"(?<!\\)\}", text))
    lines = len(re.findall(r"= ?\$ \\blank", text))
    assert lines == (0 if answers else len(make_exercise(SheetSettings((2, 3, 2))).exact))


def test_json_tells_the_exercise(capsys: Capture) -> None:
    exercise(seed=4, json=True)
    document = json.loads(capsys.readouterr().out)
    assert document["settings"]["seed"] == 4
    told = document["quantities"][0]
    assert {name for name, value in told.items() if value is not None} == {"address", "title"}
    exercise(seed=4, json=True, answers=True)
    first = json.loads(capsys.readouterr().out)["quantities"][0]
    given = document["given"]
    assert first["value"] == pytest.approx(
        given["W1[0,0]"] * given["x[0]"] + given["W1[0,1]"] * given["x[1]"] + given["b1[0]"]
    )


# -- what is filled in -----------------------------------------------------------------------


WAYS = (
    lambda a, v: f"- {a} = " + f"{v:.4f}".replace(".", ","),
    lambda a, v: f"| `{a}` | {v:.4f} |".replace("-", "−"),
    lambda a, v: f"  * **{a}** = __{v:.4f}__",
    lambda a, v: f"{a.replace(',', ', ')}: {v:.5e}",
    lambda a, v: f"> {a} = {round(v * 10_000)}/10000",
    lambda a, v: f"+ {a} ={v * 100:.2f} · 10^-2",
)


def test_numbers_are_taken_as_people_write_them(tmp_path: Path) -> None:
    file = sheet(tmp_path, sizes="2-3-2", output="softmax")
    found = solved(make_exercise(SheetSettings((2, 3, 2), output="softmax")))
    for number, (address, answer) in enumerate(found.items()):
        line = WAYS[number % len(WAYS)](address, answer.value)
        change(file, rf"^- {re.escape(address)} = ____$", f"Note: W1[0,0]·x[0] = 0.123\n\n{line}")
    assert exercise(check=file) == 0
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert exercise(check=file) == 0


def test_a_notebook_takes_numbers_and_texts(tmp_path: Path, capsys: Capture) -> None:
    file = sheet(tmp_path, "sheet.ipynb", sizes="1-1")
    document = json.loads(file.read_text(encoding="utf-8"))
    (code,) = (cell for cell in document["cells"] if cell["cell_type"] == "code")
    code["source"] = (
        'answers = {\n "z1[0]": -7/2,\n "a1[0]": "0,5",\n "loss": ...,\n "x": 1,\n}\nprint(1)'
    ).splitlines(keepends=True)
    file.write_text(json.dumps(document), encoding="utf-8")
    assert exercise(check=file, json=True) == 1
    entries = {e["address"]: e for e in json.loads(capsys.readouterr().out)["entries"]}
    assert entries["z1[0]"]["written"] == -3.5
    assert entries["a1[0]"]["written"] == 0.5
    assert entries["loss"]["status"] == "blank"


@pytest.fixture
def mistaken(tmp_path: Path) -> Path:
    """A solution in which delta2 has its sign turned, and all else is as it was."""
    file = sheet(tmp_path, seed=2, answers=True)
    text = file.read_text(encoding="utf-8")
    value = re.findall(r"^- delta2\[0\] = (\S+)$", text, flags=re.MULTILINE)[0]
    turned = value[1:] if value[0] == "−" else "-" + value
    change(file, r"^- delta2\[0\] = \S+$", f"- delta2[0] = {turned}")
    return file


def right_value(address: str) -> str:
    return f"{abs(solved(make_exercise(SheetSettings(seed=2)))[address].value):.4f}"


def test_a_mistake_ends_with_1_and_is_explained(mistaken: Path, capsys: Capture) -> None:
    assert exercise(check=mistaken) == 1
    text = capsys.readouterr().out
    assert "The first mistake: delta2[0]." in text
    assert "The output delta has the wrong sign." in text
    assert "δ2 = (a2 − y) ⊙ σ′(z2)" in text
    assert "delta2[0] = (a2[0] − y[0])·a2[0]·(1 − a2[0])" in text
    assert max(map(len, text.splitlines()[1:])) <= 80


def test_hints_tell_little_by_little(tmp_path: Path, capsys: Capture) -> None:
    file = sheet(tmp_path, seed=2)
    change(file, r"^- z1\[0\] = ____$", "- z1[0] = 0.9999")
    told: list[str] = []
    for hint in (1, 2, 3):
        assert exercise(check=file, hint=hint) == 1  # type: ignore[arg-type]
        told.append(capsys.readouterr().out)
    value, formula = right_value("z1[0]"), "W1[0,0]·x[0]"
    assert "Look at z1[0]" in told[0]
    assert [("?" in text, formula in text, value in text) for text in told] == [
        (False, False, False), (True, False, False), (True, True, True),
    ]  # fmt: skip
    exercise(check=file)
    assert value not in capsys.readouterr().out
    exercise(check=file, answers=True)
    text = capsys.readouterr().out
    assert "it should be" in text
    assert value in text


def test_the_document_keeps_the_value_back_too(mistaken: Path, capsys: Capture) -> None:
    assert exercise(check=mistaken, json=True) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["counts"]["wrong"] == 1
    assert document["first"]["mistakes"][0]["name"] == "output-delta-sign"
    assert document["first"]["expected"] is None
    exercise(check=mistaken, json=True, hint=1)
    first = json.loads(capsys.readouterr().out)["first"]
    assert {name for name, value in first.items() if value} == {
        "address", "addresses", "written", "text",
    }  # fmt: skip
    exercise(check=mistaken, json=True, answers=True)
    first = json.loads(capsys.readouterr().out)["first"]
    assert f"{abs(first['expected']):.4f}" == right_value("delta2[0]")


# -- the page in a browser -------------------------------------------------------------------


def test_the_page_is_filled_by_keyboard_saved_and_checked(
    tmp_path: Path, capsys: Capture, chromium: Any
) -> None:
    page = chromium.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    file = sheet(tmp_path, "sheet.html", seed=6)
    page.goto(file.as_uri())
    found = solved(make_exercise(SheetSettings(seed=6)))
    page.locator("input").first.focus()
    for number, answer in enumerate(found.values()):
        page.keyboard.type(f"{answer.value:.4f}".replace(".", ",") if number % 2 else
                           f"{answer.value:.4f}")  # fmt: skip
        page.keyboard.press("Enter" if number % 3 else "Tab")
    assert page.evaluate("document.activeElement.id") == "save"
    assert page.locator("#count").inner_text() == f"{len(found)} of {len(found)} filled in."
    page.reload()  # nothing typed is lost
    assert page.locator("input").first.input_value()
    with page.expect_download() as saving:
        page.locator("#save").press("Enter")
    saved = tmp_path / saving.value.suggested_filename
    saving.value.save_as(saved)
    page.close()
    assert saved.name == "worksheet-6.md"
    assert exercise(check=saved) == 0
    assert f"All {len(found)} numbers are right." in capsys.readouterr().out
    assert not complaints
    assert {url for url in requests if not url.startswith("data:")} == {file.as_uri()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1100])
def test_the_page_fits_any_window(tmp_path: Path, chromium: Any, width: int, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    for answers in (False, True):
        file = sheet(tmp_path, "a.html", sizes="2-3-2", output="softmax", answers=answers)
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        clipped = page.evaluate(
            "[...document.querySelectorAll('label > *')]"
            ".filter((e) => e.scrollWidth > e.clientWidth + 1).length"
        )
        assert clipped == 0
    context.close()


def test_without_its_script_the_page_still_shows_the_sheet(tmp_path: Path) -> None:
    text = sheet(tmp_path, "a.html").read_text(encoding="utf-8")
    inputs = re.findall(r'<input name="([^"]+)"', text)
    assert inputs == list(make_exercise(SheetSettings()).exact)
    svg = text[text.index("<svg") : text.index("</svg>") + 6]
    ElementTree.fromstring(svg)


# -- what is refused -------------------------------------------------------------------------


def refused(**arguments: Any) -> str:
    """The sentence by which a call is refused."""
    with pytest.raises(InputError) as refusal:
        exercise(**arguments)
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"# My notes\n\n- z1[0] = 3\n", "is no worksheet"),
        (b"\x00\x01\x02", "no text file"),
        (b"\xff\xfe\x80\x81", "no text file"),
        (b"{", "neither a notebook"),
        (b"{}", "neither a notebook"),
        (b'{"cells": [{"cell_type": "markdown", "source": "hello"}]}', "is no worksheet"),
        (b'{"cells": 3}', "neither a notebook"),
        (b"[" * 100_000, "is no worksheet"),
        (b'{"cells":' + b"[" * 100_000, "neither a notebook"),
    ],
)
def test_what_is_no_worksheet_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    assert told in refused(check=file)


def test_a_folder_and_nothing_are_refused(tmp_path: Path) -> None:
    assert "is a folder" in refused(check=tmp_path)
    assert "does not exist" in refused(check=tmp_path / "nowhere.md")


def test_a_number_that_is_none_is_refused_with_its_place(tmp_path: Path) -> None:
    file = sheet(tmp_path)
    change(file, r"^- a1\[0\] = ____$", "- a1[0] = about a half")
    lines = file.read_text(encoding="utf-8").splitlines()
    place = lines.index("- a1[0] = about a half") + 1
    assert f"line {place}: a1[0] = about a half is no number" in refused(check=file)
    book = sheet(tmp_path, "sheet.ipynb")
    change(book, r'\\"a1\[0\]\\": None', r'\\"a1[0]\\": half')
    assert "a1[0] = half is no number" in refused(check=book)
    change(book, r'\\"a1\[0\]\\": half', r'\\"a1[0]\\": 0,4,')
    assert "this is no Python" in refused(check=book)


@pytest.mark.parametrize("name", ["sheet.md", "sheet.ipynb"])
def test_a_changed_given_number_is_noticed(tmp_path: Path, name: str) -> None:
    file = sheet(tmp_path, name)
    given = make_exercise(SheetSettings()).given["W1[0,1]"]
    change(file, r"W1\[0,1\] = [−\d.]+", "W1[0,1] = 0.55")
    told = refused(check=file)
    assert f"W1[0,1] is 0.55 in the sheet and {given:g} in exercise 0" in told


@pytest.mark.parametrize(
    ("pattern", "instead", "told"),
    [
        (r'"seed": 0', '"seed": 1', "a given number was changed"),
        (
            r'"seed": 0',
            '"seed": -1',
            "was changed; write the sheet anew and copy your answers into it: seed is -1",
        ),
        (r'"seed": 0', '"seed": "x"', "settings.seed is 'x': expected a whole number"),
        (r'"seed": 0', '"seed": true', "settings.seed is True"),
        (r'"seed": 0', '"side": 0', "settings has 'side'"),
        (r'"seed": 0', '"seed": 0, "more": 1', "settings has 'more'"),
        (r'"sizes": \[2, 2, 1\]', '"sizes": [2, 2, 999999]', "too large"),
        (r'"sizes": \[2, 2, 1\]', '"sizes": 3', "settings.sizes is 3"),
        (r'"activation": "sigmoid"', '"activation": ["sigmoid"]', "settings.activation is"),
        (r'"activation": "sigmoid"', '"activation": "sine"', "choose sigmoid"),
        (r"^<!--.*$", "", "is no worksheet"),
    ],
)
def test_a_changed_line_of_settings_is_refused(
    tmp_path: Path, pattern: str, instead: str, told: str
) -> None:
    file = sheet(tmp_path)
    change(file, pattern, instead)
    assert told in refused(check=file)


def test_the_page_and_the_paper_say_what_can_be_checked(tmp_path: Path) -> None:
    assert "Save my answers" in refused(check=sheet(tmp_path, "a.html"))
    assert "for paper" in refused(check=sheet(tmp_path, "a.tex"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"sizes": "2"}, "as 2-3-1"),
        ({"sizes": "100-100"}, "too large"),
        ({"sizes": "2-1", "output": "softmax"}, "2 or more"),
        ({"digits": 20}, "2 to 8"),
        ({"hint": 1}, "goes with --check"),
        ({"json": True, "format": "html"}, "not both"),
        ({"check": "sheet.md", "seed": 3}, "leave out"),
    ],
)
def test_calls_that_make_no_sense_are_refused(arguments: dict[str, Any], told: str) -> None:
    assert told in refused(**arguments)


def test_hint_and_answers_exclude_each_other(tmp_path: Path) -> None:
    assert "exclude each other" in refused(check=sheet(tmp_path), hint=1, answers=True)


def test_numbers_beyond_all_measure_are_checked_like_others(tmp_path: Path) -> None:
    file = sheet(tmp_path, answers=True)
    change(file, r"^- (z1\[0\]|a1\[1\]|delta2\[0\]) = .*$", r"- \1 = -9e307")
    assert exercise(check=file) == 1
    assert exercise(check=file, json=True) == 1


def test_each_lesson_has_the_sheet_that_ends_with_it(capsys: Capture) -> None:
    for each in COURSE:
        if not each.sheet[0]:
            with pytest.raises(InputError, match=f"lesson {each.number} has no worksheet"):
                exercise(lesson=each.number)
            continue
        assert exercise(lesson=each.number, json=True) == 0
        blanks = [b["address"] for b in json.loads(capsys.readouterr().out)["quantities"]]
        wanted = {address for address in each.expects if "@" not in address}
        assert {address.partition("[")[0] for address in wanted} <= {
            address.partition("[")[0] for address in blanks
        }


def test_a_lesson_says_sizes_and_end_itself() -> None:
    with pytest.raises(InputError, match="--lesson says the sizes"):
        exercise(lesson=4, sizes="2-2-1")
