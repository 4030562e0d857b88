"""What would change an answer: it changes it, keeps what is to be kept, and lies near."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.data import TablePreparation
from glassnet.explain import Counterfactual, counterfactual

RNG = np.random.default_rng(2)
FRAME = pl.DataFrame(
    {
        "age": [None if n % 9 == 0 else str(n % 60 + 10) for n in range(240)],
        "sex": [["female", "male", "male"][n % 3] for n in range(240)],
        "class": [["first", "second", "third", "third"][(n // 3) % 4] for n in range(240)],
        "alone": [["yes", "no"][(n // 5) % 2] for n in range(240)],
        "born": [f"2001-{n % 12 + 1:02d}-{n % 28 + 1:02d}" for n in range(240)],
    }
)


def trained(y: np.ndarray, seed: int = 0) -> gn.Network:
    preparation = TablePreparation.learn(FRAME)
    n_out = len(np.unique(y)) if y.dtype.kind == "U" else 1
    output = "softmax" if n_out > 1 else "identity"
    net = gn.Network.dense([preparation.n_inputs, 12, n_out], output=output, seed=seed)
    net.preparation = preparation
    gn.fit(net, FRAME, y, epochs=25, learning_rate=1e-2, progress=False)
    return net


AGES = np.array([float(age or 30) for age in FRAME["age"]])
POINTS = AGES / 30 + 2.0 * (FRAME["sex"] == "female").to_numpy() + RNG.normal(size=240) * 0.2
CLASSES = trained(np.array(["low", "middle", "high"])[np.digitize(POINTS, [1.5, 2.5])])
NUMBERS = trained(POINTS)


def changed(row: int, found: Counterfactual) -> dict:
    return FRAME.row(row, named=True) | {each.name: each.after for each in found.changes}


@settings(max_examples=25, deadline=None)
@given(
    row=st.integers(0, 239),
    fix=st.sets(st.sampled_from(["sex", "age", "born"])),
    to=st.sampled_from([None, "low", "middle", "high"]),
)
def test_it_is_answered_as_it_claims_and_keeps_what_is_to_be_kept(row, fix, to):
    before = CLASSES.predict(FRAME[row])[0]
    to = None if to == before else to
    found = counterfactual(CLASSES, FRAME[row], FRAME, to=to, fix=sorted(fix))
    if found is None:
        assert {"sex", "age"} & fix
        return
    new = changed(row, found)
    (after,) = CLASSES.predict([new])
    assert after == found.answer == found.of
    assert after != before
    assert to in (None, after)
    place = (CLASSES.classes or []).index(after)
    assert CLASSES.predict_proba([new])[0, place] == pytest.approx(found.value, abs=1e-5)
    assert not fix & {each.name for each in found.changes}
    assert found.kept == sorted(fix)
    for each in found.changes:
        assert each.before == FRAME[each.name][row]
        assert each.after in FRAME[each.name].to_list()
        assert each.after != each.before
        assert each.after is not None


@pytest.mark.parametrize("row", range(0, 240, 40))
@pytest.mark.parametrize("to", [0.5, 1.5, 3.0])
def test_a_number_is_reached(row, to):
    before = NUMBERS.predict(FRAME[row])[0]
    found = counterfactual(NUMBERS, FRAME[row], FRAME, to=to)
    assert found is not None
    (after,) = NUMBERS.predict([changed(row, found)])
    assert after == pytest.approx(found.value, abs=1e-4)
    assert (after - to) * (before - to) <= 1e-6


def test_none_that_changes_one_cell_is_nearer():
    """Every other cell of every column tried: what is told is at most as far."""
    sd = np.std(AGES[[age is not None for age in FRAME["age"]]])
    for row in range(1, 60, 7):
        found = counterfactual(CLASSES, FRAME[row], FRAME)
        assert found is not None
        own, before = FRAME.row(row, named=True), CLASSES.predict(FRAME[row])[0]
        if own["age"] is None:
            continue
        far: dict[str, float] = dict.fromkeys(("sex", "class", "alone"), 1.0)
        for name in ("age", *far):
            for cell in set(FRAME[name].to_list()) - {own[name], None}:
                if CLASSES.predict([own | {name: cell}])[0] != before:
                    distance = far.get(name) or abs(float(cell) - float(own["age"])) / sd
                    assert found.distance <= distance + 1e-6, (row, name, cell)


def test_of_arrays_it_crosses_the_line():
    net = gn.Network([gn.Dense(2, 1, "sigmoid", W=[[1.0, 1.0]])], dtype="float64")
    net.classes = ["below", "above"]
    X = RNG.normal(size=(100, 2))
    found = counterfactual(net, [-0.3, -0.1], X)
    assert found is not None
    x = np.array([-0.3, -0.1])
    for each in found.changes:
        x[int(each.name[2])] = each.after
    assert net.predict(x[None]).tolist() == ["above"] == [found.answer]
    assert found.distance == pytest.approx(np.abs(x - [-0.3, -0.1]).sum())
    assert found.distance < 0.6


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"fix": "colour"}, "no column"),
        ({"fix": list(FRAME.columns)}, "leave one"),
        ({"fix": 3}, "names of columns"),
        ({"to": "huge"}, "no class"),
        ({"to": CLASSES.predict(FRAME[0])[0]}, "already"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(asked, words):
    with pytest.raises(InputError, match=words):
        counterfactual(CLASSES, FRAME[0], FRAME, **asked)


def test_a_number_needs_to_be_named():
    with pytest.raises(InputError, match="to be reached"):
        counterfactual(NUMBERS, FRAME[0], FRAME)


def test_where_nothing_changes_the_answer_there_is_none():
    net = gn.Network([gn.Dense(2, 1, "sigmoid", W=[[0.0, 0.0]], b=[1.0])])
    net.classes = ["no", "yes"]
    assert counterfactual(net, [1.0, 2.0], RNG.normal(size=(50, 2))) is None


def test_of_several_numbers_the_one_that_is_meant_reaches_it():
    net = gn.Network([gn.Dense(2, 2, "identity", W=[[1.0, 0.0], [0.0, 1.0]], b=[100.0, 0.0])])
    X = RNG.uniform(-9, 9, size=(200, 2))
    found = counterfactual(net, [0.0, 0.0], X, to=5.0, of=1)
    assert found is not None
    assert [each.name for each in found.changes] == ["x[1]"]
    assert found.of == "1"
    assert found.value >= 5.0
    with pytest.raises(InputError, match="no target"):
        counterfactual(net, [0.0, 0.0], X, to=5.0, of="2")


def test_no_change_is_a_filler():
    """A cell a little nearer with another that hardly matters is not told before one alone."""
    net = gn.Network([gn.Dense(2, 1, "identity", W=[[1.0, 0.1]], b=[0.0])], dtype="float64")
    X = np.array([[0.0, 0.0], [0.99, 0.0], [1.02, 5.0], [0.0, 0.11]])
    found = counterfactual(net, [0.0, 0.0], X, to=1.0)
    assert found is not None
    assert [(each.name, each.after) for each in found.changes] == [("x[0]", 1.02)]


@pytest.mark.parametrize("row", range(3, 240, 24))
def test_none_of_the_changes_can_be_left_out(row):
    own, before = FRAME.row(row, named=True), CLASSES.predict(FRAME[row])[0]
    found = counterfactual(CLASSES, FRAME[row], FRAME)
    assert found is not None
    if len(found.changes) > 1:
        for each in found.changes:
            assert CLASSES.predict([changed(row, found) | {each.name: own[each.name]}])[0] == before
