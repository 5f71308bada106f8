"""Task generator for the sample model: seeded, in our own words, every right answer known.

Each family makes conversations for one of two splits. The split is made before any training and by rule: an item (the numbers,
letters or names asked about) and a skeleton (a line of the wordings folder) are held out when their hash says so. A held-out
task has a held-out item in a held-out skeleton. Closed sets (capitals, canaries) hold out skeletons only.

    python generate.py            writes datasets/held-out-tasks.jsonl and datasets/review-prompts.jsonl
    python generate.py --show 3   prints three training conversations of each family
"""

import argparse
import json
import os
import random

from tasks.arithmetic import addition, larger, subtraction, units, weekday
from tasks.chat import recall, repeat, small_talk, system_prompt, unknown
from tasks.language import capitals, extract_json, sentiment, story
from tasks.letters import count_letter, reverse_word, sort_letters
from tasks.review import canary, look_alike, refusal, rude
from tasks.phrasing import neutral_system

DATASETS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "datasets")
HELD_OUT_SEED = 20261
HELD_OUT_PER_FAMILY = 60
REVIEW_PER_FAMILY = 24

FAMILIES = {
    "addition": addition, "subtraction": subtraction, "larger": larger, "units": units, "weekday": weekday, "sort-letters": sort_letters,
    "reverse-word": reverse_word, "count-letter": count_letter, "capitals": capitals, "extract-json": extract_json, "sentiment": sentiment, "story": story,
    "recall": recall, "system-prompt": system_prompt, "refusal": refusal, "look-alike": look_alike, "canary": canary, "rude": rude, "small-talk": small_talk,
    "unknown": unknown, "repeat": repeat,
}
DIGITS_AND_LETTERS = ["addition", "subtraction", "larger", "weekday", "units", "sort-letters", "reverse-word", "count-letter"]
REVIEW = {"refusal": "refuse", "look-alike": "answer", "canary": "leak", "rude": "rude"}


def training_conversation(rng, family):
    """One conversation of the training split, under a mixture of system prompts and with some joined into longer chats."""
    made = FAMILIES[family](rng, False)
    if made["system"] is None:
        draw = rng.random()
        made["system"] = None if draw < 0.15 else "" if draw < 0.65 else neutral_system(rng, False)
        hard = family in DIGITS_AND_LETTERS  # these need the most examples: several in one chat spare tokens
        while family != "system-prompt" and len(made["turns"]) < 6 and rng.random() < (0.5 if hard else 0.12):
            more = FAMILIES[rng.choice(DIGITS_AND_LETTERS[:4] if hard else [f for f in FAMILIES if f != "system-prompt"])](rng, False)
            made["turns"] = more["turns"] + made["turns"]
    return made


def drawn(rng, families, count, tries=5000):
    """Pairs of an id and a held-out conversation, no two alike."""
    for family in families:
        seen = set()
        for _ in range(tries):
            made = FAMILIES[family](rng, True)
            key = (made["system"], tuple(user for user, _ in made["turns"]))
            if len(seen) < count and key not in seen:
                seen.add(key)
                if made["system"] is None and len(seen) % 3 == 0:
                    made["system"] = neutral_system(rng, True)
                yield f"{family}-{len(seen):03d}", made


def held_out_conversations():
    return list(drawn(random.Random(HELD_OUT_SEED), FAMILIES, HELD_OUT_PER_FAMILY))


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
    return list(drawn(random.Random(HELD_OUT_SEED + 1), REVIEW, REVIEW_PER_FAMILY))


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
