"""What is computed and timed: batches through BERT-base, and the MRPC dev set."""

import abc
import dataclasses
import pathlib
import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
import tokenizers

import graph
import models

MRPC_FILE = models.ROOT / "data" / "mrpc" / "dev.tsv"
MRPC_LOGITS = models.MINILM / "mrpc_dev_logits_pytorch_fp32.tsv"
MAX_LENGTH = 128  # tokens a pair is cut to

PADDED_8 = "padded to 128, batch 8"
SORTED_8 = "sorted, batch 8"
SORTED_32 = "sorted, batch 32"
ONE_BY_ONE = "one by one"

Infer = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
Feed = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclasses.dataclass(frozen=True)
class Reading:
    """The results of one turn. Times are in seconds, for one batch or one data set."""

    best: float
    median: float
    f1: float | None = None
    logit_change: float | None = None  # largest difference from PyTorch's float32 logits
    peak_gmacs: float | None = None  # the peak of this CPU, in 1e9 multiply-adds per second
    cpus: float | None = None  # CPU seconds of the engine's process per second of the turn


class Workload(abc.ABC):
    """Something to compute with one model."""

    name: str
    model: models.Model
    batchings: tuple[str, ...]
    shape: tuple[int, int] | None  # batch and sequence, if they are always the same

    @abc.abstractmethod
    def measure(self, infer: Infer, batching: str) -> Reading:
        """One turn: an untimed call of each shape, then the timed ones."""

    @abc.abstractmethod
    def samples(self) -> list[Feed]:
        """Inputs to calibrate a static quantization with."""


@dataclasses.dataclass(frozen=True)
class Batch(Workload):
    """A batch of sentences of one length through BERT-base with random weights."""

    batch: int
    sequence: int
    repeats: int  # timed calls in a turn; more if a call is short

    model = models.BERT_BASE
    batchings = ("",)

    @property
    def name(self) -> str:
        return f"{self.batch}x{self.sequence}"

    @property
    def shape(self) -> tuple[int, int]:
        return self.batch, self.sequence

    def measure(self, infer: Infer, batching: str) -> Reading:
        row = 1 + np.arange(self.sequence, dtype=np.int64) % 100
        ids = np.repeat(row[None, :], self.batch, axis=0)
        feed = ids, np.ones_like(ids), np.zeros_like(ids)
        infer(*feed)
        seconds = []
        for _ in range(self.repeats):
            start = time.perf_counter()
            infer(*feed)
            seconds.append(time.perf_counter() - start)
        return Reading(min(seconds), statistics.median(seconds))

    def samples(self) -> list[Feed]:
        generator = np.random.default_rng(models.SEED)
        shape = (1, 128)
        return [(generator.integers(0, self.model.architecture.vocabulary, shape, np.int64),
                 np.ones(shape, np.int64), np.zeros(shape, np.int64)) for _ in range(8)]


class Mrpc(Workload):
    """The 408 pairs of MRPC's dev set, from tokenization to the last logit."""

    name = "mrpc"
    model = models.MINILM_MRPC
    batchings = (PADDED_8, SORTED_8, SORTED_32, ONE_BY_ONE)
    shape = None

    def measure(self, infer: Infer, batching: str) -> Reading:
        rows = read_mrpc()
        pairs = [row[1:] for row in rows]
        tokenizer = make_tokenizer()
        logits = np.zeros((len(rows), graph.LABELS), np.float32)
        # Some engines compile code, or search for the fastest, for each new shape.
        shapes = {feed[0].shape: feed for _, feed in _feeds(tokenizer, pairs, batching)}
        for feed in shapes.values():
            infer(*feed)
        start = time.perf_counter()
        for numbers, feed in _feeds(tokenizer, pairs, batching):
            logits[numbers] = infer(*feed)
        seconds = time.perf_counter() - start
        return Reading(seconds, seconds, f1([row[0] for row in rows], logits.argmax(1)),
                       float(np.abs(logits - read_logits(MRPC_LOGITS)).max()))

    def samples(self) -> list[Feed]:
        pairs = [row[1:] for row in read_mrpc()[:64]]
        return [feed for _, feed in _feeds(make_tokenizer(), pairs, ONE_BY_ONE)]


def read_mrpc() -> list[tuple[int, str, str]]:
    """Label and two sentences of each row; quotes are ordinary characters."""
    lines = MRPC_FILE.read_text(encoding="utf-8-sig").rstrip("\n").split("\n")[1:]
    fields = [line.split("\t") for line in lines]
    return [(int(field[0]), field[3], field[4]) for field in fields]


def read_logits(path: pathlib.Path) -> np.ndarray:
    """[rows, 2] from a table of index, prediction, logit0, logit1."""
    return np.loadtxt(path, np.float32, skiprows=1, usecols=(2, 3))


def make_tokenizer() -> tokenizers.Tokenizer:
    tokenizer = tokenizers.Tokenizer.from_file(str(models.MINILM / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_LENGTH)
    return tokenizer


def f1(labels: list[int], predictions: np.ndarray) -> float:
    positive = np.array(labels) == 1
    hits = int((positive & (predictions == 1)).sum())
    wrong = int((positive != (predictions == 1)).sum())
    return 2 * hits / (2 * hits + wrong)


def _feeds(tokenizer: tokenizers.Tokenizer, pairs: list[tuple[str, str]],
           batching: str) -> Iterator[tuple[list[int], Feed]]:
    """The row numbers and the inputs of each batch."""
    encodings = tokenizer.encode_batch(pairs)
    order = list(range(len(pairs)))
    if batching in (SORTED_8, SORTED_32):
        order.sort(key=lambda number: len(encodings[number].ids))
    size = {PADDED_8: 8, SORTED_8: 8, SORTED_32: 32, ONE_BY_ONE: 1}[batching]
    for start in range(0, len(order), size):
        numbers = order[start:start + size]
        chosen = [encodings[number] for number in numbers]
        length = MAX_LENGTH if batching == PADDED_8 else max(len(e.ids) for e in chosen)
        feed = tuple(np.zeros((len(numbers), length), np.int64) for _ in range(3))
        for row, e in enumerate(chosen):
            for array, values in zip(feed, (e.ids, e.attention_mask, e.type_ids)):
                array[row, :len(values)] = values
        yield numbers, feed


WORKLOADS: dict[str, Workload] = {
    workload.name: workload
    for workload in (Batch(8, 128, 3), Batch(1, 128, 5), Batch(1, 16, 20), Mrpc())}
