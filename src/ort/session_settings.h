// The settings with which ONNX Runtime opens a graph.
#ifndef DEEPFILTER_ORT_SESSION_SETTINGS_H_
#define DEEPFILTER_ORT_SESSION_SETTINGS_H_

#include <string>

#include "base/result.h"
#include "ort/handle.h"
#include "ort/session.h"

namespace dfn::ort {

// The library's own object for `options`. `name` opens messages. Errors: kInvalidArgument (threads,
// an unknown provider), kUnsupported (a provider that the library was built without).
Result<OptionsHandle> MakeSettings(const Library& library, const SessionOptions& options,
                                   const std::string& name);

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_SESSION_SETTINGS_H_
