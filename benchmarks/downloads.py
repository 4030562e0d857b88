"""What programs would download with fetch_openml, from what is at hand, so that they run anywhere.

MNIST is read from a folder of its IDX files. The bike rentals are made: two years of hours with the
columns, kinds and levels of the table that is published, and rentals that follow the hour, the
weather and the year, so that a network has something to find.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils import Bunch

from glassnet.data.images.idx import read_idx

IDX = ("train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz",
       "train-labels-idx1-ubyte.gz", "t10k-labels-idx1-ubyte.gz")  # fmt: skip


def mnist(folder: Path) -> tuple[Any, Any]:
    """The 70,000 pictures, (70000, 784), 0 to 255, and their labels as texts."""
    train, test, *labels = (read_idx(folder / name) for name in IDX)
    X = np.concatenate([train, test]).reshape(-1, 784).astype(float)
    return X, np.concatenate(labels).astype(str).astype(object)


def bike_rentals() -> Any:
    """A frame of 17,379 hours, made."""
    rng = np.random.default_rng(0)
    at = pd.date_range("2011-01-01", periods=17_379, freq="h")
    day, hour = at.dayofweek.to_numpy(), at.hour.to_numpy()
    year = 2 * np.pi * at.dayofyear.to_numpy() / 365
    warmth = 15 - 12 * np.cos(year) - 4 * np.cos(np.pi * hour / 12)
    temp = warmth + rng.normal(0, 2, len(at))
    weather = rng.choice(["clear", "misty", "rain"], len(at), p=[0.66, 0.26, 0.08]).astype(object)
    weather[rng.choice(len(at), 3, replace=False)] = "heavy_rain"
    works = day < 5
    rush = np.exp(-((hour - 8) ** 2) / 2) + np.exp(-((hour - 17.5) ** 2) / 4)
    out = np.exp(-((hour - 14) ** 2) / 18)
    wet = np.select([weather == "clear", weather == "misty"], [1.0, 0.85], 0.5)
    expected = (20 + 300 * np.where(works, rush, out)) * (0.4 + temp / 40).clip(0.05) * wet
    expected *= 1 + 0.6 * (at.year.to_numpy() == 2012)
    category = {
        "season": np.array(["winter", "spring", "summer", "fall"])[(at.month.to_numpy() % 12) // 3],
        "holiday": np.where(rng.random(len(at)) < 0.03, "True", "False"),
        "workingday": np.where(works, "True", "False"),
        "weather": weather,
    }
    numbers = {
        "year": at.year - 2011, "month": at.month, "hour": hour, "weekday": (day + 1) % 7,
        "temp": temp, "feel_temp": temp * 1.1 - 1 + rng.normal(0, 1, len(at)),
        "humidity": rng.uniform(0.2, 1, len(at)), "windspeed": rng.gamma(2, 6, len(at)),
    }  # fmt: skip
    columns = {name: pd.Categorical(values) for name, values in category.items()} | numbers
    order = ["season", "year", "month", "hour", "holiday", "weekday", "workingday", "weather",
             "temp", "feel_temp", "humidity", "windspeed"]  # fmt: skip
    frame = pd.DataFrame({name: columns[name] for name in order})
    return frame.assign(count=rng.poisson(expected.clip(1)))


def fetch_openml(name: str, *args: Any, mnist_folder: Path | None = None, **named: Any) -> Any:
    """What sklearn.datasets.fetch_openml would give under this name."""
    if name == "Bike_Sharing_Demand":
        frame = bike_rentals()
        X, y = frame.drop(columns="count"), frame["count"]
    elif name == "mnist_784" and mnist_folder is not None:
        frame, (X, y) = None, mnist(mnist_folder)
    else:
        raise OSError(f"{name} is not at hand.")
    return (X, y) if named.get("return_X_y") else Bunch(data=X, target=y, frame=frame)
