"""The figures aimed at, each as what it asks of a ratio of times."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """peer's time / glassnet's is to be at least `least`; words say it."""

    words: str
    least: float


def _faster(factor: float) -> Target:
    return Target(f"≥ {factor:g} × faster", factor)


def _within(factor: float) -> Target:
    return Target(f"glassnet ≤ {factor:g} × it", 1 / factor)


def _share(least: float) -> Target:
    return Target(f"products / total ≥ {least:g}", least)


# Of who trains compiled, a ratio to glassnet by NumPy says little: COMPILED holds its aims.
TARGETS: dict[tuple[str, str], Target] = {
    ("W1", "plain_python"): _faster(4),
    ("W1", "torch_eager"): _faster(60),
    ("W2", "sklearn"): _faster(7.5),
    ("W2", "torch_eager"): _faster(12),
    ("W2", "jax_step"): _faster(1.5),
    ("W2", "jax_scan"): _faster(0.55),
    ("W3", "torch_eager"): _faster(1.5),
    ("W3", "jax_scan"): _faster(0.75),
    ("W4", "torch_eager"): _faster(0.85),
    ("W4", "products"): _share(0.80),
    ("W5-1", "onnxruntime"): _within(1.0),
    ("W5-10000", "onnxruntime"): _within(1.0),
}
# the same beside glassnet, compiled
COMPILED: dict[tuple[str, str], Target] = {
    ("W1", "plain_python"): _faster(50),
    ("W1", "jax_scan"): _faster(1.0),
    ("W2", "jax_scan"): _faster(1.0),
    ("W3", "jax_scan"): _faster(0.95),
    ("W3", "products"): _share(0.62),
    ("W4", "torch_eager"): _faster(0.97),
    ("W4", "products"): _share(0.90),
}

STARTUP_MS, STARTUP_MB = 15.0, 3.0  # W6: over NumPy
LINEAR_EXPONENT = 1.05  # W7: time grows as samples to this power at most
FLAT_BYTES = 1.0  # W7: memory beyond the data grows by at most so many bytes a sample
