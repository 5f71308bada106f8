"""Trains the sample model. Seeded, resumable, one CPU core.

    python train.py WORK_FOLDER [--plan plan.json] [--tokens N] [--compile]

The plan (length, rates, and the mixture of families by phase) is read again while training, so a
mixture can be steered by what the log shows; the plan beside this file is the one that was used.
--compile (needs g++) is a quarter faster after its first minutes. WORK_FOLDER holds tokenizer.model, checkpoint.pt (every 200 steps) and train.log (a JSON line each).
"""

import argparse
import json
import os
import random
import time

import sentencepiece
import torch
import torch.nn.functional as F

import generate
from model import Encoder, SampleModel
from tasks.phrasing import MANNER, neutral_system

HERE = os.path.dirname(os.path.abspath(__file__))
WARM_UP_STEPS = 60
GIVEN_SHARE, GIVEN_WEIGHT = 0.25, 0.4  # a little loss on some of the prompt keeps its tokens' distributions sensible
AVERAGE = 0.995
MICRO_BATCHES = 6
BOS_SHARE = 0.15  # perplexity runs force a BOS that chats do not have
EVALUATION_STEPS, CHECKPOINT_STEPS, LOG_STEPS = 250, 200, 20
EVALUATION_ITEMS = 40


def orthogonalise(matrices):
    """Newton-Schulz iteration of the Muon optimiser (K. Jordan, 2024), on a stack of matrices."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrices.bfloat16()
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return (x.mT if tall else x).float()


class Muon:
    """Momentum orthogonalised per matrix; fused weights are split into the matrices they hold."""

    def __init__(self, blocks):
        self.groups = [[block.query_key_value.weight for block in blocks], [block.output.weight for block in blocks],
                       [block.gate_up.weight for block in blocks], [block.down.weight for block in blocks]]
        self.splits = [[256, 128, 128], [256], [768, 768], [256]]
        self.momentum = [[torch.zeros_like(weight) for weight in group] for group in self.groups]

    @torch.no_grad()
    def step(self, rate, decay=0.02, beta=0.95):
        for group, split, momentum in zip(self.groups, self.splits, self.momentum):
            updates = []
            for weight, kept in zip(group, momentum):
                kept.lerp_(weight.grad, 1 - beta)
                updates.append(weight.grad.lerp(kept, beta))
            for index, part in enumerate(torch.stack(updates).split(split, 1)):
                turned = orthogonalise(part) * max(1.0, part.shape[1] / part.shape[2]) ** 0.5
                start = sum(split[:index])
                for weight, change in zip(group, turned):
                    rows = weight[start:start + part.shape[1]]
                    rows.mul_(1 - rate * decay).add_(change, alpha=-rate)


def read_plan(options):
    with open(options.plan, encoding="utf-8") as source:
        plan = json.load(source)
    return plan if options.tokens is None else {**plan, "tokens": options.tokens}


def weights_at(plan, tokens):
    """The mixture of this phase; how training speaks in it is set as well."""
    phase = [phase for phase in plan["phases"] if phase["from"] <= tokens][-1]
    MANNER.update(phase.get("manner", {}))
    return phase["weights"]


def rate_at(plan, step, tokens):
    """Warm-up, a long plateau, and a linear way down at the end."""
    left = max(0.0, (plan["tokens"] - tokens) / plan["decay_tokens"])
    return min(1.0, (step + 1) / WARM_UP_STEPS, left)


def weighted(rng, said):
    """Loss weight by token: what the model says counts most, long answers a little less by token."""
    count = sum(said)
    spoken = min(2.0, max(0.6, (8 / count) ** 0.5))
    return [spoken if flag else GIVEN_WEIGHT if rng.random() < GIVEN_SHARE else 0.0 for flag in said]


def pad_up(rows):
    longest = max(len(ids) for ids, _ in rows)
    tokens = torch.zeros(len(rows), longest, dtype=torch.long)
    weight = torch.zeros(len(rows), longest)
    for i, (ids, weights) in enumerate(rows):
        tokens[i, :len(ids)] = torch.tensor(ids)
        weight[i, :len(ids)] = torch.tensor(weights)
    return tokens, weight


def draw_step(rng, encoder, plan, tokens_seen):
    weights = weights_at(plan, tokens_seen)
    names, shares = list(weights), list(weights.values())
    rows, total = [], 0
    while total < plan["tokens_per_step"]:
        made = generate.training_conversation(rng, rng.choices(names, shares)[0])
        ids, said = encoder.encode(made["system"], made["turns"], bos=rng.random() < BOS_SHARE)
        rows.append((ids, weighted(rng, said)))
        total += len(ids)
    rows.sort(key=lambda row: len(row[0]))  # neighbours of like length, so little is padding
    batches, batch, size = [], [], 0
    for row in rows:
        batch.append(row)
        size += len(row[0])
        if size >= total / MICRO_BATCHES:
            batches.append(batch)
            batch, size = [], 0
    if batch:
        batches.append(batch)
    return batches, total


@torch.no_grad()
def held_out_accuracy(weights, encoder):
    """Share of held-out conversations whose every answer token is the greedy one; where several are good, the share of tokens."""
    model = SampleModel(encoder.pieces.vocab_size())
    model.load_state_dict(weights)
    rng, result = random.Random(5), {}
    for family, make in generate.FAMILIES.items():
        rows = []
        for index in range(EVALUATION_ITEMS):
            made = make(rng, True)
            system = made["system"] if made["system"] is not None else rng.choice(["", "", neutral_system(rng, True)])
            ids, said = encoder.encode(system, made["turns"])
            last = len(encoder.pieces.encode(made["turns"][-1][1])) + 1
            rows.append((ids, [0] * (len(ids) - last) + [1] * last))
        tokens, wanted = pad_up(rows)
        with torch.autocast("cpu", torch.bfloat16):
            guess = model(tokens[:, :-1]).argmax(-1)
        right = (guess == tokens[:, 1:]) | (wanted[:, 1:] == 0)
        if family in ("story", "rude"):
            asked = wanted[:, 1:] > 0
            result[family] = round(((guess == tokens[:, 1:]) & asked).sum().item() / asked.sum().item(), 3)
        else:
            result[family] = round(right.all(1).float().mean().item(), 3)
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--plan", default=os.path.join(HERE, "plan.json"))
    parser.add_argument("--tokens", type=int, help="stop after so many instead of the plan's")
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(7)
    rng = random.Random(7)
    encoder = Encoder(sentencepiece.SentencePieceProcessor(model_file=os.path.join(options.folder, "tokenizer.model")))
    model = SampleModel(encoder.pieces.vocab_size())
    forward = torch.compile(model, dynamic=True) if options.compile else model
    muon = Muon(model.blocks)
    rest = [parameter for name, parameter in model.named_parameters() if parameter.dim() == 1 or name.startswith("embedding")]
    adam = torch.optim.AdamW(rest, lr=1e-3, betas=(0.9, 0.98), weight_decay=0.0)
    average = {name: value.clone() for name, value in model.state_dict().items()}
    step, tokens = 0, 0
    saved = os.path.join(options.folder, "checkpoint.pt")
    if os.path.exists(saved):
        state = torch.load(saved, map_location="cpu", weights_only=False)
        model.load_state_dict(state["model"])
        adam.load_state_dict(state["adam"])
        muon.momentum, average, step, tokens = state["muon"], state["average"], state["step"], state["tokens"]
        rng.setstate(state["random"])
    log = open(os.path.join(options.folder, "train.log"), "a", encoding="utf-8")

    def note(**entry):
        log.write(json.dumps(entry) + "\n")
        log.flush()

    def save():
        torch.save({"model": model.state_dict(), "adam": adam.state_dict(), "muon": muon.momentum, "average": average, "step": step,
                    "tokens": tokens, "random": rng.getstate()}, saved + ".new")
        os.replace(saved + ".new", saved)

    started, first, losses = time.time(), tokens, []
    plan = read_plan(options)
    while tokens < plan["tokens"]:
        if step % LOG_STEPS == 0:
            plan = read_plan(options)
        batches, total = draw_step(rng, encoder, plan, tokens)
        weight_sum = sum(sum(sum(weights[1:]) for _, weights in batch) for batch in batches)
        step_loss = 0.0
        for batch in batches:
            ids, weight = pad_up(batch)
            weight = weight[:, 1:].flatten()
            kept = weight.nonzero().flatten()
            with torch.autocast("cpu", torch.bfloat16):
                logits = forward(ids[:, :-1], kept)
            loss = F.cross_entropy(logits.float(), ids[:, 1:].flatten()[kept], reduction="none")
            loss = (loss * weight[kept]).sum() / weight_sum
            loss.backward()
            step_loss += loss.item()
        rate = rate_at(plan, step, tokens)
        for group in adam.param_groups:
            group["lr"] = plan["adam_rate"] * rate
        torch.nn.utils.clip_grad_norm_(rest, 1.0)
        adam.step()
        muon.step(plan["muon_rate"] * rate)
        model.zero_grad()
        step += 1
        tokens += total
        with torch.no_grad():
            share = min(AVERAGE, (step + 1) / (step + 10))
            for name, value in model.state_dict().items():
                average[name].lerp_(value, 1 - share)
        losses.append(step_loss)
        if step % LOG_STEPS == 0:
            note(step=step, tokens=tokens, loss=round(sum(losses) / len(losses), 4), rate=round(rate, 4), per_second=round((tokens - first) / (time.time() - started)))
            losses = []
        if step % EVALUATION_STEPS == 0:
            note(step=step, held_out=held_out_accuracy(average, encoder))
        if step % CHECKPOINT_STEPS == 0:
            save()
    save()
    note(step=step, held_out=held_out_accuracy(average, encoder), done=True)


if __name__ == "__main__":
    main()
