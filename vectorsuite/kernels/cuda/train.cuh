// Training along the plans: skip-gram and CBOW with negative sampling (Mikolov et al., 2013, ICLR
// and NIPS), the step of reference.py.
//
// With score z = input . output and coefficient m, m > 0 adds m * softplus(-z) to the loss (an
// observed pair) and m < 0 adds -m * softplus(z) (noise); all scores and gradients of a step are
// computed from the rows as they were before it. Every noise word is met by all inputs of the step.
//
// Blocks change the tables at the same time without waiting for each other (Hogwild: Niu et al.,
// 2011), but no change is lost: each is added to the row as it is then.
#pragma once
#include "work.cuh"

namespace vectorsuite {
namespace {

// How often each word of the windows is observed with each centre; the slots and the weights of the
// step. Places whose word stands in the windows before them are observed with none.
VS_GPU void describe(const Job &job, const Plan &plan, Work &w, const Step &step, int s,
                     const Lanes &lanes, Totals &own) {
  for (int x = lanes.lane; x <= step.high - step.low; x += lanes.count) {
    int p = step.low + x, owner = p, pairs = 0;
    while (plan.previous[owner] >= step.first) owner = plan.previous[owner];
    w.slot[x] = slot_of(job, owner);
    bool first = plan.previous[p] < step.low;
#pragma unroll
    for (int c = 0; c < most_centres; c++) {
      int times = 0;
      for (int q = first ? p : -1; q >= 0 && q <= step.high; q = plan.next[q])
        times += step.left[c] <= q && q <= step.right[c] && q != step.centre + c;
      w.observed[4 * x + c] = float(times);
      pairs += times;
    }
    if (!job.cbow) own.pairs += pairs, own.products += pairs ? step.n_outputs : 0;
  }
  for (int j = lanes.lane; j < step.n_outputs; j += lanes.count) {
    int64_t k = s * job.negative + j - step.n_centres;
    bool centre = j < step.n_centres;
    w.word[j] = centre ? plan.word[step.centre + j] : plan.noise[k];
    w.weights[j] = centre ? 0.f : -float(plan.draws[k]);
  }
  if (job.cbow && lanes.lane == 0) {
    own.pairs += step.n_centres;
    own.products += step.n_centres * step.n_outputs;
  }
}

VS_GPU float window_size(const Step &step, int c) {
  int size = 1;
#pragma unroll
  for (int k = 0; k < most_centres; k++)
    if (k == c) size = step.right[k] - step.left[k];
  return float(size);
}

// CBOW: the mean, or sum, of each centre's window.
VS_GPU void gather_means(const Job &job, Work &w, const Step &step) {
  int n = step.high - step.low + 1;
  for (Cells c = w.cells; c.row < step.n_centres; c.next()) {
    float4 sum = zero4();
    for (int x = 0; x < n; x++)
      add_scaled(sum, w.observed[4 * x + c.row], w.values[w.slot[x] * w.row + c.column]);
    float4 mean = zero4();
    add_scaled(mean, job.cbow_mean ? 1.f / window_size(step, c.row) : 1.f, sum);
    w.hidden[c.row * w.row + c.column] = mean;
  }
}

VS_GPU const float4 *input_row(const Job &job, const Work &w, int x) {
  return job.cbow ? w.hidden + x * w.row : w.values + w.slot[x] * w.row;
}

VS_GPU float coefficient(const Job &job, const Work &w, const Step &step, int x, int j) {
  if (job.cbow) return j < step.n_centres ? float(j == x) : w.weights[j];
  const float *o = w.observed + 4 * x;
  return j < step.n_centres ? o[j] : w.weights[j] * (o[0] + o[1] + o[2] + o[3]);
}

// The learning rate times minus the derivative of a pair's loss by its score; adds the loss.
VS_GPU float gradient(float m, float z, float learn_rate, double &loss) {
  if (m == 0.f) return 0.f;
  float y = m > 0.f ? -z : z, a = fabsf(y), e = expf(-a);
  loss += fabsf(m) * (0.5f * (y + a) + log1pf(e));  // y + a, not max: NaN must reach the loss
  return m * learn_rate * ((y > 0.f ? 1.f : e) / (1.f + e));
}

// Part of the product of two rows: columns part, part + parts, ...
VS_GPU float partial_score(const Job &job, const Work &w, int x, int j, int part) {
  const float4 *in = input_row(job, w, x), *out = w.outputs + j * w.row;
  float sum = 0;
#pragma unroll 4
  for (int d = part; d < job.columns; d += int(job.score_parts)) sum = dot(in[d], out[d], sum);
  return sum;
}

// Gradients of all pairs. Neighbouring lanes read the same column of different inputs, which the size
// of a row keeps in different banks, and of the same output.
VS_GPU void score(const Job &job, Work &w, const Step &step, int n_in, float learn_rate,
                  const Lanes &lanes, Totals &own) {
  int parts = int(job.score_parts), group = lanes.count / parts, part = lanes.lane / group;
  for (Cells c(lanes.lane % group, group, n_in); c.row < step.n_outputs; c.next()) {
    int j = c.row, x = c.column, pair = x * step.n_outputs + j;
    float z = partial_score(job, w, x, j, part);
    if (parts > 1) w.scores[pair * parts + part] = z;
    else w.gradients[pair] = gradient(coefficient(job, w, step, x, j), z, learn_rate, own.loss);
  }
  if (parts == 1) return;
  lanes.sync();
  for (Cells c(lanes.lane, lanes.count, n_in); c.row < step.n_outputs; c.next()) {
    int j = c.row, x = c.column, pair = x * step.n_outputs + j;
    float z = 0;
    for (int k = 0; k < parts; k++) z += w.scores[pair * parts + k];
    w.gradients[pair] = gradient(coefficient(job, w, step, x, j), z, learn_rate, own.loss);
  }
}

// Add their changes to the outputs' rows of the table.
VS_GPU void update_outputs(const Job &job, Work &w, const Step &step, int n_in) {
  for (Cells c = w.cells; c.row < step.n_outputs; c.next()) {
    float4 change = zero4();
    for (int x = 0; x < n_in; x++)
      add_scaled(change, w.gradients[x * step.n_outputs + c.row], input_row(job, w, x)[c.column]);
    float4 part = zero4();
    add_scaled(part, share_of(job.out_shares, w.word[c.row]), change);
    add_to_table(row_of(job.out, job, w.word[c.row]) + c.column, part);
  }
}

VS_GPU float4 input_change(const Work &w, const Step &step, int x, int column) {
  float4 change = zero4();
  for (int j = 0; j < step.n_outputs; j++)
    add_scaled(change, w.gradients[x * step.n_outputs + j], w.outputs[j * w.row + column]);
  return change;
}

// Change the rows of the windows' words. As in word2vec.c, the mean of a window gives its whole
// change to each of its words and a sum gives each an equal part of it.
VS_GPU void update_inputs(const Job &job, const Plan &plan, Work &w, const Step &step) {
  for (Cells c = w.cells; c.row <= step.high - step.low; c.next()) {
    const float *o = w.observed + 4 * c.row;
    if (o[0] + o[1] + o[2] + o[3] == 0.f) continue;  // another place has the row
    float4 change = zero4();
    if (!job.cbow) change = input_change(w, step, c.row, c.column);
    for (int k = 0; k < step.n_centres && job.cbow; k++)
      add_scaled(change, job.cbow_mean ? o[k] : o[k] / window_size(step, k),
                 w.changes[k * w.row + c.column]);
    float lock = job.locks ? job.locks[plan.word[step.low + c.row]] : 1.f;
    add_scaled(w.values[w.slot[c.row] * w.row + c.column], lock, change);
  }
}

// One step on rows that are in reach.
VS_GPU void train_step(const Job &job, const Plan &plan, Work &w, const Step &step,
                       float learn_rate, const Lanes &lanes, Totals &own) {
  int n_in = job.cbow ? step.n_centres : step.high - step.low + 1;
  if (job.cbow) {
    gather_means(job, w, step);
    lanes.sync();
  }
  score(job, w, step, n_in, learn_rate, lanes, own);
  lanes.sync();
  update_outputs(job, w, step, n_in);
  if (job.cbow)
    for (Cells c = w.cells; c.row < step.n_centres; c.next())
      w.changes[c.row * w.row + c.column] = input_change(w, step, c.row, c.column);
  lanes.sync();
  update_inputs(job, plan, w, step);
  lanes.sync();
}

// Steps [begin, end) of a chunk.
VS_GPU void train_steps(const Job &job, const Plan &plan, Work &w, int begin, int end,
                        float learn_rate, const Lanes &lanes, Totals &own) {
  int first = 0, last = -1;  // places whose rows the block holds
  for (int s = begin; s < end; s++) {
    Step step = step_of(plan, s);
    give_back(job, plan, w, first, last, step.first);
    lanes.sync();
    if (step.low == step.high) {  // alone in its sentence
      first = 0, last = -1;
      continue;
    }
    fetch(job, plan, w, step, s, last);
    describe(job, plan, w, step, s, lanes, own);
    first = step.first, last = step.last;
    if (s + 1 < end) prefetch_step(job, plan, w, s + 1, last);
    lanes.sync();
    train_step(job, plan, w, step, learn_rate, lanes, own);
  }
  give_back(job, plan, w, first, last, last + 1);  // the caller's sync() follows
}

// Train until no unit is left. memory: the block's own.
VS_GPU void train_units(const Job &job, float4 *memory, const Lanes &lanes) {
  int64_t size, n_units = n_chunks(job) * job.units;
  Work w = work_in(memory, job, lanes, size);
  for (;;) {
    if (lanes.lane == 0) *w.unit = take_ticket(job.next_unit);
    lanes.sync();
    int64_t unit = *w.unit, chunk = unit / job.units, part = unit % job.units;
    if (unit >= n_units) return;
    Plan plan = plan_of(job, chunk);
    int64_t n_steps = *plan.n_steps;
    int begin = int(n_steps * part / job.units), end = int(n_steps * (part + 1) / job.units);
    Totals own{0, 0, 0, plan.centre[end] - plan.centre[begin]};
    train_steps(job, plan, w, begin, end, job.rates[chunk], lanes, own);
    w.totals[lanes.lane] = own;
    lanes.sync();
    for (int l = 1; l < lanes.count && lanes.lane == 0; l++) {
      own.loss += w.totals[l].loss;
      own.pairs += w.totals[l].pairs;
      own.products += w.totals[l].products;
    }
    if (lanes.lane == 0) job.totals[unit] = own;
  }
}

}  // namespace
}  // namespace vectorsuite
