// Cuts files and streams into blocks at word boundaries. See corpus_input.hpp.
#include "corpus_input.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "split_words.hpp"

namespace vectorsuite {

namespace {

struct OpenFile {
  int fd;
  explicit OpenFile(const char *path) : fd(::open(path, O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (fd >= 0) ::close(fd);
  }
  OpenFile(const OpenFile &) = delete;
};

// Bytes of one plain file, with its name in every failure.
struct PlainReader {
  OpenFile file;
  Failure where;

  [[noreturn]] void fail(Failure::Kind kind, int error) {
    where.kind = kind;
    where.error = error;
    throw where;
  }

  // Fills buffer[at:at + n] from the file's offset.
  void read(std::vector<char> &buffer, size_t at, size_t n, int64_t offset) {
    while (n) {
      const ssize_t got = ::pread(file.fd, buffer.data() + at, n, offset);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail(Failure::reading, errno);
      if (got == 0) fail(Failure::changed, 0);  // the file got shorter
      at += got;
      offset += got;
      n -= got;
    }
  }
};

// Bytes of the byte order mark that a file of Windows may begin with.
size_t mark_bytes(const char *text, size_t n) { return n >= 3 && !std::memcmp(text, "\xEF\xBB\xBF", 3) ? 3 : 0; }

void grow(std::vector<char> &buffer, size_t n) {
  if (buffer.size() < n) buffer.resize(n);
}

}  // namespace

void Block::pad() {
  grow(buffer, begin + n + block_padding);
  std::memset(buffer.data() + begin + n, ' ', block_padding);
}

void CorpusInput::read_plain(const Plain &plain, int64_t offset, Block &block) const {
  constexpr int64_t lookahead = 1024;  // most last words end within it
  PlainReader reader{OpenFile(plain.path.c_str()), {}};
  reader.where.file = plain.file;
  reader.where.place = plain.base + offset;
  reader.where.offset = offset;
  struct stat status;
  if (reader.file.fd < 0 || ::fstat(reader.file.fd, &status)) reader.fail(Failure::reading, errno);
  if (status.st_size < plain.size) reader.fail(Failure::changed, 0);

  // one byte before the block tells whether its first word began in the block before
  const int64_t from = offset ? offset - 1 : 0;
  const int64_t end = std::min(plain.size, offset + block_bytes_);
  int64_t have = std::min(plain.size, end + lookahead);
  grow(block.buffer, have - from + block_padding);
  reader.read(block.buffer, 0, have - from, from);

  size_t begin = 0, stop = end - from;
  if (offset) {
    while (begin < stop && !is_space(block.buffer[begin])) begin++;
    if (begin == 0) begin = 1;  // white space before the block
  }
  // the block's last word may go on
  if (begin < stop && !is_space(block.buffer[stop - 1])) {
    for (;; stop++) {
      if (from + static_cast<int64_t>(stop) == have) {
        if (have == plain.size) break;
        const int64_t more = std::min(plain.size - have, std::max(lookahead, have - from));
        grow(block.buffer, have - from + more + block_padding);
        reader.read(block.buffer, have - from, more, have);
        have += more;
      }
      if (is_space(block.buffer[stop])) break;
      if (stop - begin > longest_word + static_cast<size_t>(block_bytes_)) reader.fail(Failure::long_word, 0);
    }
  }
  if (!offset) begin = mark_bytes(block.buffer.data(), stop);
  block.file = plain.file;
  block.begin = begin;
  block.n = stop - begin;
  block.offset = from + begin;
  block.place = plain.base + block.offset;
  block.ends_file = end == plain.size;
  block.file_bytes = end - offset;
  block.pad();
}

CorpusInput::Stream &CorpusInput::stream(uint32_t file) {
  const auto found = std::lower_bound(streams_.begin(), streams_.end(), file,
                                      [](const Stream &s, uint32_t f) { return s.file < f; });
  if (found == streams_.end() || found->file != file) throw std::out_of_range("no such stream");
  return *found;
}

bool CorpusInput::enqueue(Stream &stream, Block &&block) {
  const int64_t next = stream.offset + static_cast<int64_t>(block.n);
  if (!stream.offset) block.begin = mark_bytes(block.buffer.data(), block.n);
  block.n -= block.begin;
  block.file = stream.file;
  block.offset = stream.offset + block.begin;
  block.place = stream.base + block.offset;
  block.pad();
  stream.offset = next;
  std::unique_lock<std::mutex> lock(mutex_);
  drained_.wait(lock, [&] { return stopped_ || queue_.size() < queued_blocks_; });
  if (stopped_) return false;
  queue_.push_back(std::move(block));
  filled_.notify_one();
  return true;
}

bool CorpusInput::push(uint32_t file, const char *data, size_t n) {
  Stream &to = stream(file);
  size_t cut = n;
  while (cut && !is_space(data[cut - 1])) cut--;
  if (!cut) {  // still inside one word
    to.carry.insert(to.carry.end(), data, data + n);
    if (to.carry.size() > longest_word) {
      Failure failure{Failure::long_word, to.base + to.offset, file, to.offset, 0};
      throw failure;
    }
    return !stopped_;
  }
  Block block;
  block.buffer.reserve(to.carry.size() + cut + block_padding);
  block.buffer.assign(to.carry.begin(), to.carry.end());
  block.buffer.insert(block.buffer.end(), data, data + cut);
  block.n = block.buffer.size();
  to.carry.assign(data + cut, data + n);
  return enqueue(to, std::move(block));
}

void CorpusInput::end_stream(uint32_t file) {
  Stream &to = stream(file);
  Block block;
  block.buffer.swap(to.carry);
  block.n = block.buffer.size();
  block.ends_file = true;
  enqueue(to, std::move(block));
  std::lock_guard<std::mutex> lock(mutex_);
  ended_streams_++;
  filled_.notify_all();
}

bool CorpusInput::next(Block &block) {
  const Plain *plain = nullptr;
  int64_t offset = 0;
  {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      if (stopped_) return false;
      if (!queue_.empty()) {
        block = std::move(queue_.front());
        queue_.pop_front();
        drained_.notify_one();
        return true;
      }
      if (next_plain_ < plain_.size()) break;
      if (ended_streams_ == streams_.size()) return false;
      filled_.wait(lock);
    }
    plain = &plain_[next_plain_];
    offset = next_offset_;
    next_offset_ += block_bytes_;
    if (next_offset_ >= plain->size) {
      next_plain_++;
      next_offset_ = 0;
    }
  }
  read_plain(*plain, offset, block);
  return true;
}

void CorpusInput::stop() {
  std::lock_guard<std::mutex> lock(mutex_);
  stopped_ = true;
  filled_.notify_all();
  drained_.notify_all();
}

}  // namespace vectorsuite
