"""Running text into tokens and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite import Vocab
from vectorsuite.tokens.tokenizer import Tokenizer, split


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Caecilius est in horto", ["Caecilius", "est", "in", "horto"]),
        ("The king's men, don't go!", ["The", "king", "'s", "men", ",", "don't", "go", "!"]),
        ("It cost $1,000.50 in the U.S.", ["It", "cost", "$", "1,000.50", "in", "the", "U.S."]),
        ("See https://x.org/a?b=1.", ["See", "https://x.org/a?b=1", "."]),
        ("me@x.org (now)", ["me@x.org", "(", "now", ")"]),
        ("well-known … “so”", ["well", "-", "known", "…", "“", "so", "”"]),
        ("हिन्दी में।", ["हिन्दी", "में", "।"]),
        ("你好，世界", ["你好", "，", "世界"]),
        ("a  b\n", ["a", " ", "b", "\n"]),
        ("", []),
    ],
)
def test_words(text, words):
    assert split(text)[0] == words


@given(st.text())
def test_the_text_comes_back(text):
    words, spaces = split(text)
    assert "".join(w + " " * s for w, s in zip(words, spaces, strict=True)) == text


def test_pipe_makes_docs_of_one_vocab():
    vocab = Vocab()
    docs = list(Tokenizer(vocab).pipe(["one text", "another text"]))
    assert [len(doc) for doc in docs] == [2, 2]
    assert all(doc.vocab is vocab for doc in docs)
    assert docs[0][1].orth == docs[1][1].orth
