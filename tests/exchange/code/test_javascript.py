"""The page's program computes, in a real browser, what glassnet does: every input and answer."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from code_written import HOSTILE, random_network, trained_on_a_table
from model_pages import of_a_table, of_each, opened, outputs, why

import glassnet as gn
from glassnet.core.activations import ACTIVATIONS
from glassnet.data import TargetScale
from glassnet.data.table.cells import FORMATS
from glassnet.exchange.code.plan import CodePlan

IN_CI, CAMPAIGN = 3, 50
NEAR = {"rtol": 1e-12, "atol": 1e-12}


def as_the_network(chromium: Any, folder: Any, seed: int, dtype: str) -> None:
    net, X, _ = random_network(seed, dtype)
    X = np.concatenate([X, 0 * X[:1], 1e-8 * X[:2], 40 * X[:3], 1e4 * X[:3], -1e6 * X[:2]])
    net64 = net.astype("float64")  # the page computes in double precision, as explain does
    with opened(chromium, folder, CodePlan(net)) as page, np.errstate(all="ignore"):
        expected = net64.predict_proba(X)
        assert np.allclose(outputs(page, X.tolist()), expected, equal_nan=True, **NEAR), seed
        told = why(page, X[0].tolist(), 0)
        ours = gn.shapley_values(net, X[0], [0 * X[0]], of=None)
        by_name = {each.name: each.value for each in ours.contributions}
        values = [by_name[f"x[{j}]"] for j in range(net.n_in)]
        assert np.allclose([each["value"] for each in told["shares"]], values, **NEAR), seed
        assert np.isclose(told["base"], ours.base, **NEAR)


@pytest.mark.parametrize("seed", range(IN_CI))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_answers_as_the_network(chromium, tmp_path, seed, dtype):
    as_the_network(chromium, tmp_path, seed, dtype)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(IN_CI, CAMPAIGN))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_answers_as_the_network_at_length(chromium, tmp_path, seed, dtype):
    as_the_network(chromium, tmp_path, seed, dtype)


def test_every_activation_at_every_size_of_z(chromium, tmp_path):
    z = np.concatenate([-np.logspace(3, -9, 60), [0.0], np.logspace(-9, 3, 60)])
    for name in sorted(set(ACTIVATIONS) - {"softmax"}):
        net = gn.Network.dense([1, 1], output=name, loss="squared_error", dtype="float64")
        net.theta[:] = [1.0, 0.0]
        with opened(chromium, tmp_path, CodePlan(net)) as page:
            told = outputs(page, z[:, None].tolist())
        expected = net.predict_proba(z[:, None])
        assert np.allclose(told, expected, rtol=1e-13, atol=1e-15), name


def test_the_error_function_of_a_formula_of_ones_own(chromium, tmp_path):
    import math

    from glassnet.formula import Symbol
    from glassnet.formula.tree import Function

    u = Symbol("z")
    own = gn.Elementwise(
        "own", np.vectorize(lambda z: math.erf(z) - abs(z) ** 3 + (z > 0.5)),
        lambda z: z, formula=Function("erf", (u,)) - abs(u) ** 3 + (u > 0.5),
    )  # fmt: skip
    net = gn.Network.dense([1, 1], output=own, loss="squared_error", dtype="float64")
    z = np.linspace(-7, 7, 101)[:, None]
    net.theta[:] = [1.0, 0.0]
    with opened(chromium, tmp_path, CodePlan(net)) as page:
        assert np.allclose(outputs(page, z.tolist()), net.predict_proba(z), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("n_out, output", [(1, "sigmoid"), (3, "sigmoid"), (3, "softmax"),
                                           (3, "identity"), (2, "tanh")])  # fmt: skip
def test_what_is_said_of_classes(chromium, tmp_path, n_out, output):
    from glassnet.training.outputs import answers

    net = gn.Network.dense([4, 5, n_out], output=output, loss="squared_error", seed=3,
                           dtype="float64")  # fmt: skip
    net.classes = [*range(10, 10 + max(n_out, 2))]
    X = np.random.default_rng(0).normal(size=(9, 4))
    said = answers(net, X)
    with opened(chromium, tmp_path, CodePlan(net)) as page:
        told = of_each(page, X.tolist(), "predict")
    assert np.allclose([each["y"] for each in told], said.y_hat, **NEAR)
    assert [each["label"] for each in told] == [str(label) for label in net.predict(X)]


@pytest.mark.parametrize("image", [True, False])
def test_scales_of_numbers_and_of_targets(chromium, tmp_path, image):
    rng = np.random.default_rng(1)
    X, y = rng.uniform(0, 255, (40, 4)), rng.normal(1000, 100, (40, 2))
    net = gn.Network.dense([4, 4, 2], hidden="gelu", seed=0, dtype="float64")
    net.preparation, net.target_scale = gn.Preparation.learn(X, image=image), TargetScale.learn(y)
    with opened(chromium, tmp_path, CodePlan(net)) as page:
        told = of_each(page, X.tolist(), "(row) => predict(row).y")
        background = np.zeros((1, 4)) if image else None
        ours = gn.shapley_values(net, X[0], background, of="1")
        assert np.isclose(why(page, X[0].tolist(), 1)["base"], ours.base, **NEAR)
    assert np.allclose(told, net.predict(X), **NEAR)


# -- tables --------------------------------------------------------------------------------


def check_table(chromium: Any, folder: Any, net: gn.Network, rows: list[dict[str, Any]]) -> None:
    """Inputs, outputs, labels and reasons of rows, beside glassnet's own."""
    net64, frame = net.astype("float64"), pl.DataFrame(rows)
    with opened(chromium, folder, CodePlan(net)) as page:
        prepared = of_each(page, rows, "(row) => Array.from(inputs(row))")
        told = outputs(page, rows)
        labels = of_each(page, rows, "(row) => predict(row).label")
        reasons = [why(page, row) for row in rows[:4]]
    # 1e-10: a day counted from 1970 has the hour to eleven digits
    near = {"rtol": 1e-10, "atol": 1e-10}
    assert np.allclose(prepared, net.preparation.apply(frame, "float64"), **near)
    assert np.allclose(told, net64.predict_proba(frame), **near)
    assert labels == [str(label) for label in net64.predict(frame)]
    for row, told in zip(rows, reasons):
        ours = gn.shapley_values(net, pl.DataFrame([row], schema=frame.schema))
        values = {each.name: each.value for each in ours.contributions}
        assert ours.exact
        assert told["exact"]
        assert np.isclose(told["base"], ours.base, **near)
        assert np.isclose(told["value"], ours.value, **near)
        shares = [each["value"] for each in told["shares"]]
        assert np.allclose(shares, [values[c.name] for c in net.preparation.used], **near)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_rows_of_a_table_go_in_as_they_are(chromium, tmp_path, dtype):
    net, rows, _ = trained_on_a_table(dtype)
    unseen = [dict.fromkeys(rows[0], ""), rows[3] | {HOSTILE[1]: "never met", HOSTILE[0]: "1e9"}]
    check_table(chromium, tmp_path, net, [*unseen, *rows])


def random_table(seed: int) -> tuple[list[dict[str, str]], str]:
    """Columns of every kind in text, and what stands before a fraction."""
    rng = np.random.default_rng([seed, 5])
    decimal = ".,"[seed % 2]
    form = FORMATS[seed % len(FORMATS)]

    def moment(n: int) -> str:
        year, month, day = 1900 + int(rng.integers(200)), n % 12 + 1, n % 28 + 1
        clock = f"{n % 24:02}:{n % 60:02}"
        zone = ["Z", "+02:00", "-05:30"][n % 3]
        parts = {"%Y": f"{year}", "%m": f"{month:02}", "%d": f"{day:02}", "%H:%M": clock,
                 "%S%.f": f"{n % 60:02}.25", "%#z": zone}  # fmt: skip
        text = form
        for sign, part in parts.items():
            text = text.replace(sign, part)
        return text

    def number(n: int) -> str:
        value = rng.normal() * 10.0 ** rng.integers(-3, 6)
        return "" if n % 11 == 3 else f"{value:.6g}".replace(".", decimal)

    rows = [
        {
            "number": number(n),
            "mostly": "none" if n % 7 == 0 else "odd" if n == 5 else number(n) or "3",
            "word": "abc"[int(rng.integers(3))] if n % 13 else "NA",
            "rare": f"r{n}" if n % 10 == 0 else "pq"[n % 2],
            "truth": ["ja", "nein", "Ja", ""][n % 4],
            "bit": str(int(rng.integers(2))),
            "when": "" if n % 9 == 8 else moment(n),
            "__proto__": "xy"[n % 2],
            "seldom": f"some words of {n} and more" if n % 3 == 0 else "",
        }
        for n in range(70)
    ]
    return rows, decimal


def as_the_table(chromium: Any, folder: Any, seed: int) -> None:
    rows, decimal = random_table(seed)
    net = of_a_table(rows, seed, decimal=decimal)
    if seed % 3:
        net.preparation = net.preparation.clipped()
    odd = [dict.fromkeys(rows[0], ""), dict.fromkeys(rows[0], "?"),
           rows[1] | {"number": "-1E12", "mostly": ".5" if decimal == "." else ",5"},
           rows[2] | {"word": "constructor", "rare": "__proto__", "mostly": "what"}]  # fmt: skip
    check_table(chromium, folder, net, odd + rows)


@pytest.mark.parametrize("seed", range(IN_CI))
def test_it_reads_tables_as_the_preparation(chromium, tmp_path, seed):
    as_the_table(chromium, tmp_path, seed)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(IN_CI, CAMPAIGN))
def test_it_reads_tables_as_the_preparation_at_length(chromium, tmp_path, seed):
    as_the_table(chromium, tmp_path, seed)


def test_a_bad_cell_is_refused_in_a_sentence(chromium, tmp_path):
    net, rows, _ = trained_on_a_table()
    odd = [rows[0] | {HOSTILE[2]: "perhaps"}, rows[0] | {HOSTILE[4]: "31.12.2020"},
           rows[0] | {HOSTILE[4]: "2023-02-29"}, rows[0] | {HOSTILE[0]: "much"}, {}]  # fmt: skip
    tried = "(row) => { try { inputs(row); return ''; } catch (error) { return error.message; } }"
    with opened(chromium, tmp_path, CodePlan(net)) as page:
        told = of_each(page, odd, tried)
    assert "perhaps" in told[0]
    assert "no date" in told[1]
    assert "no date" in told[2]
    assert "no finite number" in told[3]
    assert "is missing" in told[4]
    for row in odd:
        with pytest.raises(gn.InputError):
            net.predict(pl.DataFrame([row], schema=dict.fromkeys(row, pl.String)))


def test_drawn_orders_are_right_to_the_error_that_is_stated(chromium, tmp_path):
    off, players = 0, 15
    for seed in range(4):
        net = gn.Network.dense([players, 6, 3], hidden="tanh", output="softmax", seed=seed)
        net.theta *= 3
        net.classes = ["a", "b", "c"]
        x = np.random.default_rng(seed).normal(size=players)
        ours = gn.shapley_values(net, x, [0 * x], exact=True)
        with opened(chromium, tmp_path, CodePlan(net)) as page:
            told, again = why(page, x.tolist()), why(page, x.tolist())
            margin = page.evaluate("record.margin")
        assert told == again
        assert not told["exact"]
        values = {each.name: each.value for each in ours.contributions}
        errors = np.array([each["error"] for each in told["shares"]])
        far = [abs(each["value"] - values[f"x[{j}]"]) for j, each in enumerate(told["shares"])]
        off += bool(max(far) > margin * errors.max())
        assert 0 < errors.max() < 0.01
        total = sum(each["value"] for each in told["shares"])
        assert np.isclose(told["base"] + total, told["value"], **NEAR)
    assert not off
