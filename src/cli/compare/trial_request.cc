#include "cli/compare/trial_request.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "base/path_text.h"
#include "cli/compare/from_cbor.h"

namespace dfn {
namespace {

using TrialJson = nlohmann::json;

template <class Value>
TrialJson NumberOrNull(const std::optional<Value>& value) {
  return value ? TrialJson(static_cast<int64_t>(*value)) : TrialJson();
}

template <class Value>
std::optional<Value> ValueOrNothing(const TrialJson& json) {
  if (json.is_null()) return std::nullopt;
  return static_cast<Value>(json.get<int64_t>());
}

}  // namespace

std::vector<uint8_t> RequestBytes(const TrialRequest& request) {
  const EngineOptions& engine = request.engine;
  // Paths are any bytes on POSIX, and text in JSON is UTF-8.
  const auto bytes = [](const std::string& text) {
    return TrialJson::binary({text.begin(), text.end()});
  };
  return TrialJson::to_cbor({{"source", bytes(request.source)},
                             {"audio", bytes(request.audio)},
                             {"backend", static_cast<int64_t>(engine.backend)},
                             {"precision", NumberOrNull(engine.precision)},
                             {"choose_precision", engine.choose_precision},
                             {"mode", NumberOrNull(engine.run.mode)},
                             {"window_frames", NumberOrNull(engine.run.window_frames)},
                             {"sample_rate_hz", NumberOrNull(engine.run.sample_rate_hz)},
                             {"exact_export", engine.exact_export},
                             {"threads", engine.session.threads},
                             {"provider", bytes(engine.session.provider)},
                             {"pools_memory", engine.session.pools_memory},
                             {"ort_library", bytes(PathText(engine.ort_library))}});
}

TrialRequest RequestOf(Bytes bytes) {
  const auto json = FromCbor<TrialJson>(bytes);
  const auto text = [&](const char* key) {
    const TrialJson::binary_t& value = json.at(key).get_binary();
    return std::string(value.begin(), value.end());
  };
  TrialRequest request;
  request.source = text("source");
  request.audio = text("audio");
  EngineOptions& engine = request.engine;
  engine.backend = static_cast<Backend>(json.at("backend").get<int64_t>());
  engine.precision = ValueOrNothing<Precision>(json.at("precision"));
  engine.choose_precision = json.at("choose_precision").get<bool>();
  engine.run.mode = ValueOrNothing<RunMode>(json.at("mode"));
  engine.run.window_frames = ValueOrNothing<size_t>(json.at("window_frames"));
  engine.run.sample_rate_hz = ValueOrNothing<size_t>(json.at("sample_rate_hz"));
  engine.exact_export = json.at("exact_export").get<bool>();
  engine.session.threads = json.at("threads").get<int>();
  engine.session.provider = text("provider");
  engine.session.pools_memory = json.at("pools_memory").get<bool>();
  engine.ort_library = PathOf(text("ort_library"));
  return request;
}

}  // namespace dfn
