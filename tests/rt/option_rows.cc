#include "rt/option_rows.h"

#include <array>
#include <cstdint>
#include <random>
#include <set>
#include <tuple>

#include "common/c_api.h"
#include "common/identity_model.h"

namespace dfn::test {
namespace {

constexpr uint32_t kRates[] = {8000,  11025, 16000, 22050, 24000,  32000, 44100,
                               48000, 64000, 88200, 96000, 176400, 192000};
constexpr uint32_t kChannels[] = {1, 2, 6};
constexpr float kBetas[] = {0.0f, 0.02f};
constexpr float kLimits[] = {100.0f, 12.0f, 0.0f};

enum Axis {
  kFamily,
  kRate,
  kChannelCount,
  kChannelMode,
  kProfile,
  kPrecision,
  kWorkMode,
  kBlockMultiple,
  kBeta,
  kLimit,
  kSilenceSkip,
  kForm,
  kAxes
};
constexpr std::array<size_t, kAxes> kValues = {3, std::size(kRates), 3, 4, 2, 3, 2, 3, 2, 3, 2, 4};

using Row = std::array<size_t, kAxes>;

bool Allowed(const Row& row) {
  return row[kChannelMode] != DFN_CHANNELS_LINKED_MEAN || row[kProfile] == DFN_PROFILE_LIBDF;
}

// The values are one sample, a usual quantum, and a hop.
uint32_t BlockMultiple(size_t value, uint32_t rate_hz) {
  return value == 0 ? 1 : value == 1 ? 32 : rate_hz % 100 == 0 ? rate_hz / 100 : 441;
}

OptionRow Options(const Row& row) {
  dfn_stream_options options = DefaultOptions();
  options.sample_rate_hz = kRates[row[kRate]];
  options.channels = kChannels[row[kChannelCount]];
  options.channel_mode = static_cast<dfn_channel_mode>(row[kChannelMode]);
  options.profile = static_cast<dfn_profile>(row[kProfile]);
  options.precision = static_cast<dfn_precision>(row[kPrecision]);
  options.work_mode = static_cast<dfn_work_mode>(row[kWorkMode]);
  options.block_multiple = BlockMultiple(row[kBlockMultiple], options.sample_rate_hz);
  options.post_filter_beta = kBetas[row[kBeta]];
  options.attenuation_limit_db = kLimits[row[kLimit]];
  options.silence_skip = static_cast<int>(row[kSilenceSkip]);
  return {SmallLiveFamilies()[row[kFamily]], options, static_cast<SampleForm>(row[kForm])};
}

}  // namespace

std::string Describe(const OptionRow& row) {
  const dfn_stream_options& o = row.options;
  return row.family + ", " + std::to_string(o.sample_rate_hz) + " Hz, " +
         std::to_string(o.channels) + " channels of mode " + std::to_string(o.channel_mode) +
         ", profile " + std::to_string(o.profile) + ", precision " + std::to_string(o.precision) +
         ", work mode " + std::to_string(o.work_mode) + ", block multiple " +
         std::to_string(o.block_multiple) + ", beta " + std::to_string(o.post_filter_beta) +
         ", limit " + std::to_string(o.attenuation_limit_db) + " dB, silence_skip " +
         std::to_string(o.silence_skip) + ", form " + std::to_string(static_cast<int>(row.form));
}

std::vector<OptionRow> OptionRows() {
  using Pair = std::tuple<size_t, size_t, size_t, size_t>;  // axis, value, axis, value
  std::set<Pair> missing;
  for (size_t a = 0; a < kAxes; ++a) {
    for (size_t b = a + 1; b < kAxes; ++b) {
      for (size_t i = 0; i < kValues[a]; ++i) {
        for (size_t j = 0; j < kValues[b]; ++j) missing.insert({a, i, b, j});
      }
    }
  }
  missing.erase({kChannelMode, DFN_CHANNELS_LINKED_MEAN, kProfile, DFN_PROFILE_REFERENCE});
  // Adds random rows around the first missing pair, until no pair is missing.
  std::mt19937 random(1);
  std::vector<OptionRow> rows;
  while (!missing.empty()) {
    const auto [a, i, b, j] = *missing.begin();
    Row row;
    do {
      for (size_t axis = 0; axis < kAxes; ++axis) row[axis] = random() % kValues[axis];
      row[a] = i;
      row[b] = j;
    } while (!Allowed(row));
    for (size_t c = 0; c < kAxes; ++c) {
      for (size_t d = c + 1; d < kAxes; ++d) missing.erase({c, row[c], d, row[d]});
    }
    rows.push_back(Options(row));
  }
  return rows;
}

}  // namespace dfn::test
