"""Letters in words spelt with spaces, so that each letter is one token."""

import string

from tasks.names import invented_word
from tasks.phrasing import phrase
from tasks.split import one_turn, pick_item
from tasks.words import THINGS


def word_letters(rng, low, high):
    while True:
        word = rng.choice(THINGS) if rng.random() < 0.5 else invented_word(rng)
        if low <= len(word) <= high and word.isalpha():
            return list(word)


def random_letters(rng, low, high):
    """Letters of a word, letters that are all different, or letters of which some come more than once."""
    length, draw = rng.randint(low, high), rng.random()
    if draw < 0.3:
        return word_letters(rng, low, max(high, 4))
    if draw < 0.8:
        return rng.sample(string.ascii_lowercase, length)
    some = rng.sample(string.ascii_lowercase, rng.choice([8, 26]))
    return [rng.choice(some) for _ in range(length)]


def spelt(rng, held, letters):
    """Spaces are what is measured; training also meets quotes, commas, hyphens and capitals."""
    draw = 1.0 if held else rng.random()
    if draw > 0.94 and not held:
        return rng.choice(['"{}"', "'{}'", "({})"]).format(" ".join(letters))
    if draw < 0.1:
        return ", ".join(letters)
    if draw < 0.15:
        return "-".join(letters)
    return " ".join(letters).upper() if draw < 0.18 else " ".join(letters)


def sort_letters(rng, held):
    def make():
        letters = random_letters(rng, 3, 6 if held else rng.choice([3, 4, 5, 6, 7]))
        return "".join(letters), letters
    letters = pick_item(rng, "sort", held, make)
    return one_turn("sort-letters", phrase(rng, "sort-letters", held, w=spelt(rng, held, letters)), " ".join(sorted(letters)))


def reverse_word(rng, held):
    def make():
        letters = random_letters(rng, 3, 7 if held else rng.choice([3, 4, 6, 7, 8]))
        return "".join(letters), letters
    letters = pick_item(rng, "reverse", held, make)
    return one_turn("reverse-word", phrase(rng, "reverse-word", held, w=spelt(rng, held, letters)), " ".join(reversed(letters)))


def count_letter(rng, held):
    def make():
        if rng.random() < 0.5:
            letters = word_letters(rng, 3, 8)
            letter = rng.choice(letters) if rng.random() < 0.75 else rng.choice(string.ascii_lowercase)
            return letter + "".join(letters), (letter, letters, letters.count(letter))
        letter, length = rng.choice(string.ascii_lowercase), rng.randint(3 if held else 2, 8 if held else rng.choice([3, 4, 6, 8]))
        times = min(rng.choice([0, 1, 1, 2, 2, 3, 4]), length)
        others = rng.sample(string.ascii_lowercase.replace(letter, ""), 12)
        letters = [letter] * times + [rng.choice(others) for _ in range(length - times)]
        rng.shuffle(letters)
        return letter + "".join(letters), (letter, letters, times)
    letter, letters, times = pick_item(rng, "count", held, make)
    asked = letter if held or rng.random() < 0.9 else rng.choice(['"{}"', "'{}'", "{}'s"]).format(letter)
    worked, found = [], 0
    for each in letters:
        found += each == letter
        worked.append(f"{each}{found}" if each == letter else each)
    # Said aloud like the weeks of a weekday: what is looked for, the word again with its hits numbered, then the count.
    return one_turn("count-letter", phrase(rng, "count-letter", held, c=asked, w=spelt(rng, True, letters)), f"{letter} in {' '.join(worked)}: {times}", "ends", f": {times}")
