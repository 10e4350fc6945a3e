// The header of a safetensors file.
#ifndef DEEPFILTER_FORMATS_SAFETENSORS_HEADER_H_
#define DEEPFILTER_FORMATS_SAFETENSORS_HEADER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace dfn::safetensors {

// An entry as it stands in the header; nothing in it is checked but that it is there once.
struct Entry {
  std::string name;
  std::string type = {};
  std::vector<size_t> shape = {};
  std::vector<size_t> offsets = {};
  bool has_shape = false;
};

// Reads the entries, without "__metadata__". Keys of an entry beyond type, shape and offsets are
// passed over.
// Errors: kCorrupt, kLimit; the message lacks its subject, the file.
Result<std::vector<Entry>> ReadHeader(std::string_view json, const Limits& limits);

}  // namespace dfn::safetensors

#endif  // DEEPFILTER_FORMATS_SAFETENSORS_HEADER_H_
