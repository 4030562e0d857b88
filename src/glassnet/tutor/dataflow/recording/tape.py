"""In the learner's process: every operation noted as a node, with whom it was computed from."""

from __future__ import annotations

import operator
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from glassnet.tutor.dataflow.recording.memory import (
    flatten,
    holds_arrays,
    root_of,
    tracked,
)
from glassnet.tutor.dataflow.recording.notes import Notes
from glassnet.tutor.dataflow.recording.older import REFUSALS, as_it_was, is_single
from glassnet.tutor.dataflow.recording.operations import (
    BINARY,
    MOVED,
    Operation,
    operation_of,
    written_into,
)
from glassnet.tutor.dataflow.recording.packing import LARGE
from glassnet.tutor.dataflow.recording.training import trains

TRAINED = 4  # rounds that a loop goes which trains
Name = tuple[str, str]  # as it was written; of `net[key]` both parts, until the key is known
_NOT_ITERATED = (np.ndarray, list, tuple, dict, str, set)


class Tape(Notes):
    """What the rewritten tree calls.

    stacks: each a site that called and the stack around it. names: what a node was called.
    takes_older: whether a call that NumPy took once, and takes no more, is done as it was then.
    """

    takes_older = True

    def __init__(self, files: set[str], modules: set[str], cut: bool = True) -> None:
        super().__init__()
        self.stacks: list[tuple[int, int]] = [(-1, -1)]
        self.names: list[tuple[int, str]] = []
        self.went: dict[int, int] = {}  # each loop's rounds, at most
        self._files, self._modules, self._cut = files, modules, cut
        self._known_stacks = {(-1, -1): 0}
        self.slice = slice
        self.older = False  # whether it did what NumPy took once, and takes no more

    def _older(self, site: int, error: Exception, function: Any, args: Any, kwargs: Any) -> Any:
        """The call as an older NumPy took it. Raises: the error, where none did."""
        if not self.takes_older:
            raise error
        within = error.__traceback__
        while within is not None:
            if within.tb_frame.f_code.co_filename in self._files:
                raise error  # of a function of theirs that was called from there
            within = within.tb_next
        found = as_it_was(
            error, function, args, kwargs, lambda a: self.item(site, a, (0,) * a.ndim)
        )
        if found is None:
            raise error
        self.older = True
        return found

    # what the rewritten tree calls

    def fresh(self, value: float) -> float:
        """A literal as an object of its own."""
        return value * 1.0

    def named(self, site: int, value: Any, name: Name) -> Any:
        """The value, whose name is known now."""
        if tracked(value):
            self.site = site
            node = self.node_of(value)
            if node is not None:
                self.names.append((node, name[0]))
        return value

    def binary(self, site: int, name: str, left: Any, right: Any) -> Any:
        if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
            self._before(left, right)
            if holds_arrays(left) or holds_arrays(right):
                return self._of_each(site, name, left, right)
        if name == "multiply" and (isinstance(left, np.matrix) or isinstance(right, np.matrix)):
            name = "matmul"
            value = self._done(site, operator.mul, left, right)
        else:
            try:
                value = self._done(site, OPERATORS[name], left, right)
            except REFUSALS as error:
                if not self.takes_older:
                    raise
                given = right if isinstance(right, tuple) else (right,)
                if not isinstance(left, str):
                    _, both, _ = self._older(site, error, OPERATORS[name], (left, right), {})
                    return self.binary(site, name, *both)
                if not any(map(is_single, given)):
                    raise
                return left % tuple(a.item() if is_single(a) else a for a in given)
        if type(value) is list:
            return [_own(v) for v in value] if name == "multiply" else value
        if not tracked(value):
            return value
        if name == "matmul":
            done = operation_of(np.matmul, (left, right), {})
        else:
            done = Operation(name, (left, right))
        return value if done is None else self._result(done, value, site)

    def _of_each(self, site: int, name: str, left: Any, right: Any) -> np.ndarray:
        """Arrays of arrays, a layer's in each place, computed place by place."""
        shape = (left if holds_arrays(left) else right).shape
        made = np.empty(shape, object)
        for place in np.ndindex(*shape):
            one, other = (
                v[place] if isinstance(v, np.ndarray) and v.shape == shape else v
                for v in (left, right)
            )
            made[place] = self.binary(site, name, one, other)
        return made

    def negative(self, site: int, value: Any) -> Any:
        return self._result(Operation("negative", (value,)), -value, site)

    def compare(self, site: int, name: str, left: Any, right: Any) -> Any:
        value = OPERATORS[name](left, right)
        if isinstance(value, np.ndarray):
            self._result(Operation(name, (left, right)), value, site)
        return value

    def item(self, site: int, on: Any, key: Any) -> Any:
        value = on[self._place(on, key)]
        whose = isinstance(on, np.ndarray) and on.dtype.kind in "biuf" and on.size <= LARGE
        if whose and tracked(value):
            self.site = site
            if isinstance(value, np.ndarray) and root_of(value) is root_of(on):
                self.array(value)
            else:  # a copy, of which NumPy may show a turned view
                which = np.arange(on.size).reshape(on.shape)[key]
                self.tied(value, self.gather([self.array(on)], np.asarray(which), value, site))
        elif type(on).__module__.startswith("numpy") and isinstance(value, np.ndarray):
            self._moved(lambda parts: on[tuple(parts)], "block", (key,), {}, value, site)
        return value

    def _place(self, on: Any, key: Any) -> Any:
        """A place in a list that an array of one number tells, as it once did."""
        if not (self.takes_older and isinstance(on, list | tuple | str) and is_single(key)):
            return key
        self.older = True
        return int(key.item())

    def store(self, site: int, value: Any, on: Any, key: Any, name: Name) -> None:
        """`on[key] = value`."""
        if isinstance(on, np.ndarray) and on.dtype.kind in "biuf":
            self.site = site
            if is_single(value) and np.ndim(on[key]) == 0:  # a place for one number
                value, self.older = self.item(site, value, (0,) * value.ndim), True
            old, new = self.array(on), self.node_of(value)
            on[key] = value
            if new is None:
                return  # what lies there now is found to have changed, and is a leaf
            given = np.arange(np.size(value)).reshape(np.shape(value)) + on.size
            which = np.arange(on.size).reshape(on.shape)
            which[key] = given
            self.write(on, self.gather([old, new], which, on, site))
        else:
            on[key] = value
            if tracked(value):
                self.named(site, value, _with_key(name, key))

    def changed(self, site: int, name: str, now: Any, value: Any, text: Name) -> Any:
        """`now name= value`, for a variable; what it is then."""
        known = tracked(now) or (isinstance(now, int) and tracked(value))  # `s = 0; s += w * x`
        if known:
            self.site = site
        old = self.node_of(now) if known else None
        given = self.node_of(value) if known else None
        inplace = isinstance(now, np.ndarray)
        if isinstance(now, np.ndarray) and holds_arrays(now):
            now[...] = self._of_each(site, name, now, value)
            return now
        made = self._done(site, IN_PLACE[name], now, value)
        if old is None or given is None or not tracked(made):
            return made
        if name == "matmul":
            done = operation_of(np.matmul, (now, value), {})
            static = dict(done.static) if done else {}
            name = done.name if done else "call"
        else:
            static = {}
        node = self.node(name, [old, given], made, site, static)
        if inplace and made is now:
            self.write(made, node)
        elif not self.is_known(made):
            self.tied(made, node)
        self.names.append((node, text[0]))
        return made

    def changed_item(self, site: int, name: str, on: Any, key: Any, value: Any, text: Name) -> None:
        """`on[key] name= value`."""
        text = _with_key(text, key)
        now = self.item(site, on, key)
        made = self.changed(site, name, now, value, text)
        if isinstance(on, np.ndarray) and made is now and root_of(now) is root_of(on):
            on[key] = made  # the view was changed, and the array with it
        else:
            self.store(site, made, on, key, text)

    def elements(self, values: Any) -> Any:
        """What a loop goes through: the numbers of a row, as objects that are known."""
        if not (isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype.kind in "iuf"):
            return values
        node = self.array(values)
        single = list(values)
        for at, number in enumerate(single):
            self.tied(number, self.gather([node], np.array(at), number))
        return single

    def call(self, site: int, function: Any, *args: Any, **kwargs: Any) -> Any:
        if self._own(function):
            outer = self.stack
            around = (site, outer)
            if around not in self._known_stacks:
                self._known_stacks[around] = len(self.stacks)
                self.stacks.append(around)
            self.stack = self._known_stacks[around]
            try:
                return function(*args, **kwargs)
            finally:
                self.stack = outer
        name = getattr(function, "__name__", "")
        if function in (zip, enumerate, map, reversed, list, tuple, iter, sorted):
            args = tuple(self.elements(a) for a in args)
        elif function in (sum, max, min) and args and not isinstance(args[0], _NOT_ITERATED):
            if isinstance(args[0], Iterable):
                args = (list(args[0]), *args[1:])
        elif isinstance(function, np.vectorize):
            return self._vectorized(site, function, args, kwargs)
        elif name == "deepcopy" and len(args) == 1:
            memo: dict[int, Any] = {}
            made = function(*args, memo)
            self.copied(memo)
            return made
        owner = getattr(function, "__self__", None)
        self._before(owner, *args)
        out = written_into(function, args, kwargs)
        into = isinstance(out, np.ndarray)
        given = self._given(site, function, args, kwargs) if into else None
        if name in BINARY and len(args) == 2 and any(map(holds_arrays, args)):
            return self._of_each(site, BINARY[name], *args)
        try:
            value = self._done(site, function, *args, **kwargs)
        except REFUSALS as error:
            function, args, kwargs = self._older(site, error, function, args, kwargs)
            return self.call(site, function, *args, **kwargs)
        if isinstance(function, type) and function not in (float, np.float64, np.float32):
            return value
        if into:
            return self._into(out, given, value, site)
        if not tracked(value) or self.is_known(value):
            return self._number_list(owner, name, value)
        if isinstance(value, np.ndarray) and self.is_known(value):
            return value
        if name in MOVED:
            whole = (owner, *args) if isinstance(owner, np.ndarray) else args
            if isinstance(owner, np.ndarray):
                self._moved(
                    lambda a, *rest, **kw: getattr(a, name)(*rest, **kw),
                    name, whole, kwargs, value, site,
                )  # fmt: skip
            else:
                self._moved(function, name, args, kwargs, value, site)
            return value
        done = operation_of(function, args, kwargs)
        return value if done is None else self._result(done, value, site)

    def rounds(self, site: int, values: Any) -> Iterator[Any]:
        """A loop's values; one that trains ends after a few."""
        watch = self.loop(site)
        for value in self.elements(values):
            if not self.goes(watch):
                break
            yield value
        self.went[site] = max(self.went.get(site, 0), watch[1])

    def loop(self, site: int) -> list[Any]:
        return [site, 0, [], False]

    def goes(self, loop: list[Any]) -> bool:
        """Whether a loop goes round once more: [site, rounds, each one's beginning, trains]."""
        _, gone, begins, training = loop
        loop[1] = gone + 1
        if not self._cut:
            return True
        if gone <= TRAINED or training:
            begins.append(len(self.nodes))
            if not training and len(begins) > 2:
                loop[3] = training = trains(self.nodes, *begins[-3:])
        return not (training and gone >= TRAINED)

    # what needs a look of its own

    def _own(self, function: Any) -> bool:
        """Whether it is the learner's: its own operations are noted."""
        if isinstance(function, types.MethodType):
            function = function.__func__
        if isinstance(function, types.FunctionType):
            return function.__code__.co_filename in self._files
        if isinstance(function, type):
            return function.__module__ in self._modules
        return type(function).__module__ in self._modules

    def _number_list(self, owner: Any, name: str, value: Any) -> Any:
        """The numbers of `tolist`, each known."""
        if name == "tolist" and isinstance(owner, np.ndarray) and isinstance(value, list):
            node = self.node_of(owner)
            flat: list[Any] = []
            flatten(value, flat)
            if node is not None:
                for at, number in enumerate(flat):
                    if tracked(number):
                        self.tied(number, self.gather([node], np.array(at), number))
        return value

    def _vectorized(self, site: int, function: Any, args: Any, kwargs: Any) -> Any:
        """np.vectorize: its function entry by entry, the first once more to learn its type."""
        inner = function.pyfunc
        arrays = [np.asarray(a) for a in args]
        nodes = [self.node_of(a) for a in args]
        if kwargs or None in nodes or not any(a.ndim for a in arrays):
            return (
                self.call(site, inner, *args, **kwargs) if not args else function(*args, **kwargs)
            )
        shape = np.broadcast_shapes(*(a.shape for a in arrays))
        places = [
            np.broadcast_to(np.arange(a.size).reshape(a.shape), shape).reshape(-1) for a in arrays
        ]
        given: list[Any] = []
        results: list[int | None] = []
        probing = function.otypes is None

        def one(*numbers: Any) -> Any:
            at = len(given) - probing
            given.append(numbers)
            if at >= 0:
                for node, place, number in zip(nodes, places, numbers):
                    if tracked(number):
                        self.tied(number, self.gather([node], np.array(place[at]), number))  # type: ignore[list-item]
            made = self.call(site, inner, *numbers)
            if at >= 0:
                results.append(self.node_of(made))
            return made

        value = np.vectorize(one, otypes=function.otypes)(*args)
        if None not in results and np.size(value) == len(results) and results:
            which = np.arange(len(results)).reshape(np.shape(value))
            self.tied(value, self.gather(results, which, value, site))  # type: ignore[arg-type]
        return value


def _with_key(name: Name, key: Any) -> Name:
    """`net[key]` with the key's value, where that is a word or a whole number."""
    base, written = name
    if not written:
        return name
    whole = isinstance(key, int | np.integer) and not isinstance(key, bool)
    own = repr(key) if isinstance(key, str) else str(int(key)) if whole else written
    return f"{base}[{own}]", ""


def _own(value: Any) -> Any:
    return value * 1.0 if type(value) is float else value


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul,
    "divide": operator.truediv, "floor_divide": operator.floordiv, "remainder": operator.mod,
    "power": operator.pow, "matmul": operator.matmul, "greater": operator.gt,
    "greater_equal": operator.ge, "less": operator.lt, "less_equal": operator.le,
    "equal": operator.eq, "not_equal": operator.ne,
}  # fmt: skip
IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "add": operator.iadd, "subtract": operator.isub, "multiply": operator.imul,
    "divide": operator.itruediv, "floor_divide": operator.ifloordiv, "remainder": operator.imod,
    "power": operator.ipow, "matmul": operator.imatmul,
}  # fmt: skip
