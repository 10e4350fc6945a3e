// Runs many streams of one model on several threads, while other threads set their controls and
// make, save and free streams of the same model. The bits are those of one thread. Under
// ThreadSanitizer (tools/tsan.sh) this is the test of all rules about threads in deepfilter.h.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "base/noise.h"
#include "common/c_api.h"
#include "common/identity_model.h"
#include "engine/testing/random_model.h"

namespace dfn::test {
namespace {

constexpr size_t kStreams = 64;  // a thread
constexpr size_t kBlocks = 40;   // a stream
constexpr size_t kMostBlock = 700;

// Streams differ in their options and in their input.
dfn_stream_options OptionsOf(size_t stream) {
  dfn_stream_options options = DefaultOptions();
  options.sample_rate_hz = stream % 4 == 3 ? 16000 : 48000;
  options.profile = stream % 2 == 0 ? DFN_PROFILE_REFERENCE : DFN_PROFILE_LIBDF;
  options.work_mode = stream % 3 == 0 ? DFN_WORK_SPREAD : DFN_WORK_DIRECT;
  options.precision = static_cast<dfn_precision>(stream % 5 % 3);
  return options;
}

// Returns whether other threads set this stream's controls; the bits of the other streams must not
// change.
bool IsTurned(size_t stream) { return stream % 8 < 2; }

size_t BlockOf(size_t stream, size_t block) { return 1 + (stream * 131 + block * 97) % kMostBlock; }

// Processes one block of a stream and appends it to `output`.
void RunBlock(dfn_stream* stream, size_t number, size_t block, std::vector<float>& output) {
  const size_t samples = BlockOf(number, block);
  std::vector<float> sound(samples);
  NoiseGenerator random(static_cast<uint32_t>(number * 1000 + block));
  for (float& value : sound) {
    value = static_cast<float>(static_cast<int32_t>(random.NextBits())) * 0x1p-34f;
  }
  float* data = sound.data();
  EXPECT_EQ(dfn_stream_process(stream, &data, &data, samples), DFN_OK);
  output.insert(output.end(), sound.begin(), sound.end());
}

struct Streams {
  std::vector<CStream> streams;
  std::vector<std::vector<float>> outputs;
};

Streams MakeStreams(const CModel& model) {
  Streams made;
  for (size_t s = 0; s < kStreams; ++s) {
    made.streams.push_back(CreateStream(model, OptionsOf(s)));
  }
  made.outputs.resize(kStreams);
  return made;
}

// Processes all streams in turn, block by block.
void RunAll(Streams& streams) {
  for (size_t block = 0; block < kBlocks; ++block) {
    for (size_t s = 0; s < kStreams; ++s) {
      RunBlock(streams.streams[s].get(), s, block, streams.outputs[s]);
    }
  }
}

void TurnControls(const std::vector<Streams*>& all, const std::atomic<bool>& done) {
  for (size_t step = 0; !done.load(); ++step) {
    for (const Streams* streams : all) {
      for (size_t s = 0; s < kStreams; ++s) {
        dfn_stream* stream = streams->streams[s].get();
        EXPECT_TRUE(std::isfinite(dfn_stream_local_snr_db(stream)));
        EXPECT_GT(dfn_stream_delay_samples(stream), 0u);
        if (!IsTurned(s)) continue;
        dfn_stream_set_attenuation_limit_db(stream, static_cast<float>(step % 40));
        dfn_stream_set_post_filter_beta(stream, step % 2 == 0 ? 0.0f : 0.02f);
        dfn_stream_set_thresholds_db(stream, -10, 30, static_cast<float>(step % 20));
        dfn_stream_set_level(stream, static_cast<dfn_level>(step % 3),
                             static_cast<float>(step % 20));
        dfn_stream_set_bypass(stream, step % 3 == 0);
      }
    }
    std::this_thread::yield();
  }
}

// Makes streams, saves their state, continues it in another stream, and frees them.
void ComeAndGo(const CModel& model, const std::atomic<bool>& done) {
  for (size_t round = 0; !done.load(); ++round) {
    const CStream from = CreateStream(model, OptionsOf(round));
    const CStream to = CreateStream(model, OptionsOf(round));
    std::vector<float> ignored;
    for (size_t block = 0; block < 3; ++block) RunBlock(from.get(), round, block, ignored);
    std::vector<char> state(dfn_stream_state_size(from.get()));
    EXPECT_EQ(dfn_stream_save(from.get(), state.data(), state.size()), DFN_OK);
    EXPECT_EQ(dfn_stream_restore(to.get(), state.data(), state.size()), DFN_OK);
    EXPECT_EQ(dfn_stream_copy(from.get(), to.get()), DFN_OK);
    std::vector<float> one, other;
    RunBlock(from.get(), round, 3, one);
    RunBlock(to.get(), round, 3, other);
    EXPECT_EQ(one, other);
  }
}

TEST(ThreadsTest, TwoTimes64StreamsOfOneModelAreAsAlone) {
  const Model random_model = RandomModel(SmallLiveConfig("dfn3"), 11);
  Streams alone = MakeStreams(OpenModel(random_model));
  RunAll(alone);

  const CModel model = OpenModel(random_model);
  Streams first;
  Streams second;
  // The first stream of a precision packs the weights; here two threads do so at once.
  {
    std::thread other([&] { first = MakeStreams(model); });
    second = MakeStreams(model);
    other.join();
  }
  std::atomic<bool> done{false};
  std::thread turning([&] { TurnControls({&first, &second}, done); });
  std::thread coming([&] { ComeAndGo(model, done); });
  std::thread other([&] { RunAll(first); });
  RunAll(second);
  other.join();
  done.store(true);
  turning.join();
  coming.join();

  for (size_t s = 0; s < kStreams; ++s) {
    for (const Streams* streams : {&first, &second}) {
      const std::vector<float>& output = streams->outputs[s];
      EXPECT_TRUE(std::all_of(output.begin(), output.end(),
                              [](float value) { return std::isfinite(value); }))
          << "stream " << s;
      if (!IsTurned(s)) {
        EXPECT_EQ(output, alone.outputs[s]) << "stream " << s;
      }
    }
  }
}

}  // namespace
}  // namespace dfn::test
