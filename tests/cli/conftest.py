"""What every test of a command uses."""

import pytest
from command_runs import Done, Run, status_of


@pytest.fixture
def run(capfd) -> Run:
    """Runs a command and tells its exit status and what it printed."""

    def run(*arguments: object) -> Done:
        capfd.readouterr()
        status = status_of(*arguments)
        return Done(status, *capfd.readouterr())

    return run
