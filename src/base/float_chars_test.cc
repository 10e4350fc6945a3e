#include "base/float_chars.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <system_error>

namespace dfn {
namespace {

TEST(FloatCharsTest, OursReadsWhatTheLibraryReads) {
  for (const std::string text : {"0",
                                 "-0",
                                 "1",
                                 "-1.5",
                                 "12.25dB",
                                 ".5",
                                 "5.",
                                 "1e3",
                                 "1E+3x",
                                 "2e-3",
                                 "1e",
                                 "1e+",
                                 "3.4028235e38",
                                 "1e39",
                                 "-1e39",
                                 "",
                                 "-",
                                 "+1",
                                 " 1",
                                 ".",
                                 "e5",
                                 "inf",
                                 "-Infinity",
                                 "INFx",
                                 "nan",
                                 "0x10",
                                 "123456789.123456789",
                                 "1,5",
                                 "--1",
                                 "-.",
                                 "-.e1",
                                 "7.e2"}) {
    const char* const first = text.data();
    const char* const last = first + text.size();
    float ours = 77.0f;
    float theirs = 77.0f;
    const auto read = OwnFloatFromChars(first, last, ours);
    const auto expected = FloatFromChars(first, last, theirs);
    EXPECT_EQ(read.ec, expected.ec) << text;
    EXPECT_EQ(read.ptr - first, expected.ptr - first) << text;
    // What a failure leaves in the number is not the same everywhere.
    if (read.ec != std::errc()) continue;
    if (std::isnan(theirs)) {
      EXPECT_TRUE(std::isnan(ours)) << text;
    } else {
      EXPECT_EQ(std::memcmp(&ours, &theirs, sizeof(ours)), 0) << text << ' ' << ours;
    }
  }
}

}  // namespace
}  // namespace dfn
