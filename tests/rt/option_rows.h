// Rows of stream options that together contain every valid pair of values.
#ifndef DEEPFILTER_TESTS_RT_OPTION_ROWS_H_
#define DEEPFILTER_TESTS_RT_OPTION_ROWS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "deepfilter/deepfilter.h"

namespace dfn::test {

// The process function that is called, of four.
enum class SampleForm { kPlanar, kInterleaved, kPlanarI16, kInterleavedI16 };

struct OptionRow {
  std::string family;  // of SmallLiveFamilies()
  dfn_stream_options options;
  SampleForm form;
};

// For a test's messages: every value by name.
std::string Describe(const OptionRow& row);

// The same rows on every run.
std::vector<OptionRow> OptionRows();

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_RT_OPTION_ROWS_H_
