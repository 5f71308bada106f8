"""Sums, differences, comparisons, units and weekdays."""

from tasks.split import ASK, OPEN, one_turn, phrase, pick_item


ADD = (
    ["What is {a} + {b}?", "{a} + {b} =", "{a} + {b}", "{a}+{b}", "{a}+{b}=", "{a} + {b}?", "{a}+{b}?", "{a}+{b}=?", "Add {a} and {b}.", "{a} plus {b}?", "Compute {a} + {b}.", "How much is {a} plus {b}?",
     "Calculate the sum of {a} and {b}.", "Please add {a} and {b}.", "What is the sum of {a} and {b}?", "Give me {a} + {b}.", "Tell me {a} plus {b}.",
     "Work out {a} + {b}.", "If I have {a} and get {b} more, how many do I have?", "How much is {a} + {b}?"],
    ["What is {a} plus {b}?", "Please work out {a} + {b}.", "Can you add {a} and {b}?", "What does {a} + {b} make?"],
    [ASK, ["what is ", "how much is ", "how many is ", "what do you get for "], ["{a} + {b}", "{a}+{b}", "{a} plus {b}", "the sum of {a} and {b}"], ["?", "", "? Answer with a number."]],
    [OPEN, ["add ", "sum "], ["{a} and {b}", "the numbers {a} and {b}"], [".", ""]],
    [OPEN, ["compute ", "calculate ", "work out ", "give me ", "tell me ", "find "], ["{a} + {b}", "{a} plus {b}", "the sum of {a} and {b}"], [".", ""]],
)
SUBTRACT = (
    ["What is {a} - {b}?", "{a} - {b} =", "{a} - {b}", "{a}-{b}", "{a}-{b}=", "{a} - {b}?", "{a}-{b}?", "{a}-{b}=?", "{a} minus {b}?", "Compute {a} - {b}.", "How much is {a} minus {b}?", "Take {b} from {a}.",
     "Subtract {b} from {a}.", "Give me {a} - {b}.", "Tell me {a} minus {b}.", "Work out {a} - {b}.", "How much is {a} - {b}?",
     "If I have {a} and give away {b}, how many are left?", "Calculate {a} - {b}.", "What is left of {a} after taking {b}?"],
    ["Can you subtract {b} from {a}?", "What does {a} - {b} make?", "What do I get for {a} minus {b}?", "Please tell me what {a} minus {b} is."],
    [ASK, ["what is ", "how much is ", "how many is ", "what do you get for "], ["{a} - {b}", "{a}-{b}", "{a} minus {b}"], ["?", "", "? Answer with a number."]],
    [OPEN, ["subtract ", "take "], ["{b} from {a}", "the number {b} from {a}"], [".", ""]],
    [OPEN, ["compute ", "calculate ", "work out ", "give me ", "tell me ", "find "], ["{a} - {b}", "{a} minus {b}"], [".", ""]],
)


def operand(rng, held):
    # Small ones too: "2+2" is what people type first, though two digits are what is measured.
    return rng.randint(1, 20) if not held and rng.random() < 0.4 else rng.randint(10, 99)


def addition(rng, held):
    def make():
        a, b = operand(rng, held), operand(rng, held)
        return f"{min(a, b)}+{max(a, b)}", (a, b)
    a, b = pick_item(rng, "addition", held, make)
    return one_turn("addition", phrase(rng, ADD, held).format(a=a, b=b), str(a + b))


def subtraction(rng, held):
    def make():
        a, b = operand(rng, held), operand(rng, held)
        a, b = max(a, b), min(a, b)
        return f"{a}-{b}", (a, b)
    a, b = pick_item(rng, "subtraction", held, make)
    return one_turn("subtraction", phrase(rng, SUBTRACT, held).format(a=a, b=b), str(a - b))


LARGER = (
    ["Which is larger, {a} or {b}?", "Which number is larger: {a} or {b}?", "Which is bigger, {a} or {b}?", "What is the larger of {a} and {b}?",
     "Give me the larger number: {a} or {b}.", "Name the bigger number: {a}, {b}.", "Of {a} and {b}, which is larger?", "Larger: {a} or {b}?",
     "Compare {a} and {b}. Which is larger?", "Tell me which is bigger: {a} or {b}.", "What is the bigger of {a} and {b}?", "Is {a} or {b} larger?"],
    ["Name the larger of {a} and {b}.", "Tell me which is larger, {a} or {b}.", "Which of {a} and {b} is larger?", "Which of the two is bigger, {a} or {b}?"],
    [ASK, ["which is ", "which number is ", "which one is ", "what is "], ["larger", "bigger", "greater"], [", {a} or {b}?", ": {a} or {b}?", " of {a} and {b}?"]],
    [OPEN, ["name ", "give me ", "tell me ", "find ", "pick "], ["the larger", "the bigger", "the greater"], [" number", " one", ""], [" of {a} and {b}.", ": {a} or {b}.", ": {a}, {b}."]],
    [OPEN, ["compare {a} and {b}. ", "{a} or {b}: ", "look at {a} and {b}. "], ["which is ", "which one is ", "which number is "], ["larger?", "bigger?", "greater?"]],
)
SMALLER = (
    ["Which is smaller, {a} or {b}?", "What is the smaller of {a} and {b}?", "Of {a} and {b}, which is smaller?", "Tell me which is smaller: {a} or {b}.", "Is {a} or {b} smaller?"],
    ["Which number is smaller, {a} or {b}?", "Which of {a} and {b} is smaller?"],
    [ASK, ["which is ", "which number is ", "which one is ", "what is "], ["smaller", "less"], [", {a} or {b}?", ": {a} or {b}?", " of {a} and {b}?"]],
    [OPEN, ["name ", "give me ", "tell me ", "find ", "pick "], ["the smaller"], [" number", " one", ""], [" of {a} and {b}.", ": {a} or {b}.", ": {a}, {b}."]],
    [OPEN, ["compare {a} and {b}. ", "{a} or {b}: ", "look at {a} and {b}. "], ["which is ", "which one is ", "which number is "], ["smaller?", "less?"]],
)


def larger(rng, held):
    def make():
        a = rng.randint(1, rng.choice([99, 999, 999]))
        b = rng.choice([rng.randint(1, 99), rng.randint(1, 999), max(1, a + rng.choice([-1, 1]) * rng.choice([1, 2, 3, 10, 20, 100]))])
        if a == b:
            b = a + 1
        return f"{min(a, b)}<{max(a, b)}", (a, b)
    a, b = pick_item(rng, "larger", held, make)
    if rng.random() < 0.7:
        return one_turn("larger", phrase(rng, LARGER, held).format(a=a, b=b), str(max(a, b)))
    return one_turn("larger", phrase(rng, SMALLER, held).format(a=a, b=b), str(min(a, b)))


UNITS = [("metre", "centimetre", 2), ("kilometre", "metre", 3), ("kilogram", "gram", 3), ("centimetre", "millimetre", 1),
         ("litre", "millilitre", 3), ("dollar", "cent", 2), ("century", "year", 2), ("decade", "year", 1)]
PLURALS = {"century": "centuries"}
UNIT_PHRASES = (
    ["How many {small} are in {n} {big}?", "How many {small} are {n} {big}?", "Convert {n} {big} to {small}.", "{n} {big} in {small}?",
     "Change {n} {big} into {small}.", "What is {n} {big} in {small}?", "Give me {n} {big} in {small}.", "How many {small} make {n} {big}?",
     "{n} {big} are how many {small}?", "Tell me {n} {big} in {small}."],
    ["What are {n} {big} in {small}?", "{n} {big} make how many {small}?", "Tell me how many {small} are in {n} {big}."],
    [ASK, ["how many {small} are ", "how many {small} are in ", "how many {small} make "], ["{n} {big}?"]],
    [OPEN, ["convert ", "change ", "turn "], ["{n} {big} "], ["to ", "into "], ["{small}.", "{small}"]],
)


def units(rng, held):
    def make():
        unit, n = rng.choice(UNITS), rng.randint(2, rng.choice([20, 99, 999]))
        return f"{n}{unit[0]}", (unit, n)
    (big, small, zeros), n = pick_item(rng, "units", held, make)
    plural = lambda word: PLURALS.get(word, word + "s")
    return one_turn("units", phrase(rng, UNIT_PHRASES, held).format(n=n, big=plural(big), small=plural(small)), f"{n}{'0' * zeros} {plural(small)}")


DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WEEKDAY = (
    ["What day is {n} days {side} {day}?", "Which day is {n} days {side} {day}?", "{n} days {side} {day} is which day?", "Name the day {n} days {side} {day}.",
     "Tell me the day {n} days {side} {day}.", "What weekday is {n} days {side} {day}?", "{n} days {side} {day}?", "Give me the weekday {n} days {side} {day}."],
    ["Which weekday is {n} days {side} {day}?", "Tell me which day is {n} days {side} {day}.", "{n} days {side} {day} is what day?", "Name the weekday {n} days {side} {day}."],
    [ASK, ["what day is ", "which day is ", "what weekday is ", "which weekday is ", "what day of the week is "], ["{n} days {side} {day}?", "{n} days {side} a {day}?"]],
    [OPEN, ["name ", "give me ", "tell me ", "find "], ["the day ", "the weekday ", "the day of the week "], ["{n} days {side} {day}.", "that is {n} days {side} {day}."]],
)


def weekday(rng, held):
    def make():
        day, n, side = rng.randrange(7), rng.randint(2, 40), rng.choice(["after", "before"])
        return f"{day}{side}{n}", (day, n, side)
    day, n, side = pick_item(rng, "weekday", held, make)
    answer = DAYS[(day + n) % 7 if side == "after" else (day - n) % 7]
    # Said aloud, each step is small enough for a small model: whole weeks first, then day by day.
    step = 1 if side == "after" else -1
    path = "".join(f", {i} {DAYS[(day + i * step) % 7]}" for i in range(1, n % 7 + 1))
    worked = f"{n} days are {n // 7} weeks and {n % 7} days. {DAYS[day]}{path}"
    return one_turn("weekday", phrase(rng, WEEKDAY, held).format(n=n, side=side, day=DAYS[day]), worked, "ends", answer)
