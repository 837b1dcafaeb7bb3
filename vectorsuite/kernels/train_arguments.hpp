// The job as Python passes it: a dict of the fields of vectorsuite.kernels.job.TrainingJob.
#pragma once
#include "binding.hpp"
#include "training_job.hpp"

namespace vectorsuite {

// Throws std::invalid_argument where arrays do not fit each other: the loops check nothing.
TrainingJob read_job(const nb::dict &values, uint64_t epoch);

// One value of the dict; throws TypeError that names it.
template <class T> T get(const nb::dict &values, const char *key, bool convert = true) {
  try {
    return nb::cast<T>(values[key], convert);
  } catch (const nb::cast_error &) {
    throw nb::type_error((std::string("train: '") + key + "' has the wrong type").c_str());
  }
}

}  // namespace vectorsuite
