"""OpenVINO: float32, bfloat16, and NNCF's int8 weights with dynamic or static activations."""

import pathlib

import numpy as np

import contender
import graph
import workloads

STATIC = "static (NNCF)"
DYNAMIC = "dynamic"


class OpenVino(contender.LibraryContender):
    """One inference request on one stream. Shapes are fixed if the workload's shape is."""

    engine = "OpenVINO"
    packages = ("openvino", "nncf")

    @property
    def calibrated(self) -> bool:
        return self.detail == STATIC

    def load(self, workload: workloads.Workload, threads: int) -> None:
        import openvino

        core = openvino.Core()
        model = core.read_model(self._file(workload))
        if workload.shape is not None:
            model.reshape({name: list(workload.shape) for name in graph.INPUTS})
        # By default it leaves a core's second hyper-thread idle and runs fewer threads.
        options = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1,
                   "ENABLE_HYPER_THREADING": True}
        if self.precision == "fp32":
            options["INFERENCE_PRECISION_HINT"] = "f32"
        elif self.precision == "bf16":
            options["INFERENCE_PRECISION_HINT"] = "bf16"
        elif self.detail == DYNAMIC:
            # The coarsest groups, of a whole hidden vector each, are the fastest.
            options["DYNAMIC_QUANTIZATION_GROUP_SIZE"] = workload.model.architecture.hidden
        self.request = core.compile_model(model, "CPU", options).create_infer_request()

    def infer(self, ids: np.ndarray, mask: np.ndarray, types: np.ndarray) -> np.ndarray:
        self.request.infer(dict(zip(graph.INPUTS, (ids, mask, types))), share_inputs=True)
        return self.request.get_output_tensor().data.copy()

    def _file(self, workload: workloads.Workload) -> str:
        model = workload.model
        plain = contender.plain_onnx(model)
        if self.precision != "int8":
            return plain
        prefix = f"nncf-{self.versions()['nncf']}"
        if self.detail == DYNAMIC:
            folder = model.make(f"{prefix}-weights", compress_weights, plain)
        else:
            folder = model.make(f"{prefix}-static", quantize, plain, workload.samples())
        return str(folder / "model.xml")


def compress_weights(path: pathlib.Path, source: str) -> None:
    """int8 weights per channel."""
    import nncf
    import openvino

    model = nncf.compress_weights(openvino.Core().read_model(source))
    openvino.save_model(model, path / "model.xml", compress_to_fp16=False)


def quantize(path: pathlib.Path, source: str, samples: list[workloads.Feed]) -> None:
    """int8 weights and activations with ranges from the samples, attention included."""
    import nncf
    import openvino

    feeds = nncf.Dataset([dict(zip(graph.INPUTS, sample)) for sample in samples])
    model = nncf.quantize(openvino.Core().read_model(source), feeds, subset_size=len(samples),
                          model_type=nncf.ModelType.TRANSFORMER)
    openvino.save_model(model, path / "model.xml", compress_to_fp16=False)


CONTENDERS = (OpenVino("int8", STATIC), OpenVino("int8", DYNAMIC), OpenVino("bf16"),
              OpenVino("fp32"))
