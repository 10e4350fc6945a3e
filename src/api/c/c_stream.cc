#include "api/c/c_stream.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <utility>

#include "api/c/c_error.h"
#include "api/c/c_model.h"
#include "api/c/c_options.h"
#include "api/c/hash.h"
#include "kernels/targets.h"

namespace dfn {
namespace {

// Samples that are converted at a time: in the first cache, whatever the channels.
constexpr size_t kSegmentSamples = 256;

constexpr uint32_t kMostMultiple = 1920000;

template <class Enum>
Result<Enum> ToEnum(const char* name, int value, int most) {
  if (value >= 0 && value <= most) return static_cast<Enum>(value);
  return Error{ErrorCode::kInvalidArgument, std::string(name) + " is " + std::to_string(value) +
                                                ", expected 0 to " + std::to_string(most)};
}

static_assert(static_cast<int>(ChannelMode::kIndependent) == DFN_CHANNELS_INDEPENDENT &&
              static_cast<int>(ChannelMode::kLinked) == DFN_CHANNELS_LINKED &&
              static_cast<int>(ChannelMode::kDownmix) == DFN_CHANNELS_DOWNMIX &&
              static_cast<int>(ChannelMode::kLinkedMean) == DFN_CHANNELS_LINKED_MEAN);
static_assert(static_cast<int>(Profile::kReference) == DFN_PROFILE_REFERENCE &&
              static_cast<int>(Profile::kLibdf) == DFN_PROFILE_LIBDF);
static_assert(static_cast<int>(WorkMode::kDirect) == DFN_WORK_DIRECT &&
              static_cast<int>(WorkMode::kSpread) == DFN_WORK_SPREAD);

// Blocks meet hops in the same way again after so many samples; a longer block saves no more delay
// than one that is as long modulo this, and may be taken in parts of their greatest divisor.
size_t AlignmentPeriod(const Config& config, size_t sample_rate_hz) {
  const size_t hop = sample_rate_hz * config.hop_size;
  return hop / std::gcd(hop, config.sample_rate_hz);
}

// What two streams have in common when the one can go on from the other's state.
uint64_t FingerprintOf(const dfn_model& model, const StreamPlan& plan, const Network& network) {
  const HostStreamOptions& host = plan.host;
  const uint64_t numbers[] = {model.fingerprint(),
                              host.sample_rate_hz,
                              host.channels,
                              static_cast<uint64_t>(host.channel_mode),
                              static_cast<uint64_t>(host.work_mode),
                              host.block_multiple,
                              static_cast<uint64_t>(host.profile),
                              host.silence_skip ? 1u : 0u,
                              static_cast<uint64_t>(plan.precision),
                              network.config().hop_size};
  const std::string made_by = std::string(dfn_version()) + " " + dfn_simd_target();
  return Hash(made_by.data(), made_by.size(), Hash(numbers, sizeof(numbers), 0));
}

}  // namespace

dfn_stream_options DefaultStreamOptions() noexcept {
  dfn_stream_options options = {};
  options.size = sizeof(options);
  options.sample_rate_hz = 48000;
  options.channels = 1;
  options.block_multiple = 1;
  options.attenuation_limit_db = 100.0f;
  options.min_db_threshold = -15.0f;
  options.max_db_erb_threshold = 35.0f;
  options.max_db_df_threshold = 35.0f;
  return options;
}

Result<StreamPlan> PlanStream(const Config& config, const dfn_stream_options* options) {
  DFN_TRY(const dfn_stream_options asked,
          ReadOptions(options, sizeof(dfn_stream_options), DefaultStreamOptions(),
                      "dfn_stream_options"));
  StreamPlan plan;
  DFN_TRY(plan.precision, ToPrecision(NumberOf(asked.precision)));
  HostStreamOptions& host = plan.host;
  host.sample_rate_hz = asked.sample_rate_hz;
  host.channels = asked.channels;
  DFN_TRY(host.channel_mode, ToEnum<ChannelMode>("channel_mode", NumberOf(asked.channel_mode),
                                                 DFN_CHANNELS_LINKED_MEAN));
  DFN_TRY(host.profile, ToEnum<Profile>("profile", NumberOf(asked.profile), DFN_PROFILE_LIBDF));
  DFN_TRY(host.work_mode,
          ToEnum<WorkMode>("work_mode", NumberOf(asked.work_mode), DFN_WORK_SPREAD));
  if (asked.block_multiple < 1 || asked.block_multiple > kMostMultiple) {
    return Error{ErrorCode::kInvalidArgument,
                 "block_multiple is " + std::to_string(asked.block_multiple) + ", expected 1 to " +
                     std::to_string(kMostMultiple)};
  }
  plan.block_multiple = asked.block_multiple;
  host.block_multiple =
      std::gcd(plan.block_multiple, AlignmentPeriod(config, asked.sample_rate_hz));
  if (!(asked.post_filter_beta >= 0.0f && asked.post_filter_beta <= kMostBeta)) {
    return Error{ErrorCode::kInvalidArgument, "post_filter_beta is " +
                                                  std::to_string(asked.post_filter_beta) +
                                                  ", expected 0 (off) to 1"};
  }
  host.silence_skip = asked.silence_skip != 0;
  host.controls =
      ToControls(asked.attenuation_limit_db, asked.post_filter_beta, asked.min_db_threshold,
                 asked.max_db_erb_threshold, asked.max_db_df_threshold);
  return plan;
}

}  // namespace dfn

dfn_stream::dfn_stream(const dfn::StreamPlan& plan, uint64_t state_fingerprint,
                       std::shared_ptr<const dfn::Network> network_of_all,
                       std::unique_ptr<dfn::HostStream> host_of_all)
    : network(std::move(network_of_all)),
      host(std::move(host_of_all)),
      channels(plan.host.channels),
      block_multiple(plan.block_multiple),
      controls(plan.host.controls),
      segment(plan.host.block_multiple *
              (1 + (dfn::kSegmentSamples - 1) / plan.host.block_multiple)),
      samples(channels * segment),
      fingerprint(state_fingerprint),
      state(host->state_size()) {
  for (size_t c = 0; c < channels; ++c) planes[c] = samples.data() + c * segment;
}

void dfn_stream::AddLocalSnrs() noexcept {
  for (const float value : host->call_local_snrs_db()) {
    if (local_snr_count == local_snrs_db.size()) {
      std::move(local_snrs_db.begin() + 1, local_snrs_db.end(), local_snrs_db.begin());
      --local_snr_count;
    }
    local_snrs_db[local_snr_count++] = value;
  }
}

void dfn_stream_options_init(dfn_stream_options* options, size_t size) {
  dfn::InitOptions(options, size, dfn::DefaultStreamOptions());
}

dfn_result dfn_stream_create(const dfn_model* model, const dfn_stream_options* options,
                             dfn_stream** stream, dfn_error** error) {
  if (stream != nullptr) *stream = nullptr;
  return dfn::Guarded(error, [&]() -> dfn::Status {
    if (model == nullptr) return dfn::NullArgument("model");
    if (stream == nullptr) return dfn::NullArgument("stream");
    DFN_TRY(const dfn::StreamPlan plan, dfn::PlanStream(model->config(), options));
    DFN_CHECK(dfn::HostDelaySamples(model->config(), plan.host));
    DFN_TRY(const auto network, model->NetworkOf(plan.precision));
    DFN_TRY(auto host, dfn::HostStream::Create(network, plan.host));
    auto made = std::make_unique<dfn_stream>(plan, dfn::FingerprintOf(*model, plan, *network),
                                             network, std::move(host));
    model->Log(DFN_LOG_INFO, "made a stream of " + model->name() + ": " +
                                 std::to_string(plan.host.channels) + " channels at " +
                                 std::to_string(plan.host.sample_rate_hz) + " Hz, delay " +
                                 std::to_string(made->host->delay_samples()) + " samples");
    *stream = made.release();
    return {};
  });
}

void dfn_stream_free(dfn_stream* stream) { delete stream; }

size_t dfn_stream_delay_samples(const dfn_stream* stream) {
  return stream == nullptr ? 0 : stream->host->delay_samples();
}

size_t dfn_model_delay_samples(const dfn_model* model, const dfn_stream_options* options) {
  if (model == nullptr) return 0;
  size_t delay = 0;
  const dfn_result result = dfn::Guarded(nullptr, [&]() -> dfn::Status {
    DFN_TRY(const dfn::StreamPlan plan, dfn::PlanStream(model->config(), options));
    DFN_TRY(delay, dfn::HostDelaySamples(model->config(), plan.host));
    return {};
  });
  return result == DFN_OK ? delay : 0;
}

void dfn_stream_reset(dfn_stream* stream) {
  if (stream == nullptr) return;
  stream->ForgetLocalSnrs();
  stream->host->Reset();
}

void dfn_stream_set_attenuation_limit_db(dfn_stream* stream, float limit_db) {
  if (stream != nullptr) stream->controls.SetLimit(std::fabs(limit_db), *stream->host);
}

void dfn_stream_set_post_filter_beta(dfn_stream* stream, float beta) {
  if (stream != nullptr) stream->controls.SetBeta(beta, *stream->host);
}

void dfn_stream_set_thresholds_db(dfn_stream* stream, float min_db, float max_erb_db,
                                  float max_df_db) {
  if (stream != nullptr)
    stream->controls.SetThresholds(min_db, max_erb_db, max_df_db, *stream->host);
}

void dfn_stream_set_bypass(dfn_stream* stream, int bypass) {
  if (stream != nullptr) stream->host->SetBypass(bypass != 0);
}

float dfn_stream_local_snr_db(const dfn_stream* stream) {
  return stream == nullptr ? 0.0f : stream->host->local_snr_db();
}

size_t dfn_stream_local_snrs_db(const dfn_stream* stream, float* values, size_t capacity) {
  if (stream == nullptr) return 0;
  const size_t count = stream->local_snr_count;
  if (values != nullptr)
    std::copy_n(stream->local_snrs_db.data(), std::min(capacity, count), values);
  return count;
}
