// One loaded model a process, however many instances of plugins use it.
#ifndef DEEPFILTER_PLUGINS_COMMON_MODEL_REGISTRY_H_
#define DEEPFILTER_PLUGINS_COMMON_MODEL_REGISTRY_H_

#include <memory>
#include <string>

#include "deepfilter/deepfilter.h"

namespace dfn::plugin {

using SharedModel = std::shared_ptr<const dfn_model>;

// The model of `source` (see dfn_model_open; empty: its null), opened unless an instance has it
// open already. Null where there is none, and then `sentence` says why. Waits while another thread
// opens a model. Any thread, not real-time.
SharedModel OpenSharedModel(const std::string& source, std::string& sentence);

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_COMMON_MODEL_REGISTRY_H_
