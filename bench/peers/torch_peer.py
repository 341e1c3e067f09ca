"""PyTorch in eager mode: float32, bfloat16, and quantize_dynamic per channel and per tensor."""

import numpy as np

import contender
import workloads

PER_CHANNEL = "per channel"
PER_TENSOR = "per tensor"


class PyTorch(contender.LibraryContender):
    """The module of torch_model.py."""

    engine = "PyTorch"
    packages = ("torch",)

    def load(self, workload: workloads.Workload, threads: int) -> None:
        import torch
        from torch.ao import quantization

        import torch_model

        torch.set_num_threads(threads)
        module = torch_model.BertClassifier(workload.model.architecture).eval()
        module.load_state_dict({name: torch.from_numpy(values)
                                for name, values in workload.model.weights().items()})
        if self.precision == "bf16":
            module = module.bfloat16()
        elif self.precision == "int8":
            per_channel = self.detail == PER_CHANNEL
            module = quantization.quantize_dynamic(module, {
                torch.nn.Linear: quantization.per_channel_dynamic_qconfig if per_channel
                else quantization.default_dynamic_qconfig})
        self.module = module

    def infer(self, ids: np.ndarray, mask: np.ndarray, types: np.ndarray) -> np.ndarray:
        import torch

        with torch.inference_mode():
            inputs = (torch.from_numpy(array) for array in (ids, mask, types))
            return self.module(*inputs).float().numpy()


CONTENDERS = (PyTorch("int8", PER_CHANNEL), PyTorch("int8", PER_TENSOR), PyTorch("bf16"),
              PyTorch("fp32"))
