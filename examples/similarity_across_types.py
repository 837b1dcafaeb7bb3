"""How similar a text, a slice of it, a word in it and a word by itself are, in all pairs.

python examples/similarity_across_types.py
"""

import numpy as np

from vectorsuite import Doc, Vectors, Vocab
from vectorsuite.tokens import similarity_matrix

table = Vectors(shape=(5, 3))
for word, vector in {
    "cat": [1.0, 0.2, 0.0],
    "dog": [0.9, 0.3, 0.1],
    "sat": [0.0, 1.0, 0.2],
    "slept": [0.1, 0.9, 0.3],
    "moon": [0.0, 0.1, 1.0],
}.items():
    table.add(word, vector=vector)
vocab = Vocab(vectors=table)

doc = Doc(vocab, words=["the", "cat", "sat"])  # "the" has no vector and is left out of the mean
span = Doc(vocab, words=["a", "dog", "slept"])[1:3]
token = doc[1]
lexeme = vocab["moon"]

things = {"doc": doc, "span": span, "token": token, "lexeme": lexeme}
print("        " + "".join(f"{name:>8}" for name in things))
for name, thing in things.items():
    print(f"{name:8}" + "".join(f"{thing.similarity(other):8.2f}" for other in things.values()))

# the same numbers for many things at once: one look-up and one matrix product
matrix = similarity_matrix(list(things.values()))
one_by_one = [[a.similarity(b) for b in things.values()] for a in things.values()]
print("same in bulk:", np.allclose(matrix, one_by_one, atol=1e-6))

# a hook replaces what docs say of themselves
doc.user_hooks["similarity"] = lambda this, other: float(len(this) == len(other))
print("by the hook:", doc.similarity(span))
