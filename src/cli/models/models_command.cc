#include "cli/models/models_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/arguments.h"
#include "cli/enhance/progress.h"
#include "cli/interrupt.h"
#include "cli/message.h"
#include "store/cache.h"
#include "store/embedded.h"
#include "store/known_models.h"
#include "store/pull/pull.h"

namespace dfn {
namespace {

// The places of a model on this machine.
struct Whereabouts {
  bool built_in = false;
  bool damaged = false;
  std::string path;  // of its archive, or empty
};

Result<Whereabouts> Locate(const KnownModel& model) {
  Whereabouts found;
  found.built_in = model.name == EmbeddedModelName();
  const auto place = FindModel(model);
  if (!place.ok()) {
    // Without a cache folder nothing is in it.
    if (place.error().code == ErrorCode::kNotFound) return found;
    return place.error();
  }
  found.damaged = place->state == CacheState::kDamaged;
  found.path = place->path.string();
  return found;
}

std::string WhereText(const KnownModel& model, const Whereabouts& found) {
  std::vector<std::string> places;
  if (found.built_in) places.emplace_back("built in");
  if (!found.path.empty()) places.push_back(found.path + (found.damaged ? " (damaged)" : ""));
  if (!places.empty()) return fmt::format("{}", fmt::join(places, ", "));
  return fmt::format("not here; get it with: deepfilter models pull {}", model.name);
}

std::string Describe(const KnownModel& model, const Whereabouts& found) {
  std::string text = fmt::format("{}  {}\n", model.name, model.note);
  text += fmt::format("  licence  {}\n", model.license);
  text += fmt::format("  source   {} ({:.1f} MB)\n", ModelUrl(model),
                      static_cast<double>(model.bytes) / 1e6);
  text += fmt::format("  sha256   {}\n", model.sha256);
  text += fmt::format("  found    {}\n", WhereText(model, found));
  return text;
}

nlohmann::ordered_json DescribeJson(const KnownModel& model, const Whereabouts& found) {
  return {{"name", model.name},
          {"title", model.title},
          {"note", model.note},
          {"default", model.name == kDefaultModelName},
          {"license", model.license},
          {"source", ModelUrl(model)},
          {"bytes", model.bytes},
          {"sha256", model.sha256},
          {"built_in", found.built_in},
          {"path", found.path.empty() ? nlohmann::ordered_json(nullptr)
                                      : nlohmann::ordered_json(found.path)},
          {"damaged", found.damaged}};
}

ExitCode ListModels(bool json) {
  std::string text;
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const KnownModel& model : KnownModels()) {
    const auto found = Locate(model);
    if (!found.ok()) return Fail(found.error());
    if (!text.empty()) text += '\n';
    text += Describe(model, *found);
    list.push_back(DescribeJson(model, *found));
  }
  return PrintResult(json ? list.dump(2) : text);
}

ExitCode PullByName(const std::string& name) {
  const KnownModel* model = FindKnownModel(name);
  if (model == nullptr) {
    return Fail({ErrorCode::kInvalidArgument,
                 "no model is known as \"" + name + "\"; \"deepfilter models\" lists them"});
  }
  PullOptions options;
  options.cancel = &InterruptFlag();
  Result<std::filesystem::path> path = [&] {
    TransferProgress progress(name);
    options.progress = [&](uint64_t received, uint64_t total) { progress.Update(received, total); };
    return PullModel(*model, options);
  }();
  if (!path.ok()) return Fail(path.error());
  return PrintResult(path->string());
}

}  // namespace

void DefineModels(Arguments& command, ModelsOptions& options) {
  command.Flag("--json", options.json);
  command.Command("list").Flag("--json", options.json);
  command.Command("pull", &options.pull).Option("NAME", &options.name, {.required = true});
  command.RequireCommands(0, 1);
}

ExitCode RunModels(const ModelsOptions& options) {
  return options.pull ? PullByName(options.name) : ListModels(options.json);
}

}  // namespace dfn
