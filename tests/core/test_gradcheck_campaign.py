"""The gradient check on many random networks: no right one is accused, no planted fault missed."""

from collections import Counter

import numpy as np
import pytest
from random_networks import FAULTS, faulty, random_case

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.numerical.gradcheck import SURE, GradCheck, along_directions, gradcheck

MOST = 12  # receipts an array


def check(seed: int) -> GradCheck | None:
    """The check of the case of that seed; None where every row lies at a kink."""
    case = random_case(seed)
    with np.errstate(all="ignore"):
        try:
            return gradcheck(case.net, case.x, case.y, case.w, seed=case.masks, max_receipts=MOST)
        except InputError as refused:
            if "at a kink" not in str(refused):
                raise
            return None


def right_networks(seeds: range) -> Counter[str]:
    """How many right networks are found right, are judged in part, or lie at kinks."""
    found: Counter[str] = Counter()
    for seed in seeds:
        checked = check(seed)
        if checked is None:
            found["every row at a kink"] += 1
            continue
        assert not checked.wrong, (seed, checked)
        case = random_case(seed)
        with np.errstate(all="ignore"):
            off = along_directions(case.net, case.x, case.y, case.w, masks=case.masks)
        assert off < 1e-7 or checked.not_finite, (seed, off)
        found["ok" if checked.ok else checked.not_finite or "not judged in part"] += 1
    return found


def planted_faults(monkeypatch: pytest.MonkeyPatch, wanted: int) -> Counter[str]:
    """Plants one fault after another until so many were there to be found, and finds each.

    A fault is there where an entry that the check of the right network judges changes by 1e-3 of
    itself; what it names must have changed, and of the arrays so changed none may be missed.
    """
    found: Counter[str] = Counter()
    seed = 0
    while found["found"] < wanted:
        seed += 1
        fault = FAULTS[seed % len(FAULTS)]
        right = check(seed)
        if right is None or right.not_finite:
            continue
        with monkeypatch.context() as patch:
            patch.setattr(Network, "gradient", faulty(Network.gradient, fault, seed))
            checked = check(seed)
        assert checked is not None
        changed: dict[str, list[bool]] = {}
        for before, after in zip(right.receipts, checked.receipts, strict=True):
            assert before.address == after.address
            gap = abs(after.analytic - before.analytic)
            if gap > SURE * before.limit * 1e-3:
                there = gap >= 1e-3 * abs(before.analytic)
                known = before.word == "ok" and 2 * SURE * before.limit < gap
                changed.setdefault(before.address.split("[")[0], []).append(there and known)
        due = {name for name, entries in changed.items() if any(entries)}
        assert due <= set(checked.wrong), (seed, fault, due, checked.arrays)
        assert set(checked.wrong) <= set(changed), (seed, fault, changed, checked.arrays)
        found["found" if due else "too small to be known" if changed else "no effect"] += 1
    return found


def test_right_networks_are_not_accused():
    assert right_networks(range(14))["ok"] > 9


def test_planted_faults_are_found(monkeypatch):
    planted_faults(monkeypatch, 3)


@pytest.mark.campaign
def test_two_thousand_right_networks_are_not_accused():
    found = right_networks(range(2000))
    print(dict(found))
    assert found["ok"] > 1700


@pytest.mark.campaign
def test_five_hundred_planted_faults_are_found(monkeypatch):
    print(dict(planted_faults(monkeypatch, 500)))
