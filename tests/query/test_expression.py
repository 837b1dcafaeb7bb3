"""Expressions of words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorsuite.query import parse_expression


@pytest.mark.parametrize(
    ("text", "positive", "negative"),
    [
        ("king", [("king", 1)], []),
        ("king - man + woman", [("king", 1), ("woman", 1)], [("man", -1)]),
        ("- man + king", [("king", 1)], [("man", -1)]),
        ("+ king", [("king", 1)], []),
        ("twenty-one - New York + C++", [("twenty-one", 1), ("C++", 1)], [("New York", -1)]),
        ("0.5 * king - 2*man", [("king", 0.5)], [("man", -2)]),
        ("  北京 \t-  中国 ", [("北京", 1)], [("中国", -1)]),
    ],
)
def test_words_are_split_at_signs_that_stand_alone(text, positive, negative):
    assert parse_expression(text) == (positive, negative)


@pytest.mark.parametrize("text", ["", "  ", "king -", "king - + man", "+", "- -"])
def test_a_missing_word_is_refused(text):
    with pytest.raises(ValueError, match="A word is missing in the expression"):
        parse_expression(text)


@given(
    st.lists(
        st.tuples(st.sampled_from("+-"), st.from_regex(r"[a-z][a-z+-]{0,5}", fullmatch=True)),
        min_size=1,
    )
)
def test_what_is_written_is_read(terms):
    positive, negative = parse_expression(" ".join(f"{sign} {word}" for sign, word in terms))
    assert positive == [(word, 1) for sign, word in terms if sign == "+"]
    assert negative == [(word, -1) for sign, word in terms if sign == "-"]
