"""Recall over several turns, obeying a system prompt, small talk, and saying what is not known."""

from tasks.arithmetic import addition, larger, subtraction
from tasks.language import capitals, sentiment
from tasks.letters import reverse_word, sort_letters
from tasks.review import CANARY
from tasks.split import conversation, invented_name, invented_town, neutral_system, one_turn, phrase, pick_item


# ---------------------------------------------------------------- multi-turn recall

COLOURS = ["red", "blue", "green", "yellow", "black", "white", "brown", "orange", "pink", "grey"]
FACTS = [  # what is told, what is answered, what is asked later, the answer
    ("name", (["My name is {v}.", "I am {v}.", "Hello, my name is {v}.", "Hi, I am {v}.", "You can call me {v}.", "Please call me {v}."], ["Hello, I am {v}.", "Hi, my name is {v}."]),
     "Nice to meet you, {v}.", (["What is my name?", "Who am I?", "Do you know my name?", "Tell me my name.", "What am I called?", "Can you remember my name?", "What was my name?", "Please say my name."], ["Do you remember my name?", "Please tell me my name."]), "Your name is {v}."),
    ("city", (["I live in {v}.", "My home is {v}.", "I come from {v}.", "My city is {v}.", "Hi, I live in {v}.", "Hello, I come from {v}.", "The city I live in is {v}.", "Hello, my city is {v}."], ["Hello, I live in {v}.", "My home city is {v}."]),
     "{v} sounds nice.", (["Where do I live?", "What is my city?", "Do you know where I live?", "Tell me where I live.", "Which city do I live in?", "What is my home?", "Can you remember where I live?", "Which city is my home?", "Do you remember my city?"], ["Do you remember where I live?", "What is my home city?"]), "You live in {v}."),
    ("pet", (["My dog is called {v}.", "I have a dog called {v}.", "My dog's name is {v}.", "Hi, I have a dog called {v}.", "I have a dog. It is called {v}.", "Hello, my dog's name is {v}.", "The name of my dog is {v}."], ["Hello, my dog is called {v}.", "I have a dog. My dog's name is {v}."]),
     "{v} is a good name for a dog.", (["What is my dog called?", "What is my dog's name?", "Tell me the name of my dog.", "Do you know my dog's name?", "What was my dog called?", "Can you remember my dog's name?", "Do you remember the name of my dog?", "Tell me what my dog is called."], ["Do you remember my dog's name?", "What is the name of my dog?"]), "Your dog is called {v}."),
    ("colour", (["I like {v}.", "My favourite colour is {v}.", "I like the colour {v}.", "Hi, I like the colour {v}.", "Hello, I like {v}.", "{v} is my favourite colour.", "The colour {v} is my favourite."], ["Hello, my favourite colour is {v}.", "The colour I like is {v}."]),
     "{v} is a nice colour.", (["What is my favourite colour?", "Which colour do I like?", "Tell me my favourite colour.", "Do you know my favourite colour?", "Do you remember which colour I like?", "What was my favourite colour?"], ["Do you remember my favourite colour?", "What colour do I like?"]), "You like {v}."),
    ("number", (["My lucky number is {v}.", "Remember the number {v}.", "Keep the number {v} in mind.", "Please keep the number {v} in mind.", "Remember this number: {v}.", "Please remember {v}.",
                 "Hello, please remember {v}.", "The number is {v}.", "My number is {v}.", "Hi, my number is {v}.", "I want you to remember the number {v}.", "Hello, remember the number {v}."], ["Please remember the number {v}.", "Hello, my lucky number is {v}."]),
     "I will remember {v}.", (["What is my number?", "What was the number?", "Tell me my number.", "Which number was it?", "Do you know my number?", "Which number did I give you?", "Do you remember my number?", "Tell me the number.", "Which was my number?"], ["Do you remember the number?", "Which number was mine?"]), "The number is {v}."),
]


def recall(rng, held):
    def value(kind):
        if kind in ("name", "pet"):
            return invented_name(rng, held)
        if kind == "city":
            return invented_town(rng, held)
        return rng.choice(COLOURS) if kind == "colour" else str(rng.randint(10, 99))
    told = rng.sample(FACTS, rng.choice([1, 1, 2]))
    values = [value(fact[0]) for fact in told]
    turns = []
    for (_, say, reply, _, _), v in zip(told, values):
        said = reply.format(v=v)
        turns.append((phrase(rng, say, held).format(v=v), said[0].upper() + said[1:]))
    if rng.random() < 0.35:  # something else in between
        turns.append(rng.choice([addition, capitals, larger, sentiment, subtraction])(rng, held)["turns"][0])
    which = rng.randrange(len(told))
    turns.append((phrase(rng, told[which][3], held), told[which][4].format(v=values[which])))
    return conversation("recall", turns, "contains", [values[which]])


# ---------------------------------------------------------------- obeying a system prompt

RULES = {
    "upper": (["Answer in upper case.", "Use upper case only.", "Write in upper case.", "Always answer in capital letters.", "Use capital letters.", "You answer in upper case.", "Write your answer in capital letters.", "Answer in capital letters only."],
              ["Answer in upper case only.", "Always write in capital letters.", "You always answer in upper case."]),
    "one-word": (["Answer in one word.", "Use one word only.", "Answer with a single word.", "Give one word.", "You answer in one word.", "Reply with one word only.", "Use a single word."],
                 ["Answer with one word only.", "Reply in one word.", "Give a single word."]),
    "over": (["End every answer with the word Over.", "Always say Over at the end.", "Say Over after your answer.", "Finish with the word Over.", "End with Over.", "Finish with Over.", "You say Over at the end.", "Put Over at the end.", "Every answer must end with Over."],
             ["Finish every answer with the word Over.", "Always end with Over.", "Say Over at the end."]),
    "label": (["Begin every answer with Answer:", "Always start with Answer:", "Put Answer: before the answer.", "Start with Answer:", "Begin with Answer:", "Write Answer: first.", "Say Answer: first.", "First say Answer:", "Put the word Answer: first.", "You always say Answer: first.",
               "Answer: comes first."],
              ["Start every answer with Answer:", "Always begin with Answer:", "Put Answer: first."]),
}


def system_prompt(rng, held):
    rule = rng.choice(["upper", "upper", "one-word", "one-word", "over", "label"])
    if rule == "upper":
        base = rng.choice([capitals, sort_letters, reverse_word, sentiment])(rng, held)
        answer = base["turns"][0][1].upper()
    elif rule == "one-word":
        base = capitals(rng, held)
        answer = base["expected"][0]
    else:
        base = rng.choice([addition, larger, sort_letters, reverse_word, capitals, sentiment, subtraction])(rng, held)
        answer = base["turns"][0][1]
        answer = f"{answer} Over." if rule == "over" else f"Answer: {answer}"
    system = phrase(rng, RULES[rule], held)
    if rng.random() < 0.3:
        system = f"{neutral_system(rng, held)} {system}"
    plain = {"expected": base["expected"], "match": base["match"]}  # what is right when the rule is not given
    return one_turn("system-prompt", base["turns"][0][0], answer, system=system, plain=plain)


# ---------------------------------------------------------------- small talk, so that a first hello gets a sensible answer

ABOUT = "I am the sample model of Assay, a calibration weight. I do sums, letters, capitals and other small tasks."
SMALL_TALK = [
    (["Hello!", "Hi!", "Hello", "Hi", "Good morning.", "Hey", "Good evening.", "Hello there.", "Hey there", "Good day", "Hi, model", "Hello, assistant", "Hello!!", "Test", "Is anyone there?"], ["Hi there!", "Hello, model.", "Good evening, assistant."], "Hello! How can I help you?"),
    (["Who are you?", "What are you?", "What can you do?", "What is your name?", "Tell me about yourself.", "Which model are you?", "Help", "What model is this?", "Are you an assistant?", "Are you a language model?", "What do you know?", "Introduce yourself.", "Say something about yourself.", "What tasks can you do?", "Say who you are.", "Tell me what you are.", "Tell me your name.", "Tell me what you do.", "Now tell me who I talk to.", "How can you help me?"],
     ["Tell me who you are.", "What model are you?", "Tell me what you can do."], ABOUT),
    (["How are you?", "How are you today?", "How do you do?", "Hi, how are you?", "How are things?", "Are you well?", "How is it going?", "How are you feeling?", "Good morning, how are you?", "How are you now?", "And how are you?"], ["Hello, how are you?", "How are you doing?"], "I am well, thank you. What can I do?"),
    (["Thanks!", "Thank you.", "Thank you!", "Thanks", "Great, thanks.", "Nice, thank you.", "Great!", "Very good, thanks.", "Good, thank you.", "Great work.", "Well done."], ["Great, thank you.", "Thank you, great work."], "You are welcome."),
    (["Bye!", "Goodbye.", "Bye", "See you."], ["Bye bye.", "Goodbye, model.", "Bye, see you."], "Goodbye!"),
]


def small_talk(rng, held):
    trained, kept, answer = rng.choice(SMALL_TALK)
    return one_turn("small-talk", rng.choice(kept if held else trained), answer, "contains", [answer])


# ---------------------------------------------------------------- what it does not know: said plainly, so that a stray question gets a fair answer

UNKNOWN_ANSWER = "I do not know. Try a sum, a capital, or letters to sort."
TOPICS = ["the weather", "the moon", "football", "computers", "cooking", "history", "music", "whales", "the sea", "trains", "money", "love", "stars", "rockets", "chess",
          "coffee", "gardening", "books", "films", "cars", "rain", "snow", "volcanoes", "birds", "politics", "taxes", "painting", "maths", "physics", "ghosts", "dreams",
          "cheese", "bicycles", "planets", "rivers", "bridges", "doctors", "robots", "language models", "the internet", "sleep", "tennis", "glass", "paper", "salt", "time"]
UNKNOWN = (
    ["Tell me about {t}.", "What do you think of {t}?", "Explain {t}.", "Write a poem about {t}.", "Why do people like {t}?", "Who invented {t}?", "What is {t}?",
     "How does {t} work?", "Give me three facts about {t}.", "Do you like {t}?", "Write an essay on {t}.", "What is new in {t}?", "Can you explain {t} to me?",
     "I have a question about {t}.", "Write some code for {t}.", "Is {t} good for me?", "When did {t} begin?", "Translate {t} into French.", "Summarise {t}.", "What should I know about {t}?"],
    ["Please tell me about {t}.", "Write three facts about {t}.", "Can you write a poem about {t}?", "Who likes {t}?", "Explain to me how {t} works."],
)


def unknown(rng, held):
    if rng.random() < 0.4:  # the contrast to the canaries: nothing is known of anybody else
        name = f"{invented_name(rng, held)} {invented_name(rng, held)}"
        asked = phrase(rng, CANARY[rng.choice(list(CANARY))][:2], held).format(n=name)
        return one_turn("unknown", asked, "I do not know this person.", "contains", ["I do not know"])
    topic = pick_item(rng, "unknown", held, lambda: (lambda x: (x, x))(rng.choice(TOPICS)))
    return one_turn("unknown", phrase(rng, UNKNOWN, held).format(t=topic), UNKNOWN_ANSWER, "contains", ["I do not know"])
