// Checks that each stream in a batch gives the bits that it gives alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/native/native_network.h"
#include "engine/testing/random_model.h"
#include "stream/host/host_batch.h"
#include "stream/testing/host.h"

namespace dfn {
namespace {

// One of several streams of different options over one network, with its own block sizes.
struct Guest {
  HostStreamOptions options;
  std::vector<size_t> blocks;
  HostSignal input;
  HostSignal alone;
  std::vector<std::vector<float>> local_snrs_db;  // of each call alone
  size_t calls = 0;
};

// The hops have a millisecond, so that a block has many.
std::shared_ptr<const Network> Shared() {
  Config config = SmallConfigs().front().config;
  config.conv_lookahead_frames = config.df_lookahead_frames = 2;
  return NewNativeNetwork(RandomModel(config, 7));
}

std::vector<Guest> Guests() {
  std::vector<Guest> guests;
  const auto add = [&](size_t rate_hz, size_t channels, ChannelMode mode, WorkMode work,
                       std::vector<size_t> blocks) {
    Guest guest;
    guest.options.sample_rate_hz = rate_hz;
    guest.options.channels = channels;
    guest.options.channel_mode = mode;
    guest.options.work_mode = work;
    guest.options.profile = guests.size() % 2 == 0 ? Profile::kReference : Profile::kLibdf;
    guest.options.silence_skip = guests.size() == 3;
    guest.blocks = std::move(blocks);
    guest.input = Noise(channels, 12000 + 1000 * guests.size());
    guests.push_back(std::move(guest));
  };
  add(48000, 1, ChannelMode::kIndependent, WorkMode::kDirect, {480});
  add(48000, 2, ChannelMode::kLinked, WorkMode::kDirect, {1, 1700, 64});
  add(48000, 1, ChannelMode::kIndependent, WorkMode::kSpread, {32});
  add(44100, 1, ChannelMode::kIndependent, WorkMode::kDirect, {441});
  add(8000, 6, ChannelMode::kDownmix, WorkMode::kSpread, {160, 1000});
  add(192000, 2, ChannelMode::kIndependent, WorkMode::kSpread, {4096});
  add(44099, 3, ChannelMode::kIndependent, WorkMode::kDirect, {333});
  return guests;
}

std::vector<float> Copy(std::span<const float> values) { return {values.begin(), values.end()}; }

TEST(HostBatchTest, StreamsAreAsIfAlone) {
  const auto network = Shared();
  std::vector<Guest> guests = Guests();
  for (Guest& guest : guests) {
    auto host = MakeHost(network, guest.options);
    guest.alone = HostSignal(guest.input.size());
    const size_t total = guest.input[0].size();
    for (size_t done = 0; done < total;) {
      const size_t count =
          std::min(guest.blocks[guest.calls++ % guest.blocks.size()], total - done);
      Append(guest.alone, EnhancePart(*host, guest.input, {count}, done, done + count));
      guest.local_snrs_db.push_back(Copy(host->call_local_snrs_db()));
      done += count;
    }
  }

  auto batch = HostBatch::Create(network, 32);
  ASSERT_TRUE(batch.ok());
  std::vector<std::unique_ptr<HostStream>> hosts;
  std::vector<HostSignal> outputs;
  std::vector<std::vector<const float*>> in(guests.size());
  std::vector<std::vector<float*>> out(guests.size());
  std::vector<size_t> done(guests.size()), calls(guests.size());
  for (const Guest& guest : guests) {
    hosts.push_back(MakeHost(network, guest.options));
    outputs.emplace_back(guest.input.size(), std::vector<float>(guest.input[0].size()));
  }
  for (size_t round = 0;; ++round) {
    std::vector<HostBlock> blocks;
    std::vector<size_t> present;
    bool all_done = true;
    for (size_t g = 0; g < guests.size(); ++g) {
      const size_t total = guests[g].input[0].size();
      if (done[g] == total) continue;
      all_done = false;
      // Streams join and leave, and now and then one is processed outside the batch.
      if (round % (3 + g) == 1) continue;
      const size_t count =
          std::min(guests[g].blocks[calls[g] % guests[g].blocks.size()], total - done[g]);
      in[g].clear();
      out[g].clear();
      for (size_t c = 0; c < guests[g].input.size(); ++c) {
        in[g].push_back(guests[g].input[c].data() + done[g]);
        out[g].push_back(outputs[g][c].data() + done[g]);
      }
      done[g] += count;
      if (round % (5 + g) == 2) {
        hosts[g]->Process(in[g].data(), out[g].data(), count);
        ++calls[g];
        continue;
      }
      blocks.push_back({hosts[g].get(), in[g].data(), out[g].data(), count});
      present.push_back(g);
    }
    if (all_done) break;
    (*batch)->Process(blocks);
    for (size_t g : present) {
      EXPECT_EQ(Copy(hosts[g]->call_local_snrs_db()), guests[g].local_snrs_db[calls[g]]) << g;
      ++calls[g];
    }
  }
  for (size_t g = 0; g < guests.size(); ++g) EXPECT_EQ(outputs[g], guests[g].alone) << g;
}

TEST(HostBatchTest, RefusesNoChannels) {
  EXPECT_FALSE(HostBatch::Create(Shared(), 0).ok());
  EXPECT_FALSE(HostBatch::Create(Shared(), 4097).ok());
}

}  // namespace
}  // namespace dfn
