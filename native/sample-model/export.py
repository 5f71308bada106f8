"""Writes a training checkpoint as an F16 GGUF (version 3) for llama.cpp. Norms stay F32.

    python export.py WORK_FOLDER/checkpoint.pt WORK_FOLDER/tokenizer.model OUT.gguf OUT-training-tokens.jsonl
"""

import random
import struct
import sys

import numpy
import sentencepiece
import torch

import generate
from model import SHAPE, Encoder
from tasks.phrasing import SECTIONS

ALIGNMENT = 32
KIND = {"u32": 4, "f32": 6, "bool": 7, "string": 8, "array": 9, "i32": 5}
F32, F16 = 0, 1
CHANNEL_SPREAD = 0.5  # standard deviation of the logarithm of a channel's factor; see spread()
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
GENERAL = {
    "general.name": "Assay sample",
    "general.author": "The Assay project",
    "general.organization": "The Assay project",
    "general.version": "3.0",
    "general.license": "apache-2.0",
    "general.size_label": "3.5M",
    "general.basename": "assay-sample",
    "general.description": "A tiny chat model for trying Assay out: a calibration weight with known right answers, not an assistant.",
    "general.source.description": "Trained from scratch by the Assay project on text made by its own seeded task generator; every person, number and address in it is invented.",
}


def text(value):
    raw = value.encode("utf-8")
    return struct.pack("<Q", len(raw)) + raw


def pad(size):
    return -size % ALIGNMENT


class Header:
    def __init__(self):
        self.entries = []

    def add(self, key, kind, body):
        self.entries.append(text(key) + struct.pack("<I", KIND[kind]) + body)

    def string(self, key, value):
        self.add(key, "string", text(value))

    def number(self, key, value):
        self.add(key, "u32", struct.pack("<I", value))

    def real(self, key, value):
        self.add(key, "f32", struct.pack("<f", value))

    def flag(self, key, value):
        self.add(key, "bool", struct.pack("<?", value))

    def array(self, key, kind, items):
        self.add(key, "array", struct.pack("<IQ", KIND[kind], len(items)) + b"".join(items))


def spread(weights, sigma):
    """Gives some channels large and some small weights without changing the function (F16 rounding apart).

    Big models have such outlier channels, and they are what low-bit types pay for. A model this small has none by itself,
    and its answers would survive any quantization: no calibration weight. Each factor is undone in the matrix that follows.
    """
    random_source = torch.Generator().manual_seed(17)
    draw = lambda count: torch.exp(sigma * torch.randn(count, generator=random_source))
    weights = {name: tensor.detach().clone().float() for name, tensor in weights.items()}
    width, head = SHAPE["width"], SHAPE["width"] // SHAPE["heads"]
    kv_width, shared = head * SHAPE["kv_heads"], SHAPE["heads"] // SHAPE["kv_heads"]
    for i in range(SHAPE["layers"]):
        name = lambda part: f"blocks.{i}.{part}.weight"
        for norm, matrix in (("attention_norm", "query_key_value"), ("feed_norm", "gate_up")):
            factor = draw(width)
            weights[name(norm)] *= factor
            weights[name(matrix)] /= factor
        factor = draw(kv_width)
        weights[name("query_key_value")][width + kv_width:] *= factor[:, None]
        weights[name("output")] /= factor.view(SHAPE["kv_heads"], 1, head).expand(-1, shared, -1).reshape(-1)
        factor = draw(SHAPE["feed_forward"])
        weights[name("gate_up")][SHAPE["feed_forward"]:] *= factor[:, None]
        weights[name("down")] /= factor
    return weights


def token_kind(pieces, token):
    if pieces.is_unknown(token):
        return 2
    if pieces.is_control(token):
        return 3
    return 6 if pieces.is_byte(token) else 1


def tensors(weights):
    yield "token_embd.weight", weights["embedding.weight"]
    yield "output_norm.weight", weights["norm.weight"]
    width = SHAPE["width"]
    kv_width = width // SHAPE["heads"] * SHAPE["kv_heads"]
    for i in range(SHAPE["layers"]):
        part = lambda name: weights[f"blocks.{i}.{name}.weight"]
        query, key, value = part("query_key_value").split([width, kv_width, kv_width])
        gate, up = part("gate_up").chunk(2)
        for name, tensor in (("attn_norm", part("attention_norm")), ("attn_q", query), ("attn_k", key), ("attn_v", value),
                             ("attn_output", part("output")), ("ffn_norm", part("feed_norm")), ("ffn_gate", gate), ("ffn_up", up), ("ffn_down", part("down"))):
            yield f"blk.{i}.{name}.weight", tensor


def write(weights, pieces, path):
    header = Header()
    header.string("general.architecture", "llama")
    header.string("general.type", "model")
    for key, value in GENERAL.items():
        header.string(key, value)
    header.array("general.languages", "string", [text("en")])
    header.number("general.file_type", 1)
    header.number("general.quantization_version", 2)
    header.number("llama.context_length", SHAPE["context"])
    header.number("llama.embedding_length", SHAPE["width"])
    header.number("llama.block_count", SHAPE["layers"])
    header.number("llama.feed_forward_length", SHAPE["feed_forward"])
    header.number("llama.attention.head_count", SHAPE["heads"])
    header.number("llama.attention.head_count_kv", SHAPE["kv_heads"])
    header.number("llama.rope.dimension_count", SHAPE["width"] // SHAPE["heads"])
    header.number("llama.vocab_size", pieces.vocab_size())
    header.real("llama.attention.layer_norm_rms_epsilon", SHAPE["epsilon"])
    header.real("llama.rope.freq_base", SHAPE["rope_base"])
    tokens = range(pieces.vocab_size())
    header.string("tokenizer.ggml.model", "llama")
    header.string("tokenizer.ggml.pre", "default")
    header.array("tokenizer.ggml.tokens", "string", [text(pieces.id_to_piece(token)) for token in tokens])
    header.array("tokenizer.ggml.scores", "f32", [struct.pack("<f", pieces.get_score(token)) for token in tokens])
    header.array("tokenizer.ggml.token_type", "i32", [struct.pack("<i", token_kind(pieces, token)) for token in tokens])
    end = pieces.piece_to_id("<|end|>")
    for name, value in (("bos", pieces.bos_id()), ("eos", end), ("eot", end), ("unknown", pieces.unk_id())):
        header.number(f"tokenizer.ggml.{name}_token_id", value)
    header.flag("tokenizer.ggml.add_bos_token", True)
    header.flag("tokenizer.ggml.add_eos_token", False)
    header.flag("tokenizer.ggml.add_space_prefix", False)
    header.string("tokenizer.chat_template", CHAT_TEMPLATE)

    infos, bodies, offset = [], [], 0
    for name, tensor in tensors(weights):
        array = tensor.detach().float().numpy()
        kind, body = (F32, array.astype("<f4").tobytes()) if array.ndim == 1 else (F16, array.astype("<f2").tobytes())
        assert array.ndim == 1 or array.shape[-1] % 256 == 0, name  # rows must take K-quants
        sizes = array.shape[::-1]
        infos.append(text(name) + struct.pack("<I", len(sizes)) + b"".join(struct.pack("<Q", size) for size in sizes) + struct.pack("<IQ", kind, offset))
        bodies.append(body + bytes(pad(len(body))))
        offset += len(bodies[-1])
    head = b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(header.entries)) + b"".join(header.entries) + b"".join(infos)
    with open(path, "wb") as out:
        out.write(head + bytes(pad(len(head))) + b"".join(bodies))
    return sum(int(numpy.prod(tensor.shape)) for _, tensor in tensors(weights))


def write_training_tokens(pieces, path):
    """Conversations as training encodes them, up to where the model speaks, for the check against the engine."""
    rng, encoder, rows = random.Random(3), Encoder(pieces), []
    systems = ["", " ".join(line for line in SECTIONS["system"] if "[" not in line), SECTIONS["system"][0], SECTIONS["rule-upper"][0]]
    for index, family in enumerate(list(generate.FAMILIES) + ["recall", "recall", "story", "extract-json"]):
        system, turns = systems[index % len(systems)], generate.FAMILIES[family](rng, False)["turns"]
        ids, said = encoder.encode(system, turns)
        spoken = len(pieces.encode(turns[-1][1])) + 1
        rows.append({"system": system, "turns": turns[:-1], "last": turns[-1][0], "tokens": ids[:len(ids) - spoken]})
    generate.write_lines(path, rows)


if __name__ == "__main__":
    checkpoint, tokenizer, target, given = sys.argv[1:5]
    state = torch.load(checkpoint, map_location="cpu", weights_only=False)
    loaded = sentencepiece.SentencePieceProcessor(model_file=tokenizer)
    count = write(spread(state["average"], CHANNEL_SPREAD), loaded, target)
    write_training_tokens(loaded, given)
    print(f"{target}: {count} parameters, step {state['step']}, {state['tokens']} tokens seen")
