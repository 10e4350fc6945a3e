#include "cli/models/models_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "api/tools/list_models.h"
#include "base/path_text.h"
#include "cli/arguments.h"
#include "cli/enhance/progress.h"
#include "cli/message.h"
#include "os/process/interrupt.h"
#include "store/known_models.h"
#include "store/pull/pull.h"

namespace dfn {
namespace {

std::string WhereText(const ListedModel& found) {
  std::vector<std::string> places;
  if (found.built_in) places.emplace_back("built in");
  if (!found.path.empty()) places.push_back(found.path + (found.damaged ? " (damaged)" : ""));
  if (!places.empty()) return fmt::format("{}", fmt::join(places, ", "));
  return fmt::format("not here; get it with: deepfilter models pull {}", found.model->name);
}

std::string Describe(const ListedModel& found) {
  const KnownModel& model = *found.model;
  std::string text = fmt::format("{}  {}\n", model.name, model.note);
  text += fmt::format("  licence  {}\n", model.license);
  text += fmt::format("  source   {} ({:.1f} MB)\n", ModelUrl(model),
                      static_cast<double>(model.bytes) / 1e6);
  text += fmt::format("  sha256   {}\n", model.sha256);
  text += fmt::format("  found    {}\n", WhereText(found));
  return text;
}

ExitCode PrintList(bool json) {
  const auto models = ListModels();
  if (!models.ok()) return Fail(models.error());
  if (json) return PrintResult(ListText(*models));
  std::string text;
  for (const ListedModel& found : *models) {
    if (!text.empty()) text += '\n';
    text += Describe(found);
  }
  return PrintResult(text);
}

// What a pull misses is no input of the user's: a server's file, a program, a place for the cache.
ExitCode FailToPull(const Error& error) {
  const ExitCode code = Fail(error);
  return code == kExitBadInput ? kExitFailed : code;
}

ExitCode PullByName(const std::string& name) {
  const auto model = KnownModelOf(name);
  if (!model.ok()) return Fail(model.error());
  PullOptions options;
  options.cancel = &InterruptFlag();
  Result<std::filesystem::path> path = [&] {
    TransferProgress progress(name);
    options.progress = [&](uint64_t received, uint64_t total) { progress.Update(received, total); };
    return PullModel(**model, options);
  }();
  if (!path.ok()) return FailToPull(path.error());
  return PrintResult(PathText(*path));
}

}  // namespace

void DefineModels(Arguments& command, ModelsOptions& options) {
  command.Flag("--json", options.json);
  command.Command("list").Flag("--json", options.json);
  command.Command("pull", &options.pull).Option("NAME", &options.name, {.required = true});
  command.RequireCommands(0, 1);
}

ExitCode RunModels(const ModelsOptions& options) {
  return options.pull ? PullByName(options.name) : PrintList(options.json);
}

}  // namespace dfn
