"""How Sphinx builds these pages: cells run at build, warnings are errors, nothing from outside."""

import sys
from pathlib import Path

project = "glassnet"
copyright = "2026, the glassnet developers"
author = "the glassnet developers"

sys.path.insert(0, str(Path(__file__).parent))
extensions = ["myst_nb", "lesson_pages"]
# the lessons' notebooks are there to be taken away, not to be pages
exclude_patterns = ["_build", "learn/*.ipynb", "**/.ipynb_checkpoints"]
suppress_warnings: list[str] = []

html_theme = "furo"
html_title = "glassnet"
html_copy_source = False
html_show_sphinx = False

# A page must fetch nothing from another host. Formulas are written in plain Unicode, as the code
# has them, so no math renderer is loaded; nor are the scripts of notebook widgets.
myst_enable_extensions = ["deflist", "fieldlist"]
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_merge_streams = True
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
