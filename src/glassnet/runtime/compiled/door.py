"""Whether compiled functions can be had here, where they are kept, and they themselves."""

import ctypes
import hashlib
import importlib
import importlib.util
import os
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from threadpoolctl import threadpool_info

if TYPE_CHECKING:
    from glassnet.runtime.compiled.kernels import NumbaKernels

# of the hidden layers that have a compiled form; `kernels` has the functions
ACTIVATIONS = frozenset(
    (
        "identity", "relu", "leaky_relu", "sigmoid", "tanh", "elu", "selu", "silu", "gelu_tanh",
        "gelu", "softplus",
    )
)  # fmt: skip
# of NumPy's own BLAS, whose whole numbers have 64 bits; by the type of numbers
SYMBOLS = {
    "float32": ("scipy_cblas_sgemm64_", "cblas_sgemm64_"),
    "float64": ("scipy_cblas_dgemm64_", "cblas_dgemm64_"),
}
FOLDER = "NUMBA_CACHE_DIR"  # numba's own variable: where everything compiled is kept


@lru_cache(maxsize=1)
def products() -> dict[str, int]:
    """The addresses of the products of matrices in the BLAS that NumPy has loaded.

    Empty where that is another than the OpenBLAS of NumPy's own packages.
    """
    for pool in threadpool_info():
        if pool["user_api"] != "blas":
            continue
        try:
            library = ctypes.CDLL(pool["filepath"])
        except OSError:
            continue
        found: dict[str, int] = {}
        for kind, names in SYMBOLS.items():
            known = (name for name in names if hasattr(library, name))
            if (name := next(known, None)) is not None:
                found[kind] = ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0
        if len(found) == len(SYMBOLS):
            return found
    return {}


@lru_cache(maxsize=1)
def missing() -> str:
    """What compiled functions need that is not here, in words; "" where all is."""
    if importlib.util.find_spec("numba") is None:
        return "numba: install glassnet[compiled]"
    try:
        importlib.import_module("numba")
    except Exception as error:  # whatever it is that it finds in its way
        reason = f"{type(error).__name__}: {error}"
        return f"numba, which cannot be imported here ({reason})"
    if not products():
        return "the OpenBLAS that NumPy's own packages bring, and this NumPy has another BLAS"
    return ""


_loaded: "NumbaKernels | None" = None
_said = False  # that they are used


def load(say: Callable[[str], Any]) -> "NumbaKernels":
    """The compiled functions, the same at each call; the first imports numba.

    Args: say, is told once, in a sentence, that they are used, and where they are kept.
    """
    global _loaded, _said
    more = ""
    if _loaded is None:
        from glassnet.runtime.compiled.kernels import NumbaKernels

        _loaded = NumbaKernels(products())
        more = _kept(_loaded)
    if not _said:
        _said = True
        used = (
            f"compiled: trained by functions that numba {made_with()['numba']} compiled; their "
            "last bits are others than NumPy's, by which --compiled off (compiled=False) trains."
        )
        say(f"{used} {more}".strip())
    return _loaded


def load_steps(text: str) -> Callable[..., int]:
    """The compiled function `steps` of a text; the same for the same text."""
    from glassnet.runtime.compiled.tiny import compiled_steps

    return compiled_steps(text)


def made_with() -> dict[str, str]:
    """numba's version, where something that it compiled is used."""
    return {} if _loaded is None else {"numba": importlib.import_module("numba").__version__}


def _kept(kernels: "NumbaKernels") -> str:
    """Keeps what will be compiled on disk, and says so where it must be compiled first."""
    config: Any = importlib.import_module("numba.core.config")
    folder = _folder()
    before = config.CACHE_DIR
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        config.CACHE_DIR = str(folder)
        for each in kernels.every():
            each.enable_caching()
        there = any(folder.rglob("*.nbi"))
        return "" if there else f"They are compiled once, for some ten seconds, into {folder}."
    except (OSError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or "numba refuses it"
        return (
            f"They cannot be kept in {folder} ({why}), so that each process compiles them anew, "
            f"for some ten seconds: {FOLDER} names another folder."
        )
    finally:
        config.CACHE_DIR = before


def _folder() -> Path:
    """Where they are kept: a folder for each state of these files, as numba minds but one each."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    state = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    if os.environ.get(FOLDER):
        return Path(os.environ[FOLDER]) / f"glassnet-{state}"
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("glassnet")) / f"compiled-{state}"
