"""Texts and their words: Vocab, Lexeme, Doc, Span, Token, and how similar they are."""

from vectorsuite.tokens.doc import Doc
from vectorsuite.tokens.lexeme import Lexeme
from vectorsuite.tokens.similarity import similarity_matrix, vectors_of
from vectorsuite.tokens.span import Span
from vectorsuite.tokens.token import Token
from vectorsuite.tokens.tokenizer import Tokenizer
from vectorsuite.tokens.vocab import Vocab

__all__ = [
    "Doc",
    "Lexeme",
    "Span",
    "Token",
    "Tokenizer",
    "Vocab",
    "similarity_matrix",
    "vectors_of",
]
