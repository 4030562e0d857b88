"""`glassnet completion`: Tab completes what is typed after `glassnet`."""

from pathlib import Path
from typing import Literal


def completion(
    *,
    shell: Literal["bash", "zsh", "fish"] | None = None,
    out: Path | None = None,
) -> int:
    """Have Tab complete commands, options and their choices in your shell.

    A script is written where the shell looks for such, and a line in its start-up file loads it;
    the fish shell needs none. It asks nothing of Python while you type.

    Parameters
    ----------
    shell
        The shell, where it is not the one that this is run in.
    out
        Write the script to this file, and change no start-up file.
    """
    from cyclopts.completion.detect import ShellDetectionError, detect_shell

    from glassnet.cli import app
    from glassnet.core.errors import InputError

    try:
        found = shell or detect_shell()
    except ShellDetectionError:
        found = None
    if found not in ("bash", "zsh", "fish"):
        raise InputError("which shell this is cannot be told: give --shell bash, zsh or fish.")
    try:
        written = app.install_completion(shell=found, output=out, add_to_startup=out is None)
        if found == "bash":  # a table may be a name or an address: files, where nothing else fits
            script = written.read_text("utf-8")
            written.write_text(script.replace("complete -F ", "complete -o default -F "), "utf-8")
    except OSError as error:
        raise InputError(
            f"the script for {found} cannot be written: {error.strerror or error}"
            f"{f', {error.filename}' if error.filename else ''}: give a file by --out."
        ) from None
    if out is not None:
        print(f"written: {written}  (have {found} read it at its start)")
        return 0
    print(f"Tab completes glassnet's commands and options in each {found} opened from now on.")
    print(f"written: {written}")
    return 0
