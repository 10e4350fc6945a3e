#include "common/model_registry.h"

#include <mutex>
#include <utility>
#include <vector>

namespace dfn::plugin {
namespace {

struct Entry {
  std::string source;
  std::weak_ptr<const dfn_model> model;
};

// The lock is also held while a model is opened, so that two instances made at once open it only
// once.
std::mutex g_mutex;
std::vector<Entry> g_entries;

}  // namespace

SharedModel OpenSharedModel(const std::string& source, std::string& sentence) {
  const std::lock_guard<std::mutex> lock(g_mutex);
  std::erase_if(g_entries, [](const Entry& entry) { return entry.model.expired(); });
  for (const Entry& entry : g_entries) {
    if (entry.source != source) continue;
    if (SharedModel model = entry.model.lock()) return model;
  }
  dfn_model* opened = nullptr;
  dfn_error* error = nullptr;
  // The model gets no log, since it outlives the instance that opens it, and so that instance's
  // log.
  if (dfn_model_open(source.empty() ? nullptr : source.c_str(), nullptr, &opened, &error) !=
      DFN_OK) {
    sentence = dfn_error_message(error);
    dfn_error_free(error);
    return nullptr;
  }
  SharedModel model(opened,
                    [](const dfn_model* old) { dfn_model_free(const_cast<dfn_model*>(old)); });
  g_entries.push_back({source, model});
  return model;
}

}  // namespace dfn::plugin
