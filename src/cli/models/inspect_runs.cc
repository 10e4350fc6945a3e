#include "cli/models/inspect_runs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace dfn {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> Names(const std::vector<RunMode>& modes) {
  std::vector<std::string> names;
  for (const RunMode mode : modes) names.emplace_back(RunModeName(mode));
  return names;
}

}  // namespace

InspectedRuns InspectRuns(const std::string& source) {
  InspectedRuns runs;
  auto choice = ChooseRun(source);
  if (choice.ok()) {
    runs.choice = std::move(choice).value();
  } else {
    runs.refusal = choice.error().message;
  }
  auto modes = FindModes(source);
  if (modes.ok()) runs.modes = std::move(modes).value();
  return runs;
}

std::vector<std::pair<std::string, std::string>> DescribeRuns(const InspectedRuns& runs) {
  std::vector<std::pair<std::string, std::string>> lines;
  if (!runs.modes.empty()) {
    lines.emplace_back("ort modes", fmt::format("{}", fmt::join(Names(runs.modes), ", ")));
  }
  if (!runs.choice) {
    lines.emplace_back("ort", "cannot run it: " + runs.refusal);
    return lines;
  }
  const RunChoice& choice = *runs.choice;
  std::string text = fmt::format("{}, form {}", RunModeName(choice.mode), RunFormName(choice.form));
  if (choice.window_frames > 1) text += fmt::format(", window {} frames", choice.window_frames);
  lines.emplace_back("ort takes", text + fmt::format(" ({})", choice.files));
  if (choice.mode == RunMode::kAudio) {
    lines.emplace_back("ort rate", choice.sample_rate_hz
                                       ? fmt::format("{} Hz", *choice.sample_rate_hz)
                                       : "not told by the file; \"enhance\" takes --model-rate HZ");
  }
  if (!choice.inexact.empty()) lines.emplace_back("ort note", choice.inexact);
  for (const std::string& note : choice.notes) lines.emplace_back("ort note", note);
  return lines;
}

Json RunsJson(const InspectedRuns& runs) {
  Json json = {{"modes", Names(runs.modes)}, {"mode", nullptr},           {"form", nullptr},
               {"files", nullptr},           {"window_frames", nullptr},  {"inexact", nullptr},
               {"notes", Json::array()},     {"sample_rate_hz", nullptr}, {"refusal", nullptr}};
  if (!runs.choice) {
    json["refusal"] = runs.refusal;
    return json;
  }
  json["mode"] = RunModeName(runs.choice->mode);
  json["form"] = RunFormName(runs.choice->form);
  json["files"] = runs.choice->files;
  json["window_frames"] = runs.choice->window_frames;
  if (!runs.choice->inexact.empty()) json["inexact"] = runs.choice->inexact;
  json["notes"] = runs.choice->notes;
  if (runs.choice->sample_rate_hz) json["sample_rate_hz"] = *runs.choice->sample_rate_hz;
  return json;
}

}  // namespace dfn
