// A block's own memory while it trains, and the rows it holds there.
//
// After FULL-W2V (Randall, Allen and Ge, 2021, ICS): the row of a word is read from the table when
// the first window reaches it, stays with the block while any window may, and only then gives its
// change back. Places of the same word share one row, that of the first of them in reach.
#pragma once
#include "plan.cuh"

namespace vectorsuite {
namespace {

// The items (row, column) of a table that are this lane's, in the order of the table.
struct Cells {
  int row, column, rows_a_turn, columns_a_turn, columns;

  VS_GPU Cells(int lane, int count, int columns)
      : row(lane / columns), column(lane % columns), rows_a_turn(count / columns),
        columns_a_turn(count % columns), columns(columns) {}
  VS_GPU void next() {
    row += rows_a_turn;
    column += columns_a_turn;
    if (column >= columns) column -= columns, row++;
  }
};

// Rows here have an odd number of float4, so that eight lanes that read the same column of eight
// rows meet eight different quarters of the memory's banks.
VS_GPU int row_size(const Job &job) { return int(job.columns) | 1; }

VS_GPU int most_inputs(const Job &job) { return job.cbow ? int(job.shared) : most_reached(job); }

struct Work {
  float4 *values;    // (most_reached, row_size) rows of the words in reach, as the block changed them
  float4 *before;    // ... and as they were in the table
  float4 *outputs;   // (most_outputs, row_size) rows of a step's centres and noise words
  float4 *hidden;    // (shared, row_size) CBOW: means of the windows
  float4 *changes;   // (shared, row_size) CBOW: their changes
  float *observed;   // (most_reached, 4) how often each place of the windows goes with each centre
  float *scores;     // (most_inputs, most_outputs, score_parts) if those are several
  float *gradients;  // (most_inputs, most_outputs)
  float *weights;    // (most_outputs) coefficients of noise words
  int32_t *slot;     // (most_reached) which row of `values` each place of the windows has
  int32_t *word;     // (most_outputs)
  int32_t *unit;
  Totals *totals;    // (lanes)
  int row;           // row_size
  Cells cells, lines;  // of rows: columns, and cache lines
};

VS_GPU int64_t quads(int64_t n) { return (n + 3) / 4; }

// The block's memory cut up; `size` becomes its float4.
VS_GPU Work work_in(float4 *at, const Job &job, const Lanes &lanes, int64_t &size) {
  int64_t reached = most_reached(job), outputs = most_outputs(job), row = row_size(job);
  int64_t pairs = most_inputs(job) * outputs, hidden = job.cbow ? job.shared * row : 0;
  const float4 *start = at;
  Work w{nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
         nullptr, nullptr, nullptr, int(row), Cells(lanes.lane, lanes.count, int(job.columns)),
         Cells(lanes.lane, lanes.count, int((job.columns + 7) / 8))};
  w.values = at, at += reached * row;
  w.before = at, at += reached * row;
  w.outputs = at, at += outputs * row;
  w.hidden = at, at += hidden;
  w.changes = at, at += hidden;
  w.observed = reinterpret_cast<float *>(at), at += reached;
  w.scores = reinterpret_cast<float *>(at), at += job.score_parts > 1 ? quads(pairs * job.score_parts) : 0;
  w.gradients = reinterpret_cast<float *>(at), at += quads(pairs);
  w.weights = reinterpret_cast<float *>(at), at += quads(outputs);
  w.slot = reinterpret_cast<int32_t *>(at), at += quads(reached);
  w.word = reinterpret_cast<int32_t *>(at), at += quads(outputs);
  w.unit = reinterpret_cast<int32_t *>(at), at += 1;
  w.totals = reinterpret_cast<Totals *>(at), at += 2 * int64_t(lanes.count);
  size = at - start;
  return w;
}

// Up to four centre words, the places their windows cover, and the places in reach of any window
// they might have drawn.
struct Step {
  int centre, n_centres, n_outputs;
  int left[most_centres], right[most_centres];
  int low, high;      // of all their windows
  int first, last;    // in reach
};

VS_GPU Step step_of(const Plan &plan, int s) {
  Step step;
  int end = plan.centre[s + 1];
  step.centre = plan.centre[s];
  step.n_centres = end - step.centre;
  step.n_outputs = step.n_centres + plan.n_noise[s];
  step.low = step.high = step.centre;
#pragma unroll
  for (int c = 0; c < most_centres; c++) {
    int p = step.centre + c;
    bool there = c < step.n_centres;
    int reach = there ? plan.reach[p] : 0;
    step.left[c] = there && p - reach > plan.low[p] ? p - reach : there ? plan.low[p] : p;
    step.right[c] = there && p + reach < plan.high[p] ? p + reach : there ? plan.high[p] : -1;
    if (there && step.left[c] < step.low) step.low = step.left[c];
    if (there && step.right[c] > step.high) step.high = step.right[c];
  }
  step.first = plan.low[step.centre];
  step.last = plan.high[end - 1];
  return step;
}

VS_GPU int slot_of(const Job &job, int place) { return int(unsigned(place) % unsigned(most_reached(job))); }

VS_GPU float4 *row_of(float *table, const Job &job, int64_t word) {
  return reinterpret_cast<float4 *>(table + word * job.stride);
}

VS_GPU float share_of(const float *shares, int32_t word) { return shares ? shares[word] : 1.f; }

// Give up the places [first, new_first) of those held, [first, last]. A row whose word stands among
// the others moves to the first of those; the change of any other goes to the table.
VS_GPU void give_back(const Job &job, const Plan &plan, Work &w, int first, int last, int new_first) {
  int stop = new_first < last + 1 ? new_first : last + 1;
  for (Cells c = w.cells; first + c.row < stop; c.next()) {
    int p = first + c.row;
    if (plan.previous[p] >= first) continue;  // that place has the row
    int heir = p;
    while (heir >= 0 && heir < stop) heir = plan.next[heir];
    int at = slot_of(job, p) * w.row + c.column;
    if (heir >= 0 && heir <= last) {
      int to = slot_of(job, heir) * w.row + c.column;
      w.values[to] = w.values[at];
      w.before[to] = w.before[at];
    } else {
      int32_t word = plan.word[p];
      float4 change = zero4();
      add_scaled(change, share_of(job.in_shares, word), minus(w.values[at], w.before[at]));
      add_to_table(row_of(job.in, job, word) + c.column, change);
    }
  }
}

constexpr int in_flight = 4;  // reads a lane waits for together

// Read the rows of places that come into reach, after `held`, and those of the outputs.
VS_GPU void fetch(const Job &job, const Plan &plan, Work &w, const Step &step, int s, int held) {
  int from = held + 1 > step.first ? held + 1 : step.first;
  int n_new = step.last + 1 - from, n = n_new + step.n_outputs;
  const int32_t *noise = plan.noise + s * job.negative;
  for (Cells c = w.cells; c.row < n;) {
    float4 row[in_flight];
    int to[in_flight];  // in w.values, or w.outputs, which follows w.before
#pragma unroll
    for (int u = 0; u < in_flight; u++, c.next()) {
      to[u] = -1;
      if (c.row >= n) continue;
      int j = c.row - n_new, p = from + c.row;
      if (j < 0 && plan.previous[p] >= step.first) continue;
      if (j >= 0) {
        int32_t word = j < step.n_centres ? plan.word[step.centre + j] : noise[j - step.n_centres];
        to[u] = (2 * most_reached(job) + j) * w.row + c.column;
        row[u] = read_shared_table(row_of(job.out, job, word) + c.column);
      } else {
        to[u] = slot_of(job, p) * w.row + c.column;
        row[u] = read_shared_table(row_of(job.in, job, plan.word[p]) + c.column);
      }
    }
#pragma unroll
    for (int u = 0; u < in_flight; u++) {
      if (to[u] < 0) continue;
      w.values[to[u]] = row[u];
      if (to[u] < most_reached(job) * w.row) w.before[to[u]] = row[u];
    }
  }
}

// Have what the step after this one will fetch in the GPU's cache.
VS_GPU void prefetch_step(const Job &job, const Plan &plan, const Work &w, int s, int held) {
  int centre = plan.centre[s], end = plan.centre[s + 1], n_centres = end - centre;
  int n_new = plan.high[end - 1] - held, n = n_new + n_centres + plan.n_noise[s];
  if (n_new < 0) n_new = 0;
  for (Cells c = w.lines; c.row < n; c.next()) {
    int j = c.row - n_new;
    int32_t word = j < 0            ? plan.word[held + 1 + c.row]
                   : j < n_centres ? plan.word[centre + j]
                                   : plan.noise[s * job.negative + j - n_centres];
    prefetch(row_of(j < 0 ? job.in : job.out, job, word) + 8 * c.column);
  }
}

}  // namespace
}  // namespace vectorsuite
