"""The numbers of the lessons' text: each is computed when the text is made, none is typed."""

import ast
import contextlib
import io
import math
from collections.abc import Mapping
from functools import cache
from typing import Any

from glassnet.core.display.numbers import written
from glassnet.core.layers import Bias
from glassnet.explain import WORKED, Answer, Ask, pass_of
from glassnet.explain.ask.digits import ALL_DIGITS
from glassnet.formula.text import text
from glassnet.tutor.lessons.course import MANY, exercises_up_to, functions_up_to
from glassnet.tutor.lessons.typed import typed_file

DIGITS = 9


@cache
def worked_pass(steps: int = 0, bias: Bias = "frozen") -> Ask:
    """The pass of the worked example after so many updates."""
    return pass_of(WORKED, steps, bias)


def number(address: str, digits: int = DIGITS, steps: int = 0, bias: Bias = "frozen") -> str:
    """A number of the worked example, by its address.

    >>> number("z1[0]"), number("delta2[1]", 4)
    ('0.3775', '−0.0381')
    """
    return told(float(worked_pass(steps, bias).at(address).value), digits)


def told(value: float, digits: int = DIGITS) -> str:
    """A number in a sentence; its power of ten as Python reads it.

    >>> told(-0.25), told(3.51e-5)
    ('−0.25', '3.51e-05')
    """
    return written(value, digits).replace("e−", "e-")


def derivation(address: str, digits: int = 7) -> str:
    """A number with its formula, the numbers put in, and its value, a line each.

    As many digits are put in as a pocket calculator needs to come to the value that is printed.
    """
    answer: Answer = worked_pass().at(address)
    if answer.expression is None:
        raise ValueError(f"{address} is given, nothing is put in.")
    value = shortened(answer.value, digits)
    for enough in range(digits, ALL_DIGITS + 1):
        put_in = {name: shortened(number, enough) for name, number in answer.values.items()}
        numbers = {name: float(cut.replace("−", "-")) for name, cut in put_in.items()}
        if shortened(answer.expression.evaluate(numbers), digits) == value:
            break
    indent = " " * len(address)
    line = text(answer.expression, put_in.__getitem__)
    return f"{address} = {answer.formula}\n{indent} = {line}\n{indent} = {value}"


def shortened(value: float, digits: int) -> str:
    """A number to so many significant digits; noughts at its end stay where it was cut.

    >>> shortened(0.4, 7), shortened(0.59326999, 7), shortened(-0.59326999, 8)
    ('0.4', '0.5932700', '−0.59326999')
    """
    cut = f"{value:#.{digits}g}"
    number = f"{value:.{digits}g}" if math.isclose(float(cut), value, rel_tol=1e-13) else cut
    return number.replace("-", "−")


@cache
def _namespace(lesson: int) -> Mapping[str, Any]:
    """What the learner's file holds once this lesson and its exercise are done."""
    names = [*functions_up_to(lesson), *exercises_up_to(lesson)]
    made: dict[str, Any] = {}
    exec(typed_file("mine.py", names, many=lesson >= MANY), made)
    return made


class TypedSession:
    """What Python answers in a lesson; the names that one line makes are there for the next."""

    def __init__(self, lesson: int) -> None:
        self._names = dict(_namespace(lesson))

    @classmethod
    def after(cls, names: Mapping[str, Any]) -> "TypedSession":
        """A session in which these names are there, and nothing else."""
        session = cls.__new__(cls)
        session._names = dict(names)
        return session

    def answers(self, *lines: str) -> str:
        """The lines as they are typed, each with what Python answers."""
        told: list[str] = []
        for line in lines:
            first, *more = line.split("\n")
            told += [f">>> {first}", *(f"... {each}" for each in more)]
            answer = self._answer(line)
            if answer:
                told.append(answer)
        return "\n".join(told)

    def value(self, expression: str) -> Any:
        return eval(expression, self._names)

    def _answer(self, line: str) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            if isinstance(ast.parse(line).body[0], ast.Expr):
                value = self.value(line)
                if value is not None:
                    print(repr(value))
            else:
                exec(line, self._names)
        return printed.getvalue().rstrip("\n")
