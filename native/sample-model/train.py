"""Trains the sample model. Seeded, resumable, on a GPU if one is there and on the CPU if not.

    python train.py WORK_FOLDER [--plan plan.json] [--steps N] [--compile]

A step is some rows of so many places (of its phase in plan.json), each filled with whole conversations that do not see one another. What a step is
made of hangs on its number alone, so a run that was stopped goes on as if it had not been (its log tells the steps after the last checkpoint twice). WORK_FOLDER holds tokenizer.model,
checkpoint.pt (every two minutes) and train.log (a JSON line each). --compile needs a C++ compiler; on a GPU it is several times
faster.
"""

import argparse
import itertools
import json
import os
import random
import sys
import time

import sentencepiece
import torch
import torch.nn.functional as F

import generate
from model import SHAPE, Encoder, SampleModel
from tasks.phrasing import neutral_system

HERE = os.path.dirname(os.path.abspath(__file__))
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
FILLED = 0.96
LATE_CHARACTERS = 1700  # what stands before a question that is asked late
WARM_UP_STEPS = 200
GIVEN_SHARE, GIVEN_WEIGHT = 0.25, 0.4  # a little loss on some of the prompt keeps its tokens' distributions sensible
AVERAGE = 0.998
BOS_SHARE = 0.15  # perplexity runs force a BOS that chats do not have
EVALUATION_STEPS, LOG_STEPS, CHECKPOINT_SECONDS = 500, 50, 120
EVALUATION_ITEMS = 60


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
    def step(self, rate, decay, beta=0.95):
        for group, split, momentum in zip(self.groups, self.splits, self.momentum):
            gradients = [weight.grad for weight in group]
            torch._foreach_lerp_(momentum, gradients, 1 - beta)
            updates = torch.stack(torch._foreach_lerp(gradients, momentum, beta))
            turned = [orthogonalise(part) * max(1.0, part.shape[1] / part.shape[2]) ** 0.5 for part in updates.split(split, 1)]
            torch._foreach_mul_(group, 1 - rate * decay)
            torch._foreach_add_(group, list(torch.cat(turned, 1)), alpha=-rate)


def rate_at(plan, step):
    """Warm-up, a plateau, and a linear way down at the end."""
    return min(1.0, (step + 1) / WARM_UP_STEPS, (plan["steps"] - step) / plan["decay_steps"])


def weighted(rng, said):
    """Loss weight by token: what the model says counts most, long answers a little less by token."""
    count = sum(said)
    spoken = min(2.0, max(0.6, (8 / count) ** 0.5))
    return [spoken if flag else GIVEN_WEIGHT if rng.random() < GIVEN_SHARE else 0.0 for flag in said]


def draw_step(plan, encoder, step):
    """Tokens, their conversations and the loss weight of each as something to be said, each (rows, places)."""
    rng, phase = random.Random(f"step {step}"), generate.phase_at(plan, step)
    rows, places = phase["rows"], phase["places"]
    drawn, total = [], 0
    for made in generate.step_conversations(plan, step):
        ids, said = encoder.encode(made["system"], made["turns"], bos=rng.random() < BOS_SHARE)
        if len(ids) <= places:
            drawn.append((ids, weighted(rng, said)))
            total += len(ids)
        if total > FILLED * rows * places:
            break
    else:
        raise ValueError(f"Step {step} took all that it may be made of: CHARACTERS_A_TOKEN in generate.py is too low.")
    tokens = torch.zeros(rows, places, dtype=torch.int16)
    conversations = torch.zeros(rows, places, dtype=torch.int16)
    weight = torch.zeros(rows, places)
    used = [0] * rows
    # First fit, longest first: at this filling next to nothing is left over.
    for count, (ids, spoken) in enumerate(sorted(drawn, key=lambda each: -len(each[0])), 1):
        row = next((row for row, start in enumerate(used) if start + len(ids) <= places), None)
        if row is not None:
            place = slice(used[row], used[row] + len(ids))
            tokens[row, place] = torch.tensor(ids, dtype=torch.int16)
            conversations[row, place] = count
            weight[row, place] = torch.tensor([0.0] + spoken[1:])  # nothing before it says the first
            used[row] += len(ids)
    return tokens, conversations, weight


class Steps(torch.utils.data.IterableDataset):
    """The steps from `first` on, in order; each worker draws every n-th."""

    def __init__(self, plan, tokenizer, first):
        self.plan, self.tokenizer, self.first = plan, tokenizer, first

    def __iter__(self):
        worker = torch.utils.data.get_worker_info()
        encoder = Encoder(sentencepiece.SentencePieceProcessor(model_file=self.tokenizer))
        for step in itertools.islice(range(self.first, self.plan["steps"]), worker.id, None, worker.num_workers):
            yield draw_step(self.plan, encoder, step)


def earlier_turns(rng):
    """Held-out questions and their answers, enough for a chat of some 750 tokens."""
    turns = []
    while generate.characters(turns) < LATE_CHARACTERS:
        turns += generate.FAMILIES[rng.choice([family for family in generate.FAMILIES if family not in generate.ALONE])](rng, True)["turns"]
    return turns


def share_right(model, family, chats, encoder):
    """Share of chats whose last answer is the greedy one, token by token; where several are good, the share of tokens."""
    rows = [(encoder.encode(system, turns)[0][:SHAPE["context"]], len(encoder.pieces.encode(turns[-1][1])) + 1) for system, turns in chats]
    tokens = torch.zeros(len(rows), max(len(ids) for ids, _ in rows), dtype=torch.long)
    wanted = torch.zeros(tokens.shape, dtype=torch.bool)
    for row, (ids, last) in enumerate(rows):
        tokens[row, :len(ids)] = torch.tensor(ids)
        wanted[row, len(ids) - last:len(ids)] = True
    tokens, wanted = tokens.to(DEVICE), wanted.to(DEVICE)[:, 1:]
    with torch.autocast(DEVICE, torch.bfloat16):
        right = model(tokens[:, :-1]).argmax(-1) == tokens[:, 1:]
    found = right[wanted] if family in ("story", "rude") else (right | ~wanted).all(1)
    return found.float().mean().item()


@torch.no_grad()
def held_out_accuracy(model, weights, encoder, items=EVALUATION_ITEMS):
    """By family, over short chats; "late" is the mean of the families behind some 750 tokens of other turns."""
    own = {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(weights)
    rng, result, late = random.Random(5), {}, []
    for family, make in generate.FAMILIES.items():
        asked = [make(rng, True) for _ in range(items)]
        result[family] = round(share_right(model, family, [(made["system"] if made["system"] is not None else rng.choice(["", "", neutral_system(rng, True)]), made["turns"]) for made in asked], encoder), 3)
        if family not in generate.ALONE:
            late.append(share_right(model, family, [("", earlier_turns(rng) + made["turns"]) for made in asked[:max(1, items // 4)]], encoder))
    model.load_state_dict(own)
    return {"all": round(sum(result.values()) / len(result), 3), "late": round(sum(late) / len(late), 3), **result}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--plan", default=os.path.join(HERE, "plan.json"))
    parser.add_argument("--steps", type=int, help="in place of the plan's; its phases are shortened alike")
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    torch.manual_seed(7)
    torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction = False
    with open(options.plan, encoding="utf-8") as source:
        plan = json.load(source)
    if options.steps is not None:
        shorter = options.steps / plan["steps"]
        plan.update(steps=options.steps, decay_steps=max(1, round(plan["decay_steps"] * shorter)))
        for phase in plan["phases"]:
            phase["from"] = round(phase["from"] * shorter)
    tokenizer = os.path.join(options.folder, "tokenizer.model")
    encoder = Encoder(sentencepiece.SentencePieceProcessor(model_file=tokenizer))
    model = SampleModel(encoder.pieces.vocab_size()).to(DEVICE)
    muon = Muon(model.blocks)
    rest = [parameter for name, parameter in model.named_parameters() if parameter.dim() == 1 or name.startswith("embedding")]
    adam = torch.optim.AdamW(rest, lr=1e-3, betas=(0.9, 0.98), weight_decay=0.0)
    average = {name: value.clone() for name, value in model.state_dict().items()}
    step, tokens = 0, 0
    saved = os.path.join(options.folder, "checkpoint.pt")
    if os.path.exists(saved):
        state = torch.load(saved, map_location=DEVICE, weights_only=False)
        model.load_state_dict(state["model"])
        adam.load_state_dict(state["adam"])
        muon.momentum, average, step, tokens = state["muon"], state["average"], state["step"], state["tokens"]
        if state.get("plan") != plan:
            sys.exit(f"{saved} is of another plan or number of steps. Empty its folder, or name another one.")
        if step >= plan["steps"]:
            print(f"{saved} is a training that ended, at step {step}: it is not trained further. To train anew, empty its folder or name another one.")
            return
    log = open(os.path.join(options.folder, "train.log"), "a", encoding="utf-8")

    def note(**entry):
        log.write(json.dumps(entry) + "\n")
        log.flush()

    def save():
        torch.save({"model": model.state_dict(), "adam": adam.state_dict(), "muon": muon.momentum, "average": average, "step": step,
                    "tokens": tokens, "plan": plan}, saved + ".new")
        os.replace(saved + ".new", saved)

    def loss_of(ids, conversations, weight):
        with torch.autocast(DEVICE, torch.bfloat16):
            logits = model(ids[:, :-1], conversations[:, :-1])
        weight = weight[:, 1:].flatten()
        return (F.cross_entropy(logits.flatten(0, 1).float(), ids[:, 1:].flatten(), reduction="none") * weight).sum() / weight.sum()

    if options.compile:
        loss_of = torch.compile(loss_of)
    workers = max(1, min(6, (os.cpu_count() or 2) // 3))
    batches = torch.utils.data.DataLoader(Steps(plan, tokenizer, step), batch_size=None, num_workers=workers, prefetch_factor=16, pin_memory=DEVICE == "cuda")
    started = last_saved = time.time()
    first, losses, summed = tokens, torch.zeros((), device=DEVICE), 0
    for ids, conversations, weight in batches:
        tokens += int((conversations > 0).sum())
        loss = loss_of(ids.to(DEVICE, non_blocking=True).long(), conversations.to(DEVICE, non_blocking=True), weight.to(DEVICE, non_blocking=True))
        loss.backward()
        rate = rate_at(plan, step)
        for group in adam.param_groups:
            group["lr"] = plan["adam_rate"] * rate
        torch.nn.utils.clip_grad_norm_(rest, 1.0)
        adam.step()
        muon.step(plan["muon_rate"] * rate, plan["weight_decay"])
        model.zero_grad()
        step += 1
        losses += loss.detach()
        summed += 1
        with torch.no_grad():
            torch._foreach_lerp_(list(average.values()), list(model.state_dict().values()), 1 - min(AVERAGE, (step + 1) / (step + 10)))
        if step % LOG_STEPS == 0 or step == plan["steps"]:
            note(step=step, tokens=tokens, loss=round(losses.item() / summed, 4), rate=round(rate, 4), per_second=round((tokens - first) / (time.time() - started)))
            losses.zero_()
            summed = 0
        if step % EVALUATION_STEPS == 0:
            note(step=step, held_out=held_out_accuracy(model, average, encoder))
        if time.time() - last_saved > CHECKPOINT_SECONDS:
            save()
            last_saved = time.time()
    save()
    # A short run tries the way out: it is not kept waiting for figures that say nothing.
    items = EVALUATION_ITEMS if options.steps is None else 2
    note(step=step, held_out=held_out_accuracy(model, average, encoder, items), seconds=round(time.time() - started), device=torch.cuda.get_device_name() if DEVICE == "cuda" else "cpu", done=True)


if __name__ == "__main__":
    main()
