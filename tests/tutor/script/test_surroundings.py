"""What surrounds a right network is told where it was seen, not where data were stood in for."""

from pathlib import Path

import pytest

from glassnet.tutor.check import check_file

TRAINS = """import numpy as np
rng = np.random.default_rng(3)
{data}
W1, b1 = rng.normal(size=(3, 4)), np.zeros(4)
W2, b2 = rng.normal(size=(4, 1)), np.zeros(1)
for epoch in range(60):
    h = np.tanh(X_train @ W1 + b1)
    e = (h @ W2 + b2 - y_train) / len(X_train)
    d = e @ W2.T * (1 - h * h)
    W2 -= 0.1 * h.T @ e
    b2 -= 0.1 * e.sum(0)
    W1 -= 0.1 * X_train.T @ d
    b1 -= 0.1 * d.sum(0)
print(np.mean((np.tanh(X_test @ W1 + b1) @ W2 + b2 - y_test) ** 2))
"""
OWN = """X_train = rng.normal(size=(12, 3))
y_train = X_train[:, :1] * 2
X_test, y_test = X_train[8:], y_train[8:]"""
ABSENT = """train, test = (np.loadtxt(f"{name}.csv", delimiter=",") for name in ("train", "test"))
X_train, y_train = train[:, :3], train[:, 3:4]
X_test, y_test = test[:8, :3], test[:8, 3:4]"""


def test_test_rows_among_those_trained_on_are_told_of_data_that_are_there(tmp_path: Path):
    path = tmp_path / "mine.py"
    path.write_text(TRAINS.format(data=OWN), encoding="utf-8")
    assert [m.name for m in check_file(path).mistakes] == ["test-data-seen"]


def test_tiny_data_may_be_the_same_under_both_names(tmp_path: Path):
    path = tmp_path / "mine.py"
    path.write_text(TRAINS.replace("{data}", ABSENT), encoding="utf-8")
    report = check_file(path)
    assert report.notes
    assert "test-data-seen" not in [m.name for m in report.mistakes]


SHUFFLED = """X_train = rng.normal(size=(12, 3))
y_train = X_train[:, :1] * 2
X_test, y_test = rng.normal(size=(2, 3)), np.zeros((2, 1))
{order}"""
ORDERS = {
    "order = rng.permutation(12); X_train = X_train[order]": ["targets-parted"],
    "rng.shuffle(X_train)": ["targets-parted"],
    "order = rng.permutation(12); X_train, y_train = X_train[order], y_train[order]": [],
    "rng.shuffle(X_train); y_train = X_train[:, :1] * 2": [],
    "both = np.hstack([X_train, y_train]); rng.shuffle(both)\n"
    "X_train, y_train = both[:, :3], both[:, 3:]": [],
    "X_train, y_train = X_train[::-1], y_train[::-1]": [],
}


@pytest.mark.parametrize("order", ORDERS)
def test_samples_are_told_that_were_moved_without_their_targets(tmp_path: Path, order: str):
    path = tmp_path / "mine.py"
    path.write_text(TRAINS.format(data=SHUFFLED.format(order=order)), encoding="utf-8")
    report = check_file(path)
    assert [m.name for m in report.mistakes] == ORDERS[order]
    if "order" in order and ORDERS[order]:
        assert report.wrong is not None
        assert report.wrong.place is not None
        assert report.wrong.place.source == order


def test_one_label_of_one_sample_is_not_read_one_class_off(tmp_path: Path):
    path = tmp_path / "mine.py"
    online = TRAINS.replace("len(X_train)", "1").replace(
        "range(60):", "range(4):\n  for i in (1, 2):"
    )
    data = "X_train, y_train, X_test, y_test = rng.normal(size=(1, 3)), np.eye(3)[[1]], None, None"
    text = online.format(data=data).replace(
        "size=(4, 1)), np.zeros(1)", "size=(4, 3)), np.zeros(3)"
    )
    path.write_text(text[: text.index("print")] + "label = np.array([2])\n", encoding="utf-8")
    assert not check_file(path).mistakes
