// Lets every allocation fail once, and checks that the caller gets the error and that no memory
// leaks.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "capi/small_model.h"
#include "common/replace_new.h"

namespace {

// Allocations of this thread until the one that fails; none fails while this is below 0.
thread_local long left = -1;
// The number of live allocations, to find leaks of failures.
thread_local long balance = 0;

}  // namespace

void dfn::test::CountAllocation() {
  if (left == 0) throw std::bad_alloc();
  if (left > 0) --left;
  ++balance;
}

void dfn::test::CountRelease() noexcept { --balance; }

namespace dfn::test {
namespace {

// Lets the first allocation of `call` fail, then the second, ... until it gets through. The first
// hundred one by one, then in growing steps; with $DEEPFILTER_EVERY_ALLOCATION, every one.
template <class Call>
void FailEachAllocation(const Call& call) {
  long failures = 0;
  const bool every = std::getenv("DEEPFILTER_EVERY_ALLOCATION") != nullptr;
  for (long allowed = 0;; allowed += every ? 1 : 1 + allowed / 100) {
    dfn_error* error = nullptr;
    const long before = balance;
    left = allowed;
    const dfn_result result = call(&error);
    left = -1;
    if (result == DFN_OK) {
      ASSERT_EQ(error, nullptr);
      break;
    }
    ASSERT_EQ(result, DFN_ERROR_OUT_OF_MEMORY) << dfn_error_message(error);
    ASSERT_EQ(dfn_error_result(error), DFN_ERROR_OUT_OF_MEMORY);
    ASSERT_STRNE(dfn_error_message(error), "");
    dfn_error_free(error);
    ASSERT_EQ(balance, before) << "after " << allowed << " allocations";
    ++failures;
  }
  EXPECT_GT(failures, 10);
}

TEST(NoMemory, OpeningAModel) {
  const auto files = SmallModelFiles();
  const auto views = FilesOf(files);
  dfn_model* model = nullptr;
  FailEachAllocation([&](dfn_error** error) {
    return dfn_model_open_files(views.data(), views.size(), nullptr, &model, error);
  });
  ASSERT_NE(model, nullptr);
  dfn_model_free(model);
}

TEST(NoMemory, MakingAStream) {
  const auto files = SmallModelFiles();
  dfn_stream* stream = nullptr;
  auto options = deepfilter::StreamOptions();
  options.sample_rate_hz = 44100;
  options.channels = 2;
  options.work_mode = DFN_WORK_SPREAD;
  // A stream's first attempt packs the weights, which the model then keeps.
  const auto model = deepfilter::Model::OpenFiles(FilesOf(files));
  const auto packed = deepfilter::Stream::Create(model);
  FailEachAllocation(
      [&](dfn_error** error) { return dfn_stream_create(model.get(), &options, &stream, error); });
  ASSERT_NE(stream, nullptr);
  dfn_stream_free(stream);
}

TEST(NoMemory, EnhancingASound) {
  const auto files = SmallModelFiles();
  const auto model = deepfilter::Model::OpenFiles(FilesOf(files));
  const auto packed = deepfilter::Stream::Create(model);
  auto stream = deepfilter::StreamOptions();
  stream.sample_rate_hz = 44100;
  auto options = deepfilter::EnhanceOptions();
  options.stream = &stream;
  const auto sound = TestNoise(2000);
  std::vector<float> output(sound.size());
  FailEachAllocation([&](dfn_error** error) {
    return dfn_enhance_interleaved(model.get(), &options, sound.data(), output.data(), sound.size(),
                                   error);
  });
}

TEST(NoMemory, PackingWeights) {
  const auto files = SmallModelFiles();
  for (const dfn_precision precision : {DFN_PRECISION_F32, DFN_PRECISION_F16, DFN_PRECISION_I8}) {
    const auto model = deepfilter::Model::OpenFiles(FilesOf(files));
    dfn_batch* batch = nullptr;
    // Until it is packed a failure leaves nothing; afterwards the model has it.
    long before = balance;
    for (long allowed = 0; batch == nullptr; allowed += 1 + allowed / 20) {
      left = allowed;
      const dfn_result result = dfn_batch_create(model.get(), precision, 2, &batch, nullptr);
      left = -1;
      ASSERT_TRUE(result == DFN_OK || result == DFN_ERROR_OUT_OF_MEMORY) << result;
    }
    EXPECT_GT(balance, before);
    dfn_batch_free(batch);
  }
}

}  // namespace
}  // namespace dfn::test
