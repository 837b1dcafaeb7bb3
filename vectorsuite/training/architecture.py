"""Which model of the word2vec family is trained."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

#: Neighbouring centre words that share noise words: of 1 to 4 the most that cost no quality on
#: 17 M words (analogies, WordSim-353 and SimLex-999 stay within the spread over seeds).
SHARED_NOISE = {"skip-gram": 3, "cbow": 4}
#: Below this many words neighbours too often stand among each other's noise.
SMALL_VOCABULARY = 1000
#: Of a window, and of noise words: what the loops have room for.
MOST_WORDS = 1 << 20


@dataclass(frozen=True)
class Architecture:
    """A model of the word2vec family (Mikolov et al., 2013, ICLR and NIPS).

    :param kind: "skip-gram" predicts each word near a centre word, "cbow" the centre word from
        all of them.
    :param vector_size: Width D of the vectors.
    :param window: Most words on either side.
    :param negative: Noise words for each pair; 0: no negative sampling.
    :param hierarchical_softmax: Learn Huffman paths, beside or instead of negative sampling.
    :param cbow_mean: Predict from the mean of the window; otherwise from its sum.
    :param sample: Threshold of sub-sampling, a share of the corpus; 0: off.
    :param ns_exponent: Noise words are drawn in proportion to counts ** ns_exponent.
    :param shrink_windows: Draw the window from 1..window for each centre word.
    :raises ValueError: A value is out of range, or there is no output layer.
    """

    kind: Literal["skip-gram", "cbow"] = "skip-gram"
    vector_size: int = 100
    window: int = 5
    negative: int = 5
    hierarchical_softmax: bool = False
    cbow_mean: bool = True
    sample: float = 1e-3
    ns_exponent: float = 0.75
    shrink_windows: bool = True

    def __post_init__(self) -> None:
        if self.kind not in ("skip-gram", "cbow"):
            raise ValueError(f"kind is {self.kind!r}; there are 'skip-gram' and 'cbow'.")
        for name in ("vector_size", "window"):
            value = getattr(self, name)
            if value < 1:
                raise ValueError(f"{name} is {value}; it must be at least 1.")
        for name in ("window", "negative"):
            value = getattr(self, name)
            if value > MOST_WORDS:
                raise ValueError(f"{name} is {value:,}; it must be at most {MOST_WORDS:,}.")
        if self.negative < (0 if self.hierarchical_softmax else 1):
            raise ValueError(
                f"negative is {self.negative}; it must be at least 1, or 0 with hierarchical "
                "softmax."
            )
        if not 0 <= self.sample < math.inf:
            raise ValueError(f"sample is {self.sample}; it must be 0 (off) or a share of a corpus.")
        if not math.isfinite(self.ns_exponent):
            raise ValueError(f"ns_exponent is {self.ns_exponent}; it must be a finite number.")

    @property
    def cbow(self) -> bool:
        """Whether the centre word is predicted."""
        return self.kind == "cbow"

    def shared(self, n_words: int) -> int:
        """Neighbouring centre words that make one step of the loops."""
        if n_words < SMALL_VOCABULARY or (self.hierarchical_softmax and not self.cbow):
            return 1
        return SHARED_NOISE[self.kind]


def recommended_window(kind: str) -> int:
    """The window that the authors of word2vec advise: 10 for skip-gram, 5 for CBOW.

    :param kind: "skip-gram" or "sg", "cbow".
    """
    windows = {"skip-gram": 10, "sg": 10, "cbow": 5}
    if kind not in windows:
        raise ValueError(f"kind is {kind!r}; there are {', '.join(windows)}.")
    return windows[kind]
