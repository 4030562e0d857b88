"""From results to a table of ratios beside the targets, and to a picture of them."""

from pathlib import Path
from statistics import median
from typing import Any

from targets import COMPILED, FLAT_BYTES, LINEAR_EXPONENT, STARTUP_MB, STARTUP_MS, TARGETS

NAMES = {
    "glassnet_compiled": "glassnet, compiled",
    "sklearn": "scikit-learn",
    "torch_eager": "PyTorch",
    "torch_tensors": "PyTorch, no DataLoader",
    "torch_compile": "torch.compile",
    "jax_step": "JAX, jitted",
    "jax_scan": "JAX, scan, warm",
    "naive_numpy": "naive NumPy",
    "plain_python": "plain Python",
    "products": "products alone",
}

COLOURS = {"products": "#9aa0a6", "glassnet_compiled": "#4f8a5b"}  # no peers: a limit, and itself


def text(results: dict[str, Any]) -> str:
    """Everything measured, as one text."""
    m = results["machine"]
    lines = [
        f"{m['cpu']}, {m['cores']} cores, {m['system']}, Python {m['python']}; "
        f"medians of {results['rounds']} rounds; load at the start {m['load_at_start']:.2f}",
        "× is the peer's time by glassnet's: above 1 glassnet is faster. JAX and torch.compile "
        "are warm: compiling is not timed.",
        "",
        f"{'':<26}{'threads':>8}{'time':>12}{'×':>9}   {'asked for':<26}{'':<9}{'result':<26}",
    ]
    libraries: dict[str, str] = {}
    for workload, found in results["workloads"].items():
        lines.append(f"{workload}  {found['title']}")
        for row in found["rows"]:
            name = NAMES.get(row["peer"], row["peer"])
            if "failed" in row:
                lines.append(f"  {name:<20}  failed: {row['failed']}")
                continue
            libraries[row["library"]] = row["blas"]
            target = TARGETS.get((workload, row["peer"]))
            ratio = row.get("ratio")
            words = verdict = ""
            if target and ratio is not None:
                words = target.words
                verdict = "reached" if ratio >= target.least else "missed"
            shown = "" if ratio is None else f"{ratio:.3g}"
            lines.append(
                f"  {name:<24}{row['threads']:>8}{_time(row['seconds']):>12}{shown:>9}   "
                f"{words:<26}{verdict:<9}{_right(row)}".rstrip()
            )
        lines += _compiled(workload, found["rows"])
    lines += _startup(results.get("W6")) + _growth(results.get("W7"))
    for found in results["profile"].values():
        if found:
            lines += ["", *_profile(found)]
    lines += ["", "what ran, and on which BLAS:"]
    lines += [f"  {library}: {blas}" for library, blas in libraries.items()]
    return "\n".join(lines)


def _compiled(workload: str, rows: list[dict[str, Any]]) -> list[str]:
    """The aims of a compiled training: the peer's time by its."""
    times = {row["peer"]: row["all_seconds"] for row in rows if "failed" not in row}
    own = times.get("glassnet_compiled")
    lines = []
    for (of, peer), target in COMPILED.items():
        if of == workload and own and peer in times:
            ratio = median(t / g for t, g in zip(times[peer], own))
            verdict = "reached" if ratio >= target.least else "missed"
            name = f"{NAMES[peer]} : compiled"
            lines.append(f"  {name:<26}{ratio:>27.3g}   {target.words:<26}{verdict}")
    return lines


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{1e3 * seconds:.3g} ms" if seconds >= 1e-3 else f"{1e6 * seconds:.3g} µs"


def _right(row: dict[str, Any]) -> str:
    if row["complaint"]:
        return f"WRONG: {row['complaint']}"
    if "accuracy" in row:
        return f"loss {row['loss']:.3f}, accuracy {row['accuracy']:.3f}"
    if "loss" in row:
        return f"error {row['loss']:.6g}"
    return f"within {row['largest_error']:.0e}" if "largest_error" in row else ""


def _startup(found: dict[str, Any] | None) -> list[str]:
    if not found:
        return []
    ms, mb = found["over_numpy_ms"], found["over_numpy_mb"]
    lines = ["W6  a process that imports and predicts once"]
    for name, row in found["libraries"].items():
        lines.append(f"  {name:<28}{row['ms']:>10.0f} ms{row['mb']:>10.1f} MB")
    for what, value, limit in (("ms", ms, STARTUP_MS), ("MB", mb, STARTUP_MB)):
        verdict = "reached" if value <= limit else "missed"
        lines.append(f"  glassnet over NumPy {value:>8.1f} {what}   ≤ {limit:g} {what}   {verdict}")
    return lines


def _growth(found: dict[str, Any] | None) -> list[str]:
    if not found:
        return []
    lines = ["W7  how cost grows (one epoch, batch 128, Adam, 32 inputs; a fresh process a point)"]
    for row in found["points"]:
        if "failed" in row:
            lines.append(f"  {row['axis']:<8}{row['value']:>12,}  failed: {row['failed']}")
            continue
        lines.append(
            f"  {row['axis']:<8}{row['value']:>12,}{row['us_per_sample']:>12.3f} µs a sample"
            f"{row['extra_mb']:>10.1f} MB beyond {row['data_mb']:.1f} MB of data"
        )
    if "exponent" in found:
        power, slope = found["exponent"], found["extra_bytes_per_sample"]
        verdict = "reached" if power <= LINEAR_EXPONENT else "missed"
        lines.append(
            f"  time grows as samples to the {power:.3f}   ≤ {LINEAR_EXPONENT}   {verdict}"
        )
        verdict = "reached" if slope <= FLAT_BYTES else "missed"
        lines.append(
            f"  memory beyond the data grows by {slope:.2f} bytes a sample   ≤ {FLAT_BYTES:g}   "
            f"{verdict}"
        )
    return lines


def _profile(found: dict[str, Any]) -> list[str]:
    from where_time_goes import text

    return text(found).splitlines()


def picture(results: dict[str, Any], path: Path) -> None:
    """Bars of the ratios, a panel a workload, on one logarithmic axis; PNG and SVG."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    panels = []
    for workload, found in results["workloads"].items():
        rows = [r for r in found["rows"] if r.get("ratio") and r["peer"] != "glassnet"]
        if rows:
            panels.append((workload, found["title"], sorted(rows, key=lambda r: r["ratio"])))
    ratios = [r["ratio"] for _, _, rows in panels for r in rows]
    low, high = min(0.5, *ratios) / 2.5, max(2.0, *ratios) * 4
    plt.rcParams["svg.fonttype"] = "none"
    figure, axes = plt.subplots(
        len(panels), 1, sharex=True, squeeze=False, layout="constrained",
        figsize=(8, 0.8 + sum(0.3 * len(rows) + 0.5 for *_, rows in panels)),
        height_ratios=[len(rows) + 0.6 for *_, rows in panels],
    )  # fmt: skip
    for axis, (workload, title, rows) in zip(axes[:, 0], panels):
        for at, row in enumerate(rows):
            ratio = row["ratio"]
            colour = COLOURS.get(row["peer"], "#2a6f97" if ratio >= 1 else "#c8553d")
            axis.barh(at, ratio - 1, left=1, color=colour, height=0.7)
            right = ratio >= 1
            axis.annotate(
                f"{ratio:.3g} ×", (ratio, at), (4 if right else -4, 0),
                textcoords="offset points", va="center", ha="left" if right else "right",
                fontsize=9, zorder=5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
            )  # fmt: skip
            target = TARGETS.get((workload, row["peer"]))
            if target:
                axis.plot([target.least] * 2, [at - 0.42, at + 0.42], color="black", lw=1.6)
        axis.axvline(1, color="black", lw=0.8)
        axis.set_xscale("log")
        axis.set_xlim(low / 1.5, high)
        axis.set_ylim(-0.6, len(rows) - 0.4)
        axis.set_yticks(range(len(rows)), [NAMES.get(r["peer"], r["peer"]) for r in rows])
        axis.set_title(f"{workload.split('-')[0]}  {title}", loc="left", fontsize=10)
        axis.spines[["top", "right"]].set_visible(False)
    last = axes[-1, 0]
    ticks = [t for t in (0.01, 0.1, 1, 10, 100, 1000) if low / 1.5 <= t <= high]
    last.xaxis.set_major_locator(FixedLocator(ticks))
    last.xaxis.set_minor_locator(NullLocator())
    last.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    last.set_xlabel("time by glassnet's: right of 1 glassnet is faster; the black marks are aims")
    figure.savefig(path.with_suffix(".png"), dpi=130)
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
    plt.close(figure)
