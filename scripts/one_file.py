"""The built single page with all that it needs in it, and the PDF that a browser prints of it.

Run from the repository's root: .venv/bin/python scripts/one_file.py FOLDER PAGE.html BOOK.pdf
"""

import base64
import html
import mimetypes
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from glassnet.files.whole import write_whole

QUIET = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def data_address(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


class OneFile:
    """A page's parts, by their addresses beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, address: str) -> Path:
        return self.folder / address.partition("?")[0]

    def sheet(self, tag: re.Match[str]) -> str:
        path = self.path(tag[1])
        css = path.read_text(encoding="utf-8")

        def held(match: re.Match[str]) -> str:
            address = match[1].strip("\"'")
            return (
                match[0]
                if address[:5] == "data:"
                else f"url({data_address(path.parent / address)})"
            )

        whole = re.sub(r"url\(([^)]+)\)", held, css)
        return f"<style>{whole}</style>"

    def script(self, tag: re.Match[str]) -> str:
        text = self.path(tag[1]).read_text(encoding="utf-8").replace("</script", "<\\/script")
        return f"<script>{text}</script>"

    def frame(self, tag: re.Match[str]) -> str:
        page = self.path(tag[2]).read_text(encoding="utf-8")
        return f'{tag[1]}srcdoc="{html.escape(page)}"'

    def page(self) -> str:
        text = (self.folder / "index.html").read_text(encoding="utf-8")
        text = re.sub(r'<link rel="(?:index|search)"[^>]*>', "", text)
        text = re.sub(
            r'<form class="sidebar-search-container".*?</form>', "", text, flags=re.DOTALL
        )
        text = re.sub(r'<link rel="stylesheet"[^>]*href="([^"]+)"[^>]*>', self.sheet, text)
        text = re.sub(r'<script src="([^"]+)"></script>', self.script, text)
        text = re.sub(r'(<iframe[^>]*?)src="([^":]+)"', self.frame, text)
        text = re.sub(
            r'(<img[^>]*? src=")([^":]+)"',
            lambda m: f'{m[1]}{data_address(self.path(m[2]))}"',
            text,
        )
        return re.sub(
            r'href="(_downloads/[^"]+/([^"/]+))"',
            lambda m: f'href="{data_address(self.path(m[1]))}" download="{m[2]}"',
            text,
        )


def print_page(page: Path, pdf: Path) -> bool:
    """Whether there was a browser to print it."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        return False
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [browser, *QUIET, f"--user-data-dir={profile}", "--no-pdf-header-footer",
             "--generate-pdf-document-outline", f"--print-to-pdf={pdf.resolve()}",
             page.resolve().as_uri()],
            check=True, capture_output=True, timeout=3_600,  # a limit for what hangs
        )  # fmt: skip
    return True


def main(folder: Path, page: Path, pdf: Path) -> None:
    write_whole(page, OneFile(folder).page().encode())
    print(page)
    printed = print_page(page, pdf)
    print(pdf if printed else "No PDF: it takes Chromium (or Chrome) to print it.")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
