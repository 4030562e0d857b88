"""Where the wishes of one page go: each to its scene, and its answer back."""

from collections.abc import Callable
from typing import Any

from glassnet.core.errors import InputError, unknown
from glassnet.studio.given import Given
from glassnet.studio.messages import Refused, Wish, read_wish, told

Send = Callable[[str | bytes], None]

# Each scene's verbs; nothing else of it can be called from a page.
VERBS = {
    "worked": "open more shape set drag chain nudge alone course toml page read",
    "play": "open change restart race run pause step diagnose remedy hidden surface ask point "
    "watch code own own_columns",
    "digits": "open restart run pause draw why wrong code",
    "model": "open answer ask walk code",
    "run": "open at why ask",
    "code": "check",
}


class Desk:
    """One page's scenes, made when they are first asked for.

    Args: send, told each answer and frame; is_free, whether the frames before have been taken.
    """

    def __init__(
        self, given: Given, send: Send, is_free: Callable[[], bool] = lambda: True
    ) -> None:
        self.given, self.send, self.is_free = given, send, is_free
        self.scenes: dict[str, Any] = {}

    def take(self, text: str) -> None:
        """Answers a wish, with a record or the sentence why not."""
        number: int | None = None
        try:
            wish = read_wish(text)
            number = wish.id
            answer = self._answer(wish)
        except InputError as error:
            answer = Refused(str(error))
        except MemoryError:
            answer = Refused("there is not enough memory for this: use smaller sizes.")
        except ArithmeticError:
            answer = Refused("these numbers are too large to be computed with.")
        except RecursionError:
            answer = Refused("this has too many levels.")
        self.send(told(number, answer))

    def _answer(self, wish: Wish) -> Any:
        if wish.scene not in VERBS:
            raise unknown("scene", wish.scene, [*VERBS])
        verbs = VERBS[wish.scene].split()
        if wish.verb not in verbs:
            raise unknown(f"wish of {wish.scene}", wish.verb, verbs)
        return getattr(self.scene(wish.scene), wish.verb)(wish)

    def scene(self, name: str) -> Any:
        """The scene of that name, made when it is first asked for."""
        if name not in self.scenes:
            self.scenes[name] = self._made(name)
        return self.scenes[name]

    def _made(self, name: str) -> Any:
        """A scene; what it stands on is imported when somebody comes to it."""
        match name:
            case "worked":
                from glassnet.studio.scenes.worked import WorkedScene

                return WorkedScene()
            case "play":
                from glassnet.studio.scenes.play.playground import PlayScene

                return PlayScene(self.send, self.given, self.is_free)
            case "digits":
                from glassnet.studio.scenes.digits import DigitsScene

                return DigitsScene(self.send, self.is_free)
            case "model":
                from glassnet.studio.scenes.model import ModelScene

                return ModelScene(self.given)
            case "run":
                from glassnet.studio.scenes.model import RunScene

                return RunScene(self.given)
            case _:
                from glassnet.studio.scenes.code import CodeScene

                return CodeScene()

    @property
    def running(self) -> bool:
        return any(getattr(scene, "running", False) for scene in self.scenes.values())

    def tick(self) -> float:
        """Goes on with what runs; the seconds until it is to be asked again."""
        waits = [s.tick() for s in self.scenes.values() if getattr(s, "running", False)]
        return min(waits, default=0.0)
