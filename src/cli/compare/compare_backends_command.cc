#include "cli/compare/compare_backends_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/precision_name.h"
#include "cli/arguments.h"
#include "cli/compare/backend_trial.h"
#include "cli/message.h"
#include "dsp/snr.h"

namespace dfn {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostRounds = 1000;
constexpr size_t kMostWindowFrames = 1000;

struct Candidate {
  std::string name;  // "native", "native i8", "stateless", "exact export"
  bool native;
  BackendTrial trial;
  BackendTrial::Opened opened;
  std::optional<Error> error;          // the reason why its trial ended
  std::optional<TrialResult> fastest;  // each figure's least over all rounds
  BackendTrial::Outcome outcome;
  std::optional<double> snr_db;  // against native
};

class Comparison {
 public:
  explicit Comparison(const CompareBackendsOptions& options) : options_(options) {}

  Status Run() {
    DFN_CHECK(StartAll());
    for (Candidate& one : candidates_) {
      Keep(one, &BackendTrial::WaitUntilOpen, [&](auto opened) { one.opened = std::move(opened); });
    }
    DropUselessExport();
    // In turns, so that a change of the machine's speed affects all of them.
    for (size_t round = 0; round < options_.rounds; ++round) {
      for (Candidate& one : candidates_) {
        Keep(one, &BackendTrial::Run, [&](const TrialResult& result) { KeepFastest(one, result); });
      }
    }
    for (Candidate& one : candidates_) {
      Keep(one, &BackendTrial::Finish, [&](auto outcome) { one.outcome = std::move(outcome); });
    }
    MeasureSnr();
    return {};
  }

  // OK, or the first error of ONNX Runtime. A model that the native network cannot run is not an
  // error here.
  ExitCode exit_code() const {
    for (const Candidate& one : candidates_) {
      if (one.error && !one.native) return ExitCodeOf(one.error->code);
    }
    return kExitOk;
  }

  // The error if ONNX Runtime ran nothing, so that there is nothing to compare.
  std::optional<Error> Failure() const {
    std::optional<Error> first;
    for (const Candidate& one : candidates_) {
      if (one.native) continue;
      if (!one.error) return std::nullopt;
      if (!first) first = one.error;
    }
    return first;
  }

  std::string Table() const;
  std::string TableJson() const;

 private:
  static constexpr char kNativeName[] = "native";

  Status Start(std::string name, const EngineOptions& engine) {
    DFN_TRY(BackendTrial trial, BackendTrial::Start({options_.model, engine, options_.audio}));
    candidates_.push_back({.name = std::move(name),
                           .native = engine.backend == Backend::kNative,
                           .trial = std::move(trial),
                           .opened = {},
                           .error = {},
                           .fastest = {},
                           .outcome = {},
                           .snr_db = {}});
    return {};
  }

  // Starts f32, which everything is compared with, then the precisions that are asked for.
  Status StartNative(EngineOptions engine) {
    engine.precision = Precision::kF32;
    DFN_CHECK(Start(kNativeName, engine));
    for (const Precision precision : Precisions()) {
      const char* name = PrecisionName(precision);
      const auto& wanted = options_.precisions;
      if (precision == Precision::kF32 ||
          std::find(wanted.begin(), wanted.end(), name) == wanted.end()) {
        continue;
      }
      engine.precision = precision;
      DFN_CHECK(Start(fmt::format("{} {}", kNativeName, name), engine));
    }
    return {};
  }

  Status StartAll() {
    DFN_TRY(EngineOptions engine, EngineOptionsOf(options_.engine));
    DFN_TRY(const std::vector<RunMode> modes, FindModesApart(options_.model));
    engine.backend = Backend::kNative;
    DFN_CHECK(StartNative(engine));
    engine.backend = Backend::kOrt;
    for (const RunMode mode : modes) {
      engine.run.mode = mode;
      if (mode != RunMode::kStateless) {
        DFN_CHECK(Start(RunModeName(mode), engine));
        continue;
      }
      for (const size_t window : options_.windows) {
        EngineOptions windowed = engine;
        windowed.run.window_frames = window;
        DFN_CHECK(Start(fmt::format("{}, window {}", RunModeName(mode), window), windowed));
      }
    }
    engine.run = {};
    engine.exact_export = true;
    return Start(kExactName, engine);
  }

  // One exact export is enough, and a mode may be one already. A model that does not lift has none.
  void DropUselessExport() {
    const auto is_exact = [](const Candidate& one) {
      return !one.error && one.name != kExactName &&
             one.opened.json.value("form", Json()) == RunFormName(RunForm::kExact);
    };
    if (candidates_.front().error ||
        std::any_of(candidates_.begin(), candidates_.end(), is_exact)) {
      candidates_.pop_back();
    }
  }

  // One step of a trial, unless an earlier one failed.
  template <class T, class Use>
  static void Keep(Candidate& one, Result<T> (BackendTrial::*step)(), const Use& use) {
    if (one.error) return;
    Result<T> result = (one.trial.*step)();
    if (result.ok()) {
      use(std::move(result).value());
    } else {
      one.error = std::move(result).error();
    }
  }

  static void KeepFastest(Candidate& one, const TrialResult& result) {
    if (!one.fastest) one.fastest = result;
    one.fastest->rtf = std::min(one.fastest->rtf, result.rtf);
    one.fastest->p50_us = std::min(one.fastest->p50_us, result.p50_us);
    one.fastest->p99_us = std::min(one.fastest->p99_us, result.p99_us);
  }

  void MeasureSnr() {
    const std::vector<float>& truth = candidates_.front().outcome.samples;
    for (Candidate& one : candidates_) {
      if (one.name == kNativeName || one.outcome.samples.size() != truth.size()) continue;
      SnrMeter meter;
      meter.Add(truth, one.outcome.samples);
      one.snr_db = meter.snr_db();
    }
  }

  static constexpr char kExactName[] = "exact export";

  const CompareBackendsOptions& options_;
  std::vector<Candidate> candidates_;  // native first
};

std::string SnrText(const std::optional<double>& snr_db) {
  return snr_db ? fmt::format("{:.1f}", *snr_db) : "-";
}

std::string Comparison::Table() const {
  std::string text = fmt::format("{:<24}{:<10}{:>10}{:>12}{:>10}{:>10}{:>10}\n", "engine", "form",
                                 "SNR (dB)", "time/sound", "p50 (us)", "p99 (us)", "peak (MB)");
  for (const Candidate& one : candidates_) {
    if (one.error) {
      text += fmt::format("{:<24}{}\n", one.name, one.error->message);
      continue;
    }
    const Json form = one.opened.json.value("form", Json());
    text += fmt::format("{:<24}{:<10}{:>10}{:>12.4f}{:>10.0f}{:>10.0f}{:>10.1f}\n", one.name,
                        form.is_string() ? form.get<std::string>() : "-", SnrText(one.snr_db),
                        one.fastest->rtf, one.fastest->p50_us, one.fastest->p99_us,
                        static_cast<double>(one.outcome.peak_bytes) / 1e6);
  }
  for (const Candidate& one : candidates_) {
    if (one.error || one.native) continue;
    text += "\n" + one.opened.json.value("runtime", "");
    break;
  }
  return text;
}

Json Number(const std::optional<double>& value) {
  if (!value || !std::isfinite(*value)) return nullptr;
  return *value;
}

std::string Comparison::TableJson() const {
  Json list = Json::array();
  for (const Candidate& one : candidates_) {
    Json json = {{"name", one.name}};
    if (one.error) {
      json["error"] = one.error->message;
    } else {
      json["engine"] = one.opened.json;
      json["snr_db"] = Number(one.snr_db);
      json["rtf"] = one.fastest->rtf;
      json["frame_us"] = {{"p50", one.fastest->p50_us}, {"p99", one.fastest->p99_us}};
      json["peak_bytes"] = one.outcome.peak_bytes;
    }
    list.push_back(std::move(json));
  }
  const Json json = {{"model", options_.model.empty() ? "default" : options_.model},
                     {"audio", options_.audio.empty() ? Json(nullptr) : Json(options_.audio)},
                     {"rounds", options_.rounds},
                     {"engines", list}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

void DefineCompareBackends(Arguments& command, CompareBackendsOptions& options) {
  command.Option("AUDIO", &options.audio);
  command.Option("-m,--model", &options.model);
  options.windows = {kDefaultWindowFrames};
  command.Option("--window", &options.windows,
                 {.range = {{1, kMostWindowFrames}}, .comma_separated = true});
  command.Option("--precision", &options.precisions,
                 {.choices = {"f32", "f16", "i8"}, .comma_separated = true});
  command.Option("--rounds", &options.rounds, {.range = {{1, kMostRounds}}});
  DefineOrtSession(command, options.engine);
  DefineModelRate(command, options.engine);
  DefineSimd(command, options.engine.simd);
  command.Flag("--json", options.json);
}

ExitCode RunCompareBackends(const CompareBackendsOptions& options) {
  Comparison comparison(options);
  if (const Status done = comparison.Run(); !done.ok()) return Fail(done.error());
  if (const auto failure = comparison.Failure()) return Fail(*failure);
  const ExitCode printed = PrintResult(options.json ? comparison.TableJson() : comparison.Table());
  return printed == kExitOk ? comparison.exit_code() : printed;
}

}  // namespace dfn
