#include "cli/engine_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/path_text.h"
#include "base/precision_name.h"

namespace dfn {
namespace {

using Json = nlohmann::ordered_json;

Json TextOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

std::string EngineText(const EngineInfo& info) {
  if (info.backend == Backend::kNative) {
    return fmt::format("{}, precision {}", BackendName(info.backend),
                       PrecisionName(info.precision));
  }
  std::string text = fmt::format("{}, mode {}, form {}", info.runtime, RunModeName(info.run.mode),
                                 RunFormName(info.run.form));
  if (info.run.window_frames > 1) text += fmt::format(", window {} frames", info.run.window_frames);
  return text + fmt::format(", {} thread{}, provider {}", info.session.threads,
                            info.session.threads == 1 ? "" : "s", info.session.provider);
}

Json EngineJson(const EngineInfo& info) {
  const bool ort = info.backend == Backend::kOrt;
  const auto if_ort = [&](Json value) { return ort ? value : Json(nullptr); };
  return {{"backend", BackendName(info.backend)},
          {"precision", ort ? Json(nullptr) : Json(PrecisionName(info.precision))},
          {"precision_reason", TextOrNull(info.precision_reason)},
          {"runtime", TextOrNull(info.runtime)},
          {"library", TextOrNull(PathText(info.library))},
          {"mode", if_ort(RunModeName(info.run.mode))},
          {"form", if_ort(RunFormName(info.run.form))},
          {"files", TextOrNull(info.run.files)},
          {"window_frames", if_ort(info.run.window_frames)},
          {"threads", if_ort(info.session.threads)},
          {"provider", if_ort(info.session.provider)},
          {"native_refusal", TextOrNull(info.native_refusal)},
          {"note", TextOrNull(info.note)}};
}

}  // namespace dfn
