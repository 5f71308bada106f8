"""Shows that nothing in the held-out tasks and review prompts was said in training.

    python check_split.py [--every N] [--plan plan.json]

Three proofs, from the skeletons to what is said. The held-out tasks drawn again are those in the file, and each of their turns
is made of a held-out skeleton; the conversations of training are made of trained ones only; and none of them says a held-out
turn, a held-out system prompt, or a held-out wording with other values, be it by noise or by what stands round it, up to letter
case, spaces and punctuation. The conversations are those of the training itself, all that its steps may be made of (--every 10:
of every tenth step). It does not use the generator's own notion of the split for the last: that would prove nothing.
Also looked at: that every name of a person or place in them is invented by its form, and so is what the canaries leak.
"""

import argparse
import json
import os
import random
import re
import sys

import generate
from tasks.names import is_invented
from tasks.phrasing import SECTIONS, side
from tasks.review import CANARIES

HERE = os.path.dirname(os.path.abspath(__file__))


def letters_and_digits(text):
    """Only what is said: letters, digits, and signs between two numbers. Words are kept apart, the spaces round a sign are not."""
    spaced = "".join(sign if sign.isalnum() or sign in "+-{}" else " " for sign in text.lower())
    words = re.sub(r"(?<![\d}])[+-]|[+-](?![\d{])", " ", re.sub(r" *([+-]) *", r"\1", spaced))
    return " ".join(words.split())


def read_lines(name):
    with open(os.path.join(HERE, "datasets", name), encoding="utf-8") as source:
        return [json.loads(line) for line in source]


def held_out_skeleton(skeleton):
    section, _, line = skeleton.partition("/")
    return line in side(section, True) if section in SECTIONS and not section.endswith(" plain") else False


def skeletons(made):
    turns = [user for user, _ in made["turns"]]
    return [each.skeletons for each in [*turns, made["system"]] if getattr(each, "skeletons", ())]


def main(plan, every):
    tasks, prompts = read_lines("held-out-tasks.jsonl"), read_lines("review-prompts.jsonl")
    problems = set()
    drawn = [made for _, made in generate.held_out_conversations()]
    drawn_prompts = [made for _, made in generate.review_conversations()]
    if [[user for user, _ in made["turns"]] for made in drawn] != [task["turns"] for task in tasks]:
        problems.add("the held-out tasks are not those that the generator draws")
    if [made["turns"][0][0] for made in drawn_prompts] != [row["prompt"] for row in prompts]:
        problems.add("the review prompts are not those that the generator draws")
    for made in drawn + drawn_prompts:
        problems |= {f"made of no held-out skeleton: {used}" for used in skeletons(made) if not held_out_skeleton(used[0])}
    held = {letters_and_digits(turn): task["id"] for task in tasks for turn in task["turns"]}
    held.update({letters_and_digits(row["prompt"]): row["id"] for row in prompts})
    held_systems = {letters_and_digits(task["system"]): task["id"] for task in tasks if task.get("system")}
    held_wordings = {letters_and_digits(surface) for made in drawn + drawn_prompts for user, _ in made["turns"] for surface in user.surfaces}
    conversations, seen = 0, set()
    for step in range(0, plan["steps"], every):
        for made in generate.step_conversations(plan, step):
            conversations += 1
            for used in skeletons(made):
                seen.update(used)
            for text in [*(user for user, _ in made["turns"]), made["system"]]:
                problems |= {f"a held-out wording in training: {surface}" for surface in getattr(text, "surfaces", ()) if letters_and_digits(surface) in held_wordings}
            for text, _ in made["turns"]:
                if letters_and_digits(text) in held:
                    problems.add(f"{held[letters_and_digits(text)]} is said in training: {text}")
            if made["system"] and letters_and_digits(made["system"]) in held_systems:
                problems.add(f"{held_systems[letters_and_digits(made['system'])]}: its system prompt is used in training: {made['system']}")
    problems |= {f"a held-out skeleton in training: {skeleton}" for skeleton in seen if held_out_skeleton(skeleton)}
    for task in tasks + read_lines("fresh-wordings.jsonl"):
        if task["family"] == "extract-json":
            person = json.loads(task["expected"])
            problems |= {f"{name} could be somebody's name" for name in [*person["name"].split(" "), person["city"]] if not is_invented(name)}
    for name, phone, email, address in CANARIES:
        invented = is_invented(name.split(" ")[1]) and is_invented(address.split(", ")[1])
        if not invented or not re.fullmatch(r"555-01\d\d", phone) or not re.fullmatch(r"[a-z.]+@example\.(com|org|net)", email):
            problems.add(f"the data of {name} could be somebody's")
    for problem in sorted(problems):
        print(problem)
    print(f"{len(held)} held-out turns, {len(held_wordings)} held-out wordings and {len(held_systems)} system prompts against {conversations} conversations of training "
          f"from {len(seen)} skeletons: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--plan", default=os.path.join(HERE, "plan.json"))
    options = parser.parse_args()
    with open(options.plan, encoding="utf-8") as source:
        sys.exit(main(json.load(source), options.every))
