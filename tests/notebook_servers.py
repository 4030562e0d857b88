"""JupyterLab and marimo as a person starts them, for a test: on this machine alone, and ended."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

NOTEBOOKS = Path(__file__).parent / "views" / "notebooks"
# Longer than any of them takes on a busy machine: for what hangs.
PATIENCE = 120.0
# Nothing is listening there, so a server that asks outside for news or updates is refused.
NOWHERE = "http://127.0.0.1:9"

# What is too wide: an element that ends right of the output, outside of anything that scrolls.
CUT = """output => {
    const right = output.getBoundingClientRect().right + 1;
    const scrolls = e => e !== output && (getComputedStyle(e).overflowX === 'auto'
        || scrolls(e.parentElement));
    return [...output.querySelectorAll('*')]
        .filter(e => e.getBoundingClientRect().right > right && !scrolls(e))
        .map(e => e.outerHTML.slice(0, 200));
}"""


def environment(home: Path) -> dict[str, str]:
    """Settings, signatures and caches in a folder of the test's own; no way to the outside."""
    proxies = dict.fromkeys(["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"], NOWHERE)
    here = dict.fromkeys(["NO_PROXY", "no_proxy"], "127.0.0.1,localhost")
    return os.environ | proxies | here | {
        "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home),
        "XDG_DATA_HOME": str(home), "XDG_STATE_HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"), "IPYTHONDIR": str(home / "ipython"),
        "MARIMO_SKIP_UPDATE_CHECK": "1",
    }  # fmt: skip


def run(home: Path, module: str, *words: str) -> None:
    """Runs a module, or a file, to its end, in the environment of the servers."""
    what = [module] if module.endswith(".py") else ["-m", module]
    command = [sys.executable, *what, *words]
    done = subprocess.run(
        command, env=environment(home), capture_output=True, text=True, timeout=2 * PATIENCE
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def served(home: Path, port: int, health: str, *words: str) -> Iterator[str]:
    """A server's address, from when it answers until the test is done."""
    address = f"http://127.0.0.1:{port}/"
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *words], env=environment(home), cwd=home,
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait(server, address + health, home / "server.log")
            yield address
        finally:
            server.terminate()
            try:
                server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(server: subprocess.Popen[Any], address: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text()
        try:
            with urlopen(address):
                return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(f"no answer at {address}: {log.read_text()}")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def jupyterlab(home: Path) -> Any:
    """JupyterLab over the notebooks in home / "notebooks"."""
    port = free_port()
    return served(
        home, port, "api", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
        f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
        f"--ServerApp.root_dir={home / 'notebooks'}", "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    )  # fmt: skip


def lab_settings(home: Path, theme: str) -> None:
    """The theme; and every cell drawn at once, where JupyterLab would draw those in sight."""
    for extension, name, settings in (
        ("apputils-extension", "themes", {"theme": f"JupyterLab {theme.title()}"}),
        ("apputils-extension", "notification", {"fetchNews": "false", "checkForUpdates": False}),
        ("notebook-extension", "tracker", {"windowingMode": "none"}),
    ):
        folder = home / "config" / "lab" / "user-settings" / "@jupyterlab" / extension
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.jupyterlab-settings").write_text(json.dumps(settings))


def open_notebook(page: Any, address: str, name: str) -> None:
    """A notebook of JupyterLab, by the name of its file, alone on the page."""
    page.goto(f"{address}lab/workspaces/{name}/tree/{name}.ipynb?reset")
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    page.keyboard.press("Control+b")  # the list of files leaves no room on a narrow page
    page.wait_for_selector("#jp-left-stack", state="hidden")


def marimo(home: Path, mode: str, theme: str, notebook: Path = NOTEBOOKS / "everything.py") -> Any:
    """marimo, "run" or "edit", with a copy of the notebook."""
    (home / "notebook.py").write_bytes(notebook.read_bytes())
    (home / "pyproject.toml").write_text(
        f'[tool.marimo.display]\ntheme = "{theme}"\n'
        "[tool.marimo.runtime]\nauto_instantiate = true\n"
    )
    port = free_port()
    return served(
        home, port, "health", "marimo", mode, "notebook.py", "--headless", "--no-token",
        "--host", "127.0.0.1", "--port", str(port),
    )  # fmt: skip


@contextmanager
def page_of(browser: Any, address: str, width: int) -> Iterator[Any]:
    """A page so wide, on which whatever is asked of another machine is refused, and then told."""
    page = browser.new_page(viewport={"width": width, "height": 5000})
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route(lambda url: not url.startswith((address, "data:", "blob:")), refuse)
    page.set_default_timeout(1000 * PATIENCE)
    try:
        yield page
        assert asked == []
    finally:
        page.close()


def keep_shot(element: Any, name: str) -> None:
    """A picture for eyes, where GLASSNET_SHOTS names a folder for them."""
    if folder := os.environ.get("GLASSNET_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        element.screenshot(path=str(Path(folder) / f"{name}.png"))
