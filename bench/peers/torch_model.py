"""BertForSequenceClassification as a torch module, with the names of its state dict."""

import torch
from torch import nn
from torch.nn import functional

import graph


class SelfAttention(nn.Module):
    """Heads of softmax(q k' / sqrt(d) + mask) v, by PyTorch's fused kernel."""

    def __init__(self, a: graph.Architecture):
        super().__init__()
        self.heads = a.heads
        self.query = nn.Linear(a.hidden, a.hidden)
        self.key = nn.Linear(a.hidden, a.hidden)
        self.value = nn.Linear(a.hidden, a.hidden)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        q, k, v = (linear(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
                   for linear in (self.query, self.key, self.value))
        context = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return context.transpose(1, 2).flatten(2)


class Output(nn.Module):
    """A linear, its residual, layer normalization."""

    def __init__(self, inputs: int, a: graph.Architecture):
        super().__init__()
        self.dense = nn.Linear(inputs, a.hidden)
        self.LayerNorm = nn.LayerNorm(a.hidden, graph.EPSILON)

    def forward(self, x: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        return self.LayerNorm(self.dense(x) + residual)


class Layer(nn.Module):
    """One layer of the encoder."""

    def __init__(self, a: graph.Architecture):
        super().__init__()
        self.attention = nn.ModuleDict({"self": SelfAttention(a), "output": Output(a.hidden, a)})
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(a.hidden, a.intermediate)})
        self.output = Output(a.intermediate, a)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        x = self.attention["output"](self.attention["self"](x, mask), x)
        return self.output(functional.gelu(self.intermediate["dense"](x)), x)


class Embeddings(nn.Module):
    """Words, positions and token types, normalized."""

    def __init__(self, a: graph.Architecture):
        super().__init__()
        self.word_embeddings = nn.Embedding(a.vocabulary, a.hidden)
        self.position_embeddings = nn.Embedding(a.positions, a.hidden)
        self.token_type_embeddings = nn.Embedding(2, a.hidden)
        self.LayerNorm = nn.LayerNorm(a.hidden, graph.EPSILON)

    def forward(self, ids: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
        positions = self.position_embeddings.weight[:ids.shape[1]]
        return self.LayerNorm(
            self.word_embeddings(ids) + self.token_type_embeddings(types) + positions)


class BertClassifier(nn.Module):
    """int64 [b, s] ids, mask and types to float [b, 2] logits."""

    def __init__(self, a: graph.Architecture):
        super().__init__()
        self.bert = nn.ModuleDict({
            "embeddings": Embeddings(a),
            "encoder": nn.ModuleDict({"layer": nn.ModuleList(Layer(a) for _ in range(a.layers))}),
            "pooler": nn.ModuleDict({"dense": nn.Linear(a.hidden, a.hidden)}),
        })
        self.classifier = nn.Linear(a.hidden, graph.LABELS)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
        x = self.bert["embeddings"](ids, types)
        hidden_mask = (1 - mask[:, None, None, :].to(x.dtype)) * torch.finfo(x.dtype).min
        for layer in self.bert["encoder"]["layer"]:
            x = layer(x, hidden_mask)
        return self.classifier(torch.tanh(self.bert["pooler"]["dense"](x[:, 0])))
