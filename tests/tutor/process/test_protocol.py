"""What a system does not hold, in words: nothing where it holds all."""

from itertools import product

from glassnet.tutor.process.protocol import KINDS, Trouble, not_held


def test_where_all_is_held_nothing_is_said():
    assert not_held(guarded=True, walls=True, files=True, host=True) == []


def test_each_thing_that_is_not_held_is_said():
    said = {
        held: set(not_held(**dict(zip(("guarded", "walls", "files", "host"), held))))
        for held in product((True, False), repeat=4)
    }
    everything = set().union(*said.values())
    assert any("network" in each for each in said[True, False, True, True])
    assert any("files elsewhere" in each for each in said[True, True, False, True])
    assert any("host" in each for each in said[True, True, True, False])
    assert any("how many processes" in each for each in said[False, True, True, True])
    assert max(map(len, said.values())) < len(everything)  # no system lacks a thing twice


def test_a_trouble_knows_its_kind_and_line():
    trouble = Trouble("mine.py raised KeyError", "raised", 3)
    assert (str(trouble), trouble.kind, trouble.line) == ("mine.py raised KeyError", "raised", 3)
    assert trouble.kind in KINDS
