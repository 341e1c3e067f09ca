"""octet, through its programs: `octet bench` for a batch, `bert_eval` for MRPC."""

import dataclasses
import json
import pathlib
import subprocess
import tempfile

import numpy as np

import contender
import models
import workloads

PROGRAMS = models.ROOT / "build" / "release" / "bin"
FILE_ORDER = "file order, batch 8"
BF16_ATTENTION = "bf16 attention"  # OpenVINO's int8 models compute attention in bf16 or int8


@dataclasses.dataclass
class Octet(contender.Contender):
    """Starts a process for each turn. It loads the model, does one untimed run and times itself."""

    engine = "octet"

    programs: pathlib.Path = PROGRAMS

    def batchings(self, workload: workloads.Workload) -> tuple[str, ...]:
        """Only file order: octet does not compute padding, so sorting would gain little."""
        return (FILE_ORDER,) if workload.shape is None else workload.batchings

    def prepare(self, workload: workloads.Workload, threads: int) -> None:
        self.workload = workload
        self.common = ["--quiet", "--precision", self.precision, "--threads", str(threads)]
        if self.detail == BF16_ATTENTION:
            self.common += ["--attention", "bf16"]
        if isinstance(workload, workloads.Batch):
            self.model = contender.plain_onnx(workload.model)

    def run(self, batching: str) -> workloads.Reading:
        with tempfile.TemporaryDirectory() as folder:
            if isinstance(self.workload, workloads.Batch):
                return self._bench(self.workload, pathlib.Path(folder) / "bench.json")
            return self._eval(pathlib.Path(folder))

    def _bench(self, batch: workloads.Batch, path: pathlib.Path) -> workloads.Reading:
        run = self._call(path, "octet", "bench", self.model, "--batch", str(batch.batch), "--seq",
                         str(batch.sequence), "--iterations", str(batch.repeats))
        return workloads.Reading(run["best_ms"] / 1e3, run["median_ms"] / 1e3,
                                 peak_gmacs=run["peak_gmacs"])

    def _eval(self, folder: pathlib.Path) -> workloads.Reading:
        predictions = folder / "predictions.tsv"
        run = self._call(folder / "eval.json", "bert_eval", "--batch-size", "8", "--predictions",
                         str(predictions))
        change = np.abs(workloads.read_logits(predictions) -
                        workloads.read_logits(workloads.MRPC_LOGITS)).max()
        return workloads.Reading(run["seconds"], run["seconds"], run["f1"], float(change))

    def _call(self, path: pathlib.Path, program: str, *arguments: str) -> dict:
        """The one run in the JSON that a program wrote; raises RuntimeError with its message."""
        run = subprocess.run([self.programs / program, *arguments, *self.common, "--json", path],
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if run.returncode != 0:
            raise RuntimeError(run.stderr.strip() or f"{program} ended with {run.returncode}")
        return json.loads(path.read_text(encoding="utf-8"))["runs"][0]


def contenders(programs: pathlib.Path) -> tuple[Octet, ...]:
    return (Octet("int8", programs=programs), Octet("int8", BF16_ATTENTION, programs),
            Octet("fp32", programs=programs))
