"""Every page is a template of the folder `templates`, filled by jinja2, which escapes all of it.

Each extends `base.html`, whose Content-Security-Policy lets it load nothing from elsewhere.
"""

import base64
import io
import re
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.views import colours
from glassnet.views.html import words

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.runtime import Macro
    from markupsafe import Markup

IMPORT = re.compile(r'^import [^;]*? from "\./([\w.]+)";\n', re.M)
EXPORT = re.compile(r"^export (?=(?:function|const|class) )", re.M)


def fill(template: str, **values: Any) -> str:
    """What a template makes of values: a page, or a part of one."""
    return _environment().get_template(template).render(values)


def macro(template: str, name: str) -> "Macro":
    """A piece of a page: what it gives may be put into another as it is."""
    return getattr(_environment().get_template(template).module, name)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("glassnet.views"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.policies["json.dumps_kwargs"] = {
        "ensure_ascii": False, "separators": (",", ":"), "allow_nan": False,
    }  # fmt: skip
    found.globals["colours"] = colours
    found.filters |= words.FILTERS | {"drawing": drawing, "png": png, "joined": joined}
    return found


def joined(script: str) -> "Markup":
    """A module of `templates` with all that it imports, as one script that stands in a page.

    No two of the modules may give a name of theirs to different things.
    """
    from markupsafe import Markup

    told: dict[str, str] = {}

    def add(name: str) -> None:
        if name in told:
            return
        told[name] = ""
        text = (files("glassnet.views") / "templates" / name).read_text(encoding="utf-8")
        for other in IMPORT.findall(text):
            add(str(PurePosixPath(name).parent / other))
        told[name] = told.pop(name) + EXPORT.sub("", IMPORT.sub("", text))

    add(script)
    return Markup('"use strict";\n' + "\n".join(told.values()))


def drawing(svg: str) -> str:
    """An SVG document as a part of a page, which needs neither its first line nor its names."""
    return re.sub(r'^<\?xml[^>]*>\s*|\sxmlns(:\w+)?="[^"]*"', "", svg)


def png(pixels: NDArray[np.uint8]) -> str:
    """Pixels, (height, width) or (height, width, 3), as an address that holds the whole PNG."""
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(content, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()
