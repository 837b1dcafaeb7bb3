// The end of a round of deterministic training: the changes that chunks made to their copies of rows
// are added to the table.
#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "levels/level.hpp"
#include "training_job.hpp"

namespace vectorsuite {

// A table and what the chunks of a round made of it.
struct RoundOfTable {
  float *table;
  std::vector<const PrivateRows *> chunks;  // in the order of the corpus
  bool of_parts;  // what chunks have are words, and their parts the rows of the table
  float uses_to_sum;  // a row with no more uses in the round gets the sum of its changes
};

// What uses_to_sum is the quotient of, and the learning rate: of inner nodes that single hidden rows
// meet, and of all other rows. Part of the result, as are the lengths of chunks and rounds.
constexpr float path_progress_to_sum = 6.4f, progress_to_sum = 0.8f;

// Adds the changes to one worker's share of the rows, each row's in the order of the corpus, so that
// the sum is the same for any number of workers.
class Merger {
 public:
  // place: (rows of the largest table), -1; the workers share it as they share the rows.
  Merger(const TrainingJob &job, int32_t *place, int worker, int workers)
      : job(job), place(place), worker(uint32_t(worker)), workers(uint32_t(workers)) {}

  void add(const RoundOfTable &round) {
    n_rows = n_changes = 0;
    make_room(round);
    for (const PrivateRows *own : round.chunks)
      for (int32_t slot = 0; slot < own->n; slot++) collect(round, *own, slot);
    for (int32_t r = 0; r < n_rows; r++) {
      place[rows[r].index] = -1;
      rows[r].part = part_of(rows[r], round);
    }
    loops().merge_rows(round.table, job.stride, rows.data(), n_rows, changes.data());
  }

 private:
  void make_room(const RoundOfTable &round) {
    int64_t most = 0;
    for (const PrivateRows *own : round.chunks)
      for (int32_t slot = 0; slot < own->n; slot++) most += n_rows_of(round, own->index[slot]);
    if (int64_t(changes.size()) >= most) return;
    rows.resize(size_t(most));
    changes.resize(size_t(most));
  }

  int64_t n_rows_of(const RoundOfTable &round, int32_t index) const {
    return round.of_parts ? job.part_offsets[index + 1] - job.part_offsets[index] : 1;
  }

  void collect(const RoundOfTable &round, const PrivateRows &own, int32_t slot) {
    int64_t at = slot * job.stride;
    Change change{own.rows + at, own.before ? own.before + at : nullptr, -1};
    int32_t index = own.index[slot];
    if (!round.of_parts) return collect_row(index, change, own.uses[slot]);
    for (int64_t p = job.part_offsets[index]; p < job.part_offsets[index + 1]; p++)
      collect_row(job.parts[p], change, own.uses[slot]);
  }

  void collect_row(int32_t row, const Change &change, int32_t uses) {
    uint32_t scattered = uint32_t(row) * 0x9E3779B1u >> 16;  // neighbours are equally frequent
    if (scattered * workers >> 16 != worker) return;
    int32_t link = n_changes++, at = place[row];
    changes[link] = change;
    if (at < 0) {
      place[row] = n_rows;
      rows[n_rows++] = {row, link, link, 1, uses, 0};
      return;
    }
    MergedRow &merged = rows[at];
    changes[merged.last].next = link;
    merged.last = link;
    merged.copies++;
    merged.uses += uses;
  }

  // A row of a rare word gets the sum. A frequent word's row has gone most of the way to where it is
  // drawn within each chunk, and the sum would shoot past it, ever further: it gets the mean. How far a
  // row goes is about the learning rate times its uses; each use of a path by a hidden row is a single
  // pair, and moves its nodes less.
  float part_of(const MergedRow &merged, const RoundOfTable &round) const {
    float sum = std::min(1.f, round.uses_to_sum / float(merged.uses));
    float part = std::max(1.f / float(merged.copies), sum);
    return round.of_parts && job.locks ? part * job.locks[merged.index] : part;
  }

  const TrainingJob &job;
  int32_t *place;  // of a row in `rows`, or -1
  const uint32_t worker, workers;
  std::vector<MergedRow> rows;  // the first n_rows of them, and so on: no test for room at each
  std::vector<Change> changes;
  int32_t n_rows = 0, n_changes = 0;
};

}  // namespace vectorsuite
