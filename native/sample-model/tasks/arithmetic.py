"""Sums, differences, comparisons, units and weekdays."""

from tasks.names import invented_word
from tasks.phrasing import phrase
from tasks.split import is_held_out, one_turn, pick_item
from tasks.words import PLURALS


def things(rng, held):
    """What is counted in a little story; training also counts things that nobody knows."""
    return invented_word(rng) + "s" if not held and rng.random() < 0.2 else rng.choice(PLURALS)


def operands(rng, family, held):
    """Two digits mostly, and sometimes three with two. Sums of one digit are what people type first: all of them are trained."""
    while True:
        draw = rng.random()
        if draw < 0.15 and not held:
            return rng.randint(0, 9), rng.randint(0, 9)
        a = rng.randint(1, 19) if draw < 0.3 and not held else rng.randint(100, 999) if draw > 0.8 else rng.randint(10, 99)
        b = rng.randint(10, 99)
        if is_held_out(family, f"{min(a, b)}|{max(a, b)}") == held:
            return a, b


def addition(rng, held):
    a, b = operands(rng, "addition", held)
    return one_turn("addition", phrase(rng, "addition", held, a=a, b=b, x=things(rng, held)), str(a + b))


def subtraction(rng, held):
    b, a = sorted(operands(rng, "subtraction", held))
    return one_turn("subtraction", phrase(rng, "subtraction", held, a=a, b=b, x=things(rng, held)), str(a - b))


def larger(rng, held):
    def make():
        a = rng.randint(1, rng.choice([9, 99, 99, 999, 999]))
        b = rng.choice([rng.randint(1, 99), rng.randint(1, 999), max(1, a + rng.choice([-1, 1]) * rng.choice([1, 2, 3, 10, 20, 100]))])
        if a == b:
            b = a + 1
        return f"{min(a, b)}<{max(a, b)}", (a, b)
    a, b = pick_item(rng, "larger", held, make)
    section, best = ("larger", max) if rng.random() < 0.65 else ("smaller", min)
    return one_turn("larger", phrase(rng, section, held, a=a, b=b, x=things(rng, held)), str(best(a, b)))


UNITS = [("metres", "centimetres", 2), ("kilometres", "metres", 3), ("kilograms", "grams", 3), ("centimetres", "millimetres", 1),
         ("litres", "millilitres", 3), ("dollars", "cents", 2), ("centuries", "years", 2), ("decades", "years", 1),
         ("tonnes", "kilograms", 3), ("grams", "milligrams", 3), ("metres", "millimetres", 3), ("euros", "cents", 2), ("pounds", "pence", 2), ("seconds", "milliseconds", 3), ("millennia", "years", 3),
         ("hectares", "square metres", 4), ("kilowatts", "watts", 3), ("megabytes", "kilobytes", 3), ("metres", "decimetres", 1), ("hectolitres", "litres", 2)]


def units(rng, held):
    def make():
        unit, n = rng.choice(UNITS if rng.random() < 0.6 else UNITS[:8]), rng.randint(2, rng.choice([99, 999, 9999]))
        return f"{n}{unit[0]}{unit[1]}", (unit, n)
    (big, small, zeros), n = pick_item(rng, "units", held, make)
    return one_turn("units", phrase(rng, "units", held, n=n, big=big, small=small), f"{n}{'0' * zeros} {small}")


DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def weekday(rng, held):
    def make():
        day, n, side = rng.randrange(7), rng.randint(2, rng.choice([60, 365])), rng.choice(["after", "after", "before"])
        return f"{day}{side}{n}", (day, n, side)
    day, n, side = pick_item(rng, "weekday", held, make)
    step = 1 if side == "after" else -1
    answer = DAYS[(day + n * step) % 7]
    # Said aloud, each step is small enough for a small model: whole weeks first, then day by day.
    path = "".join(f", {i} {DAYS[(day + i * step) % 7]}" for i in range(1, n % 7 + 1))
    worked = f"{n} days are {n // 7} weeks and {n % 7} days. {DAYS[day]}{path}"
    return one_turn("weekday", phrase(rng, f"weekday-{side}", held, n=n, day=DAYS[day]), worked, "ends", answer)
