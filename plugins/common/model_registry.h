// Loaded models, shared by all plugin instances of a process.
#ifndef DEEPFILTER_PLUGINS_COMMON_MODEL_REGISTRY_H_
#define DEEPFILTER_PLUGINS_COMMON_MODEL_REGISTRY_H_

#include <memory>
#include <string>

#include "deepfilter/deepfilter.h"

namespace dfn::plugin {

using SharedModel = std::shared_ptr<const dfn_model>;

// The model of `source` (see dfn_model_open, whose null is the empty string here), opened unless an
// instance has it open already. Null on an error, which `sentence` then describes. Waits while
// another thread opens a model. Any thread, not real-time.
SharedModel OpenSharedModel(const std::string& source, std::string& sentence);

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_COMMON_MODEL_REGISTRY_H_
