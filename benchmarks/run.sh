#!/bin/sh
# The benchmark suite: sets up what it needs, then measures. Arguments go to benchmarks/run.py.
#
#   make bench                                   everything, under ten minutes on two cores
#   sh benchmarks/run.sh --quick                 one round, as a first look
#   sh benchmarks/run.sh --only W2 --peers glassnet,torch_eager --rounds 3
set -eu
cd "$(dirname "$0")/.."

# Kernels chosen by hand, as some machines do for old OpenBLAS builds, slow a current NumPy down.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE

if ! .venv/bin/python -c 'import glassnet, matplotlib, threadpoolctl' 2>/dev/null; then
    scripts/venv .venv constraints.txt -e '.[plots,speed]'
fi

peers=benchmarks/.venv-peers
if ! cmp -s benchmarks/requirements.txt "$peers/.installed"; then
    echo "setting up $peers: PyTorch, JAX, scikit-learn and onnxruntime (a few minutes)" >&2
    "${PYTHON:-python3}" -m venv --clear "$peers"
    "$peers/bin/python" -m pip install --quiet -r benchmarks/requirements.txt
    cp benchmarks/requirements.txt "$peers/.installed"
fi

exec .venv/bin/python benchmarks/run.py "$@"
