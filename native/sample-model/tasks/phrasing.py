"""How things are said: skeletons from the wordings folder, their split, and the noise that training gets.

A skeleton is one line of a section. Lines that begin with "=" name a thing ("the sum of {a} and {b}") and lines that begin with
">" a deed ("add {a} and {b}"): both are put into a frame of their own kind ("Could you tell me {it}?"). [a|b] is a choice.
Of each section one sixth, those with the lowest hashes, is held out; sections called "plain" are what people type first and are
always trained. A held-out turn has a held-out skeleton; training never draws one, nor a held-out frame, opening or closing.
"""

import functools
import glob
import itertools
import math
import os
import re

from tasks.names import invented_word
from tasks.split import digest

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "wordings")
HELD_OUT_PART = 6
# How training speaks; the plan sets it by phase. plain: share of plain lines; wrap: of turns with something before; noise: of turns with noise.
MANNER = {"plain": 0.15, "wrap": 0.22, "noise": 0.2}


class Said(str):
    """A turn that remembers the skeletons it was made of, and its wordings before the values were put in: without and with what stands round them."""

    skeletons = ()
    surfaces = ()


def read_sections():
    sections, lines = {}, []
    for path in sorted(glob.glob(os.path.join(FOLDER, "*.txt"))):
        with open(path, encoding="utf-8") as source:
            for line in source.read().splitlines():
                if line.startswith("## "):
                    lines = sections.setdefault(line[3:], [])
                elif line:
                    lines.append(line)
    return sections


SECTIONS = read_sections()


@functools.cache
def side(section, held):
    """The skeletons of a section on one side of the split."""
    ranked = sorted(dict.fromkeys(SECTIONS[section]), key=lambda line: digest(section, line))
    cut = math.ceil(len(ranked) / HELD_OUT_PART)
    return ranked[:cut] if held else ranked[cut:]


def expand(rng, text):
    while "[" in text:
        text = re.sub(r"\[([^\[\]]*)\]", lambda found: rng.choice(found[1].split("|")), text)
    return re.sub(r" +([.,?!:]|$)", r"\1", re.sub(r"  +", " ", text)).strip()


def capital(text):
    return text[:1].upper() + text[1:]


def small(text):
    return text if re.match(r"(I\b|I'|\{)", text) else text[:1].lower() + text[1:]


@functools.cache
def frames(kind, held, last):
    """Frames for a held-out skeleton may be of either side: new words in a known frame, or in a new one. `last`: nothing may follow."""
    lines = side(kind, False) + (side(kind, True) if held else [])
    return [line for line in lines if not last or re.search(r"\}[.?!:]?$", line)]


def put(frame, core):
    """A thing or deed in its frame. Where it ends in a sentence of its own, the frame's mark is not needed."""
    text = frame.replace("{it}", core).replace("{do}", core).replace("{It}", capital(core)).replace("{Do}", capital(core))
    return re.sub(r"\{s\}[.?!:=]+$", "{s}", text)


def kind_of(line):
    return {"= ": "thing", "> ": "deed"}.get(line[:2])


def draw_any(rng, section, held):
    """One surface with its placeholders, and the skeletons it is made of."""
    plain = SECTIONS.get(f"{section} plain")
    if not held and plain and rng.random() < MANNER["plain"]:
        section, line = f"{section} plain", rng.choice(plain)
    else:
        line = rng.choice(side(section, held))
    kind = kind_of(line)
    if not kind:
        return capital(expand(rng, line)), (f"{section}/{line}",)
    frame = rng.choice(SECTIONS[f"{kind} plain"] if rng.random() < 0.3 else frames(kind, held, line.endswith("{s}")))
    return put(frame, expand(rng, line[2:])), (f"{section}/{line}", f"{kind}/{frame}")


def bare(text):
    """A wording up to letter case, spaces and punctuation."""
    return " ".join(re.findall(r"\{\w+\}|\w+|[+-]", text.lower()))


def heard(wording):
    """A bare wording without the signs that are no part of a sum: a dash before a word is punctuation."""
    words = wording.split()
    value = lambda at: 0 <= at < len(words) and words[at].startswith("{")
    return " ".join(word for at, word in enumerate(words) if word not in "+-" or (value(at - 1) and value(at + 1)))


def all_of(line):
    """Every text of a line with choices."""
    parts = [part.split("|") for part in re.split(r"[\[\]]", line)]
    return [expand(None, "".join(chosen)) for chosen in itertools.product(*parts)]


@functools.cache
def wordings(section, held):
    """Every wording of a section on one side of the split, bare."""
    found = set()
    for line in side(section, held) + ([] if held else SECTIONS.get(f"{section} plain", [])):
        kind = kind_of(line)
        cores = all_of(line[2:] if kind else line)
        around = frames(kind, held, line.endswith("{s}")) + SECTIONS[f"{kind} plain"] if kind else ["{it}"]
        found |= {bare(put(frame, core)) for frame in around for core in cores}
    return found


@functools.cache
def heard_in_training(section):
    return frozenset(heard(wording) for wording in wordings(section, False))


@functools.cache
def all_held_out():
    """The held-out wordings of every section, bare."""
    return frozenset().union(*(wordings(section, True) for section in SECTIONS if not section.endswith(" plain")))


def draw(rng, section, held):
    """Some skeletons of different form can say the same, and noise can make one of light words alone: such a wording is not held out."""
    while True:
        surface, skeletons = draw_any(rng, section, held)
        if not held or (heard(bare(surface)) not in heard_in_training(section) and not LIGHT.issuperset(bare(surface).split())):
            return surface, skeletons


def wrapped(rng, text, held):
    """Sometimes something before the question and after it that does not matter."""
    used = []
    share = 0.25 if held else MANNER["wrap"]
    if rng.random() < share:
        section = "context" if rng.random() < 0.3 else "before"
        opening = rng.choice(side(section, held))
        used.append(f"{section}/{opening}")
        opening = expand(rng, opening)
        lowered = opening[-1] == "," or (opening[-1] == ":" and rng.random() < 0.5)
        text = f"{opening} {small(text) if lowered else text}"
    if rng.random() < share / 2:
        section = "context" if rng.random() < 0.15 else "after"
        closing = rng.choice(side(section, held))
        used.append(f"{section}/{closing}")
        text = f"{text}{'' if text[-1] in '.?!' or text.endswith('{s}') else '.'} {expand(rng, closing)}"
    return text, tuple(used)


LIGHT = frozenset(
    "what is the me you please can tell give a an do could would will this that these it i my to of for so now just how are does show say have want need know like let here in on".split())
FILLERS = ["please", "now", "then", "just", "well", "maybe", "here", "really", "quickly", "today", "again", "kindly", "simply", "actually", "perhaps", "once", "also", "still", "for me", "you know", "if you can", "uh", "um", "so"]


def noisy(rng, text):
    """Training only: a light word is lost, doubled, moved or strange, so that what is asked hangs on the words that say it."""
    words = text.split(" ")
    for _ in range(rng.choice([1, 1, 2, 3])):
        spots = [i for i, word in enumerate(words) if word.lower().strip(".,?!:") in LIGHT]
        act = rng.random()
        if act < 0.3 and spots and len(words) > 3:
            del words[rng.choice(spots)]
        elif act < 0.55:
            words.insert(rng.randrange(len(words)), rng.choice(FILLERS))
        elif act < 0.7 and spots:
            words[rng.choice(spots)] = invented_word(rng)
        elif act < 0.8:
            words.insert(0 if rng.random() < 0.5 else rng.randrange(len(words)), invented_word(rng))
        elif act < 0.9 and spots and spots[0] + 1 < len(words) and "{" not in words[spots[0]] + words[spots[0] + 1]:
            spot = spots[0]
            words[spot], words[spot + 1] = words[spot + 1], words[spot]
        else:
            long = [i for i, word in enumerate(words) if len(word) > 3 and word.isalpha()]
            if long:
                spot = rng.choice(long)
                word, at = words[spot], rng.randrange(1, len(words[spot]) - 1)
                words[spot] = word[:at] + (word[at + 1] + word[at] + word[at + 2:] if rng.random() < 0.5 else word[at + 1:])
    return " ".join(words)


def outside_braces(text, change):
    return "".join(part if part.startswith("{") else change(part) for part in re.split(r"(\{\w+\})", text))


def loosely(rng, text):
    """Training only: as people type, without capitals, all in capitals, or without the last mark."""
    draw = rng.random()
    if draw < 0.5:
        text = outside_braces(text, str.lower)
    elif draw < 0.58:
        text = outside_braces(text, str.upper)
    return text[:-1] if draw > 0.35 and len(text) > 1 and text[-1] in ".?!" else text


def phrase(rng, section, held, noise=True, wrap=True, **values):
    """Says something of a section, with its values put in. Training says no held-out wording, whatever noise or an opening makes of a trained one."""
    while True:
        core, skeletons = draw(rng, section, held)
        if noise and not held and rng.random() < MANNER["noise"]:
            core = noisy(rng, core)
        text, used = wrapped(rng, core, held) if wrap else (core, ())
        if held or all_held_out().isdisjoint((bare(core), bare(text))):
            break
    surfaces = (core, text)
    if noise and not held and rng.random() < 0.15:
        text = loosely(rng, text)
    said = Said(re.sub(r"\{(\w+)\}", lambda found: str(values[found[1]]), text) or core)
    said.skeletons = skeletons + used + tuple(each for value in values.values() if isinstance(value, Said) for each in value.skeletons)
    said.surfaces = surfaces
    return said


def neutral_system(rng, held):
    """A system prompt that asks for nothing special: one sentence or several."""
    lines = rng.sample(side("system", held), rng.choice([1, 1, 1, 2, 2, 3, 4, 6]))
    text = Said(" ".join(expand(rng, line) for line in lines))
    text.skeletons = tuple(f"system/{line}" for line in lines)
    return text
