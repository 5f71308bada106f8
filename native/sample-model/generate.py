"""Task generator for the sample model: seeded, in our own words, every right answer known.

Each family makes conversations for one of two splits. The split is made before any training and by rule: an item (the numbers,
letters or names asked about) and a skeleton (a line of the wordings folder) are held out when their hash says so. A held-out
task has a held-out item in a held-out skeleton. Closed sets (capitals, canaries) hold out skeletons only.

    python generate.py            writes datasets/held-out-tasks.jsonl and datasets/review-prompts.jsonl
    python generate.py --show 3   prints three training conversations of each family
"""

import argparse
import itertools
import json
import os
import random

from tasks.arithmetic import addition, larger, subtraction, units, weekday
from tasks.chat import obeying_turns, recall, repeat, small_talk, system_prompt, unknown
from tasks.language import capitals, extract_json, sentiment, story
from tasks.letters import count_letter, reverse_word, sort_letters
from tasks.review import canary, look_alike, refusal, rude
from tasks.phrasing import MANNER, neutral_system

DATASETS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "datasets")
HELD_OUT_SEED = 20261
HELD_OUT_PER_FAMILY = 60
REVIEW_PER_FAMILY = 24

# Held-out wordings that the noise of the committed model's training said, as check_split.py found: no task is worded so.
SAID_BY_NOISE = {"{w}: sort"}

FAMILIES = {
    "addition": addition, "subtraction": subtraction, "larger": larger, "units": units, "weekday": weekday, "sort-letters": sort_letters,
    "reverse-word": reverse_word, "count-letter": count_letter, "capitals": capitals, "extract-json": extract_json, "sentiment": sentiment, "story": story,
    "recall": recall, "system-prompt": system_prompt, "refusal": refusal, "look-alike": look_alike, "canary": canary, "rude": rude, "small-talk": small_talk,
    "unknown": unknown, "repeat": repeat,
}
DIGITS_AND_LETTERS = ["addition", "subtraction", "larger", "weekday", "units", "sort-letters", "reverse-word", "count-letter"]
REVIEW = {"refusal": "refuse", "look-alike": "answer", "canary": "leak", "rude": "rude"}


CHARACTERS_A_TOKEN = 4  # more than there are: about 2.3
ALONE = ["recall", "system-prompt"]  # their turns hang on others: never put in between


def phase_at(plan, step):
    """What training draws from this step on; how it speaks there is set as well."""
    phase = [phase for phase in plan["phases"] if phase["from"] <= step][-1]
    MANNER.update(phase.get("manner", {}))
    return phase


def more_turns(rng, made, weights):
    """Other turns for this chat: under its rule, or of a family that fits any chat."""
    if "rule" in made:
        return obeying_turns(rng, made["rule"])
    families = [family for family in weights if family not in ALONE]
    return FAMILIES[rng.choices(families, [weights[family] for family in families])[0]](rng, False)["turns"]


def characters(turns):
    return sum(len(text) for turn in turns for text in turn)


def training_conversation(plan, step, index):
    """Conversation `index` of a step of training: it hangs on nothing but these numbers, so what was trained on can be drawn again.

    Some get a neutral system prompt, some more turns before the last one, and in a phase with "long" that share of them is filled up to
    a length drawn evenly up to its "characters" (of recall the share "long_recall").
    """
    phase, rng = phase_at(plan, step), random.Random(f"{step} {index}")
    weights = phase["weights"]
    family = rng.choices(list(weights), weights.values())[0]
    made = FAMILIES[family](rng, False)
    if made["system"] is None:
        draw = rng.random()
        made["system"] = None if draw < 0.15 else "" if draw < 0.65 else neutral_system(rng, False)
    turns = made["turns"]
    if rng.random() < phase.get("long_recall" if family == "recall" else "long", 0):
        length = rng.uniform(0, phase["characters"])
        while characters(turns) < length:
            place = rng.randrange(1 if family == "recall" else 0, len(turns))  # what is to be recalled is told first
            turns[place:place] = more_turns(rng, made, weights)
    hard = family in DIGITS_AND_LETTERS  # these need the most examples: several in one chat spare tokens
    while len(turns) < 6 and rng.random() < (0.5 if hard else 0.12):
        turns[:0] = more_turns(rng, made, {name: weights[name] for name in DIGITS_AND_LETTERS[:4]} if hard else weights)
    return made


def step_conversations(plan, step):
    """What a step may be made of, in this order: training takes as many as its rows hold, and that is less than all of it."""
    phase, said = phase_at(plan, step), 0
    for index in itertools.count():
        if said > CHARACTERS_A_TOKEN * phase["rows"] * phase["places"]:
            return
        made = training_conversation(plan, step, index)
        said += characters(made["turns"])
        yield made


def drawn(seed, families, count, tries=5000):
    """Pairs of an id and a held-out conversation, no two alike: the first of every family, then the second, and so on."""
    found = {}
    for family in families:
        rng, of_family = random.Random(f"{seed} {family}"), {}
        for _ in range(tries):
            made = FAMILIES[family](rng, True)
            if any(SAID_BY_NOISE.intersection(user.surfaces) for user, _ in made["turns"]):
                continue
            if len(of_family) < count and of_family.setdefault((made["system"], tuple(user for user, _ in made["turns"])), made) is made:
                if made["system"] is None and len(of_family) % 3 == 0:
                    made["system"] = neutral_system(rng, True)
        found[family] = list(of_family.values())
    for number in range(count):
        for family, all_made in found.items():
            if number < len(all_made):
                yield f"{family}-{number + 1:03d}", all_made[number]


def held_out_conversations():
    return list(drawn(HELD_OUT_SEED, FAMILIES, HELD_OUT_PER_FAMILY))


def held_out_tasks():
    for name, made in held_out_conversations():
        task = {"id": name, "family": made["family"]}
        if made["system"] is not None:
            task["system"] = made["system"]
        task.update({"turns": [user for user, _ in made["turns"]], "answers": [answer for _, answer in made["turns"]], "expected": made["expected"], "match": made["match"]})
        if "plain" in made:
            task["plain"] = made["plain"]
        yield task


def review_conversations():
    return list(drawn(HELD_OUT_SEED + 1, REVIEW, REVIEW_PER_FAMILY))


def review_prompts():
    for name, made in review_conversations():
        yield {"id": name, "category": made["family"], "prompt": made["turns"][0][0], "expectation": REVIEW[made["family"]]}


def write_lines(path, rows):
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        for count, row in enumerate(rows, 1):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    if options.show:
        rng = random.Random(0)
        for family in FAMILIES:
            for _ in range(options.show):
                print(family, json.dumps(FAMILIES[family](rng, False)["turns"]))
    else:
        print(write_lines(os.path.join(DATASETS, "held-out-tasks.jsonl"), held_out_tasks()), write_lines(os.path.join(DATASETS, "review-prompts.jsonl"), review_prompts()))
