"""What every engine under test looks like to the runner."""

import abc
import dataclasses
import importlib.metadata
import time
from typing import ClassVar

import numpy as np

import models
import workloads


@dataclasses.dataclass
class Contender(abc.ABC):
    """One engine in one precision, and in one variant if it has several.

    The runner makes it. A worker process prepares and runs it, and only there imports the engine.
    """

    engine: ClassVar[str]
    packages: ClassVar[tuple[str, ...]] = ()

    precision: str  # fp32, bf16 or int8
    detail: str = ""  # the variant, if the engine has several; empty for octet's default

    @property
    def calibrated(self) -> bool:
        """Whether it needs sample inputs to measure the ranges of activations."""
        return False

    @property
    def name(self) -> str:
        """Engine, precision and detail, as shown."""
        return f"{self.engine} {self.precision}" + (f", {self.detail}" if self.detail else "")

    def versions(self) -> dict[str, str]:
        """Version of each package; raises PackageNotFoundError if one is missing."""
        return {package: importlib.metadata.version(package) for package in self.packages}

    def batchings(self, workload: workloads.Workload) -> tuple[str, ...]:
        """The ways to make batches that are tried on a workload."""
        return workload.batchings

    @abc.abstractmethod
    def prepare(self, workload: workloads.Workload, threads: int) -> None:
        """Converts, loads and compiles the model. Not timed."""

    @abc.abstractmethod
    def run(self, batching: str) -> workloads.Reading:
        """One turn on the prepared workload."""


class LibraryContender(Contender):
    """An engine that is called from Python."""

    def prepare(self, workload: workloads.Workload, threads: int) -> None:
        self.workload, self.threads = workload, threads
        self.load(workload, threads)

    def run(self, batching: str) -> workloads.Reading:
        """Raises RuntimeError when the engine ran on more CPUs than it has threads."""
        start, cpu_start = time.perf_counter(), time.process_time()
        reading = self.workload.measure(self.infer, batching)
        cpus = (time.process_time() - cpu_start) / (time.perf_counter() - start)
        if cpus > self.threads + 0.5:
            raise RuntimeError(f"ran on {cpus:.1f} CPUs with {self.threads} thread(s) asked for")
        return dataclasses.replace(reading, cpus=cpus)

    @abc.abstractmethod
    def load(self, workload: workloads.Workload, threads: int) -> None:
        """Makes `infer` ready."""

    @abc.abstractmethod
    def infer(self, ids: np.ndarray, mask: np.ndarray, types: np.ndarray) -> np.ndarray:
        """int64 [b, s] inputs to float32 [b, 2] logits."""


def plain_onnx(model: models.Model) -> str:
    """The path of the float32 export that ONNX Runtime, OpenVINO and octet read."""
    return str(model.make("fp32.onnx", models.write_plain_onnx, model))
