"""The commands: thin doors, one file a family; what they do lives in the other rooms.

Results go to stdout, progress to stderr; with --json one document goes to stdout. Exit status 0:
done; 1: a check found something, or training diverged; 2: the input or the call was wrong, said in
one sentence; 130 and 143 when interrupted, the best so far kept.
"""

import json
import os
import signal
import sys
from io import TextIOWrapper
from typing import Any

from cyclopts import App, CycloptsError

from glassnet import __version__

app = App(
    name="glassnet",
    help="A neural network you can see through.",
    version=__version__,
    help_format="plaintext",
    suppress_keyboard_interrupt=False,  # _run says so, and tells an interrupt from a SIGTERM
)
# the summaries stand here so that --help need not load a command to tell of it
for name, home, summary in (
    ("demo", "tour:demo", "The tour: the worked example, then real digits, and pictures."),
    ("walk", "follow:walk", "Follow a pass and an update, number by number."),
    ("explain", "reason:explain", "Ask a model or a recorded run about any number, and why."),
    ("train", "learn:train", "Train a network and measure it on data it never saw."),
    ("evaluate", "use:evaluate", "Measure a trained model."),
    ("predict", "use:predict", "Print a trained model's answers."),
    ("start", "learnby:start", "Write a skeleton: a network of your own to fill in."),
    ("check", "learnby:check", "Find the first wrong step of your own network, and name it."),
    ("diagnose", "diagnose:diagnose", "What a recorded training suffered from, what to change."),
    ("exercise", "practise:exercise", "A worksheet to compute by hand, and your working checked."),
    ("draw", "draw:draw", "Draw a model: the network, its weights, what it sees, how it learned."),
    ("gradcheck", "proof:gradcheck", "Check every gradient, with a receipt for each."),
):
    app.command(f"glassnet.cli.{home}", name=name, help=summary)


def main(arguments: list[str] | None = None) -> None:
    """Runs one command and exits with its status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    sys.exit(_run(arguments))


def _run(arguments: list[str]) -> int:
    received: list[int] = []

    def on_term(number: int, _frame: Any) -> None:
        received.append(number)
        raise KeyboardInterrupt

    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, on_term)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a console without UTF-8 shows ? for what it lacks
            stream.reconfigure(errors="replace")
    try:
        status = app(
            arguments, exit_on_error=False, print_error=False, result_action="return_value"
        )
        sys.stdout.flush()
    except CycloptsError as error:
        return _refuse(str(error), arguments)
    except BrokenPipeError:  # `glassnet walk | head`: who reads has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("interrupted.", file=sys.stderr)
        status = 130
    except MemoryError:
        return _refuse("there is not enough memory for this: use smaller sizes.", arguments)
    except ValueError as error:
        from glassnet.core.errors import InputError

        if not isinstance(error, InputError):
            raise
        return _refuse(str(error), arguments)
    return 143 if received else int(status or 0)


def _refuse(message: str, arguments: list[str]) -> int:
    """Says in one sentence what was wrong with the input or the call."""
    sentence = " ".join(message.split())
    print(f"glassnet: {sentence}", file=sys.stderr)
    if "--json" in arguments:
        print(json.dumps({"error": sentence}, ensure_ascii=False))
    return 2
