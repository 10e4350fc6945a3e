#include "store/known_models.h"

#include <string>

#include "os/environment.h"

namespace dfn {
namespace {

constexpr std::string_view kWeightsLicense = "MIT OR Apache-2.0";

constexpr KnownModel kModels[] = {
#define DFN_KNOWN_MODEL(name, title, archive, bytes, sha256, note) \
  {name, title, archive, kWeightsLicense, sha256, bytes, note},
#include "store/known_models.inc"
#undef DFN_KNOWN_MODEL
};

}  // namespace

std::span<const KnownModel> KnownModels() { return kModels; }

const KnownModel* FindKnownModel(std::string_view name) {
  for (const KnownModel& model : kModels) {
    if (model.name == name) return &model;
  }
  return nullptr;
}

std::string ModelBaseUrl() {
  return EnvironmentVariable("DEEPFILTER_MODEL_URL").value_or(std::string(kOfficialModelUrl));
}

std::string ModelUrl(const KnownModel& model, std::string_view base) {
  std::string url(base);
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url.append("/").append(model.archive);
}

}  // namespace dfn
