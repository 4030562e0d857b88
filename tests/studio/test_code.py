"""A program on the page: the one to begin with is right, and what is said needs no terminal."""

from pathlib import Path

import pytest

from glassnet.core.errors import InputError
from glassnet.studio.messages import Wish
from glassnet.studio.scenes.code import CodeScene

STARTER = Path(__file__).parents[2] / "frontend/src/scenes/code/starter.py"


def checked(text: str) -> object:
    return CodeScene().check(Wish(1, "code.check", {"text": text}))


def test_the_program_to_begin_with_is_right():
    report = CodeScene().check(Wish(1, "code.check", {"text": STARTER.read_text("utf-8")})).report
    assert report.wrong is None
    assert all(stage.right == stage.trials > 0 for stage in report.stages)


def test_a_single_update_is_asked_for_a_loop_and_no_command():
    loop, body = STARTER.read_text("utf-8").split("for _ in range(200):\n")
    once = loop + "\n".join(line.removeprefix("    ") for line in body.splitlines())
    with pytest.raises(InputError, match="put the update into a loop") as refused:
        checked(once)
    assert "glassnet" not in str(refused.value)
