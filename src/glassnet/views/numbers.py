"""How views write a number in a few digits."""


def written(value: float, digits: int = 6) -> str:
    """A number to so many significant digits, with a minus sign that is one.

    >>> written(-0.012345678), written(2.0, 4)
    ('−0.0123457', '2')
    """
    return f"{value:.{digits}g}".replace("-", "−")
