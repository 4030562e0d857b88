"""A Jupyter notebook as its file has it: nbformat 4, from cells."""

import json
from collections.abc import Iterable
from typing import Any


def notebook_document(cells: Iterable[dict[str, Any]], name: str) -> str:
    """The notebook's JSON; its cells are called by the name and their number."""
    own = list(cells)
    for number, cell in enumerate(own):
        cell["id"] = f"{name}-{number}"
    document: dict[str, Any] = {
        "cells": own,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def text_cell(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code_cell(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }
