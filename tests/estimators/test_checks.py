"""scikit-learn's own checks of an estimator: all of them, and as many as there should be."""

import os
import subprocess
import sys
from unittest import SkipTest

import pytest
from sklearn import __version__
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from glassnet.sklearn import NetworkClassifier, NetworkRegressor

pytestmark = pytest.mark.outside
# how many there are for an estimator of these abilities: fewer would mean that one was lost
NOT_FOR_US = ("SCIPY_ARRAY_API is not set", "NetworkClassifier does not have a decision_function")
COUNTS = {"1.9": {NetworkClassifier: 68, NetworkRegressor: 60}}


@parametrize_with_checks([NetworkClassifier(max_iter=100), NetworkRegressor(max_iter=100)])
@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_checks(estimator, check):
    try:
        check(estimator)
    except SkipTest as skipped:  # it looks at what no estimator of this kind has
        if not str(skipped).startswith(NOT_FOR_US):
            raise


@pytest.mark.parametrize("kind", [NetworkClassifier, NetworkRegressor])
def test_none_of_them_is_spared(kind):
    counts = COUNTS.get(".".join(__version__.split(".")[:2]))
    if counts is None:
        pytest.skip(f"how many there are is known of {', '.join(COUNTS)}, not of {__version__}")
    assert sum(1 for _ in estimator_checks_generator(kind())) == counts[kind]


def test_the_package_itself_does_not_import_scikit_learn():
    code = "import glassnet, sys; assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env=dict(os.environ), timeout=60)


ARRAY_API = """
from sklearn.utils.estimator_checks import check_array_api_input
from glassnet.sklearn import NetworkClassifier, NetworkRegressor
for kind in (NetworkClassifier, NetworkRegressor):
    check_array_api_input(kind.__name__, kind(max_iter=3), array_namespace="numpy")
"""


def test_the_check_that_needs_scipys_switch_passes_with_it():
    # SciPy reads the switch as it is imported: a process of its own
    switched = dict(os.environ) | {"SCIPY_ARRAY_API": "1"}
    command = [sys.executable, "-W", "ignore", "-c", ARRAY_API]
    subprocess.run(command, check=True, env=switched, timeout=120)
