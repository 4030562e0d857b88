"""`glassnet diagnose`: what a recorded training suffered from, and what to change."""

from pathlib import Path

from glassnet.cli.options import Flag


def diagnose(run: Path, /, *, json: Flag = False) -> int:
    """Say what a recorded run suffered from, where it began, and what to change.

    The exit status is 0 where nothing is worse than a note, 1 where something was found.

    Parameters
    ----------
    run
        The folder that `glassnet train --record` wrote.
    json
        Print one JSON document, with every figure.
    """
    from glassnet.cli.output import print_json
    from glassnet.jobs import diagnose as job
    from glassnet.views.text.diagnosis import diagnosis_text

    found = job.diagnose(run)
    if json:
        print_json(found)
    else:
        print(diagnosis_text(found, str(run)), end="")
    return 0 if found.is_healthy else 1
