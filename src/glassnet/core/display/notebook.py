"""What a notebook asks of an object: a view answers, which whoever joins the rooms hands in."""

from collections.abc import Callable

View = Callable[[object, str], str]  # the object, and "html", "latex" or "text"

_views: list[View] = []


def display_by(view: View) -> None:
    """Hands in what shows the objects of every room."""
    _views[:] = [view]


class Displayed:
    """An object that a notebook shows by a view; Python shows it by its repr."""

    __slots__ = ()

    def shown(self) -> object:
        """The record that is shown of it."""
        return self

    def _repr_html_(self) -> str | None:
        return _views[0](self.shown(), "html") if _views else None


class DisplayedText(Displayed):
    """One that `print` shows by a view too."""

    __slots__ = ()

    def __str__(self) -> str:
        return _views[0](self.shown(), "text") if _views else repr(self)


class DisplayedFormula(Displayed):
    """One that is a formula: also as LaTeX, for paper."""

    __slots__ = ()

    def _repr_latex_(self) -> str | None:
        return _views[0](self.shown(), "latex") if _views else None
