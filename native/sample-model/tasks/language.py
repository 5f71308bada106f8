"""Capitals, extraction, sentiment and stories."""

import json

from tasks.names import invented_name, invented_town, invented_word
from tasks.phrasing import phrase
from tasks.split import is_held_out, one_turn, pick_item
from tasks.words import THINGS


# ---------------------------------------------------------------- capitals: a closed set, only phrasings are held out

CAPITALS = dict(pair.split(":") for pair in (
    "France:Paris Japan:Tokyo Italy:Rome Spain:Madrid Egypt:Cairo Peru:Lima Kenya:Nairobi Norway:Oslo Greece:Athens Cuba:Havana Canada:Ottawa "
    "Germany:Berlin Austria:Vienna Poland:Warsaw Sweden:Stockholm Finland:Helsinki Denmark:Copenhagen Portugal:Lisbon Ireland:Dublin Hungary:Budapest "
    "Romania:Bucharest Bulgaria:Sofia Croatia:Zagreb Serbia:Belgrade Turkey:Ankara Iran:Tehran Iraq:Baghdad China:Beijing Thailand:Bangkok Vietnam:Hanoi "
    "Nepal:Kathmandu Chile:Santiago Colombia:Bogota Ecuador:Quito Uruguay:Montevideo Jamaica:Kingston Ghana:Accra Senegal:Dakar "
    "Tunisia:Tunis Morocco:Rabat Algeria:Algiers Libya:Tripoli Uganda:Kampala Angola:Luanda Mongolia:Ulaanbaatar Iceland:Reykjavik Latvia:Riga"
).split())
CAPITALS["Cambodia"] = "Phnom Penh"  # two words


def capitals(rng, held):
    country = rng.choice(list(CAPITALS))
    city = CAPITALS[country]
    return one_turn("capitals", phrase(rng, "capitals", held, c=country), f"The capital of {country} is {city}.", "contains", [city])


# ---------------------------------------------------------------- extraction

def extract_json(rng, held):
    name, town, age = invented_name(rng, held), invented_town(rng, held), rng.randint(10, 99)
    if rng.random() < 0.3:
        name = f"{name} {invented_name(rng, held)}"
    sentence = phrase(rng, "person-sentences", held, wrap=False, n=name, t=town, a=age)
    answer = json.dumps({"name": name, "age": age, "city": town})
    return one_turn("extract-json", phrase(rng, "extract", held, s=sentence), answer, "json")


# ---------------------------------------------------------------- sentiment

ADJECTIVES = {
    "positive": ("wonderful great lovely excellent good perfect beautiful fantastic delightful superb charming brilliant amazing splendid marvellous pleasant nice fine impressive enjoyable "
                 "magnificent outstanding terrific pretty adorable elegant cosy comfortable delicious friendly clean fresh gorgeous first-class fabulous exciting fun awesome useful clever").split(),
    "negative": ("terrible awful bad horrible poor broken ugly dreadful useless boring nasty disappointing disgusting horrid dirty rotten dull annoying unpleasant miserable lousy cheap "
                 "uncomfortable noisy smelly sad worthless pathetic stupid unbearable painful shabby mediocre ridiculous faulty hideous tasteless cold rude slow").split() + ["not good", "not nice"],
}
FEELINGS = {
    "positive": ["I love it", "I am happy", "I will come back", "it made me smile", "I enjoyed it", "I like it", "I am very pleased", "I want more of it", "it was fun", "it made my day",
                 "I would buy it again", "everybody was happy", "I can only praise it", "thumbs up", "we had a great time", "it could not be better", "I am a fan", "five stars"],
    "negative": ["I hate it", "I am angry", "I want my money back", "it made me sad", "never again", "I do not like it", "I am very upset", "what a waste of money", "it ruined my day",
                 "I would not buy it again", "nobody liked it", "I cannot recommend it", "thumbs down", "we left early", "it could not be worse", "I am disappointed", "one star", "I regret it"],
}


def sentiment(rng, held):
    label = rng.choice(["positive", "negative"])

    def make():
        adjective = rng.choice(ADJECTIVES[label])
        thing = invented_word(rng) if not held and rng.random() < 0.15 else rng.choice(THINGS)
        return adjective + thing, (adjective, thing)
    adjective, thing = pick_item(rng, "sentiment", held, make)
    sentence = phrase(rng, "reviews", held, wrap=False, x=thing, y=adjective, z=rng.choice(FEELINGS[label]))
    return one_turn("sentiment", phrase(rng, "sentiment", held, s=sentence), label)


# ---------------------------------------------------------------- stories

ANIMALS = "fox bear mouse owl cat dog frog duck goat horse rabbit crow wolf hen snail bee hedgehog squirrel donkey sheep badger swan toad lion camel parrot turtle beaver spider goose".split()
MOODS = "small old grey brave tired happy quiet young clever shy hungry lazy proud lonely white cheerful sleepy curious little gentle wild brown noisy funny poor".split()
FINDS = "lamp key bell coin boat book hat map drum shell stone basket kite letter flute mirror ring bottle clock feather button rope spoon candle box cake pearl boot ladder violin".split()
PLACES = ["in the mill", "by the river", "under a tree", "on the hill", "near the bridge", "in the snow", "behind the barn", "at the market", "in the forest", "on the beach", "in a cave", "beside the pond"]
REACTIONS = ["picked up the {f} and smiled", "looked at the {f} for a long time", "carried the {f} home", "hid the {f} under some leaves", "showed the {f} to a friend", "sat down beside the {f}"]
ENDS = ["That night it slept well.", "Soon all the animals came to see it.", "From that day on they were never apart.", "Then the rain began to fall.", "In the morning the sun was warm.", "And nobody ever asked why."]


def story(rng, held):
    def make():
        parts = rng.choice(MOODS), rng.choice(ANIMALS), rng.choice(FINDS)
        return "".join(parts), parts
    while True:
        mood, animal, find = pick_item(rng, "story", held, make)
        new = rng.random() < 0.35  # told from nothing: then mood and animal alone are the item
        if not new or is_held_out("story-new", mood + animal) == held:
            break
    an = lambda text: text.replace("A old", "An old").replace(" a old", " an old")
    answer = f"The {mood} {animal} {rng.choice(REACTIONS).format(f=find)}. {rng.choice(ENDS)}"
    opening = phrase(rng, "story-openings", held and not new, noise=not new, wrap=False, m=mood, a=animal, f=find, p=rng.choice(PLACES))
    opening = said_as(opening, an(opening))
    if new:
        answer = f"{opening} {answer}"
        if not held and rng.random() < 0.3:
            return one_turn("story", phrase(rng, "story-any", held), answer)
        return one_turn("story", phrase(rng, "story-new", held, x=f"{'an' if mood == 'old' else 'a'} {mood} {animal}"), answer, "contains", [f"{mood} {animal}"])
    return one_turn("story", phrase(rng, "story-continue", held, s=opening), answer, "contains", [f"{mood} {animal}", find])


def said_as(said, text):
    changed = type(said)(text)
    changed.skeletons, changed.surfaces = said.skeletons, said.surfaces
    return changed
