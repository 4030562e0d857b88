"""Commands run in this process, by the door that a person's call goes through."""

import json
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from glassnet.cli import main


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


def status_of(*arguments: object) -> int:
    """The exit status of a command; the signals are then as they were before."""
    kept = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as end:
        main([str(a) for a in arguments])
    signal.signal(signal.SIGTERM, kept)
    return int(end.value.code or 0)
