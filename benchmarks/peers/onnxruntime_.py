"""onnxruntime on W3's network: prediction alone."""
# pyright: reportMissingImports=false

from _door import THREADS, Prediction, main

import onnxruntime  # isort: skip
from onnx import TensorProto, helper, numpy_helper  # isort: skip


def prediction(w: Prediction):
    nodes, arrays, value = [], [], "x"
    for number, (W, b) in enumerate(w.weights, start=1):
        arrays += [
            numpy_helper.from_array(W, f"W{number}"),
            numpy_helper.from_array(b, f"b{number}"),
        ]
        nodes.append(
            helper.make_node("Gemm", [value, f"W{number}", f"b{number}"], [f"z{number}"], transB=1)
        )
        f = "Relu" if number < len(w.weights) else "Softmax"
        nodes.append(helper.make_node(f, [f"z{number}"], [f"a{number}"]))
        value = f"a{number}"
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 784])
    out = helper.make_tensor_value_info(value, TensorProto.FLOAT, [None, 10])
    graph = helper.make_graph(nodes, "W5", [x], [out], arrays)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return lambda X: session.run(None, {"x": X})[0]


main(f"onnxruntime {onnxruntime.__version__}", blas="MLAS", prediction=prediction)
