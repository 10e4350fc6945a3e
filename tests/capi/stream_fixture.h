// Streams of a small model, for tests of the C API.
#ifndef DEEPFILTER_TESTS_CAPI_STREAM_FIXTURE_H_
#define DEEPFILTER_TESTS_CAPI_STREAM_FIXTURE_H_

#include <gtest/gtest.h>

#include <string>

#include "capi/small_model.h"

namespace dfn::test {

class StreamTest : public testing::Test {
 protected:
  deepfilter::Stream New(const dfn_stream_options& options = deepfilter::StreamOptions()) {
    return deepfilter::Stream::Create(model_, options);
  }
  deepfilter::Stream NewStereo() {
    auto options = deepfilter::StreamOptions();
    options.channels = 2;
    return New(options);
  }

  // The sentence of an attempt that has to fail.
  std::string Refusal(const dfn_stream_options& options, dfn_result expected) {
    dfn_stream* stream = nullptr;
    dfn_error* error = nullptr;
    EXPECT_EQ(dfn_stream_create(model_.get(), &options, &stream, &error), expected);
    EXPECT_EQ(stream, nullptr);
    EXPECT_EQ(model_.delay_samples(options), 0u);
    std::string sentence = dfn_error_message(error);
    dfn_error_free(error);
    return sentence;
  }

  const deepfilter::Model model_ = SmallModel();
};

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_CAPI_STREAM_FIXTURE_H_
