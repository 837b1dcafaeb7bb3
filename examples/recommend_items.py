"""Recommend what goes with a session: item2vec (Barkan and Koenigstein, 2016) on item numbers.

python examples/recommend_items.py

A shop is made up first. Its items belong to themes, few of them are bought often, and a visitor
follows one or two themes, with some purchases that have nothing to do with either. The last item of
sessions not trained on is then to be guessed from the others. What is recommended most depends on
the exponent of negative sampling (Caselles-Dupré et al., 2018, RecSys): text is trained with 0.75.
"""

import numpy as np

from vectorsuite import KeyedVectors, Word2Vec

ITEMS, THEMES, SESSIONS, UNSEEN = 2000, 80, 12_000, 1500
FIRST_NUMBER = 500_000  # items go by their numbers in the shop
STRAY = 0.2  # share of purchases that follow no theme


def make_sessions(seed: int = 0) -> list[list[int]]:
    """Sessions of 3 to 10 different items."""
    random = np.random.default_rng(seed)
    theme_of = random.integers(0, THEMES, ITEMS)
    # Zipf's law over all items, so that every theme has its best sellers and its rarities
    popularity = random.permutation(1 / np.arange(1, ITEMS + 1) ** 0.8)
    popularity /= popularity.sum()
    shares = [np.where(theme_of == theme, popularity, 0) for theme in range(THEMES)]
    shares = [share / share.sum() for share in shares]
    theme_popularity = np.array([popularity[theme_of == theme].sum() for theme in range(THEMES)])
    sessions = []
    for _ in range(SESSIONS):
        themes = random.choice(THEMES, size=random.integers(1, 3), p=theme_popularity)
        chances = STRAY * popularity + (1 - STRAY) * np.mean([shares[t] for t in themes], axis=0)
        bought = random.choice(ITEMS, size=random.integers(3, 11), replace=False, p=chances)
        sessions.append((bought + FIRST_NUMBER).tolist())
    return sessions


def recommend(items: KeyedVectors, session: list[int], n: int = 10) -> list[int]:
    """The items nearest to the mean of a session, without those that are in it."""
    known = [item for item in session if item in items]
    return [item for item, _ in items.most_similar(known, topn=n)] if known else []


def hit_rate(guesses: list[list[int]], sessions: list[list[int]]) -> float:
    """Share of the sessions whose last item is among the guesses."""
    return float(np.mean([s[-1] in guess for s, guess in zip(sessions, guesses, strict=True)]))


sessions = make_sessions()
seen, unseen = sessions[:-UNSEEN], sessions[-UNSEEN:]

numbers, counts = np.unique(np.concatenate(seen), return_counts=True)
popular = numbers[np.argsort(-counts, kind="stable")].tolist()
baseline = hit_rate([[i for i in popular if i not in s[:-1]][:10] for s in unseen], unseen)
print(f"hit rate at 10, best sellers: {baseline:.3f}")

best = 0.0
for exponent in (0.75, 0.25, 0.0, -0.5):
    # all items of a session belong together, near or far: a wide window, none sub-sampled
    model = Word2Vec(
        seen, vector_size=32, window=10, shrink_windows=False, sg=1, negative=5, sample=0,
        ns_exponent=exponent, alpha=0.05, epochs=20, min_count=3, workers=1, seed=1,
    )  # fmt: skip
    rate = hit_rate([recommend(model.wv, session[:-1]) for session in unseen], unseen)
    print(f"hit rate at 10, item2vec, ns_exponent {exponent:5.2f}: {rate:.3f}")
    best = max(best, rate)

print("at least three times the best sellers:", best >= 3 * baseline)
