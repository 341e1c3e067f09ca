"""A BERT classifier as a plain ONNX graph, in the form in which PyTorch's exporter writes it.

Queries, keys and values are three MatMul and Add; GELU is Div, Erf, Add, Mul, Mul; shapes are read
from tensors. The fusions of ONNX Runtime, OpenVINO and octet look for this form, so all three can
read the same file.
"""

import dataclasses

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17  # the first one with LayerNormalization
EPSILON = 1e-12  # BERT's layer_norm_eps
LABELS = 2
INPUTS = ("input_ids", "attention_mask", "token_type_ids")


@dataclasses.dataclass(frozen=True)
class Architecture:
    """The sizes of a BERT."""

    layers: int
    hidden: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int


def parameters(a: Architecture) -> dict[str, tuple[int, ...]]:
    """Name and shape of each parameter, in the order of PyTorch's state dict."""
    shapes: dict[str, tuple[int, ...]] = {}

    def linear(path: str, inputs: int, outputs: int) -> None:
        shapes[f"{path}.weight"] = (outputs, inputs)
        shapes[f"{path}.bias"] = (outputs,)

    def layer_norm(path: str) -> None:
        shapes[f"{path}.weight"] = (a.hidden,)
        shapes[f"{path}.bias"] = (a.hidden,)

    for name, rows in (("word", a.vocabulary), ("position", a.positions), ("token_type", 2)):
        shapes[f"bert.embeddings.{name}_embeddings.weight"] = (rows, a.hidden)
    layer_norm("bert.embeddings.LayerNorm")
    for layer in range(a.layers):
        path = f"bert.encoder.layer.{layer}"
        for name in ("query", "key", "value"):
            linear(f"{path}.attention.self.{name}", a.hidden, a.hidden)
        linear(f"{path}.attention.output.dense", a.hidden, a.hidden)
        layer_norm(f"{path}.attention.output.LayerNorm")
        linear(f"{path}.intermediate.dense", a.hidden, a.intermediate)
        linear(f"{path}.output.dense", a.intermediate, a.hidden)
        layer_norm(f"{path}.output.LayerNorm")
    linear("bert.pooler.dense", a.hidden, a.hidden)
    linear("classifier", a.hidden, LABELS)
    return shapes


class _Builder:
    """Appends nodes; every method returns the name of its result."""

    def __init__(self, weights: dict[str, np.ndarray]):
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def op(self, path: str, kind: str, *inputs: str, **attributes: object) -> str:
        name = f"/{path.replace('.', '/').replace('layer/', 'layer.')}/{kind}_{len(self.nodes)}"
        output = f"{name}_output_0"
        self.nodes.append(helper.make_node(kind, inputs, [output], name, **attributes))
        return output

    def constant(self, values: np.ndarray, name: str = "") -> str:
        name = name or f"constant_{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(values, name))
        return name

    def scalar(self, value: float) -> str:
        return self.constant(np.array(value, np.float32))

    def ints(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def weight(self, name: str) -> str:
        return self.constant(self.weights[name], name)

    def size(self, path: str, x: str, axis: int) -> str:
        """The size of an axis, as a tensor of one element."""
        index = self.constant(np.array(axis, np.int64))
        size = self.op(path, "Gather", self.op(path, "Shape", x), index, axis=0)
        return self.op(path, "Unsqueeze", size, self.ints(0))

    def linear(self, path: str, x: str) -> str:
        transposed = np.ascontiguousarray(self.weights[f"{path}.weight"].T)
        product = self.op(path, "MatMul", x, self.constant(transposed, f"{path}.weight"))
        return self.op(path, "Add", self.weight(f"{path}.bias"), product)

    def layer_norm(self, path: str, x: str) -> str:
        return self.op(path, "LayerNormalization", x, self.weight(f"{path}.weight"),
                       self.weight(f"{path}.bias"), axis=-1, epsilon=EPSILON)

    def gelu(self, path: str, x: str) -> str:
        erf = self.op(path, "Erf", self.op(path, "Div", x, self.scalar(np.sqrt(2))))
        product = self.op(path, "Mul", x, self.op(path, "Add", erf, self.scalar(1)))
        return self.op(path, "Mul", product, self.scalar(0.5))

    def embeddings(self, a: Architecture, ids: str, types: str) -> str:
        path = "bert.embeddings"
        numbers = self.constant(np.arange(a.positions, dtype=np.int64)[None, :])
        row = self.op(path, "Slice", numbers, self.ints(0), self.size(path, ids, 1), self.ints(1),
                      self.ints(1))
        words, token_types, positions = (
            self.op(f"{path}.{name}_embeddings", "Gather",
                    self.weight(f"{path}.{name}_embeddings.weight"), rows, axis=0)
            for name, rows in (("word", ids), ("token_type", types), ("position", row)))
        total = self.op(path, "Add", self.op(path, "Add", words, token_types), positions)
        return self.layer_norm(f"{path}.LayerNorm", total)

    def hidden_mask(self, mask: str) -> str:
        """(1 - mask) * lowest, [b, 1, 1, s]."""
        wide = self.op("bert", "Unsqueeze", mask, self.ints(1))
        wide = self.op("bert", "Unsqueeze", wide, self.ints(2))
        keep = self.op("bert", "Cast", wide, to=TensorProto.FLOAT)
        hide = self.op("bert", "Sub", self.scalar(1), keep)
        return self.op("bert", "Mul", hide, self.scalar(np.finfo(np.float32).min))

    def attention(self, a: Architecture, path: str, x: str, mask: str) -> str:
        def heads(name: str, perm: list[int]) -> str:
            projected = self.linear(f"{path}.{name}", x)
            shape = self.op(path, "Concat", self.size(path, projected, 0),
                            self.size(path, projected, 1), self.ints(a.heads),
                            self.ints(a.hidden // a.heads), axis=0)
            split = self.op(path, "Reshape", projected, shape)
            return self.op(path, "Transpose", split, perm=perm)

        q, k, v = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), heads(
            "value", [0, 2, 1, 3])
        scores = self.op(path, "Div", self.op(path, "MatMul", q, k),
                         self.scalar(np.sqrt(a.hidden // a.heads)))
        probabilities = self.op(path, "Softmax", self.op(path, "Add", scores, mask), axis=-1)
        context = self.op(path, "Transpose", self.op(path, "MatMul", probabilities, v),
                          perm=[0, 2, 1, 3])
        shape = self.op(path, "Concat", self.size(path, context, 0), self.size(path, context, 1),
                        self.ints(a.hidden), axis=0)
        return self.op(path, "Reshape", context, shape)

    def layer(self, a: Architecture, path: str, x: str, mask: str) -> str:
        context = self.attention(a, f"{path}.attention.self", x, mask)
        output = self.linear(f"{path}.attention.output.dense", context)
        path_out = f"{path}.attention.output"
        x = self.layer_norm(f"{path_out}.LayerNorm", self.op(path_out, "Add", output, x))
        wide = self.gelu(f"{path}.intermediate", self.linear(f"{path}.intermediate.dense", x))
        narrow = self.linear(f"{path}.output.dense", wide)
        return self.layer_norm(f"{path}.output.LayerNorm",
                               self.op(f"{path}.output", "Add", narrow, x))

    def classifier(self, x: str) -> str:
        first = self.op("bert.pooler", "Gather", x, self.constant(np.array(0, np.int64)), axis=1)
        pooled = self.op("bert.pooler", "Tanh", self.gemm("bert.pooler.dense", first))
        return self.gemm("classifier", pooled)

    def gemm(self, path: str, x: str) -> str:
        return self.op(path, "Gemm", x, self.weight(f"{path}.weight"),
                       self.weight(f"{path}.bias"), transB=1)


def build(a: Architecture, weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """int64 [batch, sequence] inputs INPUTS to float32 [batch, 2] logits."""
    builder = _Builder(weights)
    ids, mask, types = INPUTS
    hidden_mask = builder.hidden_mask(mask)
    x = builder.embeddings(a, ids, types)
    for layer in range(a.layers):
        x = builder.layer(a, f"bert.encoder.layer.{layer}", x, hidden_mask)
    logits = builder.classifier(x)
    builder.nodes.append(helper.make_node("Identity", [logits], ["logits"]))
    graph = helper.make_graph(
        builder.nodes, "bert",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
         for name in INPUTS],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", LABELS])],
        builder.initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
