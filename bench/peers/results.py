"""The measurements of all rounds, and their form in JSON."""

import dataclasses
import statistics

import contender
import workloads

PRECISIONS = ("int8", "bf16", "fp32")
# The precision of octet that a peer is compared with. octet does not have bfloat16 linears.
RIVALS = {"int8": "int8", "bf16": "int8", "fp32": "fp32"}


@dataclasses.dataclass
class Result:
    """The readings of one contender on one workload with one way to make batches."""

    contender: contender.Contender
    workload: str
    threads: int
    batching: str
    readings: list[workloads.Reading] = dataclasses.field(default_factory=list)

    @property
    def best(self) -> float:
        """Seconds."""
        return min(reading.best for reading in self.readings)

    @property
    def median(self) -> float:
        """Seconds: the median over the rounds of the medians of the turns."""
        return statistics.median(reading.median for reading in self.readings)

    def to_json(self) -> dict:
        first = self.readings[0]
        peaks = [r.peak_gmacs for r in self.readings if r.peak_gmacs is not None]
        cpus = [r.cpus for r in self.readings if r.cpus is not None]
        entry = {
            "workload": self.workload, "threads": self.threads, "engine": self.contender.engine,
            "precision": self.contender.precision, "detail": self.contender.detail,
            "calibrated": self.contender.calibrated, "batching": self.batching,
            "best_seconds": self.best, "median_seconds": self.median,
            "turns_seconds": [reading.median for reading in self.readings], "f1": first.f1,
            "largest_logit_change": first.logit_change,
            "peak_gmacs": max(peaks, default=None), "most_cpus": max(cpus, default=None)}
        return {key: value for key, value in entry.items() if value not in (None, "")}


def fastest_batchings(results: list[Result]) -> list[Result]:
    """The fastest result of each contender, ordered by precision and time."""
    fastest: dict[str, Result] = {}
    for result in results:
        rival = fastest.get(result.contender.name)
        if rival is None or result.best < rival.best:
            fastest[result.contender.name] = result
    return sorted(fastest.values(),
                  key=lambda r: (PRECISIONS.index(r.contender.precision), r.best))


def octets(results: list[Result]) -> dict[str, Result]:
    """The results that peers are compared with: octet's in each precision, default attention."""
    return {r.contender.precision: r for r in results
            if r.contender.engine == "octet" and not r.contender.detail}
