"""The commands: thin doors, one file a family; what they do lives in the other rooms.

Results go to stdout, progress to stderr; with --json one document goes to stdout. Exit status 0:
done; 1: a check found something, or training diverged; 2: the input or the call was wrong, said in
one sentence; 130, 143 and 129 when interrupted, the best so far kept.
"""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cyclopts import App, CoercionError, CycloptsError, UnknownOptionError, UnusedCliTokensError

from glassnet import __version__
from glassnet.cli import output
from glassnet.views.text.terminal import Undelivered, printing

NARROWEST = 20  # columns of help: in fewer, words have no room

app = App(
    name="glassnet",
    help="A neural network you can see through.",
    version=__version__,
    help_format="plaintext",
    suppress_keyboard_interrupt=False,  # _run says so, and tells an interrupt from a SIGTERM
)
# the summaries stand here so that --help need not load a command to tell of it
COMMANDS = (
    ("demo", "touring.demo:demo", "The tour: the worked example, then real digits, and pictures."),
    ("walk", "walk:walk", "Follow a pass and an update, number by number."),
    ("explain", "explain:explain", "Ask a model or a recorded run about any number, and why."),
    ("train", "train:train", "Train a network and measure it on data it never saw."),
    ("fetch", "touring.fetch:fetch", "Bring a data set that is too large to ship, MNIST."),
    ("evaluate", "evaluate:evaluate", "Measure a trained model."),
    ("predict", "predict:predict", "Print a trained model's answers."),
    ("export", "export:export", "Write a model as code or as numbers, to live elsewhere."),
    ("learn", "learn:learn", "Lessons: a network from scratch, typed and checked step by step."),
    ("start", "check:start", "Write a skeleton: a network of your own to fill in."),
    ("check", "check:check", "Find the first wrong step of your own network, and name it."),
    ("play", "play:play", "Open the studio: a page on which a network can be touched."),
    ("diagnose", "diagnose:diagnose", "What a recorded training suffered from, what to change."),
    ("exercise", "exercise:exercise", "A worksheet to compute by hand, and your working checked."),
    ("draw", "draw:draw", "Draw a model: the network, its weights, what it sees, how it learned."),
    ("gradcheck", "gradcheck:gradcheck", "Check every gradient, with a receipt for each."),
    ("completion", "touring.completion:completion", "Have Tab complete commands and options."),
)
for name, home, summary in COMMANDS:
    app.command(f"glassnet.cli.{home}", name=name, help=summary)


def main(arguments: list[str] | None = None) -> None:
    """Runs one command and exits with its status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    status = _run(arguments)
    ranks = _ranks()
    if _failed and ranks is not None:
        ranks.end(status)
    sys.exit(status)


_failed: list[str] = []  # what this command was refused for


def _ranks() -> Any:
    """The team of ranks that this process has joined, if any did."""
    mpi = sys.modules.get("glassnet.runtime.mpi")
    return None if mpi is None else mpi.joined()


def _may_speak() -> bool:
    """Whether this process is to say what went wrong, where mpiexec started several."""
    from glassnet.runtime import mpi

    ranks = _ranks()
    return mpi.speaks_alone() if ranks is None else ranks.may_speak()


def _run(arguments: list[str]) -> int:
    output.kept.clear()
    _failed.clear()
    output.delivered.clear()
    with _ended_by_signals() as received, printing("--json" in arguments):
        try:
            status = _command(arguments)
            sys.stdout.flush()
        except Undelivered as error:
            if error.nobody_reads:  # `glassnet walk | head`: who reads has read enough
                status = 0
            else:
                status = 2
                print(f"glassnet: what was to be printed is lost: {error}.", file=sys.stderr)
            output.say_kept()
    return 128 + received[-1] if received else status


@contextmanager
def _wide_enough() -> Iterator[None]:
    """While inside, help is laid out on 20 columns at least: on fewer its layout has no end."""
    before = os.environ.get("COLUMNS")
    narrow = shutil.get_terminal_size().columns < NARROWEST
    if narrow:
        os.environ["COLUMNS"] = str(NARROWEST)
    try:
        yield
    finally:
        if narrow and before is None:
            del os.environ["COLUMNS"]
        elif narrow and before is not None:
            os.environ["COLUMNS"] = before


@contextmanager
def _ended_by_signals() -> Iterator[list[int]]:
    """While inside, SIGTERM and SIGHUP interrupt as Ctrl-C does; those that came are in the list.

    One that is ignored, as SIGHUP is under nohup, stays so; SIGHUP is not known to every system.
    """
    received: list[int] = []
    before: dict[int, Any] = {}

    def on_signal(number: int, _frame: Any) -> None:
        received.append(number)
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
            before[number] = signal.signal(number, on_signal)
    try:
        yield received
    finally:
        for number, handle in before.items():
            signal.signal(number, handle)


def _command(arguments: list[str]) -> int:
    """Runs the command; its status, and what went wrong said in one sentence."""
    try:
        with _wide_enough():
            status = app(
                arguments, exit_on_error=False, print_error=False, result_action="return_value"
            )
    except CycloptsError as error:
        return _refuse(_said(error), arguments)
    except KeyboardInterrupt:
        _failed.append("interrupted")
        if not _may_speak():
            return 130
        print("interrupted.", file=sys.stderr)
        output.say_kept()
        if "--json" in arguments and not output.delivered:
            output.print_json(output.Refusal("interrupted before there was a result."))
        return 130
    except MemoryError:
        return _refuse("there is not enough memory for this: use smaller sizes.", arguments)
    except ValueError as error:
        from glassnet.core.errors import InputError

        if not isinstance(error, InputError):
            raise
        return _refuse(str(error), arguments)
    return int(status or 0)


# what other tools call an option
_CALLED_ELSEWHERE = {
    "--lr": "--learning-rate", "--rate": "--learning-rate", "--alpha": "--learning-rate",
    "--batch": "--batch-size", "--bs": "--batch-size", "--layers": "--hidden",
    "--output": "--out", "--save": "--out", "--val": "--validation", "--weight-decay": "--l2",
}  # fmt: skip


def _said(error: CycloptsError) -> str:
    """What was wrong with a call."""
    if isinstance(error, UnusedCliTokensError) and error.unused_tokens:
        command = " ".join(error.command_chain or ())
        many = ", ".join(f"'{token}'" for token in error.unused_tokens)
        return f"{many} is more than `{command}` takes: `glassnet {command} --help` tells what."
    if isinstance(error, UnknownOptionError):
        option = error.token.keyword or error.token.value
        meant = _CALLED_ELSEWHERE.get(option)
        if any(meant in each.names for each in error.argument_collection if each.parse):
            return f"Unknown option: {option}. Did you mean {meant}?"
    token = error.token if isinstance(error, CoercionError) else None
    if token and token.keyword == "--quantile" and "," in token.value:
        return f"--quantile takes one number: give several as --quantiles {token.value}."
    return str(error)


def _refuse(message: str, arguments: list[str]) -> int:
    """Says in one sentence what was wrong with the input or the call."""
    sentence = " ".join(message.split())
    _failed.append(sentence)
    if not _may_speak():
        return 2
    ranks = _ranks()
    at = f"rank {ranks.rank} on {ranks.hosts[ranks.rank]}: " if ranks and ranks.rank else ""
    print(f"glassnet: {at}{sentence}", file=sys.stderr)
    output.say_kept()
    if "--json" in arguments:
        output.print_json(output.Refusal(sentence))
    return 2
