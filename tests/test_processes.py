"""Networks that go to another process, train there and come back."""

import multiprocessing
import pickle
import subprocess
import sys

import joblib
import numpy as np

import glassnet as gn


def data(net: gn.Network) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(20, net.n_in)), rng.integers(0, net.n_out, 20)


def fitted(net: gn.Network, X: np.ndarray, y: np.ndarray) -> gn.Network:
    gn.fit(net, X, y, epochs=3, threads=1)
    return net


def assert_learns_as(net: gn.Network, other: gn.Network) -> None:
    assert net == other
    before = net.theta.copy()
    assert fitted(net, *data(net)) == fitted(other, *data(net))
    assert not np.array_equal(net.theta, before)


def test_a_spawned_process_trains_a_network():
    net = gn.Network.dense([4, 6, 3], output="softmax", dropout=0.2)
    X, y = data(net)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        away = pool.apply(fitted, (net, X, y))
    assert away != net
    assert_learns_as(away, fitted(net, X, y))


def test_joblib_keeps_a_network_and_carries_it_to_its_workers(tmp_path):
    net = gn.Network.dense([4, 6, 3], output="softmax")
    X, y = data(net)
    joblib.dump(net, tmp_path / "net.joblib")
    kept = joblib.load(tmp_path / "net.joblib")
    assert kept == net
    (away,) = joblib.Parallel(n_jobs=2)([joblib.delayed(fitted)(net, X, y)])
    assert away != net
    assert_learns_as(away, fitted(kept, X, y))


def test_a_pickle_is_read_by_a_program_that_has_imported_nothing(tmp_path):
    net = gn.Network.dense([4, 6, 3], output="softmax")
    (tmp_path / "net.pickle").write_bytes(pickle.dumps(net))
    code = (
        "import pickle, sys; net = pickle.load(open(sys.argv[1], 'rb'));"
        "net.save(sys.argv[2]); print(type(net).__module__)"
    )
    paths = tmp_path / "net.pickle", tmp_path / "net.model"
    subprocess.run([sys.executable, "-c", code, *map(str, paths)], check=True)
    assert gn.load(paths[1]) == net
