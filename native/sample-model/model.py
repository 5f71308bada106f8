"""The network: a small Llama-architecture transformer, and the encoding of a conversation as the engine feeds it."""

import torch
import torch.nn as nn
import torch.nn.functional as F

SHAPE = {"width": 256, "layers": 4, "heads": 8, "kv_heads": 4, "feed_forward": 768, "context": 1024, "rope_base": 10000.0, "epsilon": 1e-5}


class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return F.rms_norm(x, (x.shape[-1],), self.weight.to(x.dtype), SHAPE["epsilon"])


def rotate(x, cos, sin):
    """Rotary positions on neighbouring pairs, the layout llama.cpp expects of this architecture."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        width, head = SHAPE["width"], SHAPE["width"] // SHAPE["heads"]
        self.kv_width = SHAPE["kv_heads"] * head
        self.attention_norm, self.feed_norm = Norm(width), Norm(width)
        linear = lambda inputs, outputs: nn.Linear(inputs, outputs, bias=False)
        self.query_key_value = linear(width, width + 2 * self.kv_width)
        self.output = linear(width, width)
        self.gate_up = linear(width, 2 * SHAPE["feed_forward"])
        self.down = linear(SHAPE["feed_forward"], width)

    def forward(self, x, cos, sin, bias):
        batch, length, width = x.shape
        heads, kv_heads, head = SHAPE["heads"], SHAPE["kv_heads"], width // SHAPE["heads"]
        mixed = self.query_key_value(self.attention_norm(x)).view(batch, length, heads + 2 * kv_heads, head).transpose(1, 2)
        turned = rotate(mixed[:, :heads + kv_heads], cos, sin)
        # The query heads that share a key head are stacked: on a CPU this is several times faster than the fused kernel.
        flat = lambda part: part.reshape(batch * kv_heads, -1, head)
        query, key, value = flat(turned[:, :heads]), flat(turned[:, heads:]), flat(mixed[:, heads + kv_heads:])
        scores = torch.baddbmm(bias, query, key.mT, alpha=head ** -0.5)
        attended = (scores.softmax(-1).to(value.dtype) @ value).view(batch, heads, length, head)
        x = x + self.output(attended.transpose(1, 2).reshape(batch, length, width))
        gate, up = self.gate_up(self.feed_norm(x)).chunk(2, -1)
        return x + self.down(F.silu(gate) * up)


class SampleModel(nn.Module):
    def __init__(self, pieces):
        super().__init__()
        self.embedding = nn.Embedding(pieces, SHAPE["width"])
        self.blocks = nn.ModuleList([Block() for _ in range(SHAPE["layers"])])
        self.norm = Norm(SHAPE["width"])
        head = SHAPE["width"] // SHAPE["heads"]
        frequency = 1.0 / (SHAPE["rope_base"] ** (torch.arange(0, head, 2).float() / head))
        angle = torch.outer(torch.arange(SHAPE["context"]).float(), frequency)
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)
        nn.init.normal_(self.embedding.weight, 0, 0.02)
        for block in self.blocks:
            nn.init.normal_(block.query_key_value.weight, 0, 0.04)
            nn.init.normal_(block.gate_up.weight, 0, 0.04)
            nn.init.zeros_(block.output.weight)  # each block starts as the identity
            nn.init.zeros_(block.down.weight)

    def forward(self, tokens, conversations=None):
        """Logits of every place. tokens: (rows, places). conversations: of the same shape, which conversation of its row a place
        belongs to (a place sees no other one); without it, a row is one conversation."""
        batch, length = tokens.shape
        x = self.embedding(tokens)
        kind = torch.bfloat16 if torch.is_autocast_enabled(x.device.type) else x.dtype
        x, cos, sin = x.to(kind), self.cos[:length].to(kind), self.sin[:length].to(kind)
        seen = torch.ones(length, length, dtype=torch.bool, device=x.device).tril()[None]
        if conversations is not None:
            seen = seen & (conversations[:, :, None] == conversations[:, None, :])
        bias = torch.zeros(seen.shape, dtype=kind, device=x.device).masked_fill(~seen, -1e9).expand(batch, -1, -1)
        kv_heads = SHAPE["kv_heads"]
        bias = bias.repeat(1, SHAPE["heads"] // kv_heads, 1).repeat_interleave(kv_heads, 0)
        for block in self.blocks:
            x = block(x, cos, sin, bias)
        return F.linear(self.norm(x), self.embedding.weight)


class Encoder:
    """Turns a conversation into token ids, exactly as the engine's chat session feeds the chat template."""

    def __init__(self, pieces):
        self.pieces = pieces
        self.bos = pieces.bos_id()
        self.system, self.user, self.assistant, self.end = (pieces.piece_to_id(f"<|{name}|>") for name in ("system", "user", "assistant", "end"))

    def encode(self, system, turns, bos=False):
        """Returns the ids and, for each id, 1 where the model must say it and 0 where it is given.

        The engine sends no BOS in a chat, and an empty system prompt as an empty system turn.
        """
        ids, said = ([self.bos], [0]) if bos else ([], [])

        def add(new, flag):
            ids.extend(new)
            said.extend([flag] * len(new))

        if system is not None:
            add([self.system] + self.pieces.encode(system) + [self.end], 0)
        for user, answer in turns:
            add([self.user] + self.pieces.encode(user) + [self.end, self.assistant], 0)
            add(self.pieces.encode(answer) + [self.end], 1)
        return ids, said
