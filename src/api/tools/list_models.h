// The known models and their places on this machine: the work of `deepfilter models` and of
// dfn_models. Not real-time; any thread.
#ifndef DEEPFILTER_API_TOOLS_LIST_MODELS_H_
#define DEEPFILTER_API_TOOLS_LIST_MODELS_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "store/known_models.h"

namespace dfn {

struct ListedModel {
  const KnownModel* model = nullptr;
  bool built_in = false;
  bool damaged = false;    // what is at `path` is not the archive
  std::string path;        // of its archive; empty if it is not on this machine
  std::string cache_path;  // where in the cache it belongs; empty where there is no cache
};

// All known models, in the order of KnownModels. Reads their archives. Errors: those of
// FindModel.
Result<std::vector<ListedModel>> ListModels();

// The known model of that name. Errors: kInvalidArgument.
Result<const KnownModel*> KnownModelOf(const std::string& name);

// The JSON of `deepfilter models --json`.
std::string ListText(const std::vector<ListedModel>& models);

}  // namespace dfn

#endif  // DEEPFILTER_API_TOOLS_LIST_MODELS_H_
