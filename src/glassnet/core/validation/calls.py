"""The door: every call of a public function or class is held to its signature and annotations.

    @door
    def fit(net: Network, *, epochs: Count = 10, learning_rate: Rate = 0.1, shuffle: bool = True)

bool, int, float, str, a class and a Literal are rules by themselves, Annotated adds a range,
`| None` allows None; see `settings`. What does not fit is an InputError, in one sentence, before
anything is done.
"""

import inspect
import types
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from glassnet.core.errors import CallError, nearest
from glassnet.core.validation.rules import (
    Choice,
    Either,
    FiniteNumber,
    Flag,
    Instance,
    Optional,
    Rule,
    Whole,
    in_words,
)

F = TypeVar("F", bound=Callable[..., Any])


def door(thing: F) -> F:
    """A function, method or class whose calls are held to its signature and annotations.

    >>> from glassnet.core.validation.rules import Count, Positive
    >>> @door
    ... def halved(x: Positive, *, often: Count = 1) -> float:
    ...     return x / 2**often
    >>> halved(6, often=2)
    1.5
    >>> halved(6, oftn=2)
    Traceback (most recent call last):
    glassnet.core.errors.CallError: halved takes no oftn: did you mean often? It takes x and often.
    >>> halved(-1)
    Traceback (most recent call last):
    glassnet.core.errors.InputError: x is -1: give a number above 0.
    """
    if isinstance(thing, type):
        made: Any = thing
        made.__init__ = _held(made.__init__, thing.__name__)
        return made
    return _held(thing, _name(thing))  # type: ignore[return-value]


def _name(function: Any) -> str:
    return function.__qualname__.rpartition("<locals>.")[2].removesuffix(".__init__")


def _held(function: Any, name: str) -> Any:
    signature = inspect.signature(function)
    bind = _by_names(signature)
    rules: list[tuple[str, Rule]] | None = None  # read at the first call: names are all known then

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        nonlocal rules
        if rules is None:
            rules = rules_of(function)
        given, bound = bind(args, kwargs), None
        if given is None:
            try:
                bound = signature.bind(*args, **kwargs)
            except TypeError:
                raise misfit(name, signature, args, kwargs) from None
            given = bound.arguments
        for parameter, rule in rules:
            if parameter in given:
                given[parameter] = rule(parameter, given[parameter])
        return function(**given) if bound is None else function(*bound.args, **bound.kwargs)

    return call


def _by_names(
    signature: inspect.Signature,
) -> Callable[[tuple[Any, ...], dict[str, Any]], dict[str, Any] | None]:
    """What binds a call to names, in a tenth of the time that `signature.bind` takes.

    It gives None of a call that does not fit, and of any where a parameter has no name to be
    called by.
    """
    parameters = signature.parameters.values()
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    if any(p.kind not in named for p in parameters):
        return lambda args, kwargs: None
    known = {p.name for p in parameters}
    places = [p.name for p in parameters if p.kind == p.POSITIONAL_OR_KEYWORD]
    needed = {p.name for p in parameters if p.default is p.empty}

    def bind(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any] | None:
        given = dict(zip(places, args)) | kwargs
        fits = len(given) == len(args) + len(kwargs)  # no value too many, none given twice
        return given if fits and needed <= given.keys() and given.keys() <= known else None

    return bind


def takes(settings: type, *but: str) -> Callable[[F], F]:
    """A function of `**settings` that are a dataclass's: its signature, and so `door`, says so.

    Args: but, the names of those that it does not take.

    >>> from dataclasses import dataclass
    >>> @dataclass(kw_only=True)
    ... class Pace:
    ...     epochs: int = 10
    >>> @door
    ... @takes(Pace)
    ... def run(rows: int, **pace: Any) -> int:
    ...     return rows * Pace(**pace).epochs
    >>> print(inspect.signature(run))
    (rows: int, *, epochs: int = 10) -> int
    """

    def told(function: F) -> F:
        signature = inspect.signature(function)
        own = [p for p in signature.parameters.values() if p.kind != p.VAR_KEYWORD]
        theirs = inspect.signature(settings).parameters.values()
        more = [p for p in theirs if p.name not in but]
        setattr(function, "__signature__", signature.replace(parameters=[*own, *more]))  # noqa: B010
        return function

    return told


def fits_signature(function: F) -> F:
    """As `door` with the signature alone, at hardly any cost: for what is called very often.

    The call is made first; where Python could not make it, there is no deeper frame.
    """

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except TypeError as error:
            trace = error.__traceback__
            if trace is not None and trace.tb_next is None:
                signature = inspect.signature(function)
                raise misfit(_name(function), signature, args, kwargs) from None
            raise

    return call  # type: ignore[return-value]


def misfit(
    name: str, signature: inspect.Signature, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> CallError:
    """What is wrong with a call that does not fit a signature, and how it is called."""
    by_place = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    own = [p for p in signature.parameters.values() if p.name not in ("self", "cls")]
    args = args[len(signature.parameters) - len(own) :]
    named = [p.name for p in own if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    takes = f"It takes {in_words(named)}." if named else "It takes nothing."
    places = [p for p in own if p.kind in by_place]
    strange = [key for key in kwargs if key not in named]
    if strange and not any(p.kind == p.VAR_KEYWORD for p in own):
        near = nearest(strange[0], [n for n in named if n not in kwargs], ALSO_CALLED)
        guess = f": did you mean {near}?" if near else "."
        return CallError(f"{name} takes no {strange[0]}{guess} {takes}")
    if len(args) > len(places) and not any(p.kind == p.VAR_POSITIONAL for p in own):
        first = " without a name" if len(named) > len(places) else ""
        most = f"at most {len(places)}" if places else "none"
        return CallError(f"{name} was given {len(args)} values{first}, and takes {most}. {takes}")
    twice = [p.name for p in places[: len(args)] if p.name in kwargs]
    if twice:
        return CallError(f"{name} was given {twice[0]} twice: by its place and by its name.")
    missing = [
        p.name
        for place, p in enumerate(own)
        if p.default is p.empty and p.name in named and p.name not in kwargs
        and not (p in places and place < len(args))
    ]  # fmt: skip
    return CallError(f"{name} needs {in_words(missing)} too. {takes}")


# What other libraries call a setting, where no likeness of letters would lead to ours.
ALSO_CALLED = {
    "lr": "learning_rate", "eta": "learning_rate", "alpha": "learning_rate",
    "rate": "learning_rate", "step_size": "learning_rate", "n_epochs": "epochs",
    "num_epochs": "epochs", "max_iter": "epochs", "max_epochs": "epochs", "bs": "batch_size",
    "minibatch_size": "batch_size", "patience": "early_stopping", "opt": "optimizer",
    "betas": "beta1", "epsilon": "eps", "rho": "decay", "weights": "W", "act": "activation",
    "nonlinearity": "activation", "lr_scheduler": "schedule", "scheduler": "schedule",
    "validation_split": "validation", "validation_data": "validation", "verbose": "progress",
    "random_state": "seed", "p": "rate", "delta": "threshold", "history_size": "memory",
    "label_smoothing": "smoothing", "weight": "sample_weight", "max_grad_norm": "clip_norm",
    "step_every": "every", "warmup": "steps", "units": "n_out", "tol": "tolerance",
}  # fmt: skip


def rules_of(function: Any) -> list[tuple[str, Rule]]:
    """The parameters of a function whose annotation is a rule."""
    found: list[tuple[str, Rule]] = []
    for parameter in inspect.signature(function).parameters.values():
        annotation = parameter.annotation
        several = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if several or annotation is parameter.empty:
            continue
        if isinstance(annotation, str):
            try:
                annotation = eval(annotation, function.__globals__)
            except NameError:  # known to type checkers alone: an inner room's door has the rule
                continue
        rule = rule_of(annotation)
        if rule is not None:
            found.append((parameter.name, rule))
    return found


def rule_of(annotation: Any) -> Rule | None:
    """The rule that an annotation stands for; None where it says nothing that can be held."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return next((each for each in inner[1:] if isinstance(each, Rule)), rule_of(inner[0]))
    if origin is Literal:
        return Choice(*inner)
    if origin in (Union, types.UnionType):
        some = [rule_of(each) for each in inner if each is not types.NoneType]
        rules = [rule for rule in some if rule is not None]
        if len(rules) < len(some):
            return None
        rule = rules[0] if len(rules) == 1 else Either(*rules)
        return Optional(rule) if types.NoneType in inner else rule
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if isinstance(annotation, type) and annotation not in (object, Any, types.NoneType):
        return None if getattr(annotation, "_is_protocol", False) else Instance(annotation)
    return None


_PLAIN: dict[Any, Rule] = {bool: Flag(), int: Whole(), float: FiniteNumber()}
