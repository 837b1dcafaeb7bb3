// The plan of a chunk: which tokens sub-sampling leaves, how far each one's window reaches, which
// centre words make one step, and their noise words. One block plans one chunk; training then
// follows the plans, several units of a chunk at the same time.
//
// The rules and the random draws are those of reference.py. A kept token's index in the plan is its
// "place".
#pragma once
#include "job.cuh"

namespace vectorsuite {
namespace {

constexpr int max_redraws = 16;
constexpr int32_t word_mask = 0x7fffffff;

// One chunk's slice of Job::plan.
struct Plan {
  int32_t *n_places, *first_centre, *end_centre, *n_steps;
  // For each place, and the kept tokens up to `window` places before and after the chunk:
  int32_t *word;
  int32_t *number;     // the token, counted from Job::first
  int32_t *reach;      // words that its window takes on either side
  int32_t *starts;     // whether its sentence has no kept token before it
  int32_t *low, *high;        // places of its sentence at most `window` away
  int32_t *previous, *next;   // places of the same word within a step's reach, or -1
  // For each step, and the end of the last one:
  int32_t *centre;     // place of the first centre word
  int32_t *n_noise;    // distinct noise words
  int32_t *noise, *draws;  // (steps, negative) the words, and how often each was drawn
};

VS_GPU int64_t most_places(const Job &job) { return job.chunk_tokens + 2 * job.window; }

// Of a plan, in int32.
VS_GPU int64_t plan_size(const Job &job) {
  return 4 + 8 * most_places(job) + 2 * (job.chunk_tokens + 1) +
         2 * job.chunk_tokens * job.negative;
}

VS_GPU Plan plan_of(const Job &job, int64_t chunk) {
  int32_t *at = job.plan + chunk * plan_size(job);
  int64_t places = most_places(job), steps = job.chunk_tokens + 1;
  Plan plan;
  plan.n_places = at, plan.first_centre = at + 1, plan.end_centre = at + 2, plan.n_steps = at + 3;
  at += 4;
  plan.word = at, at += places;
  plan.number = at, at += places;
  plan.reach = at, at += places;
  plan.starts = at, at += places;
  plan.low = at, at += places;
  plan.high = at, at += places;
  plan.previous = at, at += places;
  plan.next = at, at += places;
  plan.centre = at, at += steps;
  plan.n_noise = at, at += steps;
  plan.noise = at, at += job.chunk_tokens * job.negative;
  plan.draws = at;
  return plan;
}

// ---- tokens ----

VS_GPU int32_t word_at(const Job &job, int64_t number) { return job.ids[number] & word_mask; }

VS_GPU bool starts_sentence(const Job &job, int64_t number) { return job.ids[number] < 0; }

VS_GPU uint64_t token_bits(const Job &job, int64_t number) {
  return draw(job.token_key, uint64_t(job.first + number));
}

VS_GPU bool is_kept(const Job &job, int64_t number, uint64_t bits) {
  uint32_t keep = job.keep[word_at(job, number)];
  return keep == 0xffffffffu || uint32_t(bits >> 32) < keep;
}

VS_GPU bool is_kept(const Job &job, int64_t number) {
  return is_kept(job, number, token_bits(job, number));
}

// The tokens of a chunk and of its sentences on either side until `window` of them are kept, all
// counted from Job::first.
struct Reach {
  int64_t begin, end;          // of the chunk
  int64_t first, stop;         // with those around it
};

VS_GPU Reach reach_of(const Job &job, int64_t chunk) {
  Reach r;
  r.begin = job.begin - job.first + chunk * job.chunk_tokens;
  r.end = r.begin + job.chunk_tokens;
  if (r.end > job.end - job.first) r.end = job.end - job.first;
  r.first = r.begin;
  for (int64_t found = 0; r.first > 0 && found < job.window && !starts_sentence(job, r.first);)
    found += is_kept(job, --r.first);
  r.stop = r.end;
  for (int64_t found = 0; r.stop < job.n_ids && found < job.window && !starts_sentence(job, r.stop);)
    found += is_kept(job, r.stop++);
  return r;
}

// What a lane finds in its slice of the tokens.
struct Slice {
  int32_t kept, kept_before_chunk, kept_before_end;
  int32_t starts;  // 1: a sentence starts in it
  int32_t starts_after;  // 1: one does after its last kept token
};

VS_GPU Slice scan_slice(const Job &job, const Reach &r, int64_t from, int64_t to) {
  Slice s;
  s.kept = s.kept_before_chunk = s.kept_before_end = s.starts = s.starts_after = 0;
  for (int64_t at = from; at < to; at++) {
    if (starts_sentence(job, at)) s.starts = s.starts_after = 1;
    if (!is_kept(job, at)) continue;
    s.kept++;
    s.kept_before_chunk += at < r.begin;
    s.kept_before_end += at < r.end;
    s.starts_after = 0;
  }
  return s;
}

// From each slice's own counts to where it writes: `kept` becomes its first place, `starts` whether
// a sentence has started since the last kept token before it.
VS_GPU void join_slices(const Plan &plan, Slice *slices, int n) {
  int32_t place = 0, started = 1;
  *plan.first_centre = *plan.end_centre = 0;
  for (int i = 0; i < n; i++) {
    Slice s = slices[i];
    *plan.first_centre += s.kept_before_chunk;
    *plan.end_centre += s.kept_before_end;
    slices[i].kept = place;
    slices[i].starts = started;
    place += s.kept;
    started = s.kept ? s.starts_after : (started | s.starts);
  }
  *plan.n_places = place;
}

VS_GPU void write_slice(const Job &job, const Plan &plan, Slice s, int64_t from, int64_t to) {
  int32_t place = s.kept, started = s.starts;
  for (int64_t at = from; at < to; at++) {
    if (starts_sentence(job, at)) started = 1;
    uint64_t bits = token_bits(job, at);
    if (!is_kept(job, at, bits)) continue;
    plan.word[place] = word_at(job, at);
    plan.number[place] = int32_t(at);
    plan.reach[place] = int32_t(job.window);
    if (job.shrink)
      plan.reach[place] = 1 + int32_t((uint64_t(uint32_t(bits)) * uint64_t(job.window)) >> 32);
    plan.starts[place] = started;
    started = 0;
    place++;
  }
}

// slices: one for each lane, in the block's own memory.
VS_GPU void gather(const Job &job, const Plan &plan, int64_t chunk, const Lanes &lanes,
                   Slice *slices) {
  Reach r = reach_of(job, chunk);
  int64_t n = r.stop - r.first;
  int64_t from = r.first + n * lanes.lane / lanes.count;
  int64_t to = r.first + n * (lanes.lane + 1) / lanes.count;
  slices[lanes.lane] = scan_slice(job, r, from, to);
  lanes.sync();
  if (lanes.lane == 0) join_slices(plan, slices, lanes.count);
  lanes.sync();
  write_slice(job, plan, slices[lanes.lane], from, to);
}

// ---- places ----

// Where windows around a place end at most, and the places of the same word near it.
VS_GPU void link_place(const Job &job, const Plan &plan, int p) {
  int n = *plan.n_places, window = int(job.window), far = most_reached(job) - 1;
  int at = p;
  while (at > 0 && at > p - window && !plan.starts[at]) at--;
  plan.low[p] = at;
  for (at = p; at + 1 < n && at < p + window && !plan.starts[at + 1];) at++;
  plan.high[p] = at;
  for (at = p - 1; at >= 0 && at >= p - far && plan.word[at] != plan.word[p];) at--;
  plan.previous[p] = at >= 0 && at >= p - far ? at : -1;
  for (at = p + 1; at < n && at <= p + far && plan.word[at] != plan.word[p];) at++;
  plan.next[p] = at < n && at <= p + far ? at : -1;
}

// ---- steps ----

// Up to `shared` neighbouring centre words of one sentence that are all different make one step.
VS_GPU void group_centres(const Job &job, const Plan &plan) {
  int n_steps = 0, size = 0;
  for (int p = *plan.first_centre; p < *plan.end_centre; p++) {
    bool joins = size > 0 && size < job.shared && !plan.starts[p];
    for (int q = p - size; joins && q < p; q++) joins = plan.word[q] != plan.word[p];
    if (!joins) {
      plan.centre[n_steps++] = p;
      size = 0;
    }
    size++;
  }
  plan.centre[n_steps] = *plan.end_centre;
  *plan.n_steps = n_steps;
}

VS_GPU int32_t draw_noise(const Job &job, uint64_t bits) {
  uint32_t cell = below(bits, uint32_t(job.n_words));
  return int32_t(uint32_t(bits) < job.noise[2 * cell] ? cell : job.noise[2 * cell + 1]);
}

// Noise word k of a step: never one of its centre words.
VS_GPU int32_t noise_word(const Job &job, const Plan &plan, int step, int64_t k) {
  int first = plan.centre[step], end = plan.centre[step + 1];
  uint64_t number = uint64_t(job.first + plan.number[first]);
  uint64_t bits = draw(job.noise_key, number * uint64_t(job.negative) + uint64_t(k));
  int32_t word = draw_noise(job, bits);
  for (int attempt = 0;; attempt++) {
    bool is_centre = false;
    for (int p = first; p < end; p++) is_centre |= plan.word[p] == word;
    if (!is_centre) return word;
    bits = mix(bits + golden);
    word = attempt < max_redraws ? draw_noise(job, bits) : int32_t((word + 1) % job.n_words);
  }
}

VS_GPU void draw_step(const Job &job, const Plan &plan, int step) {
  int32_t *noise = plan.noise + step * job.negative, *draws = plan.draws + step * job.negative;
  int n = 0;
  for (int64_t k = 0; k < job.negative; k++) {
    int32_t word = noise_word(job, plan, step, k);
    int j = 0;
    while (j < n && noise[j] != word) j++;
    if (j == n) noise[n] = word, draws[n++] = 0;
    draws[j]++;
  }
  plan.n_noise[step] = n;
}

// own: a Slice for each lane.
VS_GPU void plan_chunk(const Job &job, int64_t chunk, const Lanes &lanes, void *own) {
  Plan plan = plan_of(job, chunk);
  gather(job, plan, chunk, lanes, static_cast<Slice *>(own));
  lanes.sync();
  if (lanes.lane == 0) group_centres(job, plan);
  for (int p = lanes.lane; p < *plan.n_places; p += lanes.count) link_place(job, plan, p);
  lanes.sync();
  for (int s = lanes.lane; s < *plan.n_steps; s += lanes.count) draw_step(job, plan, s);
}

}  // namespace
}  // namespace vectorsuite
