"""Addresses: what is written is read, and what is no address is told from its neighbours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.errors import InputError
from glassnet.explain import Address, parse
from glassnet.explain.ask.addresses import OF_PARAMETERS

NUMBERS = st.integers(0, 10**6)


@st.composite
def addresses(draw) -> Address:
    prefix, names = draw(
        st.sampled_from(
            [
                ("", ("x", "y", "dx")),
                ("", ("z", "a", "da", "delta", "mask", "b", "db", "W", "dW")),
                ("", ("loss", "objective", "learning_rate")),
                ("penalty", ("W",)),
                *[(prefix, ("W", "b")) for prefix in OF_PARAMETERS],
                ("rest", ("x", "z", "delta", "dW", "loss")),
            ]
        )
    )
    name = draw(st.sampled_from(names))
    layered = name in ("z", "a", "da", "delta", "mask", "b", "db", "W", "dW")
    dimensions = {"W": 2, "dW": 2, "loss": 0, "objective": 0, "learning_rate": 0}.get(name, 1)
    size = draw(st.sampled_from([0, dimensions]))
    sampled = name in ("x", "y", "dx", "z", "a", "da", "delta", "mask", "db", "dW", "loss")
    return Address(
        name,
        draw(NUMBERS) if layered else None,
        tuple(draw(st.lists(NUMBERS, min_size=size, max_size=size))),
        draw(st.none() | NUMBERS) if sampled else None,
        prefix,
    )


@given(addresses())
def test_to_parse_what_is_printed_is_the_identity(address: Address):
    assert parse(str(address)) == address
    assert parse(f"  {address} ") == address


@given(addresses())
def test_to_print_what_was_parsed_is_the_identity(address: Address):
    text = str(address)
    assert str(parse(text)) == text


def test_addresses_are_written_as_a_person_writes_them():
    written = ["W1[0,1]", "b2[0]", "x[1]", "delta2[0]@3", "dW1[0,1]@2", "delta1", "loss",
               "penalty.W1[0,1]", "new.b2[1]", "objective", "loss@1", "learning_rate"]  # fmt: skip
    assert [str(parse(text)) for text in written] == written
    assert parse("W1[ 0 , 1 ]".replace("[ ", "[").replace(" ]", "]")) == Address("W", 1, (0, 1))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no address"),
        ("W1[0", "is no address"),
        ("W1[0,]", "is no address"),
        ("W1[-1,0]", "is no address"),
        ("W1(0,1)", "is no address"),
        ("W1[0,1]@", "is no address"),
        ("1W", "is no address"),
        ("W1[0,1].new", "is no address"),
        ("delt1[0]", "did you mean 'delta'"),
        ("lose", "did you mean 'loss'"),
        ("learning_rte", "did you mean 'learning_rate'"),
        ("qqq1[0]", "known are"),
        ("W[0,1]", "needs a layer's number"),
        ("z[0]", "needs a layer's number"),
        ("x1[0]", "has no layer's number"),
        ("loss1", "has no layer's number"),
        ("W1[0]", "1 indexes; W takes two"),
        ("z1[0,1]", "2 indexes; z takes one"),
        ("loss[0]", "loss takes none"),
        ("W1[0,1]@0", "leave '@0' out"),
        ("new.W1[0,1]@0", "leave '@0' out"),
        ("learning_rate@0", "leave '@0' out"),
        ("new.z1[0]", "'new.' goes with no 'z'"),
        ("penalty.b1[0]", "'penalty.' goes with no 'b'"),
        ("old.W1[0,0]", "begins with 'old.': known are"),
        ("m_hta.W1[0,0]", "did you mean 'm_hat'"),
        ("rest.new.q.W1[0,0]", "did you mean"),
        ("rest.rest.z1[0]", "begins with 'rest.'"),
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(text: str, says: str):
    with pytest.raises(InputError) as error:
        parse(text)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


@given(st.text(max_size=12))
def test_any_text_is_an_address_or_is_refused(text: str):
    try:
        address = parse(text)
    except InputError:
        return
    assert parse(str(address)) == address
