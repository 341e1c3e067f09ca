"""CTranslate2: its BERT encoder in float32 and int8, filled through its specification classes."""

import os
import pathlib

import numpy as np

import contender
import graph
import models
import workloads


class CTranslate2(contender.LibraryContender):
    """The engine ends at the pooler; the classifier of two labels is a NumPy product."""

    engine = "CTranslate2"
    packages = ("ctranslate2",)

    def load(self, workload: workloads.Workload, threads: int) -> None:
        # On CPUs that are not Intel's, it would use only AVX2 and be slower in int8.
        if "avx512f" in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"):
            os.environ["CT2_FORCE_CPU_ISA"] = "AVX512"
        import ctranslate2

        model = workload.model
        folder = model.make(f"ctranslate2-{self.versions()['ctranslate2']}", convert, model)
        self.encoder = ctranslate2.Encoder(
            str(folder), device="cpu", intra_threads=threads,
            compute_type="float32" if self.precision == "fp32" else "int8")
        weights = model.weights()
        self.factor = weights["classifier.weight"].T.copy()
        self.bias = weights["classifier.bias"]

    def infer(self, ids: np.ndarray, mask: np.ndarray, types: np.ndarray) -> np.ndarray:
        from ctranslate2 import StorageView

        output = self.encoder.forward_batch(
            StorageView.from_array(ids.astype(np.int32)),
            StorageView.from_array(mask.sum(1, dtype=np.int32)), types.tolist())
        return np.array(output.pooler_output) @ self.factor + self.bias


def convert(path: pathlib.Path, model: models.Model) -> None:
    """Does what CTranslate2's loader of Hugging Face's BERT does, but from plain weights."""
    from ctranslate2.converters import utils
    from ctranslate2.specs import common_spec, transformer_spec

    architecture, weights = model.architecture, model.weights()

    def linear(spec: common_spec.LinearSpec, name: str) -> None:
        spec.weight, spec.bias = weights[f"{name}.weight"], weights[f"{name}.bias"]

    def layer_norm(spec: common_spec.LayerNormSpec, name: str) -> None:
        spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]

    encoder = transformer_spec.TransformerEncoderSpec(
        architecture.layers, architecture.heads, pre_norm=False,
        activation=common_spec.Activation.GELU, num_source_embeddings=2,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD, layernorm_embedding=True)
    encoder.scale_embeddings = False
    words, types = encoder.embeddings
    words.weight = weights["bert.embeddings.word_embeddings.weight"]
    types.weight = weights["bert.embeddings.token_type_embeddings.weight"]
    encoder.position_encodings.encodings = weights["bert.embeddings.position_embeddings.weight"]
    layer_norm(encoder.layernorm_embedding, "bert.embeddings.LayerNorm")
    for number, layer in enumerate(encoder.layer):
        name = f"bert.encoder.layer.{number}"
        parts = [common_spec.LinearSpec() for _ in range(3)]
        for part, which in zip(parts, ("query", "key", "value")):
            linear(part, f"{name}.attention.self.{which}")
        utils.fuse_linear(layer.self_attention.linear[0], parts)
        linear(layer.self_attention.linear[1], f"{name}.attention.output.dense")
        layer_norm(layer.self_attention.layer_norm, f"{name}.attention.output.LayerNorm")
        linear(layer.ffn.linear_0, f"{name}.intermediate.dense")
        linear(layer.ffn.linear_1, f"{name}.output.dense")
        layer_norm(layer.ffn.layer_norm, f"{name}.output.LayerNorm")

    spec = transformer_spec.TransformerEncoderModelSpec(encoder, pooling_layer=True)
    linear(spec.pooler_dense, "bert.pooler.dense")
    # Not used, because inputs are token numbers, but required.
    spec.register_vocabulary(["[UNK]", *(str(n) for n in range(1, architecture.vocabulary))])
    spec.config.unk_token = "[UNK]"
    spec.config.layer_norm_epsilon = graph.EPSILON
    spec.validate()
    path.mkdir(exist_ok=True)
    spec.save(str(path))


CONTENDERS = (CTranslate2("int8"), CTranslate2("fp32"))
