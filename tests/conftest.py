"""What every test stands on: strict arithmetic, the golden numbers, and no silent skips in CI."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from command_runs import Run

BROWSER_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
GOLDEN = Path(__file__).parent / "golden"
IN_CI = bool(os.environ.get("CI"))
# The environment of the oldest versions has no extras: there alone a test may lack its tool.
FEWER_TOOLS = bool(os.environ.get("GLASSNET_TEST_FEWER_TOOLS"))

slow_machine = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("ci", derandomize=True, max_examples=25, database=None, **slow_machine)
settings.register_profile("dev", max_examples=50, **slow_machine)
settings.register_profile("campaign", max_examples=2000, **slow_machine)
settings.load_profile(os.environ.get("GLASSNET_TEST_PROFILE") or ("ci" if IN_CI else "dev"))


@pytest.fixture(autouse=True)
def arithmetic_raises() -> Iterator[None]:
    """An overflow, an invalid operation or a division by zero is an error in a test.

    An underflow is not: the tails of sigmoid and softmax go to zero rightly. An invalid
    operation is a warning, which is an error as well (pyproject.toml), but for a product of
    matrices: some processors' BLAS raises that flag on numbers that it then leaves out.
    """
    with np.errstate(all="raise", under="ignore", invalid="warn"):
        yield


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real browser, without a window and without a word to anybody outside."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs the browser chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def golden() -> Callable[[str], Any]:
    """``golden(name)`` reads ``tests/golden/NAME.json``: numbers computed independently of us."""

    def read(name: str) -> Any:
        return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))

    return read


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> "Run":
    """Runs a command and tells its exit status and what it printed."""
    from command_runs import Done, status_of  # the oldest versions are tested without commands

    def run(*arguments: object) -> Done:
        capfd.readouterr()
        status = status_of(*arguments)
        return Done(status, *capfd.readouterr())

    return run


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives a browser needs one from outside."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("outside")


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if IN_CI and not FEWER_TOOLS and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CI has every tool, so nothing may skip there. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    report = yield
    _refuse_skip(report)
    return report
