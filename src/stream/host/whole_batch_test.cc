#include "stream/host/whole_batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "stream/testing/host.h"

namespace dfn {
namespace {

// A sound on its way through a batch.
struct Party {
  std::unique_ptr<WholeSound> sound;
  std::vector<float> input;  // interleaved
  size_t channels = 1;
  size_t read = 0;  // values of `input`
  bool ended = false;
  std::vector<float> output = {};

  // Gives pieces of `block` samples until hops wait; returns whether any do.
  bool Prepare(size_t hops, size_t block) {
    while (sound->Prepare(hops) == 0) {
      if (ended) return false;
      const size_t count = std::min(input.size() - read, block * channels);
      if (count == 0) {
        sound->End();
        ended = true;
        continue;
      }
      sound->Give({input.data() + read, count});
      read += count;
    }
    return true;
  }
};

// Sounds of different rates, channels and lengths, with hops a call that grow on the way.
TEST(WholeBatchTest, EachSoundHasTheBitsThatItHasAlone) {
  const auto network = SmallRecurrent({10.0f, 40.0f, -20.0f});
  std::vector<Party> parties;
  std::vector<std::vector<float>> expected;
  size_t number = 0;
  for (const size_t samples : {size_t{0}, size_t{1}, size_t{479}, size_t{9001}, size_t{3000}}) {
    for (const Profile profile : {Profile::kReference, Profile::kLibdf}) {
      HostStreamOptions options;
      options.profile = profile;
      options.channels = number % 3 == 2 ? 2 : 1;
      options.sample_rate_hz = number % 2 == 0 ? 48000 : 16000;
      options.silence_skip = number % 4 == 3;
      ++number;
      const HostSignal planes = Noise(options.channels, samples);
      std::vector<float> input(samples * options.channels);
      for (size_t i = 0; i < input.size(); ++i) {
        input[i] = planes[i % options.channels][i / options.channels];
      }
      auto alone = WholeSound::Create(network, options);
      auto together = WholeSound::Create(network, options, SoundEnd::kPadded, 8);
      ASSERT_TRUE(alone.ok() && together.ok());
      expected.emplace_back();
      (*alone)->Process(input, expected.back());
      (*alone)->Finish(expected.back());
      parties.push_back(
          {.sound = std::move(*together), .input = std::move(input), .channels = options.channels});
    }
  }
  auto batch = WholeBatch::Create(network, 8 * 2 * parties.size());
  ASSERT_TRUE(batch.ok());
  for (size_t call = 0;; ++call) {
    std::vector<Party*> waiting;
    std::vector<WholeSound*> sounds;
    for (Party& party : parties) {
      if (!party.Prepare(std::min<size_t>(2 + call / 3, 8), 333)) continue;
      waiting.push_back(&party);
      sounds.push_back(party.sound.get());
    }
    if (sounds.empty()) break;
    (*batch)->Run(sounds);
    for (Party* party : waiting) party->sound->Done(party->output);
  }
  for (size_t i = 0; i < parties.size(); ++i) {
    EXPECT_EQ(parties[i].output.size(), parties[i].input.size()) << i;
    EXPECT_EQ(parties[i].output, expected[i]) << i;
  }
}

TEST(WholeBatchTest, RefusesWhatABatchRefuses) {
  EXPECT_FALSE(WholeBatch::Create(nullptr, 1).ok());
  EXPECT_FALSE(WholeBatch::Create(SmallRecurrent({10.0f}), 0).ok());
}

}  // namespace
}  // namespace dfn
