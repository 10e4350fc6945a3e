// Rows of stream options that together contain every valid pair of values.
#ifndef DEEPFILTER_TESTS_RT_OPTION_ROWS_H_
#define DEEPFILTER_TESTS_RT_OPTION_ROWS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "deepfilter/deepfilter.h"

namespace dfn::test {

// Selects one of the four process functions.
enum class SampleForm { kPlanar, kInterleaved, kPlanarI16, kInterleavedI16 };

struct OptionRow {
  std::string family;  // of SmallLiveFamilies()
  dfn_stream_options options;
  SampleForm form;
};

// Describes every value by name, for a test's messages.
std::string Describe(const OptionRow& row);

// Returns the same rows on every run.
std::vector<OptionRow> OptionRows();

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_RT_OPTION_ROWS_H_
