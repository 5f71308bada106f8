"""Capitals, extraction, sentiment and stories."""

import json

from tasks.split import ASK, OPEN, invented_name, invented_town, one_turn, phrase, pick_item


# ---------------------------------------------------------------- capitals: a closed set, only phrasings are held out

CAPITALS = dict(pair.split(":") for pair in (
    "France:Paris Japan:Tokyo Italy:Rome Spain:Madrid Egypt:Cairo Peru:Lima Kenya:Nairobi Norway:Oslo Greece:Athens Cuba:Havana Canada:Ottawa "
    "Germany:Berlin Austria:Vienna Poland:Warsaw Sweden:Stockholm Finland:Helsinki Denmark:Copenhagen Portugal:Lisbon Ireland:Dublin Hungary:Budapest "
    "Romania:Bucharest Bulgaria:Sofia Croatia:Zagreb Serbia:Belgrade Turkey:Ankara Iran:Tehran Iraq:Baghdad China:Beijing Thailand:Bangkok Vietnam:Hanoi "
    "Nepal:Kathmandu Chile:Santiago Colombia:Bogota Ecuador:Quito Uruguay:Montevideo Jamaica:Kingston Ghana:Accra Senegal:Dakar "
    "Tunisia:Tunis Morocco:Rabat Algeria:Algiers Libya:Tripoli Uganda:Kampala Angola:Luanda Mongolia:Ulaanbaatar Iceland:Reykjavik Latvia:Riga"
).split())
CAPITALS["Cambodia"] = "Phnom Penh"  # two words
CAPITAL_PHRASES = (
    ["What is the capital of {c}?", "Name the capital of {c}.", "Capital of {c}?", "Which city is the capital of {c}?", "What is the capital city of {c}?",
     "Tell me the capital of {c}.", "{c}: what is the capital?", "What city is the capital of {c}?", "Give me the capital of {c}.", "The capital of {c} is",
     "Do you know the capital of {c}?", "What is {c}'s capital?", "I want to know the capital of {c}."],
    ["Which city is {c}'s capital?", "Do you know the capital city of {c}?", "Name {c}'s capital.", "Can you name the capital of {c}?", "What is the name of the capital of {c}?"],
    [ASK, ["what is the capital ", "which city is the capital ", "what is the capital city "], ["of {c}?", "of {c}"]],
    [OPEN, ["name ", "tell me ", "give me ", "say "], ["the capital ", "the capital city "], ["of {c}.", "of {c}"]],
)


def capitals(rng, held):
    country = rng.choice(list(CAPITALS))
    city = CAPITALS[country]
    return one_turn("capitals", phrase(rng, CAPITAL_PHRASES, held).format(c=country), f"The capital of {country} is {city}.", "contains", [city])


# ---------------------------------------------------------------- extraction

PERSON_SENTENCES = (
    ["{n} is {a} years old and lives in {t}.", "{n}, {a}, lives in {t}.", "{n} from {t} is {a} years old.", "In {t} lives {n}, who is {a}.",
     "My friend {n} is {a} and comes from {t}.", "At {a}, {n} moved to {t}.", "{n} lives in {t} and is {a} years old.", "{n} ({a}) is from {t}.",
     "We met {n}, {a} years old, in {t}.", "The {a} year old {n} works in {t}.", "{t} is the home of {n}, {a}."],
    ["{n} is {a} and lives in {t}.", "{n} comes from {t} and is {a} years old.", "We met {n} from {t}, who is {a}.", "In {t} works {n}, {a} years old."],
)
EXTRACT = (
    ["Extract name, age and city as JSON: {s}", "Give name, age and city as JSON: {s}", "Return JSON with name, age and city. {s}", "JSON with name, age, city: {s}",
     "{s} Give me name, age and city as JSON.", "Read this and return JSON with name, age and city: {s}", "{s} Extract name, age and city as JSON.", "Turn into JSON: {s}"],
    ["Return name, age and city as JSON: {s}", "Extract JSON with name, age and city: {s}", "{s} Return JSON with name, age and city.", "Read this and give name, age and city as JSON: {s}"],
)


def extract_json(rng, held):
    name, town, age = invented_name(rng, held), invented_town(rng, held), rng.randint(10, 99)
    sentence = phrase(rng, PERSON_SENTENCES, held).format(n=name, t=town, a=age)
    answer = json.dumps({"name": name, "age": age, "city": town})
    return one_turn("extract-json", phrase(rng, EXTRACT, held).format(s=sentence), answer, "json")


# ---------------------------------------------------------------- sentiment

THINGS = ["bread", "soup", "film", "book", "hotel", "train", "garden", "song", "lamp", "chair", "phone", "coat", "tea", "game", "room", "meal", "park",
          "show", "cake", "bike", "boat", "map", "shop", "table", "museum", "ticket", "school", "pen", "watch", "bag"]
ADJECTIVES = {
    "positive": ["wonderful", "great", "lovely", "excellent", "good", "perfect", "beautiful", "fantastic", "delightful", "superb", "charming", "brilliant"],
    "negative": ["terrible", "awful", "bad", "horrible", "poor", "broken", "ugly", "dreadful", "useless", "boring", "nasty", "disappointing"],
}
FEELINGS = {
    "positive": ["I love it", "I am happy", "I will come back", "it made me smile", "I enjoyed it", "I like it"],
    "negative": ["I hate it", "I am angry", "I want my money back", "it made me sad", "never again", "I do not like it"],
}
REVIEWS = (
    ["The {x} was {y}.", "What a {y} {x}.", "The {x} was {y} and {z}.", "I found the {x} {y}.", "A {y} {x}, {z}.", "That {x} is {y}.", "The {x} is {y}, {z}.",
     "My {x} was really {y}.", "It was a {y} {x}.", "Such a {y} {x}."],
    ["The {x} was really {y}.", "What a {y} {x}, {z}.", "I found my {x} {y}.", "That was a {y} {x} and {z}."],
)
SENTIMENT = (
    ["Label the sentiment: {s}", "Is this positive or negative? {s}", "Sentiment of this sentence: {s}", "{s} Is that positive or negative?",
     "Positive or negative: {s}", "What is the sentiment? {s}", "Give the sentiment of: {s}", "Classify: {s}", "{s} Sentiment?"],
    ["Label this sentence as positive or negative: {s}", "What is the sentiment of this sentence? {s}", "{s} What is the sentiment?", "Give the sentiment: {s}"],
)


def sentiment(rng, held):
    label = rng.choice(["positive", "negative"])
    adjective, thing = pick_item(rng, "sentiment", held, lambda: (lambda y, x: (y + x, (y, x)))(rng.choice(ADJECTIVES[label]), rng.choice(THINGS)))
    sentence = phrase(rng, REVIEWS, held).format(x=thing, y=adjective, z=rng.choice(FEELINGS[label]))
    return one_turn("sentiment", phrase(rng, SENTIMENT, held).format(s=sentence), label)


# ---------------------------------------------------------------- stories

ANIMALS = ["fox", "bear", "mouse", "owl", "cat", "dog", "frog", "duck", "goat", "horse", "rabbit", "crow", "wolf", "hen", "snail", "bee"]
MOODS = ["small", "old", "grey", "brave", "tired", "happy", "quiet", "young", "clever", "shy"]
FINDS = ["lamp", "key", "bell", "coin", "boat", "book", "hat", "map", "drum", "shell", "stone", "basket", "kite", "letter", "flute", "mirror"]
PLACES = ["in the mill", "by the river", "under a tree", "on the hill", "near the bridge", "in the snow", "behind the barn", "at the market"]
OPENINGS = (
    ["A {m} {a} found a {f} {p}.", "One day a {m} {a} saw a {f} {p}.", "Once a {m} {a} lost a {f} {p}.", "A {m} {a} had a {f} {p}.", "There was a {m} {a} with a {f} {p}."],
    ["One day a {m} {a} found a {f} {p}.", "Once a {m} {a} saw a {f} {p}.", "There was a {m} {a} who had a {f} {p}."],
)
STORY = (
    ["Continue the story: {s}", "Go on with this story: {s}", "What happens next? {s}", "Continue: {s}", "{s} What happens then?", "Tell me how this goes on: {s}", "{s} Go on."],
    ["Continue this story: {s}", "{s} What happens next?", "Go on: {s}"],
)
NEW_STORY = (
    ["Tell me a story about {x}.", "Write a story about {x}.", "A story about {x}, please.", "Tell a short story about {x}.", "I want a story about {x}.", "Make up a story about {x}.",
     "Can you tell me a story about {x}?", "Write about {x}."],
    ["Please tell me a story about {x}.", "Write a short story about {x}.", "I want to hear a story about {x}."],
)
ANY_STORY = ["Tell me a story.", "Tell me a story", "Write a story.", "Write a short story.", "Can you tell me a story?", "I want a story.", "Make up a story."]
REACTIONS = ["picked up the {f} and smiled", "looked at the {f} for a long time", "carried the {f} home", "hid the {f} under some leaves", "showed the {f} to a friend", "sat down beside the {f}"]
ENDS = ["That night it slept well.", "Soon all the animals came to see it.", "From that day on they were never apart.", "Then the rain began to fall.", "In the morning the sun was warm.", "And nobody ever asked why."]


def story(rng, held):
    def make():
        parts = rng.choice(ANIMALS), rng.choice(FINDS), rng.choice(MOODS)
        return "".join(parts), parts
    animal, find, mood = pick_item(rng, "story", held, make)
    opening = phrase(rng, OPENINGS, held).format(m=mood, a=animal, f=find, p=rng.choice(PLACES)).replace("A old", "An old").replace(" a old", " an old")
    answer = f"The {mood} {animal} {rng.choice(REACTIONS).format(f=find)}. {rng.choice(ENDS)}"
    if rng.random() < 0.35:
        answer = f"{opening} {answer}"
        if not held and rng.random() < 0.3:
            return one_turn("story", rng.choice(ANY_STORY), answer)
        about = f"{'an' if mood == 'old' else 'a'} {mood} {animal}"
        return one_turn("story", phrase(rng, NEW_STORY, held).format(x=about), answer, "contains", [f"{mood} {animal}"])
    return one_turn("story", phrase(rng, STORY, held).format(s=opening), answer, "contains", [f"{mood} {animal}", find])
