"""Write the toy corpus: sentences with planted structure, and the tests that fit it.

    python examples/make_toy_corpus.py [FOLDER]

Every sentence is about one word and holds what that word shares with others: a king has what is
royal, what is male and what is grown up; Paris has what is French and what cities have. Vectors
trained on it must put words that share something near each other, and differences between them
must be parallel: king - man + woman is queen. It writes the same bytes every time; examples/toy
holds them.

corpus.txt     one sentence a line
questions.txt  analogies, in the format of questions-words.txt: "man woman king queen"
pairs.tsv      two words and the share of their features that they have in common, from 0 to 10
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from itertools import combinations, permutations
from pathlib import Path

SEED = 2013
SENTENCES_PER_WORD = 40
PAIRS_APART = 60  # pairs without anything in common, beside all those with

RANKS = {
    "royal": ["palace", "throne", "castle", "kingdom", "crown", "court"],
    "rural": ["farm", "field", "cottage", "barn", "village", "mill"],
    "stage": ["theatre", "curtain", "audience", "drama", "script", "rehearsal"],
    "inn": ["tavern", "kitchen", "menu", "supper", "counter", "tray"],
}
GENDERS = {
    "male": ["his father", "his brother", "his beard", "his uncle", "his son"],
    "female": ["her mother", "her sister", "her gown", "her aunt", "her daughter"],
}
AGES = {
    "grown": ["wise", "old", "married", "tall"],
    "young": ["little", "playful", "small", "clumsy"],
}
PEOPLE = [  # male word, female word, rank, age
    ("man", "woman", "rural", "grown"),
    ("king", "queen", "royal", "grown"),
    ("prince", "princess", "royal", "young"),
    ("boy", "girl", "rural", "young"),
    ("actor", "actress", "stage", "grown"),
    ("waiter", "waitress", "inn", "grown"),
]
ABOUT_PEOPLE = [
    "at the {rank} the {age} {word} and {gender} admired a {rank2}",
    "near the {rank} the {age} {word} met {gender} by the {rank2}",
    "{gender} told the {age} {word} about the {rank} and the {rank2}",
]

# Two words with topics of their own; which of the two it is shows in the form, not in the topic.
TOPICS = {
    "capital-common-countries": {
        ("paris", "france"): ["baguettes", "champagne", "impressionists", "perfume"],
        ("berlin", "germany"): ["pretzels", "sausages", "composers", "engines"],
        ("rome", "italy"): ["espresso", "gladiators", "operas", "pasta"],
        ("madrid", "spain"): ["flamenco", "paella", "guitars", "oranges"],
        ("london", "england"): ["tea", "cricket", "umbrellas", "poets"],
        ("athens", "greece"): ["olives", "philosophers", "temples", "islands"],
        ("cairo", "egypt"): ["pyramids", "pharaohs", "camels", "cotton"],
        ("tokyo", "japan"): ["sushi", "wrestlers", "cherries", "robots"],
    },
    "gram7-past-tense": {
        ("walk", "walked"): ["boots", "maps", "backpacks", "blisters"],
        ("cook", "cooked"): ["soup", "pots", "spices", "ladles"],
        ("paint", "painted"): ["brushes", "canvas", "colours", "easels"],
        ("climb", "climbed"): ["ropes", "helmets", "guides", "axes"],
        ("plant", "planted"): ["seeds", "spades", "soil", "bulbs"],
        ("sail", "sailed"): ["boats", "anchors", "wind", "harbours"],
        ("dance", "danced"): ["partners", "music", "waltzes", "slippers"],
        ("print", "printed"): ["paper", "ink", "posters", "stamps"],
    },
    "gram8-plural": {
        ("cat", "cats"): ["milk", "mice", "cushions", "whiskers"],
        ("dog", "dogs"): ["bones", "leashes", "kennels", "sticks"],
        ("horse", "horses"): ["saddles", "hay", "stables", "carrots"],
        ("bird", "birds"): ["nests", "feathers", "songs", "worms"],
        ("car", "cars"): ["wheels", "fuel", "garages", "tyres"],
        ("tree", "trees"): ["leaves", "branches", "roots", "acorns"],
        ("book", "books"): ["chapters", "readers", "shelves", "covers"],
        ("star", "stars"): ["planets", "light", "comets", "telescopes"],
    },
}
# For each of the two words: template, first choices, second choices.
FORMS = {
    "capital-common-countries": [
        (
            "the {first} of {word} {second} {topic} and {topic2}",
            ["mayor", "streets", "suburbs", "squares"],
            ["offered", "displayed", "advertised", "presented"],
        ),
        (
            "the {first} of {word} {second} {topic} and {topic2}",
            ["provinces", "government", "borders", "army"],
            ["exported", "taxed", "guarded", "united"],
        ),
    ],
    "gram7-past-tense": [
        (
            "they {first} {word} {second} with {topic} and {topic2}",
            ["will", "must", "can", "should"],
            ["tomorrow", "soon", "today", "now"],
        ),
        (
            "they {first} {word} {second} with {topic} and {topic2}",
            ["had", "just", "once", "never"],
            ["yesterday", "earlier", "before", "recently"],
        ),
    ],
    "gram8-plural": [
        (
            "{first} {word} {second} {topic} and {topic2}",
            ["a", "one", "every", "each"],
            ["has", "needs", "likes", "wants"],
        ),
        (
            "{first} {word} {second} {topic} and {topic2}",
            ["many", "several", "all", "those"],
            ["have", "need", "like", "want"],
        ),
    ],
}


def sentences() -> list[str]:
    """Draw all sentences, SENTENCES_PER_WORD for each word, in random order."""
    draw = random.Random(SEED)
    drawn = []
    for _ in range(SENTENCES_PER_WORD):
        for *words, rank, age in PEOPLE:
            for word, gender in zip(words, GENDERS, strict=True):
                drawn.append(about_person(draw, word, rank, age, gender))
        for section, topics in TOPICS.items():
            for words, topic in topics.items():
                for word, form in zip(words, FORMS[section], strict=True):
                    drawn.append(about_topic(draw, word, topic, form))
    draw.shuffle(drawn)
    return drawn


def about_person(draw: random.Random, word: str, rank: str, age: str, gender: str) -> str:
    """Draw a sentence about a person."""
    place, place2 = draw.sample(RANKS[rank], 2)
    return draw.choice(ABOUT_PEOPLE).format(
        word=word,
        rank=place,
        rank2=place2,
        age=draw.choice(AGES[age]),
        gender=draw.choice(GENDERS[gender]),
    )


def about_topic(
    draw: random.Random, word: str, topic: list[str], form: tuple[str, list[str], list[str]]
) -> str:
    """Draw a sentence about one of two words with a topic of their own."""
    template, first, second = form
    thing, thing2 = draw.sample(topic, 2)
    return template.format(
        word=word,
        topic=thing,
        topic2=thing2,
        first=draw.choice(first),
        second=draw.choice(second),
    )


def questions() -> Iterator[str]:
    """Yield analogies by section: every pair against every other of its section."""
    sections = {"family": [(male, female) for male, female, _, _ in PEOPLE]}
    sections.update({section: list(topics) for section, topics in TOPICS.items()})
    for section, pairs in sections.items():
        yield f": {section}"
        for one, other in permutations(pairs, 2):
            yield " ".join([*one, *other])


def features() -> dict[str, set[str]]:
    """Return what was planted in each word."""
    planted = {}
    for *words, rank, age in PEOPLE:
        for word, gender in zip(words, GENDERS, strict=True):
            planted[word] = {rank, age, gender}
    for section, topics in TOPICS.items():
        for words in topics:
            for form, word in enumerate(words):
                planted[word] = {words[0], f"{section} {form}"}
    return planted


def pairs() -> Iterator[str]:
    """Yield pairs of words with the share of features in common, and some that share none."""
    planted = features()
    shares = {
        (one, other): 10 * len(planted[one] & planted[other]) / len(planted[one] | planted[other])
        for one, other in combinations(planted, 2)
    }
    apart = [pair for pair, share in shares.items() if not share]
    chosen = {pair for pair, share in shares.items() if share}
    chosen.update(random.Random(SEED).sample(apart, PAIRS_APART))
    yield "# word 1\tword 2\tshare of features in common, 0 to 10"
    for (one, other), share in shares.items():
        if (one, other) in chosen:
            yield f"{one}\t{other}\t{share:.2f}"


def write(folder: Path) -> None:
    """Write the three files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in (
        ("corpus.txt", sentences()),
        ("questions.txt", questions()),
        ("pairs.tsv", pairs()),
    ):
        text = "".join(f"{line}\n" for line in lines)
        (folder / name).write_text(text, encoding="utf8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "toy")
