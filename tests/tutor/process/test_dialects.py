"""What is written for Python 2 runs as Python 3, line for line."""

import ast
import contextlib
import io

from glassnet.tutor.process.dialects import as_python_3

OVER_LINES = r"""
for i in xrange(2):
	x = i * 2
        print "epoch %d: %s" % (i,
            str(x) + ")")  # a bracket in quotes
        print "a", \
            "b"
        print "done"
"""


def test_a_print_may_go_on_in_the_next_lines():
    lines = OVER_LINES.splitlines()
    made = as_python_3(lines)
    assert made is not None
    assert len(made) == len(lines)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec("\n".join(made), {})
    first = "epoch 0: 0)\na b\ndone\n"
    assert printed.getvalue() == first + first.replace("0", "1", 1).replace("0)", "2)")


def test_tabs_alone_tell_python_2():
    made = as_python_3(["if 1:", "\tx = 1", "        y = 2"])
    assert made is not None
    ast.parse("\n".join(made))


def test_what_is_python_3_is_left_alone():
    assert as_python_3(["print('a',", "    'b')", "x = '''", "print y", "'''"][:2]) is None
