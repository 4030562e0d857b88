"""The lessons in their order: what is typed in each, what it should give, which slips are known."""

from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.core.errors import InputError
from glassnet.tutor.lessons.slips import SLIPS, Slip


@dataclass(frozen=True)
class Lesson:
    """A lesson. functions: what is typed, a function each; none where it is a whole program.

    changed: functions of earlier lessons that are changed. exercise: the function that its
    exercise asks for. expects: addresses of the worked example's numbers that it comes to, with
    how many updates come before: "loss@10000". sheet: the sizes of a worksheet to it and where
    that ends, both "" where it has none. walk: the array at whose stage of the walk its numbers
    are met, "" where they are in none.
    """

    number: int
    name: str
    title: str
    functions: Sequence[str]
    exercise: str
    expects: Sequence[str]
    changed: Sequence[str] = ()
    sheet: tuple[str, str] = ("", "")
    walk: str = ""

    @property
    def slips(self) -> Sequence[Slip]:
        return SLIPS[self.number]

    @property
    def page(self) -> str:
        """What its files are called: 04-the-forward-pass."""
        return f"{self.number:02d}-{self.name}"


COURSE: tuple[Lesson, ...] = (
    Lesson(0, "before-you-begin", "Before you begin", ["example"], "column",
           ["x[0]", "x[1]", "y[0]", "y[1]", "W1[0,1]", "W2[1,0]", "b1[0]", "b2[0]"]),
    Lesson(1, "a-neuron", "A neuron", ["neuron"], "neuron_by_loop", ["z1[0]"],
           sheet=("3-1", "z1")),
    Lesson(2, "a-layer", "A layer is a matrix", ["layer"], "count_parameters", ["z1[0]", "z1[1]"],
           sheet=("3-2", "z1")),
    Lesson(3, "sigmoid", "Sigmoid", ["sigmoid"], "inverse_sigmoid", ["a1[0]", "a1[1]"],
           sheet=("2-2", "a1")),
    Lesson(4, "the-forward-pass", "The forward pass", ["forward"], "predict",
           ["z2[0]", "z2[1]", "a2[0]", "a2[1]"], sheet=("2-2-2", "a2"), walk="z1"),
    Lesson(5, "the-error", "The error", ["loss"], "loss_of_each", ["loss"],
           sheet=("2-2-2", "loss")),
    Lesson(6, "slope", "Slope by nudging", ["slope"], "bias_slope", ["dW2[0,0]", "dW1[0,0]"]),
    Lesson(7, "descent", "Descent", ["descend"], "passes_needed",
           ["new.W2[0,0]", "new.W2[1,1]", "loss@1"]),
    Lesson(8, "delta-at-the-output", "The chain rule to δ at the output",
           ["sigmoid_derivative", "output_delta"], "tanh_output_delta", ["delta2[0]", "delta2[1]"],
           sheet=("2-2-2", "delta2"), walk="delta2"),
    Lesson(9, "delta-of-a-hidden-layer", "δ of a hidden layer", ["hidden_delta"],
           "hidden_delta_by_hand", ["delta1[0]", "delta1[1]"], sheet=("2-2-2", "delta1"),
           walk="delta1"),
    Lesson(10, "ten-thousand-updates", "Gradients, the update, ten thousand of them",
           ["gradients", "update", "train"], "train_weights",
           ["dW2[0,0]", "dW1[0,1]", "new.W2[0,0]", "loss@10000"], sheet=("2-2-2", ""), walk="dW2"),
    Lesson(11, "many-samples", "Many samples at once", ["forward_rows"], "hidden_delta_rows",
           ["a2[0]", "a2[1]"], changed=["loss", "gradients"]),
    Lesson(12, "the-program", "The complete program", [], "",
           ["loss", "loss@10000", "a2[0]@10000", "a2[1]@10000"]),
)  # fmt: skip
MANY = 11  # the lesson from which on functions take many samples
PROGRAM_FILE = "network.py"


def lesson(number: int) -> Lesson:
    """The lesson of that number. Raises: InputError where there is none."""
    if not 0 <= number < len(COURSE):
        last = len(COURSE) - 1
        raise InputError(
            f"there is no lesson {number}: they are 0 to {last}; `glassnet learn --list` names "
            "them."
        )
    return COURSE[number]


def sheet_of(number: int) -> tuple[str, str]:
    """The sizes of the worksheet to a lesson, and where it ends. Raises: InputError."""
    sizes, end = lesson(number).sheet
    if not sizes:
        having = ", ".join(str(each.number) for each in COURSE if each.sheet[0])
        raise InputError(
            f"lesson {number} has no worksheet: it is done at the machine; those of lessons "
            f"{having} have one."
        )
    return sizes, end


def functions_up_to(number: int) -> list[str]:
    """The functions of the growing file once this lesson is done."""
    return [name for each in COURSE[: number + 1] for name in each.functions]


def exercises_up_to(number: int) -> list[str]:
    """The functions that the exercises up to this lesson ask for."""
    return [each.exercise for each in COURSE[: number + 1] if each.exercise]
