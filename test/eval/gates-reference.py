#!/usr/bin/env python3
"""What scikit-learn 1.2, statsmodels 0.13 and pandas 1.5 say about feature sets of many shapes.

    python3 test/eval/gates-reference.py OUT            the small sets of test/fixtures/gates
    python3 test/eval/gates-reference.py OUT --many N   N larger sets of random shape, for a search by hand

Debian 12: apt-get install python3-sklearn python3-statsmodels python3-pandas. Each set becomes a folder with base.csv, sub.csv,
target.csv, predictions.csv, spec.json and expected.json, where null stands for NaN and 1e999 for infinity.
"""
import json
import math
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_selection import mutual_info_regression
from statsmodels.stats.outliers_influence import variance_inflation_factor
from statsmodels.tools import add_constant

warnings.filterwarnings("ignore")


def information(columns, target):
    values = mutual_info_regression(columns, target, random_state=42, n_neighbors=3)
    return dict(zip(columns.columns, map(float, values)))


def inflation(matrix, names, skip=0):
    return {name: float(variance_inflation_factor(matrix, i + skip)) for i, name in enumerate(names)}


def score(actual, guess):
    position = np.sign(guess)
    net = position * actual - 0.0005 * np.abs(np.diff(position, prepend=0))
    moved = actual != 0
    deviation = net.std()
    return {
        "direction_accuracy": float(np.mean(np.sign(actual[moved]) == position[moved])),
        "mae": float(np.mean(np.abs(actual - guess))),
        "sharpe": float(net.mean() / deviation * np.sqrt(252)) if net.any() else 0.0,
    }


def mean(scores):
    return {key: float(np.mean([s[key] for s in scores])) for key in ("direction_accuracy", "mae", "sharpe")}


def expect(name, base, sub, target, predictions):
    constant = [c for c in sub if sub[c].notna().any() and sub[c].nunique() <= 1]
    empty = [c for c in sub if sub[c].isna().all()]
    joined = base.join([sub.drop(columns=empty), target], how="inner").replace([np.inf, -np.inf], np.nan).dropna()
    kept = [c for c in sub if c not in empty]
    b, s, y = joined[list(base)], joined[kept], joined[target.name]
    both = joined[list(base) + kept]
    mi_base, mi_both = sum(information(b, y).values()), information(both, y)
    intercept = {c: None for c in kept if s[c].nunique() <= 1}
    moving = s.drop(columns=list(intercept))
    intercept.update(inflation(add_constant(moving).values, list(moving), 1) if len(moving.columns) else {})
    folds = [rows for _, rows in predictions.groupby("fold")]
    scores = {w: [score(f.actual.values, f[w].values) for f in folds] for w in ("baseline", "extended")}
    rolled = {c: s[c].rolling(60).corr(y).replace([np.inf, -np.inf], np.nan).std() for c in kept}
    beside = inflation(both.values, list(both))
    still = [c for c in both if both[c].nunique() <= 1]
    # A constant beside another one: statsmodels divides one rounding by another.
    beside.update({c: None for c in still if len(still) > 1})
    return {
        "feature": name,
        "rows": len(joined),
        "gate1": {
            "all_nan": empty,
            "constant": constant,
            "autocorr": {c: None if c in constant else float(sub[c].autocorr(1)) for c in kept},
        },
        "gate2": {
            "mi_base": mi_base,
            "mi_extended": sum(mi_both.values()),
            "mi_increase": float(np.float64(sum(mi_both.values())) / mi_base - 1),
            "mi_each": mi_both,
            "vif_no_intercept": beside,
            "vif_sub_with_intercept": intercept,
            "rolling_corr_std": {c: float(v) for c, v in rolled.items()},
        },
        "gate3": {
            "per_fold": [{w: scores[w][i] for w in scores} for i in range(len(folds))],
            "mean": {w: mean(scores[w]) for w in scores},
        },
    }


def walk(rng, n, scale=1.0, start=0.0):
    return start + np.cumsum(rng.normal(0, scale, n))


def fold_predictions(rng, dates, y, folds):
    rows = []
    for fold, part in enumerate(np.array_split(np.arange(len(y)), folds)):
        for i in part:
            rows.append((fold, dates[i], y[i], rng.normal(0, 1), 0.4 * y[i] + rng.normal(0, 0.9)))
    return pd.DataFrame(rows, columns=["fold", "date", "actual", "baseline", "extended"])


def shape(rng, n, base, sub, y=None, folds=2):
    dates = pd.bdate_range("2019-03-01", periods=n).strftime("%Y-%m-%d")
    y = rng.normal(0, 1, n) if y is None else y
    frame = lambda columns: pd.DataFrame(columns, index=pd.Index(dates, name="Date"))
    target = pd.Series(y, index=dates, name="next return")
    return frame(base), frame(sub), target, fold_predictions(rng, dates, y, folds)


def plain(rng, n):
    y = rng.normal(0, 1, n)
    return shape(rng, n, {"rate": walk(rng, n), "price": walk(rng, n, 1, 80)}, {"z": 0.5 * y + rng.normal(0, 1, n), "slow": walk(rng, n)}, y, 3)


def tied(rng, n):
    flag = (walk(rng, n) > 0).astype(float)
    flag[n // 4 : n // 4 + 70] = 1.0
    saturated = np.clip(1.4 * (walk(rng, n) > 0) - 0.2 + rng.normal(0, 0.1, n), 0, 1)
    y = np.round(rng.normal(0, 1, n), 1)
    return shape(rng, n, {"whole": rng.integers(0, 5, n), "cents": np.round(walk(rng, n), 2)}, {"flag": flag, "saturated": saturated}, y)


def collinear(rng, n):
    ten, two, volume = walk(rng, n, 0.05, 2).round(2), walk(rng, n, 0.05, 1).round(2), rng.integers(4_000_000, 30_000_000, n)
    base = {"ten": ten, "two": two, "spread": (ten - two).round(2), "volume": volume, "volume again": volume, "vix": 15 + walk(rng, n, 0.2)}
    return shape(rng, n, base, {"z": rng.normal(0, 1, n), "half vix": base["vix"] / 2 + rng.normal(0, 1, n)})


def shares(rng, n):
    odds = rng.dirichlet([1, 2, 3], n)
    return shape(rng, n, {"price": walk(rng, n, 1, 1500), "rate": walk(rng, n)}, {"calm": odds[:, 0], "tense": odds[:, 1], "panic": odds[:, 2]})


def still(rng, n):
    return shape(rng, n, {"price": walk(rng, n, 1, 40), "flat": np.full(n, 3.0)}, {"stuck": np.full(n, 0.1), "nothing": np.full(n, np.nan), "z": rng.normal(0, 1, n)})


def gappy(rng, n):
    base, sub, target, predictions = shape(rng, n, {"price": walk(rng, n, 1, 40), "rate": walk(rng, n)}, {"z": rng.normal(0, 1, n), "late": rng.normal(0, 1, n)})
    sub.iloc[:12, 0] = np.nan
    sub.iloc[:20, 1] = np.nan
    sub.iloc[40, 1] = np.nan
    return base.drop(base.index[[7, 50]]), sub.drop(sub.index[[30, 31]]), target.iloc[:-3], predictions


def extreme(rng, n):
    base = {"far": 1e6 + rng.normal(0, 1e-2, n), "tiny": rng.normal(0, 1e-9, n), "huge": rng.lognormal(20, 2, n)}
    return shape(rng, n, base, {"outliers": rng.standard_cauchy(n), "near one": 1 - rng.lognormal(-9, 1, n)}, rng.standard_t(3, n))


def short(rng, n):
    m = max(4, n // 12)
    return shape(rng, m, {"price": walk(rng, m, 1, 40), "rate": walk(rng, m)}, {"z": rng.normal(0, 1, m)})


SHAPES = [plain, tied, collinear, shares, still, gappy, extreme, short]


def write(folder, name, tables):
    folder.mkdir(parents=True, exist_ok=True)
    base, sub, target, predictions = tables
    base.to_csv(folder / "base.csv", float_format="%.10g")
    sub.to_csv(folder / "sub.csv", float_format="%.10g")
    target.to_csv(folder / "target.csv", float_format="%.10g", index_label="Date")
    predictions.to_csv(folder / "predictions.csv", float_format="%.10g", index=False)
    # The numbers that are judged are those that a reader of the files sees, all digits of them.
    read = lambda file: pd.read_csv(folder / file, index_col=0, float_precision="round_trip")
    expected = expect(name, read("base.csv"), read("sub.csv"), read("target.csv").iloc[:, 0], pd.read_csv(folder / "predictions.csv", float_precision="round_trip"))
    plain_json = lambda v: None if v is None or (isinstance(v, float) and math.isnan(v)) else v
    clean = lambda v: {k: clean(x) for k, x in v.items()} if isinstance(v, dict) else [clean(x) for x in v] if isinstance(v, list) else plain_json(v)
    text = json.dumps(clean(expected), indent=1).replace("-Infinity", "-1e999").replace("Infinity", "1e999")
    (folder / "expected.json").write_text(text + "\n")
    spec = {"feature": name, "base": "base.csv", "sub": "sub.csv", "target": "target.csv", "predictions": "predictions.csv"}
    (folder / "spec.json").write_text(json.dumps(spec, indent=1) + "\n")


def main():
    out, many = Path(sys.argv[1]), int(sys.argv[3]) if len(sys.argv) > 3 else 0
    for number in range(many or len(SHAPES)):
        make = SHAPES[number % len(SHAPES)]
        rng = np.random.default_rng(1000 + number)
        name = f"{make.__name__}-{number}" if many else make.__name__
        write(out / name, name, make(rng, int(rng.integers(100, 1500)) if many else 130))


main()
