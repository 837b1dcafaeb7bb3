// The text of a corpus as blocks that end at word boundaries, handed to counting threads.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace vectorsuite {

// What stops a count. Python turns it into a message that names the file.
struct Failure {
  enum Kind { none, invalid_utf8, reading, changed, writing, too_many_words, long_word, memory };
  Kind kind = none;
  uint64_t place = 0;   // where in the corpus, to report the first of several
  uint32_t file = 0;
  uint64_t offset = 0;  // bytes from the start of the (unpacked) file
  int error = 0;        // errno
};

// Readers of a block may look this far past its end; what they find there is white space.
constexpr size_t block_padding = 128;
constexpr uint32_t longest_word = 0x7fff0000;

// A piece of one file that neither begins nor ends inside a word.
struct Block {
  std::vector<char> buffer;
  size_t begin = 0, n = 0;  // the text is buffer[begin:begin + n], then padding
  uint32_t file = 0;
  uint64_t place = 0;       // rank of the text's first byte in the whole corpus
  uint64_t offset = 0;      // of the same byte in its file
  bool ends_file = false;
  int64_t file_bytes = 0;   // bytes of a plain file that this block accounts for

  const char *text() const { return buffer.data() + begin; }
  void pad();
};

// Plain files are cut into blocks on demand; compressed ones come as streams of bytes, several at once.
// A place is a file's base (given by the caller, rising) plus the offset in that file.
class CorpusInput {
 public:
  CorpusInput(int64_t block_bytes, size_t queued_blocks)
      : block_bytes_(block_bytes), queued_blocks_(queued_blocks) {}

  void add_plain(uint32_t file, const std::string &path, int64_t size, uint64_t base) {
    plain_.push_back({path, size, base, file});
  }
  // All streams are opened before the threads start, in the order of their files.
  void open_stream(uint32_t file, uint64_t base) { streams_.push_back({file, base, 0, {}}); }
  // Waits for room. False: nobody reads on.
  bool push(uint32_t file, const char *data, size_t n);
  void end_stream(uint32_t file);

  // Next block in the order of the corpus (per stream, and over all plain files). False: no more.
  bool next(Block &block);
  void stop();
  bool stopped() const { return stopped_; }

 private:
  struct Plain {
    std::string path;
    int64_t size;
    uint64_t base;
    uint32_t file;
  };
  struct Stream {
    uint32_t file;
    uint64_t base, offset;    // offset of the carry's first byte in the stream
    std::vector<char> carry;  // the beginning of a word whose end has not come yet
  };

  int64_t block_bytes_;
  size_t queued_blocks_;
  std::vector<Plain> plain_;
  std::vector<Stream> streams_;
  std::mutex mutex_;
  std::condition_variable filled_, drained_;
  std::deque<Block> queue_;
  size_t ended_streams_ = 0, next_plain_ = 0;
  int64_t next_offset_ = 0;
  std::atomic<bool> stopped_{false};

  Stream &stream(uint32_t file);
  bool enqueue(Stream &stream, Block &&block);
  void read_plain(const Plain &file, int64_t offset, Block &block) const;
};

}  // namespace vectorsuite
