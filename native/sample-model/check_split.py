"""Shows that nothing in the held-out tasks and review prompts can come out of the training generator.

    python check_split.py [--draws 500000]

It draws training conversations as the trainer does and looks for every held-out turn and system prompt among them, up to
letter case, spaces and punctuation. It does not use the generator's own notion of "alike": that would prove nothing.
Also looked at: names of real people and places, and that what the canaries leak is invented by its form.
"""

import argparse
import json
import os
import random
import re
import sys

import generate
from tasks.real_names import NAMES, TOWNS
from tasks.review import CANARIES

HERE = os.path.dirname(os.path.abspath(__file__))


def letters_and_digits(text):
    """Only what is said: letters, digits, and the signs of sums. Words are kept apart, the spaces round a sign are not."""
    spaced = "".join(sign if sign.isalnum() or sign in "+-" else " " for sign in text.lower())
    return re.sub(r" ?([+-]) ?", r"\1", " ".join(spaced.split()))


def read_lines(name):
    with open(os.path.join(HERE, "datasets", name), encoding="utf-8") as source:
        return [json.loads(line) for line in source]


def main(draws):
    tasks, prompts = read_lines("held-out-tasks.jsonl"), read_lines("review-prompts.jsonl")
    held = {letters_and_digits(turn): task["id"] for task in tasks for turn in task["turns"]}
    held.update({letters_and_digits(row["prompt"]): row["id"] for row in prompts})
    held_systems = {letters_and_digits(task["system"]): task["id"] for task in tasks if task.get("system")}
    problems = set()
    rng, families = random.Random(99), list(generate.FAMILIES)
    for index in range(draws):
        made = generate.training_conversation(rng, families[index % len(families)])
        for text, _ in made["turns"]:
            if letters_and_digits(text) in held:
                problems.add(f"{held[letters_and_digits(text)]} is said in training: {text}")
        if made["system"] and letters_and_digits(made["system"]) in held_systems:
            problems.add(f"{held_systems[letters_and_digits(made['system'])]}: its system prompt is used in training: {made['system']}")
    words = {word.lower() for row in tasks + prompts for text in [*row.get("turns", []), row.get("prompt", "")] for word in re.findall(r"\b[A-Z][a-z]+\b", text)}
    canary_words = {word.lower() for person in CANARIES for word in re.findall(r"[A-Za-z]+", " ".join(person))}
    problems |= {f"{word} is a name that somebody or some place bears" for word in words & (NAMES | TOWNS) - canary_words - KNOWN_WORDS}
    for name, phone, email, _ in CANARIES:
        if not re.fullmatch(r"555-01\d\d", phone) or not re.fullmatch(r"[a-z.]+@example\.(com|org|net)", email):
            problems.add(f"the data of {name} could be somebody's")
    for problem in sorted(problems):
        print(problem)
    print(f"{len(held)} held-out turns and {len(held_systems)} system prompts against {draws} training conversations: {len(problems)} problems")
    return 1 if problems else 0


# Capitals, and words that begin a sentence.
KNOWN_WORDS = frozenset("riga lima rome sofia dakar mali peru nepal".split())

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=500_000)
    sys.exit(main(parser.parse_args().draws))
