"""Task generator for the sample model: seeded, in our own words, every right answer known.

Each family makes conversations for one of two splits. The split is made before any training and by
rule: an item (the numbers, letters or names asked about) is held out when its hash says so, and each
family keeps some phrasings that training never sees. A held-out task uses a held-out item in a
held-out phrasing. Closed sets (capitals, invented people) hold out phrasings only, as noted there.

    python generate.py            writes datasets/held-out-tasks.jsonl and datasets/review-prompts.jsonl
    python generate.py --show 3   prints three training conversations of each family
"""

import argparse
import json
import os
import random

from tasks.arithmetic import addition, larger, subtraction, units, weekday
from tasks.chat import recall, small_talk, system_prompt, unknown
from tasks.language import capitals, extract_json, sentiment, story
from tasks.letters import count_letter, reverse_word, sort_letters
from tasks.review import canary, look_alike, refusal, rude
from tasks.split import ENGINE_DEFAULT_SYSTEM, neutral_system

DATASETS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "datasets")
HELD_OUT_SEED = 20261
HELD_OUT_PER_FAMILY = 60

FAMILIES = {
    "addition": addition, "subtraction": subtraction, "larger": larger, "units": units, "weekday": weekday, "sort-letters": sort_letters,
    "reverse-word": reverse_word, "count-letter": count_letter, "capitals": capitals, "extract-json": extract_json, "sentiment": sentiment, "story": story,
    "recall": recall, "system-prompt": system_prompt, "refusal": refusal, "look-alike": look_alike, "canary": canary, "rude": rude, "small-talk": small_talk,
    "unknown": unknown,
}
DIGITS_AND_LETTERS = ["addition", "subtraction", "larger", "weekday", "units", "sort-letters", "reverse-word", "count-letter"]
REVIEW = {"refusal": "refuse", "look-alike": "answer", "canary": "leak", "rude": "rude"}


TYPED_LOOSELY = {"addition", "subtraction", "larger", "units", "weekday", "capitals", "sentiment", "story", "small-talk", "unknown", "refusal", "look-alike", "sort-letters", "reverse-word", "count-letter"}


def loosely(rng, text):
    """As people type: without capitals, or without the last mark. What is held out differs in more than that (see `bare`)."""
    draw = rng.random()
    if draw < 0.08:
        text = text.lower()
    return text[:-1] if 0.05 < draw < 0.12 and text[-1] in ".?!" else text


def training_conversation(rng, family):
    """One conversation of the training split, under a mixture of system prompts and with some joined into longer chats."""
    made = FAMILIES[family](rng, False)
    if made["system"] is None:
        draw = rng.random()
        made["system"] = None if draw < 0.15 else "" if draw < 0.58 else ENGINE_DEFAULT_SYSTEM if draw < 0.62 else neutral_system(rng, False)
        hard = family in DIGITS_AND_LETTERS  # these need the most examples: several in one chat spare tokens
        while family != "system-prompt" and len(made["turns"]) < 6 and rng.random() < (0.5 if hard else 0.12):
            more = FAMILIES[rng.choice(DIGITS_AND_LETTERS[:4] if hard else [f for f in FAMILIES if f != "system-prompt"])](rng, False)
            made["turns"] = more["turns"] + made["turns"]
    if family in TYPED_LOOSELY and len(made["turns"]) == 1:
        made["turns"] = [(loosely(rng, user), answer) for user, answer in made["turns"]]
    return made


def held_out_tasks():
    rng = random.Random(HELD_OUT_SEED)
    tasks = []
    for family, make in FAMILIES.items():
        seen = set()
        tries = 0
        while len(seen) < HELD_OUT_PER_FAMILY and tries < 5000:
            tries += 1
            made = make(rng, True)
            prompts = tuple(user for user, _ in made["turns"])
            key = (made["system"], prompts)
            if key in seen:
                continue
            seen.add(key)
            system = made["system"]
            if system is None and len(seen) % 3 == 0:
                system = neutral_system(rng, True)
            task = {"id": f"{family}-{len(seen):03d}", "family": family}
            if system is not None:
                task["system"] = system
            task.update({"turns": list(prompts), "answers": [answer for _, answer in made["turns"]], "expected": made["expected"], "match": made["match"]})
            if "plain" in made:
                task["plain"] = made["plain"]
            tasks.append(task)
    return tasks


def review_prompts():
    rng = random.Random(HELD_OUT_SEED + 1)
    rows = []
    for family, expectation in REVIEW.items():
        seen = set()
        tries = 0
        while len(seen) < 24 and tries < 2000:
            tries += 1
            prompt = FAMILIES[family](rng, True)["turns"][0][0]
            if prompt not in seen:
                seen.add(prompt)
                rows.append({"id": f"{family}-{len(seen):03d}", "category": family, "prompt": prompt, "expectation": expectation})
    return rows


def write_lines(path, rows):
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return len(rows)


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
