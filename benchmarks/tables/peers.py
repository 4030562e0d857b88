"""What glassnet is measured beside, on folds of one table; a JSON line a fold.

    python peers.py METHOD FOLDER TABLE FOLDS       in the peers' environment

scikit-learn's networks with their defaults but 1,000 iterations, behind a StandardScaler; its
forests and histogram boosting with their defaults; RealMLP-TD-S as pytabkit has it, which holds a
fifth of the rows back to find its best epoch. Missing numbers are the median, and told by a column;
words are one-hot, but for RealMLP, which has its own way with them.
"""

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from folds import about, fold_of, score, target_of


def made(method: str, classes: bool, X: Any) -> Any:
    import pandas as pd
    from sklearn import ensemble, neural_network
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    if method == "realmlp":
        import torch
        from pytabkit import RealMLP_TD_S_Classifier, RealMLP_TD_S_Regressor

        torch.set_num_threads(1)
        make = RealMLP_TD_S_Classifier if classes else RealMLP_TD_S_Regressor
        return make(device="cpu", random_state=0, n_threads=1, verbosity=0)
    numbers = [c for c in X.columns if pd.api.types.is_numeric_dtype(X[c])]
    words = [c for c in X.columns if c not in numbers]
    filled = SimpleImputer(strategy="median", add_indicator=True)
    scaled = make_pipeline(filled, StandardScaler()) if method == "mlp" else filled
    hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    ways = ColumnTransformer([("numbers", scaled, numbers), ("words", hot, words)])
    kind = "Classifier" if classes else "Regressor"
    if method == "mlp":
        model = getattr(neural_network, f"MLP{kind}")(max_iter=1000, random_state=0)
    elif method == "forest":
        model = getattr(ensemble, f"RandomForest{kind}")(random_state=0)
    else:
        model = getattr(ensemble, f"HistGradientBoosting{kind}")(random_state=0)
    return make_pipeline(ways, model)


def main() -> None:
    import pandas as pd

    warnings.simplefilter("ignore")
    method, folder, name, folds = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    table = about(folder)[name]
    classes = table["task"] == "classes"
    X = pd.read_csv(folder / f"{name}.csv")
    told = target_of(folder, name, table["target"])
    fold = fold_of(told, classes)
    y = np.array(told) if classes else np.array(told, float)
    X = X.drop(columns=table["target"])
    for column in X.columns:
        if X[column].dtype == bool or not pd.api.types.is_numeric_dtype(X[column]):
            X[column] = X[column].astype(str)
    if method == "realmlp":
        for column in X.columns:
            if not pd.api.types.is_numeric_dtype(X[column]):
                X[column] = X[column].astype("category")
    for k in map(int, folds.split(",")):
        train, test = X[fold != k], X[fold == k]
        began, used = time.perf_counter(), time.process_time()
        if method == "realmlp":
            numbers = [c for c in X.columns if pd.api.types.is_numeric_dtype(X[c])]
            gaps = [c for c in numbers if train[c].isna().any()]
            middle = train[numbers].median()
            marks = [
                part[gaps].isna().astype(float).add_suffix(" missing") for part in (train, test)
            ]
            train, test = (
                pd.concat([part.fillna(middle), mark], axis=1)
                for part, mark in zip((train, test), marks, strict=True)
            )
        model = made(method, classes, train).fit(train, y[fold != k])
        found = model.predict(test)
        line = {
            "method": method, "table": name, "fold": k,
            "score": score(table["task"], y[fold == k], found),
            "train": score(table["task"], y[fold != k], model.predict(train)),
            "seconds": time.perf_counter() - began, "cpu": time.process_time() - used,
        }  # fmt: skip
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
