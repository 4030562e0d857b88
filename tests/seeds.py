"""Draws of the same test: a few every day, the others in the campaign."""

from typing import Any

import pytest


def drawn(every: int, few: int) -> list[Any]:
    """The seeds below `every`; those from `few` on are left to the campaign."""
    more = [pytest.param(seed, marks=pytest.mark.campaign) for seed in range(few, every)]
    return [*range(few), *more]
