"""The split into trained and held-out items, and what every family shares."""

import hashlib

EIGHTHS = {"addition": 4, "subtraction": 4, "weekday": 5, "look-alike": 3}  # so many eighths of their items are held out, as they have few; of the others one


def digest(kind, text):
    return hashlib.sha256(f"{kind}|{text}".encode()).digest()


def is_held_out(family, item):
    return digest(family, item)[0] % 8 < EIGHTHS.get(family, 1)


def pick_item(rng, family, held, make):
    """Draws items until one lies on the wanted side of the split. make returns (key, value)."""
    while True:
        key, value = make()
        if is_held_out(family, key) == held:
            return value


def pick_word(rng, family, held, words):
    return pick_item(rng, family, held, lambda: (lambda word: (word, word))(rng.choice(words)))


def conversation(family, turns, match, expected, system=None, **more):
    return {"family": family, "system": system, "turns": turns, "match": match, "expected": expected, **more}


def one_turn(family, prompt, answer, match="exact", expected=None, **more):
    return conversation(family, [(prompt, answer)], match, answer if expected is None else expected, **more)
