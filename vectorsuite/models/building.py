"""Building a model's vocabulary."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from types import GeneratorType
from typing import Any

import numpy as np

from vectorsuite.errors import EmptyCorpusError
from vectorsuite.kernels.compiled import huffman_paths
from vectorsuite.models.aliases import older_arguments
from vectorsuite.models.corpus_scan import Scan, corpus_files, scan_corpus
from vectorsuite.models.state import ModelState
from vectorsuite.models.vocabulary import TrimRule, choose_words, keep_chances
from vectorsuite.training.readers import LineSentences, PathLike

logger = logging.getLogger(__name__)

NULL_WORD = "\0"
FLOAT32_BYTES = 4
#: About what a word takes in the list and the dictionary of words, and in counts.
WORD_BYTES = 200
#: What a step on the path of a word in the Huffman tree takes.
STEP_BYTES = 5


class VocabularyBuilder(ModelState):
    """The part of a model that chooses its words."""

    workers: int
    min_count: int
    max_vocab_size: int | None
    max_final_vocab: int | None
    sorted_vocab: int
    null_word: int
    raw_vocab: Mapping[Any, int] | None
    #: What the vocabulary was counted in.
    _counted_files: tuple[Path, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.corpus_count = 0
        self.corpus_total_words = 0
        self.effective_min_count = self.min_count
        self.cum_table: Any = None
        self.raw_vocab = None

    # -- gensim's steps

    @older_arguments
    def build_vocab(
        self,
        corpus_iterable: Iterable[Iterable[Any]] | None = None,
        corpus_file: PathLike | None = None,
        update: bool = False,
        progress_per: int = 10000,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        **preparing: Any,
    ) -> None:
        """Read a corpus once, choose its words and make the tables.

        :param corpus_iterable: Lists of words; a generator will do.
        :param corpus_file: Or a file or folder of text, one sentence a line, plain or packed.
        :param update: Add the words to those there are; they keep their vectors.
        :param keep_raw_vocab: Keep ``raw_vocab``, the counts of all words.
        :param trim_rule: Asked about each word: (word, count, min_count) → RULE_DEFAULT,
            RULE_DISCARD or RULE_KEEP. Not kept.
        :param preparing: ``min_count`` and ``sample`` of :meth:`prepare_vocab`.
        """
        source = self._source(corpus_iterable, corpus_file)
        with self._scan(source, trim_rule) as scan:
            self._build_from(scan, update, keep_raw_vocab, trim_rule, **preparing)
        self._counted_files = corpus_files(source)

    def _build_from(
        self,
        scan: Scan,
        update: bool = False,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        **preparing: Any,
    ) -> None:
        self._take_counts(scan)
        self.prepare_vocab(update, keep_raw_vocab, trim_rule, **preparing)
        self.prepare_weights(update=update)
        self.add_lifecycle_event("build_vocab", update=update, trim_rule=str(trim_rule))

    @older_arguments
    def scan_vocab(
        self,
        corpus_iterable: Iterable[Iterable[Any]] | None = None,
        corpus_file: PathLike | None = None,
        progress_per: int = 10000,
        workers: int | None = None,
        trim_rule: TrimRule | None = None,
    ) -> tuple[int, int]:
        """Count the words of a corpus into ``raw_vocab``.

        :returns: Words and sentences read.
        """
        source = self._source(corpus_iterable, corpus_file)
        with self._scan(source, trim_rule) as scan:
            self._take_counts(scan)
            self._counted_files = corpus_files(source)
            self.raw_vocab = dict(scan.raw_vocab)
        return self.corpus_total_words, self.corpus_count

    def build_vocab_from_freq(
        self,
        word_freq: Mapping[Any, int],
        keep_raw_vocab: bool = False,
        corpus_count: int | None = None,
        trim_rule: TrimRule | None = None,
        update: bool = False,
    ) -> None:
        """Choose words by counts that are known, and make the tables.

        :param word_freq: Count of each word.
        :param corpus_count: Sentences that the counts come from.
        """
        self.raw_vocab = dict(word_freq)
        self.corpus_count = corpus_count or 0
        self.corpus_total_words = sum(self.raw_vocab.values())
        self.prepare_vocab(update, keep_raw_vocab, trim_rule)
        self.prepare_weights(update=update)
        self.add_lifecycle_event("build_vocab", update=update, trim_rule=str(trim_rule))

    def prepare_vocab(
        self,
        update: bool = False,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        min_count: int | None = None,
        sample: float | None = None,
        dry_run: bool = False,
    ) -> dict[str, Any]:
        """Choose words among ``raw_vocab``.

        :param min_count, sample: In place of the model's own.
        :param dry_run: Change nothing, only report.
        :returns: ``drop_unique`` (words dropped), ``retain_total`` (tokens whose words stay),
            ``num_retained_words``, ``downsample_unique`` (words sub-sampled), ``downsample_total``
            (tokens expected after it) and ``memory`` (see :meth:`estimate_memory`).
        :raises RuntimeError: No corpus was scanned, or there is nothing to update.
        """
        if update and not len(self.wv):
            raise RuntimeError(
                "There is no vocabulary yet that could be updated: build it first, without "
                "update=True."
            )
        if self.raw_vocab is None:
            raise RuntimeError("There are no counts of words: call scan_vocab or build_vocab.")
        min_count = self.min_count if min_count is None else min_count
        sample = self.sample if sample is None else sample
        choice = choose_words(self.raw_vocab, min_count, self.max_final_vocab, trim_rule)
        chances = keep_chances(choice.counts, sample)
        report = {
            "drop_unique": choice.dropped,
            "retain_total": choice.total,
            "downsample_unique": int((chances < 1).sum()),
            "downsample_total": int((chances * choice.counts).sum()),
            "num_retained_words": len(choice.words),
            "memory": self.estimate_memory(vocab_size=len(choice.words)),
        }
        logger.info("words with count %i and more: %s", choice.min_count, report)
        if dry_run:
            return report
        self.min_count, self.sample = min_count, sample
        self.effective_min_count = choice.min_count
        if update:
            self._add_words(choice.words)
        else:
            self._set_words(choice.words, choice.counts)
        self.raw_vocab = dict(self.raw_vocab) if keep_raw_vocab else {}
        self._prepare_tables()
        return report

    def _set_words(self, words: list[Any], counts: Any) -> None:
        """Begin a vocabulary."""
        if self.sorted_vocab:
            order = np.argsort(-counts, kind="stable")
            words, counts = [words[row] for row in order.tolist()], counts[order]
        self._put_words(words, counts)
        self.wv.vectors = np.zeros((0, self.vector_size), dtype=np.float32)
        self._in_rows = self._out_rows = self._tree_rows = None
        if self.null_word:
            self.add_null_word()

    def _add_words(self, words: list[Any]) -> None:
        """Add words to the vocabulary, and the new counts of those known to theirs."""
        raw = self.raw_vocab or {}
        keys = list(self.wv.index_to_key)
        known = self.wv.key_to_index
        keys += [word for word in words if word not in known]
        counts = np.array([raw.get(key, 0) for key in keys], dtype=np.int64)
        counts[: len(known)] += self.wv.expandos.get("count", np.int64(0))
        self._put_words(keys, counts)

    def _put_words(self, words: list[Any], counts: Any) -> None:
        self.wv.index_to_key = words
        self.wv.key_to_index = dict(zip(words, range(len(words)), strict=True))
        self.wv.next_index = len(words)
        self.wv.expandos = {"count": np.asarray(counts, dtype=np.int64)}

    def _prepare_tables(self) -> None:
        """Work out what follows from the counts."""
        chances = keep_chances(self.wv.expandos["count"], self.sample)
        self.wv.expandos["sample_int"] = (chances * (2**32 - 1)).astype(np.uint32)
        if self.hs:
            self.create_binary_tree()
        if self.negative:
            self.make_cum_table()

    def add_null_word(self) -> None:
        r"""Add the word "\\0", which stands for no word where windows are concatenated."""
        counts = np.append(self.wv.expandos["count"], 1)
        self._put_words([*self.wv.index_to_key, NULL_WORD], counts)

    def sort_vocab(self) -> None:
        """Order the words by count, the most frequent first.

        :raises RuntimeError: There are vectors already.
        """
        if len(self.wv.vectors):
            raise RuntimeError("Words cannot be sorted once they have vectors.")
        self._set_words(list(self.wv.index_to_key), self.wv.expandos["count"])

    def create_binary_tree(self) -> None:
        """Give each word its place in a Huffman tree of the counts: attributes code and point.

        Codes are (n,) uint8, points, the inner nodes from the root on, (n,) uint32.
        """
        counts = self.wv.expandos["count"]
        codes, points = (np.empty(len(counts), dtype=object) for _ in range(2))
        if len(counts) > 1:
            offsets, nodes, signs = huffman_paths(counts, self.tree_order)
            all_codes, all_points = (signs < 0).astype(np.uint8), nodes.astype(np.uint32)
            for row, (begin, end) in enumerate(pairwise(offsets.tolist())):
                codes[row], points[row] = all_codes[begin:end], all_points[begin:end]
        self.wv.expandos["code"], self.wv.expandos["point"] = codes, points

    def make_cum_table(self, domain: int = 2**31 - 1, power: float | None = None) -> None:
        """Make ``cum_table``, (V,) uint32: the running sum of counts ** power, up to `domain`.

        Drawing a word: the place of a random number in it. Training draws from an alias table.

        :param power: None: ``ns_exponent``.
        """
        exponent = self.ns_exponent if power is None else power
        counts = np.maximum(self.wv.expandos["count"], 1).astype(np.float64)
        sums = np.cumsum(counts**exponent)
        share = sums / sums[-1] if len(sums) else sums
        self.cum_table = np.rint(share * domain).astype(np.uint32)

    def estimate_memory(
        self, vocab_size: int | None = None, report: dict[str, int] | None = None
    ) -> dict[str, int]:
        """Bytes that so many words take: of the tables exactly, of ``vocab`` about.

        :param report: A dictionary to add to.
        """
        n = len(self.wv) if vocab_size is None else vocab_size
        report = {} if report is None else report
        row = -(-self.vector_size // 16) * 16 * FLOAT32_BYTES
        out_row = -(-self.layer1_size // 16) * 16 * FLOAT32_BYTES
        depth = max(n, 1).bit_length() if self.hs else 0
        report["vocab"] = n * (WORD_BYTES + depth * STEP_BYTES)
        report["vectors"] = n * row
        if self.hs:
            report["syn1"] = n * out_row
        if self.negative:
            report["syn1neg"] = n * out_row
        report["total"] = sum(size for name, size in report.items() if name != "total")
        return report

    def reset_from(self, other_model: VocabularyBuilder) -> None:
        """Take over the words of another model, with new random vectors."""
        self._put_words(list(other_model.wv.index_to_key), other_model.wv.expandos["count"].copy())
        self.corpus_count = other_model.corpus_count
        self.corpus_total_words = other_model.corpus_total_words
        self._prepare_tables()
        self.init_weights()

    # -- where the words come from

    def _source(self, corpus_iterable: Any, corpus_file: Any, passes: int = 1) -> Any:
        """What to read.

        :raises TypeError: Neither or both are given, or a generator would be read twice.
        """
        if (corpus_iterable is None) == (corpus_file is None):
            given = "neither was" if corpus_file is None else "both were"
            raise TypeError(f"Give the corpus as corpus_iterable or as corpus_file; {given} given.")
        if corpus_file is not None:
            return LineSentences(corpus_file)
        if passes > 1 and isinstance(corpus_iterable, GeneratorType):
            raise TypeError(
                f"The corpus is a generator, which can be read only once, and {passes} passes are "
                "wanted. Give a list, or an object whose __iter__ starts again."
            )
        return corpus_iterable

    def _scan(self, source: Any, trim_rule: TrimRule | None = None) -> Scan:
        """Read a corpus; one without words has none, which training will complain about."""
        try:
            return scan_corpus(
                source,
                workers=self.workers,
                max_vocab_size=self.max_vocab_size,
                trim_rule=trim_rule,
            )
        except EmptyCorpusError:
            return scan_corpus([[]])

    def _take_counts(self, scan: Scan) -> None:
        self.raw_vocab = scan.raw_vocab
        self.corpus_count = scan.n_sentences
        self.corpus_total_words = scan.raw_words
        logger.info(
            "counted %i different words of %i in %i sentences",
            len(self.raw_vocab), scan.raw_words, scan.n_sentences,
        )  # fmt: skip
