// Errors that loading any kind of graph may return.
#ifndef DEEPFILTER_ORT_REFUSAL_H_
#define DEEPFILTER_ORT_REFUSAL_H_

#include <string>
#include <utility>

#include "base/printable.h"
#include "base/result.h"
#include "ort/tensor.h"

namespace dfn::ort {

inline Error Mismatch(std::string message) { return {ErrorCode::kMismatch, std::move(message)}; }

// A state that comes out of `file` with another shape than it goes in with.
inline Error StateMismatch(const std::string& file, const std::string& input, const Dims& in,
                           const Dims& out) {
  return Mismatch(file + ": state " + Quoted(input) + " has shape " + DimsText(in) +
                  ", but comes out as " + DimsText(out));
}

inline Error NotFinite(const std::string& file, const std::string& output) {
  return {ErrorCode::kCorrupt, file + ": output " + Quoted(output) +
                                   " is NaN or infinite on ordinary input, so the weights are "
                                   "broken"};
}

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_REFUSAL_H_
