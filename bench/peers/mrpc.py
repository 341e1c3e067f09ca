"""octet and ONNX Runtime on the MRPC dev set, one after the other, several times over.

Every contender classifies the same rows with the same tokens, from tokenization to the last logit,
after one batch of warm-up. ONNX Runtime gets its best treatment: the default graph optimizations,
int8 weights per channel, and three ways to make batches (padded to 128; sorted by length in batches
of 8 and of 32). The int8 graph is onnxruntime.quantization.quantize_dynamic on the plain export.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnx
import onnxruntime as ort
import tokenizers
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "minilm_l6_mrpc"
DATA = ROOT / "data" / "mrpc" / "dev.tsv"
MAX_LENGTH = 128


def read_rows():
    """(label, sentence 1, sentence 2) of each row; quotes are ordinary characters."""
    lines = DATA.read_text(encoding="utf-8-sig").rstrip("\n").split("\n")[1:]
    fields = [line.split("\t") for line in lines]
    return [(int(f[0]), f[3], f[4]) for f in fields]


def float_weights(model):
    """The model with the weights that lie as float16 behind Cast nodes stored as float32."""
    halves = {t.name: t for t in model.graph.initializer
              if t.data_type == onnx.TensorProto.FLOAT16}
    kept = []
    for node in model.graph.node:
        if node.op_type == "Cast" and node.input[0] in halves:
            values = numpy_helper.to_array(halves[node.input[0]]).astype(np.float32)
            model.graph.initializer.append(numpy_helper.from_array(values, node.output[0]))
        else:
            kept.append(node)
    del model.graph.node[:]
    model.graph.node.extend(kept)
    weights = [t for t in model.graph.initializer if t.name not in halves]
    del model.graph.initializer[:]
    model.graph.initializer.extend(weights)
    return model


def make_batches(lengths, batching):
    """Lists of row numbers."""
    order = range(len(lengths))
    size = 8
    if batching != "padded to 128, batch 8":
        order = sorted(order, key=lambda i: lengths[i])
        size = 32 if batching == "sorted, batch 32" else 8
    order = list(order)
    return [order[i:i + size] for i in range(0, len(order), size)]


class OrtContender:
    """One ONNX Runtime session with one way to make batches."""

    def __init__(self, name, path, rows, batching, threads):
        self.name = f"{name}, {batching}"
        self.rows = rows
        self.batching = batching
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = ort.InferenceSession(str(path), options, ["CPUExecutionProvider"])
        self.tokenizer = tokenizers.Tokenizer.from_file(str(MODEL / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MAX_LENGTH)

    def feed(self, encodings):
        length = MAX_LENGTH
        if not self.batching.startswith("padded"):
            length = max(len(e.ids) for e in encodings)
        feed = {}
        for name, field in (("input_ids", "ids"), ("attention_mask", "attention_mask"),
                            ("token_type_ids", "type_ids")):
            values = np.zeros((len(encodings), length), np.int64)
            for row, encoding in enumerate(encodings):
                values[row, :len(encoding.ids)] = getattr(encoding, field)
            feed[name] = values
        return feed

    def run(self):
        logits = np.zeros((len(self.rows), 2), np.float32)
        warm_up = self.tokenizer.encode_batch([self.rows[i][1:] for i in range(8)])
        self.session.run(None, self.feed(warm_up))
        start = time.perf_counter()
        encodings = self.tokenizer.encode_batch([row[1:] for row in self.rows])
        for batch in make_batches([len(e.ids) for e in encodings], self.batching):
            logits[batch] = self.session.run(None, self.feed([encodings[i] for i in batch]))[0]
        return time.perf_counter() - start, f1(self.rows, logits.argmax(1))


class OctetContender:
    """bert_eval in one precision, rows in file order."""

    def __init__(self, precision, batch_size, threads, binary):
        self.name = f"octet {precision}, file order, batch {batch_size}"
        self.command = [binary, "--quiet", "--precision", precision, "--threads", str(threads),
                        "--batch-size", str(batch_size)]

    def run(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "result.json"
            subprocess.run(self.command + ["--json", str(path)], check=True,
                           stdout=subprocess.DEVNULL)
            result = json.loads(path.read_text())["runs"][0]
        return result["seconds"], result["f1"]


def f1(rows, predictions):
    labels = np.array([row[0] for row in rows])
    true_positive = int(((predictions == 1) & (labels == 1)).sum())
    wrong = int((predictions != labels).sum())
    return 2 * true_positive / (2 * true_positive + wrong)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", help="write the results to this file")
    parser.add_argument("--binary", default=str(ROOT / "build" / "release" / "bin" / "bert_eval"))
    arguments = parser.parse_args()
    rows = read_rows()
    with tempfile.TemporaryDirectory() as folder:
        fp32 = pathlib.Path(folder) / "fp32.onnx"
        int8 = pathlib.Path(folder) / "int8.onnx"
        onnx.save(float_weights(onnx.load(MODEL / "model.onnx")), fp32)
        quantize_dynamic(fp32, int8, per_channel=True, weight_type=QuantType.QInt8)
        contenders = [OctetContender(p, 8, arguments.threads, arguments.binary)
                      for p in ("fp32", "int8")]
        for name, path in (("ONNX Runtime fp32", fp32), ("ONNX Runtime int8", int8)):
            for batching in ("padded to 128, batch 8", "sorted, batch 8", "sorted, batch 32"):
                contenders.append(OrtContender(name, path, rows, batching, arguments.threads))
        results = {c.name: [] for c in contenders}
        for number in range(arguments.rounds):
            for contender in contenders:
                results[contender.name].append(contender.run())
            print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr)

    print(f"MRPC dev, {len(rows)} rows, {arguments.threads} thread(s), ONNX Runtime "
          f"{ort.__version__}, {arguments.rounds} interleaved rounds\n")
    print(f"{'':<46}{'best s':>8}{'median s':>10}{'F1':>9}")
    summary = []
    for name, runs in results.items():
        seconds = sorted(run[0] for run in runs)
        entry = {"name": name, "best_seconds": seconds[0],
                 "median_seconds": seconds[len(seconds) // 2], "f1": runs[0][1]}
        summary.append(entry)
        print(f"{name:<46}{entry['best_seconds']:>8.3f}{entry['median_seconds']:>10.3f}"
              f"{entry['f1']:>9.4f}")
    for precision in ("fp32", "int8"):
        ours = next(e for e in summary if e["name"].startswith(f"octet {precision}"))
        theirs = min((e for e in summary if e["name"].startswith(f"ONNX Runtime {precision}")),
                     key=lambda e: e["best_seconds"])
        print(f"\n{precision}: octet is {theirs['best_seconds'] / ours['best_seconds']:.2f}x as "
              f"fast as {theirs['name']} (best), "
              f"{theirs['median_seconds'] / ours['median_seconds']:.2f}x (median)", end="")
    print()
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps({"schema": 1, "runs": summary},
                                                           indent=2) + "\n")


if __name__ == "__main__":
    main()
