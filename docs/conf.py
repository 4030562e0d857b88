"""How Sphinx builds these pages: cells run at build, warnings are errors, nothing from outside."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "extensions")]

import fresh

import glassnet

project = "glassnet"
copyright = "2026, the glassnet developers"
author = "the glassnet developers"
version = release = glassnet.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "command_sections",
    "docstrings",
    "exercises",
    "lesson_pages",
    "mathml",
    "studio",
    "theme",
    "walks",
]
# the lessons' notebooks are there to be taken away, not to be pages
exclude_patterns = ["_build", "made", "learn/*.ipynb", "**/.ipynb_checkpoints"]
suppress_warnings: list[str] = []

html_theme = "furo"
html_title = "glassnet"
html_copy_source = False
html_show_sphinx = False
html_static_path = ["static"]
html_css_files = ["glassnet.css"]
html_js_files = ["glassnet.js"]

# A page must fetch nothing from another host: formulas are MathML, which needs no script, and the
# scripts of notebook widgets are not loaded.
html_math_renderer = "mathml"
myst_enable_extensions = ["deflist", "fieldlist", "dollarmath", "attrs_block", "attrs_inline"]
myst_heading_anchors = 3
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_merge_streams = True
nb_code_prompt_show = "How this was computed"
nb_code_prompt_hide = "Fold it again"

# Cells run once for both formats, and anew when the code is another: no output can be old.
nb_execution_mode = "cache"
nb_execution_cache_path = fresh.cells_of(HERE / "_build")
nb_execution_raise_on_error = True
nb_execution_timeout = 120

autodoc_typehints = "none"  # the docstrings tell what comes in, with its shape
autodoc_preserve_defaults = True
napoleon_use_param = False  # "l1, l2: the penalty" tells of both
napoleon_use_rtype = False

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True


def setup(app) -> None:
    app.add_config_value("made_of", fresh.code_digest(), "env")  # another one: every page anew
