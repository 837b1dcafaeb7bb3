// Plans and trains a small random corpus with several lanes, for a compiler's sanitizers to watch:
// ThreadSanitizer sees a missing sync(), AddressSanitizer an index outside a block's memory.
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "emulation.cpp"

namespace {

struct Corpus {
  static constexpr int n_words = 24, stride = 16, n_tokens = 150, chunk = 64;
  alignas(16) float in[n_words * stride], out[n_words * stride];
  uint32_t keep[n_words], noise[2 * n_words];
  int32_t ids[n_tokens];
  Corpus() {
    uint64_t state = 1;
    auto next = [&](uint32_t n) { return below(state = mix(state + golden), n); };
    for (float &value : in) value = float(next(2001)) / 4000.f - 0.25f;
    for (float &value : out) value = float(next(2001)) / 4000.f - 0.25f;
    for (int w = 0; w < n_words; w++) {
      keep[w] = w % 3 ? 0xc0000000u : 0xffffffffu;
      noise[2 * w] = 0x80000000u, noise[2 * w + 1] = next(n_words);
    }
    for (int32_t &id : ids) id = int32_t(next(n_words)) | (next(12) ? 0 : ~word_mask);
    ids[0] |= ~word_mask;
  }
};

double run(int lanes, bool cbow, int window, int negative, int width, int score_parts, Corpus &c) {
  Job job{};
  job.ids = c.ids, job.n_ids = c.n_tokens, job.end = c.n_tokens, job.chunk_tokens = c.chunk;
  job.in = c.in, job.out = c.out, job.n_words = c.n_words, job.stride = c.stride;
  job.columns = (width + 3) / 4;
  job.keep = c.keep, job.noise = c.noise, job.window = window, job.negative = negative;
  job.shared = 3, job.shrink = 1, job.cbow = cbow, job.cbow_mean = 1;
  job.token_key = 11, job.noise_key = 12, job.units = 2, job.score_parts = score_parts;
  int64_t chunks = n_chunks(job);
  std::unique_ptr<int32_t[]> plans(new int32_t[chunks * plan_size(job)]);
  std::vector<float> rates(chunks, 0.02f);
  std::unique_ptr<Totals[]> totals(new Totals[chunks * job.units]);
  int32_t next_unit = 0;
  job.plan = plans.get(), job.rates = rates.data(), job.next_unit = &next_unit;
  job.totals = totals.get();
  plan(&job, int(chunks), lanes);
  train(&job, 1, lanes);
  double loss = 0;
  for (int64_t unit = 0; unit < chunks * job.units; unit++) loss += totals[unit].loss;
  return loss;
}

}  // namespace

int main() {
  for (bool cbow : {false, true})
    for (int window : {1, 4})
      for (int lanes : {4, 6}) {
        Corpus alone, together;
        int parts = lanes == 4 ? 2 : 1;
        double one = run(1, cbow, window, 3, 13, 1, alone);
        double several = run(lanes, cbow, window, 3, 13, parts, together);
        float most = 0;
        for (int i = 0; i < Corpus::n_words * Corpus::stride; i++)
          most = std::fmax(most, std::fabs(alone.in[i] - together.in[i]));
        std::printf("cbow %d window %d lanes %d: loss %.9g and %.9g, rows differ by %g\n", cbow,
                    window, lanes, one, several, double(most));
        if (!(std::fabs(one - several) < 1e-5 * one) || !(most < 1e-5f)) return EXIT_FAILURE;
      }
}
