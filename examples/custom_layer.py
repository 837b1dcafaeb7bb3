"""Static vectors plus learned embeddings of a few words, summed: a layer of your own, trained.

python examples/custom_layer.py
"""

import numpy as np
from thinc.api import Adam, Model, chain, with_array
from thinc.api import Softmax_v2 as Softmax

from vectorsuite import Doc, Vectors, Vocab, registry
from vectorsuite.layers import Embed, FeatureExtractor, StaticVectors, add, remap_ids

WORDS = ["it", "was", "good", "bad", "fine", "poor"]
TEXTS = [("it was good", 1), ("it was bad", 0), ("fine it was", 1), ("poor it was", 0)]


@registry.architectures("my_example.MyEmbedding.v1")
def embed_words(width: int, rows: int, key2row: dict[int, int]) -> Model:
    """What the table knows of all words, plus what is learned of some."""
    return add(
        StaticVectors(nO=width),
        chain(FeatureExtractor(["ORTH"]), remap_ids(key2row), Embed(nO=width, nV=rows)),
    )


rng = np.random.default_rng(0)
table = Vectors(data=rng.standard_normal((len(WORDS), 8)).astype("f"), keys=WORDS)
vocab = Vocab(vectors=table)
docs = [Doc(vocab, words=text.split()) for text, _ in TEXTS]
key2row = {vocab.strings[word]: row for row, word in enumerate(["good", "bad"], start=1)}

make_embedding = registry.get("architectures", "my_example.MyEmbedding.v1")
model = chain(make_embedding(width=16, rows=3, key2row=key2row), with_array(Softmax(nO=2)))
model.initialize(X=docs)

optimizer = Adam(0.05)
before = table.data.copy()
for _ in range(60):
    guesses, backprop = model(docs, is_train=True)
    # every word of a text is told the label of the text
    truth = np.concatenate(
        [np.eye(2)[[label] * len(doc)] for doc, (_, label) in zip(docs, TEXTS, strict=True)]
    )
    guesses.data -= truth.astype("f")
    backprop(guesses)
    model.finish_update(optimizer)

scores = model.predict(docs)
ends = np.cumsum(scores.lengths)
for doc, (_, label), rows in zip(docs, TEXTS, np.split(scores.data, ends[:-1]), strict=True):
    guess = int(rows.mean(axis=0).argmax())
    print(f"{doc.text!r}: {guess}, should be {label}")
print("table unchanged:", bool((table.data == before).all()))
