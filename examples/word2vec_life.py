"""The life of a model with gensim's names: train, keep, go on, add words, freeze others.

python examples/word2vec_life.py
"""

import tempfile
from pathlib import Path

from vectorsuite.models import HeldOutLoss, LineSentence, Word2Vec

toy = Path(__file__).parent / "toy" / "corpus.txt"
held_out = HeldOutLoss(list(LineSentence(toy))[-100:], patience=3)
model = Word2Vec(
    LineSentence(toy), vector_size=50, sg=1, epochs=20, workers=1, callbacks=[held_out]
)
print(model, f"loss held out: {held_out.losses[0]:.3f} → {held_out.losses[-1]:.3f}")
print("king:", [word for word, _ in model.wv.most_similar("king", topn=3)])

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "toy.model"
    model.save(path)  # one file with checksums, no pickle
    model = Word2Vec.load(path)

    new = [["the", "regent", "rules", "the", "kingdom", "as", "a", "king"]] * 50
    model.build_vocab(new, update=True)
    king = model.wv["king"].copy()
    model.wv.vectors_lockf[model.wv.get_index("king")] = 0  # training leaves this row as it is
    # were it killed here, the same call would go on from the checkpoint
    model.train(
        new, total_examples=model.corpus_count, epochs=20, checkpoint=Path(folder) / "checkpoint"
    )
print("king has not moved:", bool((model.wv["king"] == king).all()))
print("regent and king:", f"{model.wv.similarity('regent', 'king'):.2f}")
