// Tests many streams in one call: each gives the bits that it gives alone, and invalid calls are
// refused as a whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "capi/small_model.h"

namespace dfn::test {
namespace {

using deepfilter::Batch;
using deepfilter::Model;
using deepfilter::Stream;
using deepfilter::StreamOptions;

// The streams differ in every option that may differ in a batch.
std::vector<dfn_stream_options> Mixed() {
  std::vector<dfn_stream_options> all(5, StreamOptions());
  all[0].sample_rate_hz = 16000;
  all[1].channels = 2;
  all[1].channel_mode = DFN_CHANNELS_LINKED;
  all[2].profile = DFN_PROFILE_LIBDF;
  all[2].max_db_df_threshold = 3.0f;
  all[3].work_mode = DFN_WORK_SPREAD;
  all[4].silence_skip = 1;
  all[4].attenuation_limit_db = 10.0f;
  return all;
}

TEST(Batch, EachAsAlone) {
  const Model model = SmallModel();
  auto batch = Batch::Create(model, DFN_PRECISION_F32, 6);
  struct Party {
    Stream alone;
    Stream together;
    std::vector<std::vector<float>> alone_samples;
    std::vector<std::vector<float>> samples;
  };
  std::vector<Party> parties;
  for (const auto& options : Mixed()) {
    parties.push_back({Stream::Create(model, options), Stream::Create(model, options), {}, {}});
    for (uint32_t c = 0; c < options.channels; ++c) {
      parties.back().samples.push_back(
          TestNoise(30000, static_cast<uint32_t>(10 * parties.size()) + c));
    }
    parties.back().alone_samples = parties.back().samples;
  }
  size_t begin = 0;
  for (size_t call = 0; begin + 2000 < 30000; ++call) {
    std::vector<std::vector<float*>> planes(parties.size());
    std::vector<dfn_block> blocks;
    const size_t samples = (call * 379) % 1500;
    for (size_t i = 0; i < parties.size(); ++i) {
      Party& party = parties[i];
      std::vector<float*> alone;
      for (size_t c = 0; c < party.samples.size(); ++c) {
        alone.push_back(&party.alone_samples[c][begin]);
        planes[i].push_back(&party.samples[c][begin]);
      }
      ASSERT_EQ(party.alone.Process(alone.data(), alone.data(), samples), DFN_OK);
      // Now and then a stream is processed alone.
      if ((call + i) % 4 == 0) {
        ASSERT_EQ(party.together.Process(planes[i].data(), planes[i].data(), samples), DFN_OK);
      } else {
        blocks.push_back({party.together.get(), planes[i].data(), planes[i].data(), samples});
      }
    }
    ASSERT_EQ(batch.Process(blocks.data(), blocks.size()), DFN_OK);
    begin += samples;
  }
  for (const Party& party : parties) EXPECT_EQ(party.samples, party.alone_samples);
}

TEST(Batch, RefusesWhatCannotGoTogether) {
  const Model model = SmallModel();
  const Model other_model = SmallModel(2);
  auto batch = Batch::Create(model, DFN_PRECISION_F32, 2);
  auto first = Stream::Create(model);
  auto second = Stream::Create(model);
  auto third = Stream::Create(model);
  auto stranger = Stream::Create(other_model);
  auto half = StreamOptions();
  half.precision = DFN_PRECISION_F16;
  auto reduced = Stream::Create(model, half);
  auto promised = StreamOptions();
  promised.block_multiple = 10;
  auto tens = Stream::Create(model, promised);
  auto flushed = Stream::Create(model);

  const auto noise = TestNoise(480);
  auto samples = noise;
  float* plane = samples.data();
  ASSERT_EQ(flushed.Flush(&plane, 0), DFN_OK);
  std::vector<float> nothing(1);
  float* nothing_plane = nothing.data();
  ASSERT_EQ(flushed.Flush(&nothing_plane, 1), DFN_OK);
  const auto block = [&](Stream& stream, size_t count = 480) {
    return dfn_block{stream.get(), &plane, &plane, count};
  };
  const auto call = [&](std::vector<dfn_block> blocks) {
    return batch.Process(blocks.data(), blocks.size());
  };
  EXPECT_EQ(call({block(first), block(stranger)}), DFN_ERROR_MISMATCH);
  EXPECT_EQ(call({block(first), block(reduced)}), DFN_ERROR_MISMATCH);
  EXPECT_EQ(call({block(first), block(first)}), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(call({block(first), block(tens, 479)}), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(call({block(first), block(flushed)}), DFN_ERROR_STATE);
  EXPECT_EQ(call({block(first), block(second), block(third)}), DFN_ERROR_LIMIT);
  EXPECT_EQ(call({block(first), {nullptr, &plane, &plane, 480}}), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(call({block(first), {second.get(), nullptr, &plane, 480}}), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(batch.Process(nullptr, 1), DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_batch_process(nullptr, nullptr, 0), DFN_ERROR_INVALID_ARGUMENT);
  // Nothing was done, to the samples or to the streams, and nothing is remembered.
  EXPECT_EQ(samples, noise);
  EXPECT_EQ(first.Save(), third.Save());
  EXPECT_EQ(call({}), DFN_OK);
  EXPECT_EQ(call({block(first, 240)}), DFN_OK);
  EXPECT_NE(samples, noise);
}

TEST(Batch, CannotBeMadeOfNonsense) {
  const Model model = SmallModel();
  dfn_batch* batch = nullptr;
  EXPECT_EQ(dfn_batch_create(nullptr, DFN_PRECISION_F32, 1, &batch, nullptr),
            DFN_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(dfn_batch_create(model.get(), DFN_PRECISION_F32, 1, nullptr, nullptr),
            DFN_ERROR_INVALID_ARGUMENT);
  for (const size_t channels : {size_t{0}, size_t{4097}, SIZE_MAX}) {
    dfn_error* error = nullptr;
    EXPECT_EQ(dfn_batch_create(model.get(), DFN_PRECISION_F32, channels, &batch, &error),
              DFN_ERROR_INVALID_ARGUMENT);
    EXPECT_EQ(batch, nullptr);
    EXPECT_STRNE(dfn_error_message(error), "");
    dfn_error_free(error);
  }
  dfn_precision unknown = DFN_PRECISION_F32;
  const int number = 4;
  std::memcpy(&unknown, &number, sizeof(number));
  EXPECT_EQ(dfn_batch_create(model.get(), unknown, 1, &batch, nullptr), DFN_ERROR_INVALID_ARGUMENT);
  dfn_batch_free(nullptr);
}

}  // namespace
}  // namespace dfn::test
