"""What the tests of a watched run share."""

import pytest
from watched_scripts import Watch, watcher


@pytest.fixture
def watch(tmp_path, monkeypatch) -> Watch:
    return watcher(tmp_path, monkeypatch)
