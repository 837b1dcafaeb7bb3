"""Train vectors on lists of words, ask them questions, keep them.

python examples/train_from_python.py
"""

from pathlib import Path

from vectorsuite import KeyedVectors, Vectors
from vectorsuite.training.corpus import count_and_encode
from vectorsuite.training.trainer import train_skip_gram

# Anything that can be iterated over again will do: a list, or an object that reads a database.
text = (Path(__file__).parent / "toy" / "corpus.txt").read_text(encoding="utf8")
sentences = [line.split() for line in text.splitlines()]

with count_and_encode(sentences, min_count=5) as corpus:
    trained = train_skip_gram(corpus, vector_size=50, epochs=30, workers=1, seed=1)

words = KeyedVectors.from_table(Vectors(data=trained.vectors, keys=corpus.words))
for word, cosine in words.most_similar("king", topn=5):
    print(f"{cosine:.3f}  {word}")
best, _ = words.most_similar(positive=["king", "woman"], negative=["man"], topn=1)[0]
print(f"king - man + woman = {best}")
