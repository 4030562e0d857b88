"""The catalogue: every mistake once, the common ones first, each at the step where it shows."""

from typing import get_args

import pytest

from glassnet.tutor.mistakes.behaviour import SEEN
from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES, mistake_named
from glassnet.tutor.mistakes.record import STAGES, Common, Mistake
from glassnet.tutor.textbook import Rules


def test_the_common_ones_come_first():
    ranks = [get_args(Common).index(mistake.common) for mistake in KNOWN_MISTAKES]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("mistake", KNOWN_MISTAKES, ids=lambda mistake: mistake.name)
def test_each_is_found_by_its_name_and_replaces_rules_that_there_are(mistake):
    assert mistake_named(mistake.name) is mistake
    assert mistake.changes
    assert set(mistake.changes) <= set(Rules.__dataclass_fields__)
    assert mistake.stage in STAGES.values()


def test_a_name_that_is_none_is_a_key_error():
    with pytest.raises(KeyError):
        mistake_named("no-such-mistake")


def test_what_is_only_seen_is_in_no_rule_and_says_its_stage():
    names = {mistake.name for mistake in KNOWN_MISTAKES}
    for mistake in SEEN:
        assert mistake.name not in names
        assert not mistake.changes
        assert mistake.stage


def test_the_first_rule_in_the_order_of_the_computation_says_the_stage():
    made = Mistake("n", "t", "w", "x", "y", "h?", "seen", {"new_weights": len, "slope": len})
    assert made.stage == "derivative"
