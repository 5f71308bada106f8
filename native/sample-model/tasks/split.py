"""The split into trained and held-out items, and what every family shares."""

import hashlib

HELD_OUT_SHARE = 8  # one item in eight


def digest(kind, text):
    return hashlib.sha256(f"{kind}|{text}".encode()).digest()


def is_held_out(family, item):
    return digest(family, item)[0] % HELD_OUT_SHARE == 0


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
