// Tests that the real-time functions of the C API make no calls to the system, for all options,
// blocks and samples.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/c_api.h"
#include "common/identity_model.h"
#include "engine/testing/random_model.h"
#include "rt/option_rows.h"
#include "rt/stream_calls.h"
#include "rt/system_calls.h"
#include "rt/trap.h"

namespace dfn::test {
namespace {

// There is one small model of random weights for each family.
const CModel& SmallModel(const std::string& family) {
  static std::map<std::string, CModel> models;
  CModel& model = models[family];
  if (model == nullptr) model = OpenModel(RandomModel(SmallLiveConfig(family), 3));
  return model;
}

std::vector<std::unique_ptr<StreamCalls>> AllRows() {
  std::vector<std::unique_ptr<StreamCalls>> streams;
  for (const OptionRow& row : OptionRows()) {
    streams.push_back(std::make_unique<StreamCalls>(SmallModel(row.family), row));
  }
  return streams;
}

TEST(StreamRealTimeTest, CallsNothingWhateverTheOptions) {
  for (const OptionRow& row : OptionRows()) {
    SCOPED_TRACE(Describe(row));
    StreamCalls calls(SmallModel(row.family), row);
    if (HasFailure()) return;
    bool good = false;
    {
      RealTimeScope scope;
      good = calls.Run();
    }
    EXPECT_EQ(TakeTrapped(), "");
    EXPECT_TRUE(good);
  }
}

TEST(StreamRealTimeTest, AsksNothingOfTheKernelWhateverTheOptions) {
  const auto streams = AllRows();
  if (HasFailure()) return;
  const SystemCalls calls = RunWithoutSystemCalls([&] {
    for (const auto& stream : streams) {
      if (!stream->Run()) __builtin_trap();
    }
  });
  if (!calls.not_tested.empty()) GTEST_SKIP() << "NOT TESTED: " << calls.not_tested;
  EXPECT_EQ(calls.failure, "");
  EXPECT_EQ(calls.numbers, std::vector<int>());
  EXPECT_EQ(calls.count, 0u);
}

// Processes each size of block from 1 to 8192 once, direct and spread; with resampling only some of
// them.
TEST(StreamRealTimeTest, CallsNothingWhateverTheBlock) {
  for (const dfn_work_mode mode : {DFN_WORK_DIRECT, DFN_WORK_SPREAD}) {
    for (const auto& [rate_hz, step] : {std::pair<uint32_t, size_t>{48000, 1}, {44100, 23}}) {
      OptionRow row{"dfn3", DefaultOptions(), SampleForm::kPlanar};
      row.options.sample_rate_hz = rate_hz;
      row.options.work_mode = mode;
      StreamCalls calls(SmallModel(row.family), row);
      if (HasFailure()) return;
      bool good = true;
      {
        RealTimeScope scope;
        for (size_t samples = 1; samples <= StreamCalls::kMostSamples; samples += step) {
          good = calls.Process(samples) && good;
        }
      }
      EXPECT_EQ(TakeTrapped(), "");
      EXPECT_TRUE(good);
    }
  }
}

// One batch has streams with all kinds of options, which bring different numbers of samples and are
// sometimes absent.
class BatchCalls {
 public:
  explicit BatchCalls(dfn_precision precision) {
    for (const OptionRow& row : OptionRows()) {
      if (row.family != "dfn3" || row.options.precision != precision) continue;
      rows_.push_back(row);
      streams_.push_back(CreateStream(SmallModel("dfn3"), row.options));
      channels_ += row.options.channels;
    }
    batch_ = CreateBatch(SmallModel("dfn3"), precision, channels_);
    buffer_.assign(kMostChannels * kMostSamples, 0.25f);
    for (size_t c = 0; c < kMostChannels; ++c) pointers_[c] = &buffer_[c * kMostSamples];
    blocks_.resize(streams_.size() + 1);
  }

  bool Run() noexcept {
    bool good = true;
    for (size_t call = 0; call < 40; ++call) {
      size_t count = 0;
      for (size_t s = 0; s < streams_.size(); ++s) {
        if ((s + call) % 5 == 4) continue;
        const size_t multiple = rows_[s].options.block_multiple;
        const size_t samples = (1 + (s * 37 + call * 101) % 1500 / multiple) * multiple;
        blocks_[count++] = {streams_[s].get(), pointers_, pointers_, samples};
      }
      good = dfn_batch_process(batch_.get(), blocks_.data(), count) == DFN_OK && good;
      // A batch that has the same stream twice is refused.
      blocks_[count] = blocks_[0];
      good = dfn_batch_process(batch_.get(), blocks_.data(), count + 1) != DFN_OK && good;
    }
    return good;
  }

  size_t streams() const { return streams_.size(); }

 private:
  static constexpr size_t kMostChannels = 6;
  static constexpr size_t kMostSamples = 4096;
  std::vector<OptionRow> rows_;
  std::vector<CStream> streams_;
  size_t channels_ = 0;
  CBatch batch_;
  // All streams share one buffer, since this test does not examine the sound.
  std::vector<float> buffer_;
  float* pointers_[kMostChannels];
  std::vector<dfn_block> blocks_;
};

TEST(BatchRealTimeTest, CallsNothing) {
  for (const dfn_precision precision : {DFN_PRECISION_F32, DFN_PRECISION_F16, DFN_PRECISION_I8}) {
    BatchCalls calls(precision);
    if (HasFailure()) return;
    ASSERT_GE(calls.streams(), 4u);
    bool good = false;
    {
      RealTimeScope scope;
      good = calls.Run();
    }
    EXPECT_EQ(TakeTrapped(), "");
    EXPECT_TRUE(good);

    const SystemCalls kernel = RunWithoutSystemCalls([&] {
      if (!calls.Run()) __builtin_trap();
    });
    if (!kernel.not_tested.empty()) GTEST_SKIP() << "NOT TESTED: " << kernel.not_tested;
    EXPECT_EQ(kernel.failure, "");
    EXPECT_EQ(kernel.count, 0u);
  }
}

}  // namespace
}  // namespace dfn::test
