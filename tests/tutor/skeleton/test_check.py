"""Each mistake that a learner puts into the skeleton is named; right ways of writing are not."""

import learners
import numpy as np
import pytest

from glassnet.tutor.check import check_file
from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES
from glassnet.tutor.process import calls
from glassnet.tutor.process.sandbox import Reply, Sandbox
from glassnet.tutor.skeleton.answers import FUNCTION_ANSWERS, filled_in
from glassnet.tutor.skeleton.skeleton import skeleton
from glassnet.views.text.check import check_text

# shown by scripts alone: another activation, another loss, an optimizer's state
NOT_HERE = {
    "softmax-over-samples", "softmax-over-everything", "derivative-of-sigmoid",
    "derivative-square-lost", "relu-derivative-one", "relu-derivative-is-relu",
    "relu-mask-from-gradient", "output-slope-beside-cross-entropy", "velocity-shared",
    "hidden-through-own-weights", "bias-replaced",
}  # fmt: skip


@pytest.fixture
def here(monkeypatch):
    """The learner's functions are called in this process: the files are ours, and many."""

    def run(self, job, request, path, part):
        with np.errstate(all="ignore"):  # as in a fresh process, where a warning is printed
            return Reply(list(calls.perform(path, {**request, "folder": path.parent})), "")

    monkeypatch.setattr(Sandbox, "run", run)
    monkeypatch.setattr("glassnet.tutor.process.standing_in.install.install", lambda *_: [])


def checked(folder, style="functions", **bodies):
    path = folder / "mine.py"
    path.write_text(filled_in("mine.py", style, **bodies), encoding="utf-8")
    return check_file(path)


def test_every_mistake_is_made_somewhere():
    made = set(learners.FUNCTIONS) | set(learners.CLASSES)
    assert {m.name for m in KNOWN_MISTAKES} - made == NOT_HERE


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", learners.FUNCTIONS)
def test_a_mistake_in_the_functions_is_named(here, tmp_path, name):
    bodies = learners.FUNCTIONS[name]
    report = checked(tmp_path, **bodies)
    assert report.wrong is not None
    assert report.wrong.stage == next(iter(bodies))
    assert name in [m.name for m in report.mistakes]
    assert len(report.mistakes) <= 2
    assert not report.together


@pytest.mark.parametrize("name", learners.CLASSES)
def test_a_mistake_in_the_class_is_named(here, tmp_path, name):
    report = checked(tmp_path, "class", **learners.CLASSES[name])
    assert name in [m.name for m in report.mistakes]
    assert len(report.mistakes) <= 2
    assert not report.together


@pytest.mark.parametrize(("names", "bodies"), learners.PAIRS)
def test_two_at_once_are_both_named(here, tmp_path, names, bodies):
    report = checked(tmp_path, "class", **bodies)
    assert {m.name for m in report.mistakes} == names
    assert report.together


@pytest.mark.parametrize(("stage", "bodies"), learners.UNKNOWN)
def test_what_is_on_no_list_is_placed_and_called_unknown(here, tmp_path, stage, bodies):
    report = checked(tmp_path, **bodies)
    assert report.wrong is not None
    assert report.wrong.stage == stage
    assert report.unknown
    assert "no mistake that glassnet knows" in check_text(report)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("bodies", learners.HONEST)
def test_right_ways_of_writing_pass(here, tmp_path, bodies):
    report = checked(tmp_path, **bodies)
    assert report.passed, check_text(report)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_class_filled_in_passes(here, tmp_path):
    assert checked(tmp_path, "class").passed
    assert checked(tmp_path, "class", **learners.method()).passed


@pytest.mark.parametrize("style", ["functions", "class"])
def test_an_empty_skeleton_says_what_comes_next(tmp_path, style):
    path = tmp_path / "mine.py"
    path.write_text(skeleton("mine.py", style), encoding="utf-8")
    report = check_file(path)
    assert not report.passed
    assert report.unwritten == {"functions": "sigmoid", "class": "predict"}[style]


def test_half_a_skeleton_is_checked_so_far(tmp_path):
    text = filled_in("mine.py").replace(
        "    return (W_next.T @ delta_next) * sigmoid_derivative(z)\n", "    ...\n"
    )
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    report = check_file(path)
    assert [s.name for s in report.stages][-1] == "output_delta"
    assert all(s.passed for s in report.stages)
    assert report.unwritten == "hidden_delta"


@pytest.mark.parametrize("name", ["hidden-slope-lost", "one-step-too-few", "sigmoid-sign"])
def test_in_a_process_of_its_own_it_is_the_same(tmp_path, name):
    report = checked(tmp_path, **learners.FUNCTIONS[name])
    assert [m.name for m in report.mistakes] == [name]
    assert report.wrong.place.where.startswith("line ")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_function_may_be_a_lambda(here, tmp_path):
    text = filled_in("mine.py")
    start, end = text.index("def sigmoid(z)"), text.index("def sigmoid_derivative")
    path = tmp_path / "mine.py"
    text = text[:start] + "sigmoid = lambda z: 1 / (1 + np.exp(-z))\n\n\n" + text[end:]
    path.write_text(text, encoding="utf-8")
    assert check_file(path).passed


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_wrong_product_in_the_class_is_named_alone(here, tmp_path):
    predict = (
        "        a1 = sigmoid(self.weights1 * self.x + self.b1)\n"
        "        return sigmoid(self.weights2 * a1 + self.b2)\n"
    )
    report = checked(tmp_path, "class", predict=predict)
    assert [m.name for m in report.mistakes] == ["weights-elementwise"]
    assert not report.together


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("bodies", "sentence"),
    [
        ({"loss": "    return -0.5 * np.sum((a - y) ** 2) / y.shape[1]\n"}, "its sign turned"),
        ({"loss": "    return 1.5 * np.sum((a - y) ** 2) / y.shape[1]\n"}, "3 times the right one"),
        ({"update": "    return weights, biases\n"}, "unchanged"),
        ({"sigmoid_derivative": "    return [sigmoid(z), sigmoid(z)]\n"}, "A list came back"),
        ({"hidden_delta": "    return ((W_next.T @ delta_next) * sigmoid_derivative(z)).T\n"},
         "rows for columns"),
        ({"hidden_delta": "    return ((W_next.T @ delta_next) * sigmoid_derivative(z))[::-1]\n"},
         "in another order"),
        ({"sigmoid": "    raise NotImplementedError\n    return 1 / (1 + np.exp(-z))\n"},
         "still stands in line"),
        ({"sigmoid": "    s = 1 / (1 + np.exp(-z))\n    raise NotImplementedError\n"},
         "still stands in line"),
    ],
)  # fmt: skip
def test_of_an_unknown_slip_it_is_said_what_it_resembles(here, tmp_path, bodies, sentence):
    report = checked(tmp_path, **bodies)
    assert report.unknown
    assert sentence in " ".join(check_text(report).split())


def test_a_power_written_as_in_algebra_is_told(here, tmp_path):
    report = checked(tmp_path, loss="    return 0.5 * np.sum((a - y) ^ 2) / y.shape[1]\n")
    assert report.reason.startswith("A power is written **")
    summed = checked(tmp_path, loss="    return 0.5 * np.sum(a - y) ^ 2\n")
    assert summed.reason.startswith("A power is written **")


def test_biases_gradients_laid_flat_are_named_where_they_are_made(here, tmp_path):
    body = FUNCTION_ANSWERS["gradients"].replace(", keepdims=True", "")
    report = checked(tmp_path, gradients=body)
    assert [m.name for m in report.mistakes] == ["axis-lost"]
    assert report.wrong_step == "gradients"


def test_an_argument_that_is_written_into_is_told_in_its_own_words(here, tmp_path):
    report = checked(tmp_path, loss="    a -= y\n    return 0.5 * np.sum(a**2) / y.shape[1]\n")
    assert report.wrong is not None
    assert report.wrong.place is not None
    assert report.wrong.place.source == "a -= y"
    assert (report.mistakes[0].wrong, report.mistakes[0].right) == ("a -= y", "a = a - y")


def test_of_a_function_that_stands_twice_the_last_counts(here, tmp_path):
    path = tmp_path / "mine.py"
    filled, empty = filled_in("mine.py"), skeleton("mine.py")
    path.write_text(empty + filled, encoding="utf-8")
    assert check_file(path).passed
    path.write_text(filled + empty, encoding="utf-8")
    assert "sigmoid is in your file 2 times" in check_text(check_file(path))
