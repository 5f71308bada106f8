"""The split into trained and held-out items and phrasings, and what every family shares."""

import hashlib
import itertools
import re

from tasks.real_names import NAMES, TOWNS

HELD_OUT_SHARE = 8  # one item in eight

# What the engine's chat session sends when nobody sets a system prompt.
ENGINE_DEFAULT_SYSTEM = (
    "You are a helpful, respectful and honest assistant. Always answer as helpfully as possible.\n"
    "If a question does not make any sense, or is not factually coherent, explain why instead of "
    "answering something incorrectly. If you don't know the answer to a question, don't share false information."
)
ROLE_WORDS = (["helpful", "friendly", "kind", "careful", "calm", "small", "polite", "patient", "clever", "quick"], ["assistant", "helper", "tutor", "guide", "model", "clerk"])
MANNERS = ["Be helpful and brief.", "Answer the question.", "Be kind.", "Give short answers.", "Help the user.", "Be correct.", "You help people with small tasks."]


def is_held_out(family, item):
    digest = hashlib.sha256(f"{family}|{item}".encode()).digest()
    return digest[0] % HELD_OUT_SHARE == 0


def pick_item(rng, family, held, make, never=()):
    """Draws items until one lies on the wanted side of the split. make returns (key, value)."""
    while True:
        key, value = make()
        if is_held_out(family, key) == held and key.lower() not in never:
            return value


def conversation(family, turns, match, expected, system=None, **more):
    return {"family": family, "system": system, "turns": turns, "match": match, "expected": expected, **more}


def neutral_system(rng, held):
    """A system prompt that asks for nothing special."""
    def make():
        words = [rng.choice(words) for words in ROLE_WORDS]
        text = f"You are {'an' if words[0][0] in 'aeiou' else 'a'} {' '.join(words)}."
        if held or rng.random() < 0.6:
            text += " " + rng.choice(MANNERS)
        return text, text
    if not held and rng.random() < 0.3:
        return rng.choice(["You are a helpful assistant."] + MANNERS)
    return pick_item(rng, "system", held, make)


def one_turn(family, prompt, answer, match="exact", expected=None, **more):
    return conversation(family, [(prompt, answer)], match, answer if expected is None else expected, **more)


# ---------------------------------------------------------------- phrasings

OPEN = ["", "", "", "please ", "now ", "hello, ", "ok, ", "next: ", "question: ", "quick: "]
ASK = ["", "", "", "please tell me: ", "now tell me: ", "I ask: ", "hello. ", "question: ", "next: ", "do you know: "]


def finish(parts):
    text = "".join(parts).replace(" :", ":")
    return text[0].upper() + text[1:]


def compose(rng, grammar):
    return finish(rng.choice(slot) for slot in grammar)


def bare(text):
    """A phrasing up to letter case, spaces and punctuation: texts that are alike here count as the same phrasing."""
    return " ".join(re.findall(r"\{\w+\}|[a-z0-9]+|[+-]", text.lower()))


def in_training(text, kept):
    return text not in kept and not is_held_out("phrasing", text)


_trained_bare = {}


def trained_bare(phrasings):
    """Every phrasing that training can draw, bare."""
    trained, kept, *grammars = phrasings
    key = (tuple(trained), tuple(kept), len(grammars))
    if key not in _trained_bare:
        composed = {finish(parts) for grammar in grammars for parts in itertools.product(*map(dict.fromkeys, grammar))}
        _trained_bare[key] = {bare(text) for text in [*trained, *(text for text in composed if in_training(text, kept))]}
    return _trained_bare[key]


TRIES = 200  # some grammars leave nothing that training could not say alike; then the kept list stands alone


def phrase(rng, phrasings, held):
    """A phrasing of the wanted split: from a list, or composed by a grammar whose results are split by hash.

    Held out is only what differs from all of training's phrasings in more than letter case and punctuation.
    """
    trained, kept, *grammars = phrasings
    if not held:
        if not grammars or rng.random() < 0.3:
            return rng.choice(trained)
        while True:
            text = compose(rng, rng.choice(grammars))
            if in_training(text, kept):
                return text.replace("  ", " ")
    if grammars and rng.random() < 0.5:
        for _ in range(TRIES):
            text = compose(rng, rng.choice(grammars))
            if bare(text) not in trained_bare(phrasings):
                return text.replace("  ", " ")
    return rng.choice(kept)


# ---------------------------------------------------------------- invented names

CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"
ENDINGS = ["", "", "", "n", "l", "r", "s", "k"]
TOWN_ENDINGS = ["ton", "mere", "burg", "ford", "holm", "wick", "dale", "port"]


def syllables(rng, count):
    return "".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(count))


def invented_name(rng, held):
    def make():
        # The short ones are often somebody's: only training has them, for people who give their own.
        name = (syllables(rng, rng.choice([2] if held else [1, 2, 2])) + rng.choice(CONSONANTS) + rng.choice(VOWELS) + rng.choice(ENDINGS)).capitalize()
        return name, name
    return pick_item(rng, "name", held, make, NAMES)


def invented_town(rng, held):
    def make():
        town = (syllables(rng, rng.choice([2] if held else [1, 2])) + rng.choice(TOWN_ENDINGS)).capitalize()
        return town, town
    return pick_item(rng, "town", held, make, TOWNS)
