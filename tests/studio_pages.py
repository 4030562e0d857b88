"""`glassnet play` as a person starts it, for a test."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

# opens the page of a scene, as a test's `opened`
Opened = Callable[..., Any]


class Play:
    """`glassnet play`, and its address."""

    def __init__(self, *arguments: object) -> None:
        command = [sys.executable, "-m", "glassnet", "play", *map(str, arguments), "--no-browser"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
