"""`glassnet start` and `glassnet check`, by their door."""

from pathlib import Path

import pytest

from glassnet.tutor.skeleton.answers import filled_in

LOST = "    return np.dot(W_next.T, delta_next)\n"


@pytest.fixture
def mine(tmp_path):
    def write(**bodies):
        path = tmp_path / "mine.py"
        path.write_text(filled_in("mine.py", **bodies), encoding="utf-8")
        return path

    return write


def test_start_writes_a_skeleton_and_check_says_what_comes_next(run, tmp_path):
    path = tmp_path / "mine.py"
    assert run("start", path).status == 0
    done = run("check", path)
    assert done.status == 1
    assert "Next to write: sigmoid" in done.out
    assert "np.exp" not in done.out
    assert "return 1 / (1 + np.exp(-z))" in run("check", path, "--answer").out


def test_start_writes_over_nothing(run, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("mine", encoding="utf-8")
    done = run("start", path)
    assert done.status == 2
    assert "--force" in done.err
    assert path.read_text(encoding="utf-8") == "mine"
    assert run("start", path, "--force", "--style", "class").status == 0
    assert run("start", tmp_path / "mine.txt").status == 2


def test_all_right_is_status_0(run, mine):
    done = run("check", mine())
    assert done.status == 0
    assert "All of it is right." in done.out


def test_a_mistake_is_named_explained_and_located(run, mine):
    done = run("check", mine(hidden_delta=LOST))
    assert done.status == 1
    for said in ("✗ hidden_delta", "First wrong: delta1[0]", "0.00877135469", "np.dot(W_next.T",
                 "lacks the derivative of its own activation", "δ1 = W2ᵀδ2 ⊙ σ′(z1)"):  # fmt: skip
        assert said in done.out
    assert "def " not in done.out
    assert "(W_next.T @ delta_next) * sigmoid_derivative(z)" not in done.out


def test_a_hint_says_less_than_the_report(run, mine):
    path = mine(hidden_delta=LOST)
    one, two, three = (run("check", path, "--hint", n) for n in (1, 2, 3))
    assert {done.status for done in (one, two, three)} == {1}
    where = "Look at your function hidden_delta: delta1[0] is the first number that is off."
    assert one.out == f"Hint 1. {where}\n"
    assert two.out.startswith(one.out)
    assert "Is yours the derivative with respect to a1 or to z1?" in two.out
    assert three.out.startswith(two.out)
    assert "It should be δ1 = W2ᵀδ2 ⊙ σ′(z1). See line" in three.out
    for text in (one.out, two.out, three.out):
        assert "lacks the derivative" not in text
        assert "0.0087" not in text


def test_an_unwritten_function_has_hints(run, tmp_path):
    path = tmp_path / "mine.py"
    run("start", path)
    done = run("check", path, "--hint", 3)
    assert done.status == 1
    assert "Look at sigmoid, which is still to be written" in done.out
    assert "what is it at z = 0?" in done.out
    assert "1 / (1 + e⁻ᶻ)" in done.out
    assert "?" not in run("check", path, "--hint", 1).out


def test_the_answer_comes_when_asked_for(run, mine):
    path = mine(hidden_delta=LOST)
    assert "(W_next.T @ delta_next) * sigmoid_derivative(z)" in run("check", path, "--answer").out
    assert run("check", path, "--answer", "--hint", 1).status == 2


OWN = """
import numpy as np
rng = np.random.default_rng(1)
X, y = rng.normal(size=(8, 3)), rng.normal(size=(8, 1))
w1, w2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 1))
for i in range(900):
    z = X @ w1
    h = np.tanh(z)
    d2 = (h @ w2 - y) / 8
    w2 -= 0.1 * h.T @ d2
    d1 = d2 @ w2.T * (1 - h**2)
    w1 -= 0.1 * X.T @ d1
"""


def test_of_a_script_the_answer_is_its_own_lines(run, tmp_path):
    path = tmp_path / "own.py"
    path.write_text(OWN, encoding="utf-8")
    plain, told = run("check", path).out, run("check", path, "--answer").out
    assert "One way to write" not in plain
    assert told.startswith(plain.rstrip())
    answer = "\n\nOne way to write line 11:\n\n  d1 = d2 @ w2.T * (1 - h**2)\n  w2 -= "
    assert answer in told


def test_as_json(run, mine):
    found = run("check", mine(hidden_delta=LOST), "--json").json
    assert found["mistakes"][0]["name"] == "hidden-slope-lost"
    assert found["wrong"]["quantity"] == "delta1[0]"
    assert found["passed"] is False
    hinted = run("check", mine(hidden_delta=LOST), "--json", "--hint", 1).json
    assert hinted["mistakes"] == []
    where = "Look at your function hidden_delta: delta1[0] is the first number that is off."
    assert hinted["hints"] == [where]
    assert (hinted["wrong"], hinted["stages"], hinted["passed"]) == (None, [], False)


@pytest.mark.parametrize(
    ("text", "said"), [("def f(:\n", "not valid Python"), ("raise KeyError('x')\n", "KeyError")]
)
def test_a_bad_file_is_one_sentence_and_status_2(run, tmp_path, text, said):
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    done = run("check", path)
    assert done.status == 2
    assert said in done.err
    assert done.err.count("\n") == 1
    assert run("check", path, "--seconds", 0).status == 2


@pytest.mark.outside
def test_a_folder_is_a_class_s_work(run, mine):
    folder = mine(hidden_delta=LOST).parent
    done = run("check", folder)
    assert done.status == 1
    assert "mine.py  wrong" in done.out
    assert done.err == "1 of 1: mine.py: wrong\n"
    document = run("check", folder, "--json").json
    assert document["kind"] == "check_folder"
    assert document["programs"][0]["what"].startswith("the hidden delta lacks")
    assert run("check", folder, "--csv").out.startswith("file,verdict,what,where,seconds\nmine.py,")


@pytest.mark.parametrize("option", [["--hint", 1], ["--answer"], ["--json", "--csv"], ["--draft"]])
def test_what_goes_with_a_file_is_refused_with_a_folder(run, tmp_path, option):
    done = run("check", tmp_path, *option)
    assert done.status == 2
    assert "is a folder" in done.err + done.out


def test_csv_goes_with_a_folder(run, mine):
    assert "--csv goes with a folder" in run("check", mine(), "--csv").err


def test_a_draft_of_a_map(run, tmp_path):
    path = tmp_path / "net.py"
    path.write_text(
        "import numpy as np\nrng = np.random.default_rng(0)\nu = rng.normal(size=(2, 3))\n"
        "x = rng.normal(size=(3, 4))\nt = rng.normal(size=(2, 4))\n"
        "for step in range(90): u -= 0.1 * (u @ x - t) @ x.T\n",
        encoding="utf-8",
    )
    done = run("check", path, "--draft")
    assert done.status == 0
    assert "W1 = u" in done.out


def test_a_script_of_half_a_million_characters_is_not_parsed(run, tmp_path):
    (tmp_path / "long.py").write_text("a," * 270_000)
    done = run("check", tmp_path / "long.py")
    assert done.status == 2
    assert "540,000 characters of Python" in done.err


def test_a_draft_as_json_is_one_document(run):
    script = Path(__file__).parents[2] / "examples" / "xor_with_a_mistake.py"
    done = run("check", script, "--draft", "--json")
    assert done.status == 0, done
    assert "W1 = " in done.json["map"]
