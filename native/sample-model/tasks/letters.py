"""Letters in words spelt with spaces, so that each letter is one token."""

import string

from tasks.split import ASK, CONSONANTS, OPEN, VOWELS, one_turn, phrase, pick_item


SORT = (
    ["Sort these letters: {w}", "Put these letters in order: {w}", "Sort the letters {w}", "Order these letters from a to z: {w}", "Letters in order: {w}",
     "Please sort: {w}", "Alphabetical order of {w}", "Arrange the letters {w}", "Sort: {w}", "Put in alphabetical order: {w}"],
    ["Put the letters in order: {w}", "Please sort these letters: {w}", "Can you sort these letters: {w}"],
    [OPEN, ["sort ", "order ", "arrange "], ["", "the letters", "these letters", "these", "all letters"], ["", " in order", " alphabetically", " in alphabetical order", " by the alphabet", " from a to z"], [": {w}", ": {w}", " {w}"]],
    [OPEN, ["put "], ["the letters", "these letters", "these", "all letters"], [" in order", " in alphabetical order", " in the order of the alphabet", " in order from a to z"], [": {w}"]],
    [OPEN, ["sort", "order", "sorted", "in alphabetical order", "in order", "alphabetically"], [": {w}", ": {w}"]],
)
REVERSE = (
    ["Reverse this word: {w}", "Write this word backwards: {w}", "Spell {w} backwards", "Reverse the letters {w}", "Turn this word around: {w}",
     "Reverse: {w}", "Backwards: {w}", "Please reverse {w}", "What is {w} spelt backwards?", "Read this from the end: {w}"],
    ["Please write this word backwards: {w}", "Can you reverse this word: {w}", "Spell this word backwards: {w}", "What is {w} backwards?"],
    [OPEN, ["reverse ", "turn around ", "write backwards ", "spell backwards ", "read backwards ", "say backwards "], ["", "this word", "the word", "these letters", "the letters", "this"], [": {w}", ": {w}", " {w}"]],
    [OPEN, ["write ", "spell ", "read ", "say ", "type "], ["this word", "the word", "these letters", "this"], [" backwards", " from the end", " in reverse", " from back to front"], [": {w}"]],
    [ASK, ["what is ", "how do you write ", "how do you spell ", "how do I write "], ["{w} ", "the word {w} "], ["backwards?", "from the end?", "in reverse?", "spelt backwards?"]],
)
COUNT = (
    ["How often is {c} in {w}?", "How many times is {c} in {w}?", "Count the letter {c} in {w}", "How many {c} are in {w}?", "Count {c} in {w}",
     "How many times does {c} appear in {w}?", "Count how often {c} is in {w}", "In {w}, how often is {c}?", "How often does the letter {c} appear in {w}?",
     "Tell me how many {c} are in {w}"],
    ["Count how many times {c} is in {w}", "Please count {c} in {w}", "Can you count {c} in {w}?", "How many times can you see {c} in {w}?"],
    [ASK, ["how often ", "how many times "], ["is ", "do you see ", "do I see "], ["", "the letter "], ["{c} in "], ["", "the word ", "the letters "], ["{w}?", "{w}"]],
    [ASK, ["how often does ", "how many times does "], ["", "the letter "], ["{c} appear in ", "{c} occur in "], ["", "the word ", "the letters "], ["{w}?", "{w}"]],
    [OPEN, ["count ", "tell me how often you see ", "tell me how many times there is "], ["", "the letter "], ["{c} in "], ["", "the word ", "the letters "], ["{w}"]],
)


def random_word(rng, low, high):
    length = rng.randint(low, high)
    if rng.random() < 0.5:
        start = rng.randrange(2)
        return [rng.choice(CONSONANTS if (i + start) % 2 == 0 else VOWELS) for i in range(length)]
    return [rng.choice(string.ascii_lowercase) for _ in range(length)]


def sort_letters(rng, held):
    def make():
        letters = rng.sample(string.ascii_lowercase, rng.randint(3, 6 if held else rng.choice([4, 5, 6])))
        return "".join(letters), letters
    letters = pick_item(rng, "sort", held, make)
    return one_turn("sort-letters", phrase(rng, SORT, held).format(w=" ".join(letters)), " ".join(sorted(letters)))


def reverse_word(rng, held):
    def make():
        letters = random_word(rng, 3, 7 if held else rng.choice([4, 5, 6, 7]))
        return "".join(letters), letters
    letters = pick_item(rng, "reverse", held, make)
    return one_turn("reverse-word", phrase(rng, REVERSE, held).format(w=" ".join(letters)), " ".join(reversed(letters)))


def count_letter(rng, held):
    def make():
        letter, length = rng.choice(string.ascii_lowercase), rng.randint(3 if held else 2, 8 if held else rng.choice([3, 4, 6, 8]))
        times = min(rng.choice([0, 1, 1, 2, 2, 3, 4]), length)
        others = rng.sample(string.ascii_lowercase.replace(letter, ""), 4)
        letters = [letter] * times + [rng.choice(others) for _ in range(length - times)]
        rng.shuffle(letters)
        return letter + "".join(letters), (letter, letters, times)
    letter, letters, times = pick_item(rng, "count", held, make)
    worked, found = [], 0
    for each in letters:
        found += each == letter
        worked.append(f"{each}{found}" if each == letter else each)
    # Said aloud like the weeks of a weekday: the word again, its hits numbered, then the count.
    return one_turn("count-letter", phrase(rng, COUNT, held).format(c=letter, w=" ".join(letters)), f"{' '.join(worked)}: {times}", "ends", f": {times}")
