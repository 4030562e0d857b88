"""What a recorded run suffered from."""

from pathlib import Path

from glassnet.explain.diagnosis.diagnose import Diagnosis
from glassnet.explain.diagnosis.diagnose import diagnose as diagnosis_of
from glassnet.training import Recording


def diagnose(run: str | Path) -> Diagnosis:
    """What the run in a folder suffered from, where it began, and what to change.

    Raises: InputError where the folder holds no run, or no step of one.
    """
    return diagnosis_of(Recording.open(run))
