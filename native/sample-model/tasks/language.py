"""Capitals, extraction, sentiment and stories."""

import json
import re

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
                 "magnificent outstanding terrific pretty adorable elegant cosy comfortable delicious friendly clean fresh gorgeous first-class fabulous exciting fun awesome useful clever "
                 "tasty sturdy reliable cheerful stunning superior flawless perfectly-made spotless tidy graceful stylish soothing relaxing inspiring thrilling heavenly divine handy practical neat "
                 "well-made solid warm-hearted welcoming generous helpful polite gentle smooth bright crisp juicy yummy sweet remarkable exceptional memorable refreshing masterly top-notch ideal "
                 "dazzling wonderfully-soft entertaining funny amusing touching moving cool great-looking rewarding kind professional skilful expert world-class satisfying pleasing").split(),
    "negative": ("terrible awful bad horrible poor broken ugly dreadful useless boring nasty disappointing disgusting horrid dirty rotten dull annoying unpleasant miserable lousy cheap "
                 "uncomfortable noisy smelly sad worthless pathetic stupid unbearable painful shabby mediocre ridiculous faulty hideous tasteless cold rude slow "
                 "filthy bland stale dreary tedious unfriendly careless sloppy messy clumsy wobbly rusty mouldy greasy soggy burnt bitter sour frightening gloomy depressing appalling atrocious "
                 "abysmal ghastly revolting repulsive vile crude defective damaged cracked leaking unreliable useless-looking overpriced badly-made flimsy frustrating irritating confusing "
                 "unfair unhelpful unkind arrogant rubbish hopeless inferior lifeless joyless chaotic dangerous disastrous second-rate ruined spoilt torn stained stinking tiresome").split() + ["not good", "not nice", "far too loud", "a waste"],
}
FEELINGS = {
    "positive": ["I love it", "I am happy", "I will come back", "it made me smile", "I enjoyed it", "I like it", "I am very pleased", "I want more of it", "it was fun", "it made my day",
                 "I would buy it again", "everybody was happy", "I can only praise it", "thumbs up", "we had a great time", "it could not be better", "I am a fan", "five stars",
                 "I adore it", "it works like a dream", "we sang all the way home", "I laughed so much", "it lasts for days", "well done", "thank you so much", "I could not put it down", "I recommend it to everyone",
                 "best I ever had", "a real treat", "we will be back soon", "the staff were so kind", "I slept like a baby", "my son adores it", "worth every penny", "I cannot wait to go again", "it exceeded my hopes"],
    "negative": ["I hate it", "I am angry", "I want my money back", "it made me sad", "never again", "I do not like it", "I am very upset", "what a waste of money", "it ruined my day",
                 "I would not buy it again", "nobody liked it", "I cannot recommend it", "thumbs down", "we left early", "it could not be worse", "I am disappointed", "one star", "I regret it",
                 "I cannot stand it", "it broke on the first day", "my back hurts", "it keeps crashing", "I am fed up", "it fell apart", "it tasted of dishwater", "half of us left", "I gave up after ten minutes",
                 "worst I ever had", "what a mess", "nobody helped us", "we waited an hour", "stay away from it", "not worth a penny", "I want to complain", "it tore straight away", "I felt ill afterwards"],
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

ANIMALS = (
    "fox bear mouse owl cat dog frog duck goat horse rabbit crow wolf hen snail bee hedgehog squirrel donkey sheep badger swan toad lion camel parrot turtle beaver spider goose "
    "magpie otter mole lizard pony lamb calf pigeon robin sparrow raven stork heron falcon hamster ferret weasel lynx tiger panda koala kangaroo monkey gorilla zebra giraffe rhino hippo "
    "penguin seal walrus whale dolphin crab lobster beetle moth butterfly grasshopper cricket worm salmon pike reindeer moose bison buffalo llama ram piglet kitten puppy rooster peacock").split()
MOODS = (
    "small old grey brave tired happy quiet young clever shy hungry lazy proud lonely white cheerful sleepy curious little gentle wild brown noisy funny poor "
    "big tall thin fat slow quick black red golden spotted striped fluffy muddy thirsty greedy bold timid polite rude grumpy merry silly wise foolish patient restless nervous calm friendly "
    "stubborn dreamy careful clumsy kind jealous famous lost homeless blind rich strong weak busy bored sad").split()
FINDS = (
    "lamp key bell coin boat book hat map drum shell stone basket kite letter flute mirror ring bottle clock feather button rope spoon candle box cake pearl boot ladder violin "
    "lantern trumpet ribbon scarf glove bucket barrel blanket cushion teapot kettle crown sword shield chain compass telescope whistle puppet balloon marble medal ticket postcard parcel purse "
    "wallet jewel diamond nut pie loaf cheese pumpkin carrot turnip cherry nest twig leaf flower rose tulip pillow chair bench wheel cart sledge raft paddle hammer saw nail brush comb "
    "needle thimble quilt jar jug cup plate bowl fork hook net wig mask flag tent coat sock shoe pipe harp banjo piano").split()
PLACES = ["in the mill", "by the river", "under a tree", "on the hill", "near the bridge", "in the snow", "behind the barn", "at the market", "in the forest", "on the beach", "in a cave", "beside the pond",
          "in the attic", "on the roof", "behind the church", "in the garden", "at the station", "under the stairs", "on the road", "in a ditch", "by the lake", "in the meadow", "at the harbour", "near the well"]
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
    an = lambda text: re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)
    answer = f"The {mood} {animal} {rng.choice(REACTIONS).format(f=find)}. {rng.choice(ENDS)}"
    opening = phrase(rng, "story-openings", held and not new, noise=not new, wrap=False, m=mood, a=animal, f=find, p=rng.choice(PLACES))
    opening = said_as(opening, an(opening))
    if new:
        answer = f"{opening} {answer}"
        if not held and rng.random() < 0.3:
            return one_turn("story", phrase(rng, "story-any", held), answer)
        return one_turn("story", phrase(rng, "story-new", held, x=an(f"a {mood} {animal}")), answer, "contains", [f"{mood} {animal}"])
    return one_turn("story", phrase(rng, "story-continue", held, s=opening), answer, "contains", [f"{mood} {animal}", find])


def said_as(said, text):
    changed = type(said)(text)
    changed.skeletons, changed.surfaces = said.skeletons, said.surfaces
    return changed
