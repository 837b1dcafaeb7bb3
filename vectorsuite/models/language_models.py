"""What came before word2vec: models of the next word, by counts and by a small neural network."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Suggestions = list[tuple[str, float]]


class NGramLM:
    """Chances of the next word: how often it followed the same words (Shannon, 1948).

    Words that never followed have none; where the words before were never seen together, fewer of
    them are looked at, down to none ("stupid backoff", Brants et al., 2007, without its factor).

    :param sentences: Lists of words.
    :param n: Words of an n-gram, with the one to be guessed.
    :raises ValueError: `n` is below 1, or there are no words.
    """

    def __init__(self, sentences: Iterable[Sequence[str]], n: int = 3) -> None:
        if n < 1:
            raise ValueError(f"n is {n}; an n-gram has at least the word to be guessed.")
        self.n = n
        self.counts: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for sentence in sentences:
            for place, word in enumerate(sentence):
                for length in range(min(n, place + 1)):
                    self.counts[tuple(sentence[place - length : place])][word] += 1
        if not self.counts:
            raise ValueError("There is nothing to count: the sentences hold no word.")

    def suggest(self, words: Sequence[str], topn: int = 10) -> Suggestions:
        """The likeliest next words and their chances; of equal chances the first one read."""
        before = tuple(words[-(self.n - 1) :]) if self.n > 1 else ()
        while before not in self.counts:
            before = before[1:]
        followers = self.counts[before]
        total = followers.total()
        return [(word, count / total) for word, count in followers.most_common(topn)]


class NeuralLM:
    """Chances of the next word by a neural network (Bengio et al., 2003, JMLR).

    In three steps: the vectors of the words before are looked up and put side by side, a hidden
    layer makes a prediction of them, and a softmax projects it to the vocabulary. thinc's layers.

    :param sentences: Lists of words; for texts of some thousand words.
    :param window: Words before, from which the next one is predicted.
    :param vector_size: Width of a word's vector.
    :param hidden_size: Width of the hidden layer.
    :param epochs: Passes over the text, each in one step of Adam for every `batch_size` words.
    :raises ValueError: No sentence is longer than the window.
    """

    def __init__(
        self,
        sentences: Iterable[Sequence[str]],
        *,
        window: int = 2,
        vector_size: int = 16,
        hidden_size: int = 32,
        epochs: int = 50,
        batch_size: int = 64,
        learn_rate: float = 0.01,
        seed: int = 1,
    ) -> None:
        from thinc.api import Adam, fix_random_seed

        texts = [list(sentence) for sentence in sentences]
        self.words = sorted({word for text in texts for word in text})
        self.row_of = {word: row for row, word in enumerate(self.words)}
        self.window = window
        contexts, targets = self._examples(texts)
        random = np.random.default_rng(seed)
        fix_random_seed(seed)
        self.model = _network(len(self.words), window, vector_size, hidden_size)
        self.model.initialize(X=contexts[:1])
        optimizer = Adam(learn_rate)
        #: Mean of minus the log chance of the right word in each epoch, in nats.
        self.losses: list[float] = []
        for _ in range(epochs):
            order = random.permutation(len(targets))
            batches = [order[i : i + batch_size] for i in range(0, len(order), batch_size)]
            loss = sum(self._step(contexts[b], targets[b], optimizer) for b in batches)
            self.losses.append(loss / len(targets))

    def _examples(self, texts: list[list[str]]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Rows of the words before, (N, window), and of the next word, (N,)."""
        rows = [[self.row_of[word] for word in text] for text in texts]
        pairs = [
            (row[end - self.window : end], row[end])
            for row in rows
            for end in range(self.window, len(row))
        ]
        if not pairs:
            raise ValueError(
                f"There is nothing to learn: no sentence has over {self.window} words."
            )
        contexts, targets = zip(*pairs, strict=True)
        return np.array(contexts, dtype=np.int32), np.array(targets, dtype=np.int64)

    def _step(self, contexts: Any, targets: Any, optimizer: Any) -> float:
        chances, backprop = self.model.begin_update(contexts)
        places = (np.arange(len(targets)), targets)
        loss = -float(np.log(np.maximum(chances[places], 1e-12)).sum())
        error = chances.copy()  # of softmax and cross-entropy together: prediction - target
        error[places] -= 1
        backprop(error / len(targets))
        self.model.finish_update(optimizer)
        return loss

    @property
    def vectors(self) -> NDArray[np.float32]:
        """Vectors of the words, (V, D): what the network learnt on the way."""
        vectors: NDArray[np.float32] = self.model.get_ref("embed").get_param("E")
        return vectors

    def chances(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Chance of every word to come next, (V,); they sum to 1.

        :param words: The words before; the last ones count.
        :raises KeyError: One of them is unknown.
        :raises ValueError: They are too few.
        """
        if len(words) < self.window:
            raise ValueError(f"{self.window} words are needed before the next, not {list(words)}.")
        last = list(words)[-self.window :]
        unknown = next((word for word in last if word not in self.row_of), None)
        if unknown is not None:
            raise KeyError(f"The word {unknown!r} does not occur in the text that was learnt.")
        rows = np.array([[self.row_of[word] for word in last]], dtype=np.int32)
        chances: NDArray[np.float32] = self.model.predict(rows)[0]
        return chances

    def suggest(self, words: Sequence[str], topn: int = 10) -> Suggestions:
        """The likeliest next words and their chances."""
        chances = self.chances(words)
        best = np.argsort(-chances, kind="stable")[:topn]
        return [(self.words[row], float(chances[row])) for row in best]


def _network(n_words: int, window: int, vector_size: int, hidden_size: int) -> Any:
    """Rows (N, window) to chances (N, V)."""
    from thinc.api import Embed, Mish, Model, Softmax, chain, glorot_uniform_init

    embed: Any = Embed(vector_size, n_words, initializer=glorot_uniform_init)

    def look_up(model: Any, rows: Any, is_train: bool) -> tuple[Any, Any]:
        vectors, backprop = embed(rows.reshape(-1), is_train)

        def backward(d_flat: Any) -> Any:
            return backprop(d_flat.reshape(-1, vector_size))

        return vectors.reshape(len(rows), -1), backward

    side_by_side: Any = Model(
        "side_by_side", look_up, layers=[embed], dims={"nO": window * vector_size},
        init=lambda model, X=None, Y=None: embed.initialize(),
    )  # fmt: skip
    network: Any = chain(
        side_by_side, Mish(hidden_size, window * vector_size), Softmax(n_words, hidden_size)
    )
    network.set_ref("embed", embed)
    return network
