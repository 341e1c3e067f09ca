"""octet and other engines on the same work, in turns: run.py [OPTIONS]; run.sh installs them."""

import argparse
import contextlib
import datetime
import importlib.metadata
import json
import pathlib
import platform
import sys
import time
from collections.abc import Callable

import chart
import contender
import ctranslate2_peer
import octet_peer
import openvino_peer
import ort
import report
import results
import torch_peer
import worker
import workloads

PEERS = {"openvino": openvino_peer.CONTENDERS, "ort": ort.CONTENDERS,
         "torch": torch_peer.CONTENDERS, "ctranslate2": ctranslate2_peer.CONTENDERS}
# Seconds of rest before a turn. The threads of the engine that ran before may still spin for a
# moment: ONNX Runtime's use the CPU for another 0.04 s.
REST = 0.2


def log(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def installed(entries: list[contender.Contender]) -> list[contender.Contender]:
    """The contenders whose packages are installed; the others are reported."""
    present = []
    for entry in entries:
        try:
            entry.versions()
            present.append(entry)
        except importlib.metadata.PackageNotFoundError as error:
            log(f"skipped: {entry.name}: {error}")
    return present


def measure(entries: list[contender.Contender], workload: workloads.Workload, threads: int,
            rounds: int) -> list[results.Result]:
    """Runs all contenders in turns. Rounds after the first use only the fastest batchings."""
    title = f"{workload.name}, {threads} thread(s)"
    with contextlib.ExitStack() as stack:
        workers = []
        for entry in entries:
            log(f"{title}: preparing {entry.name}")
            try:
                workers.append(worker.Worker(entry, workload, threads))
                stack.callback(workers[-1].stop)
            except worker.WorkerError as error:
                log(f"skipped: {title}: {entry.name}: {error}")
        measured = [(w, results.Result(w.contender, workload.name, threads, batching))
                    for w in workers for batching in w.contender.batchings(workload)]
        turns, failed = measured, set()
        for number in range(rounds):
            log(f"{title}: round {number + 1} of {rounds}")
            for runner, result in turns:
                if runner in failed:
                    continue
                time.sleep(REST)
                try:
                    result.readings.append(runner.run(result.batching))
                except worker.WorkerError as error:
                    log(f"skipped: {title}: {result.contender.name}: {error}")
                    failed.add(runner)
            measured = [turn for turn in measured if turn[0] not in failed]
            if number == 0:
                fastest = results.fastest_batchings([result for _, result in measured])
                turns = [turn for turn in measured if turn[1] in fastest]
    return [result for _, result in measured]


def cpu_name() -> str:
    """The processor's name, from Linux if possible."""
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def to_json(measured: list[results.Result], rounds: int) -> dict:
    """The JSON document, which chart.draw also draws."""
    versions: dict[str, str] = {}
    for result in measured:
        versions.update(result.contender.versions())
    return {"schema": 1, "cpu": cpu_name(), "date": datetime.date.today().isoformat(),
            "rounds": rounds, "versions": versions,
            "results": [result.to_json() for result in measured]}


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not positive")
    return number


def parse_arguments() -> argparse.Namespace:
    def names(known: list[str]) -> Callable[[str], list[str]]:
        def parse(text: str) -> list[str]:
            chosen = text.split(",")
            unknown = [name for name in chosen if name not in known]
            if unknown:
                raise argparse.ArgumentTypeError(
                    f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
            return chosen
        return parse

    known = list(workloads.WORKLOADS)
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0], allow_abbrev=False)
    parser.add_argument("--rounds", type=positive, default=5, help="turns of each contender (5)")
    parser.add_argument("--workloads", type=names(known), default=known,
                        help=f"comma-separated ({','.join(known)})")
    parser.add_argument("--threads", type=lambda text: [positive(n) for n in text.split(",")],
                        default=[1, 2], help="comma-separated (1,2)")
    parser.add_argument("--peers", type=names(list(PEERS)), default=list(PEERS),
                        help=f"comma-separated ({','.join(PEERS)})")
    parser.add_argument("--json", type=pathlib.Path, help="write the results to this file")
    parser.add_argument("--picture", type=pathlib.Path, help="draw them in this .svg file")
    parser.add_argument("--bin-dir", type=pathlib.Path, default=octet_peer.PROGRAMS,
                        help="octet's programs (build/release/bin)")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    entries = list(octet_peer.contenders(arguments.bin_dir))
    for peer in arguments.peers:
        entries.extend(PEERS[peer])
    entries = installed(entries)
    measured: list[results.Result] = []
    for name in arguments.workloads:
        for threads in arguments.threads:
            group = measure(entries, workloads.WORKLOADS[name], threads, arguments.rounds)
            if not group:
                continue
            print(report.format_table(group), flush=True)
            measured.extend(group)
            document = to_json(measured, arguments.rounds)
            if arguments.json:
                arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
            if arguments.picture:
                arguments.picture.write_text(chart.draw(document), encoding="utf-8")
    if not measured:
        sys.exit("nothing was measured")


if __name__ == "__main__":
    main()
