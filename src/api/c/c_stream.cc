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

// Samples that are converted at a time; they fit the first-level cache for any number of channels.
constexpr size_t kSegmentSamples = 256;

// The limit of dfn_stream_options::post_filter_beta; 0 is off.
constexpr float kMostBeta = 1.0f;

static_assert(static_cast<int>(ChannelMode::kIndependent) == DFN_CHANNELS_INDEPENDENT &&
              static_cast<int>(ChannelMode::kLinked) == DFN_CHANNELS_LINKED &&
              static_cast<int>(ChannelMode::kDownmix) == DFN_CHANNELS_DOWNMIX &&
              static_cast<int>(ChannelMode::kLinkedMean) == DFN_CHANNELS_LINKED_MEAN);
static_assert(static_cast<int>(Profile::kReference) == DFN_PROFILE_REFERENCE &&
              static_cast<int>(Profile::kLibdf) == DFN_PROFILE_LIBDF);
static_assert(static_cast<int>(WorkMode::kDirect) == DFN_WORK_DIRECT &&
              static_cast<int>(WorkMode::kSpread) == DFN_WORK_SPREAD);

// The number of host samples after which hops have the same positions in blocks again. A block
// saves as much delay as one that is as long modulo this period, and can be processed in parts as
// long as the greatest common divisor.
size_t AlignmentPeriod(const Config& config, size_t sample_rate_hz) {
  const size_t hop = sample_rate_hz * config.hop_size;
  return hop / std::gcd(hop, config.sample_rate_hz);
}

// A hash of all that two streams must have in common for one to continue from the other's state.
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
                              host.fills_band ? 1u : 0u,
                              static_cast<uint64_t>(plan.precision),
                              network.config().hop_size};
  // The vectors alone decide the bits; instructions for bytes beside them change none.
  const char* vectors = KernelTargetName({ActiveKernelTarget().vectors});
  const std::string made_by = std::string(dfn_version()) + " " + vectors;
  return Hash(made_by.data(), made_by.size(), Hash(numbers, sizeof(numbers), 0));
}

bool IsFollowed(dfn_level level, Profile profile) noexcept {
  return level == DFN_LEVEL_AUTO || (level == DFN_LEVEL_DEFAULT && profile == Profile::kReference);
}

}  // namespace

dfn_stream_options DefaultStreamOptions() noexcept {
  dfn_stream_options options = {};
  options.size = sizeof(options);
  options.sample_rate_hz = 48000;
  options.channels = 1;
  options.precision = DFN_PRECISION_MODEL;
  options.block_multiple = 1;
  options.attenuation_limit_db = 100.0f;
  options.min_db_threshold = -15.0f;
  options.max_db_erb_threshold = 35.0f;
  options.max_db_df_threshold = 35.0f;
  options.level = DFN_LEVEL_DEFAULT;
  options.band = DFN_BAND_DEFAULT;
  return options;
}

Result<StreamPlan> PlanStream(const dfn_model& model, const dfn_stream_options* options) {
  DFN_TRY(const dfn_stream_options asked,
          ReadOptions(options, offsetof(dfn_stream_options, band), DefaultStreamOptions(),
                      "dfn_stream_options"));
  StreamPlan plan;
  DFN_TRY(plan.precision, ToPrecision(NumberOf(asked.precision), model));
  HostStreamOptions& host = plan.host;
  host.sample_rate_hz = asked.sample_rate_hz;
  host.channels = asked.channels;
  DFN_TRY(host.channel_mode, ToEnum<ChannelMode>("channel_mode", NumberOf(asked.channel_mode),
                                                 DFN_CHANNELS_LINKED_MEAN));
  DFN_TRY(host.profile, ToEnum<Profile>("profile", NumberOf(asked.profile), DFN_PROFILE_LIBDF));
  DFN_TRY(host.work_mode,
          ToEnum<WorkMode>("work_mode", NumberOf(asked.work_mode), DFN_WORK_SPREAD));
  if (asked.block_multiple < 1 || asked.block_multiple > kMaxBlockMultiple) {
    return Error{ErrorCode::kInvalidArgument,
                 "block_multiple is " + std::to_string(asked.block_multiple) + ", expected 1 to " +
                     std::to_string(kMaxBlockMultiple)};
  }
  DFN_TRY(const dfn_level level,
          ToEnum<dfn_level>("level", NumberOf(asked.level), DFN_LEVEL_DEFAULT));
  DFN_TRY(const dfn_band band, ToEnum<dfn_band>("band", NumberOf(asked.band), DFN_BAND_DEFAULT));
  host.fills_band =
      band == DFN_BAND_AUTO || (band == DFN_BAND_DEFAULT && IsFollowed(level, host.profile));
  plan.block_multiple = asked.block_multiple;
  host.block_multiple =
      std::gcd(plan.block_multiple, AlignmentPeriod(model.config(), asked.sample_rate_hz));
  if (!(asked.post_filter_beta >= 0.0f && asked.post_filter_beta <= kMostBeta)) {
    return Error{ErrorCode::kInvalidArgument, "post_filter_beta is " +
                                                  std::to_string(asked.post_filter_beta) +
                                                  ", expected 0 (off) to 1"};
  }
  host.silence_skip = asked.silence_skip != 0;
  host.controls = {.atten_lim_db = std::fabs(asked.attenuation_limit_db),
                   .post_filter = asked.post_filter_beta > 0.0f,
                   .post_filter_beta = asked.post_filter_beta,
                   .min_db_thresh = asked.min_db_threshold,
                   .max_db_erb_thresh = asked.max_db_erb_threshold,
                   .max_db_df_thresh = asked.max_db_df_threshold,
                   .auto_level = IsFollowed(level, host.profile),
                   .level_gain_db = level == DFN_LEVEL_FIXED ? asked.level_gain_db : 0.0f};
  return plan;
}

}  // namespace dfn

dfn_stream::dfn_stream(const dfn::StreamPlan& plan, uint64_t state_fingerprint,
                       std::shared_ptr<const dfn::Network> network_of_all,
                       std::unique_ptr<dfn::HostStream> host_of_all)
    : network(std::move(network_of_all)),
      host(std::move(host_of_all)),
      channels(plan.host.channels),
      profile(plan.host.profile),
      block_multiple(plan.block_multiple),
      segment(plan.host.block_multiple *
              (1 + (dfn::kSegmentSamples - 1) / plan.host.block_multiple)),
      samples(channels * segment),
      fingerprint(state_fingerprint),
      state(host->state_size()) {
  for (size_t c = 0; c < channels; ++c) planes[c] = samples.data() + c * segment;
}

void dfn_stream::AddLocalSnrs() noexcept {
  for (const float value : host->call_local_snrs_db()) local_snrs.Add(value);
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
    DFN_TRY(const dfn::StreamPlan plan, dfn::PlanStream(*model, options));
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
    DFN_TRY(const dfn::StreamPlan plan, dfn::PlanStream(*model, options));
    DFN_TRY(delay, dfn::HostDelaySamples(model->config(), plan.host));
    return {};
  });
  return result == DFN_OK ? delay : 0;
}

void dfn_stream_reset(dfn_stream* stream) {
  if (stream == nullptr) return;
  stream->local_snrs.Clear();
  stream->host->Reset();
}

void dfn_stream_set_attenuation_limit_db(dfn_stream* stream, float limit_db) {
  if (stream != nullptr) stream->host->controls().SetAttenuationLimit(std::fabs(limit_db));
}

void dfn_stream_set_post_filter_beta(dfn_stream* stream, float beta) {
  if (stream == nullptr || std::isnan(beta)) return;
  const float held = std::clamp(beta, 0.0f, dfn::kMostBeta);
  stream->host->controls().SetPostFilter(held > 0.0f, held);
}

void dfn_stream_set_thresholds_db(dfn_stream* stream, float min_db, float max_erb_db,
                                  float max_df_db) {
  if (stream != nullptr) stream->host->controls().SetThresholds(min_db, max_erb_db, max_df_db);
}

void dfn_stream_set_level(dfn_stream* stream, dfn_level level, float level_gain_db) {
  const int number = dfn::NumberOf(level);
  if (stream == nullptr || number < 0 || number > DFN_LEVEL_DEFAULT) return;
  stream->host->controls().SetLevel(dfn::IsFollowed(level, stream->profile),
                                    level == DFN_LEVEL_FIXED ? level_gain_db : 0.0f);
}

void dfn_stream_set_bypass(dfn_stream* stream, int bypass) {
  if (stream != nullptr) stream->host->SetBypass(bypass != 0);
}

float dfn_stream_local_snr_db(const dfn_stream* stream) {
  return stream == nullptr ? 0.0f : stream->host->local_snr_db();
}

float dfn_stream_level_gain_db(const dfn_stream* stream) {
  return stream == nullptr ? 0.0f : stream->host->level_gain_db();
}

size_t dfn_stream_local_snrs_db(const dfn_stream* stream, float* values, size_t capacity) {
  if (stream == nullptr) return 0;
  const std::span<const float> found = stream->local_snrs.values();
  if (values != nullptr) std::copy_n(found.data(), std::min(capacity, found.size()), values);
  return found.size();
}
