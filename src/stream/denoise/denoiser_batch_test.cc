#include "stream/denoise/denoiser_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "engine/native/native_network.h"
#include "engine/testing/random_model.h"
#include "stream/testing/allocations.h"
#include "stream/testing/live_stream.h"

namespace dfn {
namespace {

using testing::HasSubstr;

constexpr size_t kSound = 40;  // frames
constexpr size_t kFrames = kSound + 4;
constexpr size_t kMaxRows = 16;

class DenoiserBatchTest : public testing::TestWithParam<NamedNetwork> {
 protected:
  DenoiserBatchTest() {
    Config config = GetParam().config;
    config.conv_lookahead_frames = config.df_lookahead_frames = 2;
    network_ = NewNativeNetwork(RandomModel(config, 5), {.precision = GetParam().precision});
    batch_ = DenoiserBatch::Create(network_, kMaxRows).value();
  }

  // The streams differ in their options.
  std::vector<DenoiserOptions> AllOptions() const {
    std::vector<DenoiserOptions> all(8);
    all[1].silence_skip = true;
    all[2].channels = 3;
    all[2].link_gains = true;
    all[3] = all[4] = all[5] = all[6] = all[7] = GatedOptions(network_);
    all[4].channels = 2;
    all[4].silence_skip = true;
    all[5].channels = 2;
    all[5].reduce_mask = ReduceMask::kNone;
    all[5].gate_channels_alone = true;
    all[6].controls.post_filter = true;
    all[6].controls.atten_lim_db = 12.0f;
    all[7].controls.atten_lim_db = 0.0f;
    return all;
  }

  std::shared_ptr<const Network> network_;
  std::unique_ptr<DenoiserBatch> batch_;
};

INSTANTIATE_TEST_SUITE_P(Networks, DenoiserBatchTest, testing::ValuesIn(SmallNetworks()),
                         [](const auto& test) { return test.param.name; });

// Returns whether stream i takes part in call `call`: it joins late, pauses now and then, and
// leaves once its sound has been flushed.
bool TakesPart(size_t i, size_t call) { return call >= 3 * i && (call + i) % (3 + i) != 0; }

TEST_P(DenoiserBatchTest, GivesTheBitsOfEachAlone) {
  const std::vector<DenoiserOptions> options = AllOptions();
  std::deque<LiveStream> together, alone;
  for (size_t i = 0; i < options.size(); ++i) {
    together.emplace_back(network_, options[i], kSound, static_cast<uint32_t>(i));
    alone.emplace_back(network_, options[i], kSound, static_cast<uint32_t>(i));
  }
  size_t largest = 0;
  for (size_t call = 0; call < 120; ++call) {
    std::vector<BatchHop> hops;
    std::vector<size_t> there;
    for (size_t i = 0; i < together.size(); ++i) {
      const size_t stream = (i + call) % together.size();  // in any order
      if (together[stream].done() == kFrames || !TakesPart(stream, call)) continue;
      // One stream passes its input through for a while.
      if (stream == 3 && together[3].done() == 10) together[3]->SetControls({.atten_lim_db = 0});
      if (stream == 3 && together[3].done() == 15) {
        together[3]->SetControls(options[3].controls);
      }
      hops.push_back(together[stream].Give());
      there.push_back(stream);
    }
    largest = std::max(largest, hops.size());
    batch_->Process(hops);
    for (size_t stream : there) together[stream].Keep();
  }
  EXPECT_GE(largest, 7u);
  for (size_t i = 0; i < alone.size(); ++i) {
    while (alone[i].done() < kFrames) {
      if (i == 3 && alone[3].done() == 10) alone[3]->SetControls({.atten_lim_db = 0});
      if (i == 3 && alone[3].done() == 15) alone[3]->SetControls(options[3].controls);
      alone[i].Process();
    }
    EXPECT_EQ(together[i].samples, alone[i].samples) << "stream " << i;
    EXPECT_EQ(together[i].lsnr_db, alone[i].lsnr_db) << "stream " << i;
    EXPECT_EQ(together[i].State(), alone[i].State()) << "stream " << i;
    EXPECT_EQ(together[i]->skipped_frames(), alone[i]->skipped_frames()) << "stream " << i;
  }
}

TEST_P(DenoiserBatchTest, ProcessingAllocatesNothing) {
  std::deque<LiveStream> streams;
  for (const DenoiserOptions& options : AllOptions()) {
    streams.emplace_back(network_, options, kSound);
  }
  std::vector<BatchHop> hops;
  for (LiveStream& stream : streams) hops.push_back(stream.Give());
  const size_t before = Allocations();
  ASSERT_GT(before, 0u);
  for (size_t call = 0; call < 10; ++call) batch_->Process(hops);
  batch_->Process({hops.data(), 1});
  batch_->Process({});
  EXPECT_EQ(Allocations(), before);
}

TEST(DenoiserBatchCreateTest, RefusesRowsOutOfRange) {
  const auto network = std::make_shared<FakeNetwork>(SmallConfig(Family::kDeepFilterNet3, 0, 0),
                                                     FakeKind::kIdentity);
  for (size_t rows : {0u, 4097u}) {
    const auto batch = DenoiserBatch::Create(network, rows);
    ASSERT_FALSE(batch.ok());
    EXPECT_EQ(batch.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(batch.error().message, HasSubstr("max_rows is " + std::to_string(rows)));
  }
  EXPECT_FALSE(DenoiserBatch::Create(nullptr, 1).ok());
}

}  // namespace
}  // namespace dfn
