"""`glassnet learn`: begun, checked, gone on with, to the end; and what it refuses."""

import json
import re
from pathlib import Path

import pytest
from command_runs import Run
from record_kinds import check_document

from glassnet.tutor.lessons.chapters.exercises import exercise_of
from glassnet.tutor.lessons.course import COURSE, MANY, functions_up_to
from glassnet.tutor.lessons.typed import FOR_MANY, FUNCTIONS, PROGRAM, typed_file


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(number: int, **bodies: str) -> None:
    """What the learner's file holds when this lesson's functions are written."""
    names = functions_up_to(number)
    Path("mine.py").write_text(
        typed_file("mine.py", names, number >= MANY, bodies), encoding="utf-8"
    )


def place(number: int) -> None:
    Path("mine.learn.json").write_text(
        json.dumps({"kind": "place", "version": 1, "lesson": number}), encoding="utf-8"
    )


def test_the_first_call_writes_the_file_and_tells_the_first_lesson(run: Run):
    done = run("learn")
    assert done.status == 0
    assert done.out.startswith("# Lesson 0: Before you begin")
    assert "array([[0.0275]" in done.out
    assert "### Hint" not in done.out
    assert "Write it in mine.py, and then again: glassnet learn\n" in done.out
    text = Path("mine.py").read_text(encoding="utf-8")
    assert "def example():" in text
    assert "def neuron(" not in text
    assert json.loads(Path("mine.learn.json").read_text())["lesson"] == 0
    assert sorted(p.name for p in Path().iterdir()) == ["mine.learn.json", "mine.py"]


@pytest.mark.outside
def test_the_file_grows_under_ones_hands_to_the_end(run: Run):
    """Each stub is filled in where it stands, as one does in an editor."""
    run("learn")
    path = Path("mine.py")
    for lesson in COURSE[:-1]:
        text = path.read_text(encoding="utf-8")
        for name in lesson.functions:
            assert FUNCTIONS[name].stub in text, name
            text = text.replace(FUNCTIONS[name].stub, FUNCTIONS[name].text)
        for name in lesson.changed:
            text = text.replace(FUNCTIONS[name].text, FOR_MANY[name].text)
        path.write_text(text, encoding="utf-8")
        done = run("learn")
        assert done.status == 0, done.out
        assert f"# Lesson {lesson.number + 1}: " in done.out
    assert "Write it in network.py" in done.out
    waiting = run("learn")  # the program is still to be written, and the lesson was read
    assert waiting.status == 0
    assert "You are at lesson 12" in waiting.out
    assert "# Lesson" not in waiting.out
    Path("network.py").write_text(PROGRAM, encoding="utf-8")
    done = run("learn")
    assert done.status == 0
    assert "You are through" in done.out
    assert "After the course" in done.out
    again = run("learn")
    assert (again.status, "You are through" in again.out) == (0, True)
    assert run("check", "mine.py").status == 0
    assert run("learn", "--list").out.count("✓") == len(COURSE)


def test_a_slip_is_named_and_one_stays_where_one_is(run: Run):
    place(2)
    write(2, layer="    return W.T @ a + b\n")
    done = run("learn")
    assert done.status == 1
    assert "Rows and columns of the weights are exchanged" in done.out
    assert "# Lesson" not in done.out
    hinted = run("learn", "--hint", "1")
    assert hinted.status == 1
    assert "exchanged" not in hinted.out
    assert "z1[0] is the first number that is off" in hinted.out
    assert json.loads(Path("mine.learn.json").read_text())["lesson"] == 2


def test_a_hint_says_less_than_the_report_of_what_glassnet_does_not_know(run: Run):
    place(0)
    write(0, example=FUNCTIONS["example"].body.replace("0.45", "0.54"))
    assert "the page has 0.45, yours has 0.54" in run("learn").out
    hints = [run("learn", "--hint", str(level)).out.rstrip() for level in (1, 2, 3)]
    assert hints[2].startswith(hints[1])
    assert hints[1].startswith(hints[0])
    assert hints[0] != hints[1] != hints[2]
    assert "the page has" not in hints[2]
    assert "0.45" not in hints[0]
    place(1)
    write(1, neuron="    return 1.7 * (w @ x) + b\n")
    hinted = run("learn", "--hint", "3").out
    assert "expected" not in hinted
    assert "Hint 3. It should be z = w·x + b." in hinted


def test_what_python_says_itself_is_not_called_unknown_and_what_was_mended_is_right(run: Run):
    place(1)
    write(1, neuron="    print(w @ x + b)\n")
    done = run("learn").out
    assert "does the function end with `return`?" in done
    assert "no mistake that glassnet knows" not in done
    assert "as before" not in done


def test_an_exercise_is_checked_when_it_is_written_by_the_rules_of_its_lesson(run: Run):
    """Not only once the next lesson is done, and lesson ten's not by those of lesson eleven."""
    place(1)
    wrong = "    return np.array([values])\n"
    text = typed_file("mine.py", ["example", "column"], bodies={"column": wrong})
    Path("mine.py").write_text(f"{text}\n\n{FUNCTIONS['neuron'].stub}", encoding="utf-8")
    done = run("learn")
    assert done.status == 1
    assert "First wrong: column" in done.out
    place(MANY)
    names = [*functions_up_to(MANY - 1), "train_weights"]
    text = typed_file("mine.py", names) + "\n\n" + FUNCTIONS["forward_rows"].stub
    Path("mine.py").write_text(text, encoding="utf-8")
    done = run("learn")
    assert done.status == 0, done.out
    assert "✓ train_weights" in done.out
    assert "Next to change: loss." in done.out
    assert "✗" not in done.out


def test_without_its_place_the_file_is_checked_from_the_first_lesson_on(run: Run):
    write(1)
    assert "# Lesson 1" in run("learn").out
    assert "# Lesson 2" in run("learn").out


def test_what_is_told_in_json(run: Run):
    begun = run("learn", "--json").json
    check_document(begun)
    assert begun["text"]["number"] == begun["passed"] == 0
    write(0)
    document = run("learn", "--json").json
    check_document(document)
    assert document["text"]["title"] == "A neuron"
    assert document["report"]["verdict"] == "right"
    write(1, neuron="    return w @ x - b\n")
    wrong = run("learn", "--json")
    assert (wrong.status, wrong.json["wrong"], wrong.json["text"]) == (1, True, None)
    check_document(run("learn", "--list", "--json").json)
    check_document(run("learn", "--lesson", 3, "--json").json)


def test_a_lesson_is_read_wherever_one_is(run: Run, folder: Path):
    done = run("learn", "--lesson", 9)
    assert done.out.startswith("# Lesson 9: δ of a hidden layer")
    assert "Folded away" in done.out
    unfolded = run("learn", "--lesson", 9, "--unfold").out
    assert "### Second hint" in unfolded
    assert "hidden_delta_by_hand(w, delta, a):" in unfolded
    assert list(folder.iterdir()) == []
    assert run("learn", "--list").out.splitlines()[0] == "  · 0: Before you begin"


def test_the_notebooks_are_written(run: Run):
    assert run("learn", "--notebooks", "books").status == 0
    names = sorted(path.name for path in Path("books").iterdir())
    assert names == [f"{lesson.page}.ipynb" for lesson in COURSE]
    assert run("learn", "--notebooks", "files", "--marimo").status == 0
    names = sorted(path.name for path in Path("files").iterdir())
    assert names == [f"{lesson.page}.py" for lesson in COURSE]
    assert "marimo.App()" in Path("files", names[0]).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--lesson", "13"), "there is no lesson 13"),
        (("theirs.py",), "did not begin it"),
        (("mine.txt",), "should end in .py"),
        (("--seconds", "0"), "--seconds is 0"),
        (("--marimo",), "it goes with --notebooks FOLDER"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(run: Run, arguments, sentence: str):
    Path("theirs.py").write_text("print(1)\n", encoding="utf-8")
    done = run("learn", *arguments)
    assert done.status == 2
    assert sentence in done.err
    assert "Traceback" not in done.err


def test_a_place_that_makes_no_sense_is_refused(run: Run):
    write(0)
    place(99)
    done = run("learn")
    assert done.status == 2
    assert "tells of lesson 99" in done.err


def test_in_a_terminal_one_goes_on_by_a_key(run: Run, monkeypatch: pytest.MonkeyPatch):
    from glassnet.cli import learn

    wishes = iter(["u", "", "", "q"])

    def wish(_: str) -> str:
        write(0)  # meanwhile, in the editor
        return next(wishes)

    monkeypatch.setattr("builtins.input", wish)
    monkeypatch.setattr(learn, "_in_terminal", lambda: True)
    done = run("learn")
    assert done.status == 0
    assert "### Solution" in done.out  # u
    # Enter checks, and a second one reads on
    assert done.out.index("Lesson 0 is done.") < done.out.index("# Lesson 1: A neuron")
    assert list(wishes) == []


def test_a_chapters_exercise_is_handed_out_and_checked(run: Run):
    handed = run("learn", "--chapter", "21")
    assert handed.status == 0
    assert handed.out.startswith("# Chapter 21: Handwritten digits\n\n## Exercise")
    assert "### Solution" not in handed.out
    assert "again: glassnet learn --chapter 21\n" in handed.out
    text = Path("mine.py").read_text(encoding="utf-8")
    assert text.count("def mini_batches(order, size):") == 1
    assert "### Solution" in run("learn", "--chapter", "21", "--unfold").out
    assert Path("mine.py").read_text(encoding="utf-8") == text  # it is there once
    asked = exercise_of(21).function
    Path("mine.py").write_text(text.replace(asked.stub, asked.text), encoding="utf-8")
    done = run("learn", "--chapter", "21")
    assert done.status == 0
    assert "All of it is right." in done.out
    assert "The next: glassnet learn --chapter 22\n" in done.out
    slip = asked.text.replace("len(order), size", "len(order) - size + 1, size")
    Path("mine.py").write_text(text.replace(asked.stub, slip), encoding="utf-8")
    wrong = run("learn", "--chapter", "21")
    assert wrong.status == 1
    assert "What is left over at the end is lost." in wrong.out
    assert "The next" not in wrong.out
    hint = run("learn", "--chapter", "21", "--hint", "1").out
    assert hint == "Hint 1. Look at your function mini_batches.\n\n"


def test_a_chapters_exercise_leaves_the_place_in_the_course(run: Run):
    place(4)
    write(4)
    before = Path("mine.learn.json").read_bytes()
    told = json.loads(run("learn", "--chapter", "13", "--json").out)
    check_document(told)
    assert (told["passed"], told["report"], told["fresh"]) == (4, None, True)
    assert told["text"]["functions"] == ["softplus_slope"]
    assert Path("mine.learn.json").read_bytes() == before
    assert run("learn").status == 0  # the lesson goes on beside it
    refused = run("learn", "--chapter", "12")
    assert refused.status == 2
    assert "they are 13 to 26" in refused.err
    listed = run("learn", "--list").out
    assert re.search(r"^  26: Speed, squared_distances$", listed, re.MULTILINE)
