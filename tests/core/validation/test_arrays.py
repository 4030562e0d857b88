"""Arrays at the door."""

import numpy as np
import pytest

from glassnet.core.validation.arrays import all_finite


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("shape", [(), (3,), (7, 4), (2**18 + 5,)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_one_number_that_is_not_finite_is_found(dtype, shape, order):
    values = np.full(shape, 6e4, dtype, order)  # whose squares are too large for some
    assert all_finite(values)
    for strange in (np.nan, np.inf, -np.inf):
        values[(-1,) * values.ndim] = strange
        assert not all_finite(values)
    assert all_finite(np.zeros((0, 3)))
    assert all_finite(np.array([1, 2]))
