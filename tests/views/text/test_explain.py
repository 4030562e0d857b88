"""Explanations as text."""

from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.explain import Ask
from glassnet.explain.walks.changes import nudge
from glassnet.views.text.explain import nudge_text


def test_a_nudge_has_one_minus_sign():
    ask = Ask(Network([Dense(1, 1, "identity", W=[[-1.0]])], dtype="float64"), [1.0], [0.0])
    told = nudge_text(nudge(ask, "W1[0,0]", 1e-5))
    assert told.startswith("W1[0,0] + 1e−05\n")
    assert "-" not in told
