"""ONNX Runtime: float32, and dynamic int8 of the plain and of the optimized export."""

import pathlib

import numpy as np

import contender
import graph
import models
import workloads

PLAIN = "plain export"
OPTIMIZED = "optimized first"


class OnnxRuntime(contender.LibraryContender):
    """The CPU provider with its default graph optimizations."""

    engine = "ONNX Runtime"
    packages = ("onnxruntime",)

    def load(self, workload: workloads.Workload, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            self._file(workload.model), options, ["CPUExecutionProvider"])

    def infer(self, ids: np.ndarray, mask: np.ndarray, types: np.ndarray) -> np.ndarray:
        return self.session.run(None, dict(zip(graph.INPUTS, (ids, mask, types))))[0]

    def _file(self, model: models.Model) -> str:
        plain = contender.plain_onnx(model)
        if self.precision == "fp32":
            return plain
        prefix = f"onnxruntime-{self.versions()['onnxruntime']}"
        if self.detail == PLAIN:
            return str(model.make(f"{prefix}-int8.onnx", quantize, plain))
        optimized = model.make(f"{prefix}-optimized.onnx", optimize, plain, model.architecture)
        return str(model.make(f"{prefix}-optimized-int8.onnx", quantize, str(optimized)))


def optimize(path: pathlib.Path, source: str, architecture: graph.Architecture) -> None:
    """The transformer fusions: Attention, SkipLayerNormalization, BiasGelu and the embedding."""
    from onnxruntime.transformers.optimizer import optimize_model

    optimized = optimize_model(source, "bert", architecture.heads, architecture.hidden, opt_level=0)
    optimized.save_model_to_file(str(path))


def quantize(path: pathlib.Path, source: str) -> None:
    """int8 weights per channel, activations per tensor."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # ONNX cannot infer the result types of ONNX Runtime's own operators: they are float.
    quantize_dynamic(source, path, per_channel=True, weight_type=QuantType.QInt8,
                     extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})


CONTENDERS = (OnnxRuntime("int8", PLAIN), OnnxRuntime("int8", OPTIMIZED), OnnxRuntime("fp32"))
