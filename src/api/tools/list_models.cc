#include "api/tools/list_models.h"

#include "api/tools/report_json.h"
#include "base/path_text.h"
#include "store/cache.h"
#include "store/embedded.h"

namespace dfn {
namespace {

Result<ListedModel> Locate(const KnownModel& model) {
  ListedModel found;
  found.model = &model;
  found.built_in = model.name == EmbeddedModelName();
  // Without a cache folder nothing is in it.
  if (const auto folder = CacheFolder(); folder.ok()) {
    found.cache_path = PathText(CachedModelPath(*folder, model));
  }
  const auto place = FindModel(model);
  if (!place.ok()) {
    if (place.error().code == ErrorCode::kNotFound) return found;
    return place.error();
  }
  found.damaged = place->state == CacheState::kDamaged;
  found.path = PathText(place->path);
  return found;
}

ReportJson PathJson(const std::string& path) {
  return path.empty() ? ReportJson(nullptr) : ReportJson(path);
}

ReportJson JsonOf(const ListedModel& listed) {
  const KnownModel& model = *listed.model;
  return {{"name", model.name},
          {"title", model.title},
          {"note", model.note},
          {"default", model.name == kDefaultModelName},
          {"license", model.license},
          {"source", ModelUrl(model)},
          {"bytes", model.bytes},
          {"sha256", model.sha256},
          {"built_in", listed.built_in},
          {"path", PathJson(listed.path)},
          {"damaged", listed.damaged},
          {"addresses", ReportJson::array({ModelUrl(model, ModelBaseUrl())})},
          {"cache_path", PathJson(listed.cache_path)}};
}

}  // namespace

Result<std::vector<ListedModel>> ListModels() {
  std::vector<ListedModel> list;
  for (const KnownModel& model : KnownModels()) {
    DFN_TRY(ListedModel found, Locate(model));
    list.push_back(std::move(found));
  }
  return list;
}

Result<const KnownModel*> KnownModelOf(const std::string& name) {
  if (const KnownModel* model = FindKnownModel(name)) return model;
  return Error{ErrorCode::kInvalidArgument,
               "no model is known as \"" + name + "\"; \"deepfilter models\" lists them"};
}

std::string ListText(const std::vector<ListedModel>& models) {
  ReportJson list = ReportJson::array();
  for (const ListedModel& listed : models) list.push_back(JsonOf(listed));
  return ToText(list);
}

}  // namespace dfn
