// One counting thread's part: its own word table, and the ids of its blocks in its own file.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "corpus_input.hpp"
#include "word_table.hpp"

namespace vectorsuite {

constexpr int32_t sentence_end = -1;

// Ids of one block, as they lie in the file of the worker that counted it.
struct Piece {
  uint64_t place;
  int32_t worker;
  int64_t start;  // in ids
  int64_t n;
};

// Writes or reads all n bytes at an offset of a file; throws Failure::writing.
void write_all(int fd, const void *data, size_t n, int64_t offset);
void read_all(int fd, void *data, size_t n, int64_t offset);
// Gives the space of some bytes of a file back where the file system can.
void forget(int fd, int64_t offset, int64_t n);

class CorpusWorker {
 public:
  CorpusWorker(int32_t number, int fd, bool replace, size_t max_words, bool keep_empty)
      : number_(number), fd_(fd), replace_(replace), max_words_(max_words),
        keep_empty_(keep_empty) {}

  WordTable table;
  std::vector<Piece> pieces;
  int64_t words = 0;            // read so far, repeats included
  double waited_seconds = 0;    // for input

  void add_block(const Block &block);

  // The same for words that do not come from a text: at most words_at_once, none of them empty.
  void add_words(const std::string_view *list, size_t n);
  // A word of the table.
  void add_known(int32_t id) {
    note(id, words++);
    append(id);
  }
  // Number of a word, which is added if it is new.
  int32_t word_number(std::string_view word);
  void end_sentence() { append(sentence_end); }
  // Begins again, with the same words, in another file.
  void restart(int fd);
  void append(int32_t id);
  // Moves the ids gathered so far to the file.
  void flush(uint64_t place);
  size_t gathered() const { return n_ids_; }
  size_t max_words() const { return max_words_; }

 private:
  int32_t number_;
  int fd_;
  bool replace_;
  size_t max_words_;
  bool keep_empty_;
  std::vector<int32_t> ids_;
  size_t n_ids_ = 0;
  int64_t written_ = 0;
  std::vector<uint32_t> edges_, newlines_;

  void add_words(const Block &block, const uint32_t *edges, size_t n_words,
                 const uint32_t *newlines, size_t n_newlines);
  template <class Place>
  void number(const WordKey *keys, const char *const *list, size_t n, int32_t *ids, Place place);
  int32_t new_word(const WordKey &key, const char *word, const Failure &where);
  void note(int32_t id, uint64_t place);
};

}  // namespace vectorsuite
