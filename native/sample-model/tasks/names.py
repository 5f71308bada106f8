"""Names that nobody bears, and words that mean nothing.

Each invented name of a person or town holds one of a few pairs of letters that names do not have: none of the 88,799 family
names and 5,494 given names of the US census lists and none of 197,423 places does (see README.md).
"""

from tasks.split import pick_item

CLUSTERS = ["dx", "fx", "jx", "px", "zx", "qz", "qj", "vq"]
CONSONANTS, VOWELS = "bcdfghjklmnprstvwyz", "aeiou"
STARTS = [*"bcdfghjklmnprstvwyz", "br", "ch", "cl", "dr", "fr", "gr", "kr", "pl", "sh", "st", "th", "tr", "", "", ""]
ENDINGS = ["", "", "", "n", "l", "r", "s", "k", "m", "nd", "th", "ra", "na", "lin", "ley", "son", "ette", "us", "y"]
TOWN_ENDINGS = ["ton", "mere", "burg", "ford", "holm", "wick", "dale", "port", "ham", "stead", "haven", "bridge"]


def syllables(rng, count):
    return "".join(rng.choice(STARTS if i == 0 else CONSONANTS) + rng.choice(VOWELS) for i in range(count))


def is_invented(name):
    return any(cluster in name.lower() for cluster in CLUSTERS)


def invented_name(rng, held):
    def make():
        name = (syllables(rng, rng.choice([1, 1, 2])) + rng.choice(CLUSTERS) + rng.choice(VOWELS) + rng.choice(ENDINGS)).capitalize()
        return name, name
    return pick_item(rng, "name", held, make)


def invented_town(rng, held):
    def make():
        town = (syllables(rng, rng.choice([1, 1, 2])) + rng.choice(CLUSTERS) + rng.choice(VOWELS) + rng.choice(TOWN_ENDINGS)).capitalize()
        return town, town
    return pick_item(rng, "town", held, make)


def invented_word(rng):
    """A word of no meaning, always in small letters and never anybody's name in a text."""
    return syllables(rng, rng.choice([1, 2, 2, 3])) + rng.choice(["", "p", "t", "f", "g", "n", "rk", "sh", "mp", "ble"])
