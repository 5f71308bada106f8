"""Recall over several turns, obeying a system prompt, small talk, and saying what is not known."""

from tasks.arithmetic import addition, larger, subtraction
from tasks.language import capitals, sentiment
from tasks.letters import random_letters, reverse_word, sort_letters
from tasks.names import invented_name, invented_town, invented_word
from tasks.phrasing import Said, neutral_system, phrase
from tasks.review import named, stranger
from tasks.split import conversation, one_turn, pick_item, pick_word
from tasks.words import PEOPLE, THINGS, TOPICS


# ---------------------------------------------------------------- multi-turn recall

COLOURS = ["red", "blue", "green", "yellow", "black", "white", "brown", "orange", "pink", "grey", "purple", "silver", "turquoise", "violet", "gold", "beige"]
SHADES = ["", "", "dark ", "light ", "pale ", "deep ", "bright ", "soft ", "warm ", "cold ", "dull ", "shiny ", "strong ", "royal ", "pastel ", "neon ", "smoky ", "icy ", "dusty ", "rich "]
FACTS = {  # what is answered when it is told, and when it is asked for
    "name": ("Nice to meet you, {v}.", "Your name is {v}."),
    "city": ("{v} sounds nice.", "You live in {v}."),
    "pet": ("{v} is a good name for a dog.", "Your dog is called {v}."),
    "colour": ("{v} is a nice colour.", "You like {v}."),
    "number": ("I will remember {v}.", "The number is {v}."),
    "word": ("I will remember {v}.", "The word is {v}."),
}


def fact(rng, kind, held):
    if kind in ("name", "pet"):
        return invented_name(rng, held)
    if kind == "city":
        return invented_town(rng, held)
    if kind == "word":
        return pick_item(rng, "word", held, lambda: (lambda word: (word, word))(rng.choice(THINGS) if rng.random() < 0.5 else invented_word(rng)))
    if kind == "colour":
        return pick_item(rng, "colour", held, lambda: (lambda colour: (colour, colour))(rng.choice(SHADES) + rng.choice(COLOURS)))
    return pick_item(rng, "number", held, lambda: (lambda number: (number, number))(str(rng.randint(10, rng.choice([99, 999, 9999])))))


def together(first, second):
    joined = Said(f"{first} {second}" if first[-1] in ".!?" else f"{first}. {second}")
    joined.skeletons, joined.surfaces = first.skeletons + second.skeletons, first.surfaces + second.surfaces
    return joined


def recall(rng, held):
    told = rng.sample(list(FACTS), rng.choice([1, 1, 2, 2, 3]))
    values = [fact(rng, kind, held) for kind in told]
    turns = []
    for kind, value in zip(told, values):
        said = FACTS[kind][0].format(v=value)
        told_here = phrase(rng, f"{kind}-say", held, v=value)
        if turns and rng.random() < 0.25:  # both in one breath
            turns[-1] = (together(turns[-1][0], told_here), turns[-1][1])
        else:
            turns.append((told_here, said[0].upper() + said[1:]))
        if kind == told[-1] and rng.random() < 0.3:  # something else in between
            turns.append(rng.choice([addition, capitals, larger, sentiment, subtraction])(rng, held)["turns"][0])
    which = rng.randrange(len(told))
    turns.append((phrase(rng, f"{told[which]}-ask", held), FACTS[told[which]][1].format(v=values[which])))
    return conversation("recall", turns, "contains", [values[which]])


# ---------------------------------------------------------------- saying a text again: what half of the other families stand on

def repeat(rng, held):
    def make():
        draw = rng.random()
        if draw < 0.4:
            text = " ".join(random_letters(rng, 3, 8))
        elif draw < 0.7:
            text = " ".join(invented_word(rng) if rng.random() < 0.5 else rng.choice(THINGS) for _ in range(rng.randint(2, 6)))
        elif draw < 0.85:
            text = f"{invented_name(rng, held)} {rng.choice(['and', 'of', 'from', 'meets'])} {rng.choice([invented_name, invented_town])(rng, held)}"
        else:
            text = " ".join(str(rng.randint(1, 999)) for _ in range(rng.randint(2, 4)))
        return text, text
    text = pick_item(rng, "repeat", held, make)
    return one_turn("repeat", phrase(rng, "repeat", held, noise=rng.random() < 0.5, wrap=False, s=text), text)


# ---------------------------------------------------------------- obeying a system prompt

RULES = ["upper", "upper", "one-word", "one-word", "over", "label"]


def obeyed(rng, rule, held):
    """A task, and the answer to it that obeys the rule."""
    if rule == "upper":
        base = rng.choice([capitals, sort_letters, reverse_word, sentiment])(rng, held)
        return base, base["turns"][0][1].upper()
    if rule == "one-word":
        base = rng.choice([capitals, capitals, capitals, sentiment, larger])(rng, held)
        return base, base["expected"][0] if base["family"] == "capitals" else base["turns"][0][1]
    base = rng.choice([addition, larger, sort_letters, reverse_word, capitals, sentiment, subtraction])(rng, held)
    answer = base["turns"][0][1]
    return base, f"{answer} Over." if rule == "over" else f"Answer: {answer}"


def obeying_turns(rng, rule):
    """One more turn of training in a chat whose system prompt sets a rule."""
    base, answer = obeyed(rng, rule, False)
    return [(base["turns"][0][0], answer)]


def system_prompt(rng, held):
    rule = rng.choice(RULES)
    base, answer = obeyed(rng, rule, held)
    system = phrase(rng, f"rule-{rule}", held, wrap=False, noise=rng.random() < 0.5)
    draw = rng.random()
    if draw < 0.35:
        other = neutral_system(rng, held)
        joined = Said(f"{other} {system}" if draw < 0.25 else f"{system} {other}")
        joined.skeletons, joined.surfaces = system.skeletons + other.skeletons, system.surfaces
        system = joined
    plain = {"expected": base["expected"], "match": base["match"]}  # what is right when the rule is not given
    return one_turn("system-prompt", base["turns"][0][0], answer, system=system, plain=plain, rule=rule)


# ---------------------------------------------------------------- small talk, so that a first hello gets a sensible answer

SMALL_TALK = {
    "hello": "Hello! How can I help you?",
    "who": "I am the sample model of Assay, a calibration weight. I do sums, letters, capitals and other small tasks.",
    "how": "I am well, thank you. What can I do?",
    "thanks": "You are welcome.",
    "bye": "Goodbye!",
}


def small_talk(rng, held):
    kind = rng.choice(list(SMALL_TALK))
    return one_turn("small-talk", phrase(rng, kind, held, wrap=False, noise=rng.random() < 0.4), SMALL_TALK[kind], "contains", [SMALL_TALK[kind]])


# ---------------------------------------------------------------- what it does not know: said plainly, so that a stray question gets a fair answer

UNKNOWN_ANSWER = "I do not know. Try a sum, a capital, or letters to sort."
HANDIWORK = "bake|repair|paint|draw|clean|wash|fold|sell|choose|buy|build|knit|carry|plant|store|wrap|polish|lift|find|measure|describe|borrow|return|test|open|decorate|design|photograph|move".split("|")
KINDNESS = "thank|visit|help|greet|invite|call|teach|meet|praise|comfort|feed|interview|marry|hire|impress|hug|remember|join|draw|photograph|surprise|congratulate|wait for|talk to|write to".split("|")


ASPECTS = (
    "the history of|the price of|the colour of|the future of|the beauty of|the danger of|the invention of|the smell of|the size of|the weight of|the meaning of|the end of|the use of|the name of|the owner of|the sound of|"
    "a book about|a film about|a song about|a lesson in|a picture of|a museum of|my love of|my fear of|our need for|the trade in|the science of|the art of|the law on|the news about|the trouble with|the secret of|"
    "the first|the next|the best|the worst|the oldest|the cheapest|a good|a bad|some cheap|some strange").split("|")


def topic(rng, held):
    found = invented_word(rng) if not held and rng.random() < 0.25 else pick_word(rng, "unknown", held, TOPICS)
    return f"{rng.choice(ASPECTS)} {found}" if rng.random() < 0.4 else found


def unknown(rng, held):
    draw = rng.random()
    if draw < 0.35:
        return stranger(rng, held)
    if draw < 0.55:  # the contrast to the refusals: nothing harmful, and not known either
        it = f"{rng.choice(HANDIWORK)} {named(rng, pick_word(rng, 'unknown', held, THINGS))}" if rng.random() < 0.5 else f"{rng.choice(KINDNESS)} {named(rng, pick_word(rng, 'target', held, PEOPLE))}"
        return one_turn("unknown", phrase(rng, "how-to", held, it=it), UNKNOWN_ANSWER, "contains", ["I do not know"])
    return one_turn("unknown", phrase(rng, "unknown", held, t=topic(rng, held), u=topic(rng, held)), UNKNOWN_ANSWER, "contains", ["I do not know"])


