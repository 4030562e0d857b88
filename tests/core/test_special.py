"""erfc against the C library's."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.special import erfc

# everywhere, and closely at the seams of the three approximations
POINTS = np.concatenate(
    [
        np.linspace(-7, 26, 4001),
        *(
            np.nextafter(c, c + side) + side * np.linspace(0, 1e-3, 20)
            for c in (0.46875, -0.46875, 4.0, -4.0)
            for side in (-1.0, 1.0)
        ),
        [0.46875, -0.46875, 4.0, -4.0, 0.0, -0.0, 1e-300, -1e-300],
    ]
)


def test_erfc_agrees_with_the_c_library_to_a_few_ulp():
    truth = np.array([math.erfc(u) for u in POINTS])
    assert (np.abs(erfc(POINTS) - truth) <= 8 * np.spacing(truth)).all()


def test_erfc_is_1_at_0_and_reaches_0_and_2_far_out():
    far = np.array([0.0, 30.0, 1e4, 1e300, -30.0, -1e300])
    assert erfc(far).tolist() == [1, 0, 0, 0, 2, 2]


@given(st.floats(-30, 30))
def test_erfc_of_u_and_of_minus_u_sum_to_2(u):
    both = erfc(np.array([u, -u]))
    assert abs(both.sum() - 2) <= 1e-15


def test_erfc_keeps_the_shape_and_answers_in_float64():
    out = erfc(np.zeros((2, 0, 3), np.float32))
    assert out.shape == (2, 0, 3)
    assert out.dtype == np.float64
