// The functions of deep_filter/deep_filter.h: a LiveDenoiser with libDF's defaults.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/libdf/libdf_log.h"
#include "api/open/open.h"
#include "convert/config/number_text.h"
#include "deep_filter/deep_filter.h"
#include "stream/denoise/control_mailbox.h"
#include "stream/denoise/gating.h"
#include "stream/denoise/live_denoiser.h"

struct DFState {
  DFState(std::shared_ptr<const dfn::Network> network_of_all,
          std::unique_ptr<dfn::LiveDenoiser> denoiser_of_all,
          const dfn::DenoiserControls& initial_controls, const char* log_level)
      : network(std::move(network_of_all)),
        denoiser(std::move(denoiser_of_all)),
        log(log_level),
        controls(initial_controls),
        gains(network->config().erb_bands),
        coefs(network->config().df_bins * network->config().df_order * 2) {
    const dfn::Config& config = network->config();
    coef_shape = {1, static_cast<unsigned>(config.df_order), static_cast<unsigned>(config.df_bins),
                  2};
    gain_shape = {1, static_cast<unsigned>(config.erb_bands)};
  }

  const std::shared_ptr<const dfn::Network> network;
  const std::unique_ptr<dfn::LiveDenoiser> denoiser;
  dfn::LibdfLog log;

  // From the setters to the thread that processes the next frame.
  dfn::ControlMailbox controls;

  // The network's output for one frame.
  std::vector<float> gains;  // [E]
  std::vector<float> coefs;  // [D, O, 2]
  // df_coef_size and df_gain_size point to these; DynArray has no const.
  mutable std::array<unsigned, 4> coef_shape;
  mutable std::array<unsigned, 2> gain_shape;
};

namespace dfn {
namespace {

// Results for a null state.
constexpr size_t kNoStateFrame = 480;
constexpr float kNoStateLsnrDb = -15.0f;

constexpr float kNoLimitDb = 100.0f;
constexpr float kPassThroughDb = 0.01f;

// NaN stays NaN, which changes nothing in a ControlMailbox.
float LimitOf(float limit_db) { return std::min(std::abs(limit_db), kNoLimitDb); }

void LogLimit(float limit_db, LibdfLog& log) {
  const float limit = std::abs(limit_db);
  if (std::isnan(limit)) {
    log.Add(LogLevel::kWarn, "the attenuation limit is not a number and changes nothing");
  } else if (limit < kPassThroughDb) {
    log.Add(LogLevel::kWarn, "an attenuation limit of 0 dB: the input passes as it is");
  } else if (limit < kNoLimitDb) {
    log.Add(LogLevel::kInfo, "attenuation limit " + NumberText(limit) + " dB");
  } else {
    log.Add(LogLevel::kDebug, "no attenuation limit");
  }
}

bool IsBeta(float beta) { return std::isfinite(beta) && beta >= 0.0f; }

void LogBeta(float beta, LibdfLog& log) {
  if (!IsBeta(beta)) {
    log.Add(LogLevel::kWarn, "the post filter's beta is " + NumberText(beta) +
                                 ", expected 0 or more: the post filter is off");
  } else if (beta > 0.0f) {
    log.Add(LogLevel::kDebug, "post filter, beta " + NumberText(beta));
  } else {
    log.Add(LogLevel::kDebug, "the post filter is off");
  }
}

std::unique_ptr<DFState> NewState(const char* path, float atten_lim, const char* log_level) {
  auto network = OpenNetwork(path != nullptr ? path : "");
  if (!network.ok()) return nullptr;
  DenoiserOptions options;
  options.profile = Profile::kLibdf;
  options.max_frames_per_call = 1;
  if (!std::isnan(atten_lim)) options.controls.atten_lim_db = LimitOf(atten_lim);
  auto denoiser = LiveDenoiser::Create(*network, options);
  if (!denoiser.ok()) return nullptr;
  auto state = std::make_unique<DFState>(*std::move(network), *std::move(denoiser),
                                         options.controls, log_level);
  const Config& config = state->network->config();
  state->log.Add(LogLevel::kInfo, std::string(FamilyName(config.family)) + ", frames of " +
                                      std::to_string(config.hop_size) + " samples, delay " +
                                      std::to_string(config.delay_samples()) + " samples");
  LogLimit(atten_lim, state->log);
  return state;
}

// Transposes [D, O, 2] to [O, D, 2].
void TurnCoefs(const float* coefs, size_t bins, size_t order, float* turned) noexcept {
  for (size_t o = 0; o < order; ++o) {
    for (size_t d = 0; d < bins; ++d) {
      const float* from = coefs + (d * order + o) * 2;
      float* to = turned + (o * bins + d) * 2;
      to[0] = from[0];
      to[1] = from[1];
    }
  }
}

}  // namespace
}  // namespace dfn

// No exception leaves a function. Functions that allocate or lock may throw, so they catch.

DFState* df_create(const char* path, float atten_lim, const char* log_level) {
  try {
    return dfn::NewState(path, atten_lim, log_level).release();
  } catch (const std::exception&) {
    return nullptr;
  }
}

void df_free(DFState* state) { delete state; }

size_t df_get_frame_length(DFState* state) {
  return state != nullptr ? state->network->config().hop_size : dfn::kNoStateFrame;
}

float df_process_frame(DFState* state, float* input, float* output) {
  if (input == nullptr || output == nullptr) return dfn::kNoStateLsnrDb;
  if (state == nullptr) {
    std::memmove(output, input, dfn::kNoStateFrame * sizeof(float));
    return dfn::kNoStateLsnrDb;
  }
  state->denoiser->SetControls(state->controls.Get());
  const float* const inputs[] = {input};
  float* const outputs[] = {output};
  float lsnr_db = 0.0f;
  state->denoiser->Process(inputs, outputs, 1, &lsnr_db);
  return lsnr_db;
}

float df_process_frame_raw(DFState* state, float* input, float** out_gains_p, float** out_coefs_p) {
  float* const gains = out_gains_p != nullptr ? *out_gains_p : nullptr;
  float* const coefs = out_coefs_p != nullptr ? *out_coefs_p : nullptr;
  dfn::Stage stage = dfn::Stage::kNotProduced;
  float lsnr_db = dfn::kNoStateLsnrDb;
  if (state != nullptr && input != nullptr) {
    state->denoiser->SetControls(state->controls.Get());
    lsnr_db =
        state->denoiser->ProcessSpectrum(input, state->gains.data(), state->coefs.data(), stage);
  }
  const bool with_gains = stage >= dfn::Stage::kZero;
  if (with_gains && gains != nullptr) {
    // There is no speech, so the ERB decoder has not run.
    if (stage == dfn::Stage::kZero) std::ranges::fill(state->gains, 0.0f);
    std::ranges::copy(state->gains, gains);
  }
  if (!with_gains && out_gains_p != nullptr) *out_gains_p = nullptr;
  const bool with_coefs = stage == dfn::Stage::kFilter;
  if (with_coefs && coefs != nullptr) {
    const dfn::Config& config = state->network->config();
    dfn::TurnCoefs(state->coefs.data(), config.df_bins, config.df_order, coefs);
  }
  if (!with_coefs && out_coefs_p != nullptr) *out_coefs_p = nullptr;
  return lsnr_db;
}

DynArray df_coef_size(const DFState* state) {
  if (state == nullptr) return {nullptr, 0};
  return {state->coef_shape.data(), static_cast<unsigned>(state->coef_shape.size())};
}

DynArray df_gain_size(const DFState* state) {
  if (state == nullptr) return {nullptr, 0};
  return {state->gain_shape.data(), static_cast<unsigned>(state->gain_shape.size())};
}

void df_set_atten_lim(DFState* state, float lim_db) {
  if (state == nullptr) return;
  state->controls.SetAttenuationLimit(dfn::LimitOf(lim_db));
  try {
    dfn::LogLimit(lim_db, state->log);
  } catch (const std::exception&) {
  }
}

void df_set_post_filter_beta(DFState* state, float beta) {
  if (state == nullptr) return;
  const float valid = dfn::IsBeta(beta) ? beta : 0.0f;
  state->controls.SetPostFilter(valid > 0.0f, valid);
  try {
    dfn::LogBeta(beta, state->log);
  } catch (const std::exception&) {
  }
}

char* df_next_log_msg(DFState* state) {
  if (state == nullptr) return nullptr;
  try {
    const std::optional<std::string> message = state->log.Take();
    return message ? dfn::NewMessage(*message) : nullptr;
  } catch (const std::exception&) {
    return nullptr;
  }
}

void df_free_log_msg(char* message) { dfn::FreeMessage(message); }
