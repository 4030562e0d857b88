"""How a number is written for people."""


def written(value: float, digits: int | None = 6) -> str:
    """A number to so many significant digits, None for all, with a minus sign that is one.

    >>> written(-0.012345678), written(2.0, 4), written(1e-8, None), written(-0.0)
    ('−0.0123457', '2', '1e−08', '0')
    """
    value = value + 0.0 if value == 0 else value  # −0 is written 0
    told = repr(value).removesuffix(".0") if digits is None else f"{value:.{digits}g}"
    return told.replace("-", "−")
