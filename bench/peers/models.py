"""The two models, each as weights under PyTorch's names and as a plain ONNX file.

Weights are float32 arrays named as in the state dict of BertForSequenceClassification; those of a
linear are [out, in]. Files are made once and kept in build/peers/models.
"""

import dataclasses
import json
import multiprocessing
import pathlib
from collections.abc import Callable

import numpy as np
import onnx
from onnx import numpy_helper

import graph

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = ROOT / "build" / "peers" / "models"
MINILM = ROOT / "models" / "minilm_l6_mrpc"
SEED = 1
DEVIATION = 0.02  # BERT's initializer_range

Weights = dict[str, np.ndarray]


@dataclasses.dataclass(frozen=True)
class Model:
    """A BERT sentence classifier with two labels."""

    name: str
    architecture: graph.Architecture
    read: Callable[[graph.Architecture], Weights]

    @property
    def folder(self) -> pathlib.Path:
        """Where everything made from this model is kept."""
        return BUILT / self.name

    def weights(self) -> Weights:
        return self.read(self.architecture)

    def make(self, name: str, convert: Callable[..., None], *arguments: object) -> pathlib.Path:
        """The file or folder `name`, made by convert(path, *arguments) if it is not there yet.

        Conversion runs in a process of its own, so that it does not affect a process that is timed.
        """
        path = self.folder / name
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(f"unfinished-{path.name}")
            process = multiprocessing.get_context("spawn").Process(
                target=convert, args=(unfinished, *arguments))
            process.start()
            process.join()
            if process.exitcode != 0:
                raise RuntimeError(f"making {path.name} failed")
            unfinished.rename(path)
        return path


def write_plain_onnx(path: pathlib.Path, model: Model) -> None:
    """What an exporter would write: separate MatMul, Add, Softmax, Erf and so on."""
    onnx.save(graph.build(model.architecture, model.weights()), path)


def random_weights(architecture: graph.Architecture) -> Weights:
    """Matrices from N(0, 0.02), biases 0, layer normalization 1 and 0."""
    generator = np.random.default_rng(SEED)
    weights = {}
    for name, shape in graph.parameters(architecture).items():
        if len(shape) == 2:
            weights[name] = generator.standard_normal(shape, np.float32) * np.float32(DEVIATION)
        else:
            ones = name.endswith("LayerNorm.weight")
            weights[name] = np.full(shape, 1 if ones else 0, np.float32)
    return weights


def minilm_weights(architecture: graph.Architecture) -> Weights:
    """The weights of the bundled export, which has float16 matrices and Cast nodes."""
    exported = onnx.load(MINILM / "model.onnx").graph
    tensors = {tensor.name: tensor for tensor in exported.initializer}
    casts = {node.output[0]: node.input[0] for node in exported.node if node.op_type == "Cast"}
    factors = {node.name: node.input[1] for node in exported.node if node.op_type == "MatMul"}
    weights = {}
    for name, shape in graph.parameters(architecture).items():
        # The exporter renamed transposed weights, but the node's name still has the module's path.
        module = name.removesuffix(".weight").replace(".", "/").replace("layer/", "layer.")
        factor = factors.get(f"/{module}/MatMul") if name.endswith(".weight") else None
        source = factor or name
        values = numpy_helper.to_array(tensors[casts.get(source, source)]).astype(np.float32)
        weights[name] = np.ascontiguousarray(values.T) if factor else values
        assert weights[name].shape == shape, name
    return weights


def minilm_architecture() -> graph.Architecture:
    config = json.loads((MINILM / "config.json").read_text(encoding="utf-8"))
    return graph.Architecture(
        layers=config["num_hidden_layers"], hidden=config["hidden_size"],
        heads=config["num_attention_heads"], intermediate=config["intermediate_size"],
        vocabulary=config["vocab_size"], positions=config["max_position_embeddings"])


BERT_BASE = Model("bert-base", graph.Architecture(
    layers=12, hidden=768, heads=12, intermediate=3072, vocabulary=30522, positions=512),
    random_weights)
MINILM_MRPC = Model("minilm-l6-mrpc", minilm_architecture(), minilm_weights)
