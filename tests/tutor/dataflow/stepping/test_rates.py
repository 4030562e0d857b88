"""Rates of many parameters beside each other."""

import numpy as np

from glassnet.tutor.dataflow.stepping.rates import alike, same_rates


def test_all_pairs_together_are_as_each_by_itself():
    rng = np.random.default_rng(2)
    every = [
        {
            n: float(rng.choice([0.1, 0.1 + 1e-8, 0.2, np.nan]))
            for n in range(4)
            if rng.random() < 0.7
        }
        for _ in range(40)
    ]
    together = alike(every)
    for row, one in zip(together, every):
        assert row.tolist() == [same_rates(one, other) for other in every]
    assert together.any()
    assert not together.all()
