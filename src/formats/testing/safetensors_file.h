// A writer of safetensors files, right and wrong, for tests.
#ifndef DEEPFILTER_FORMATS_TESTING_SAFETENSORS_FILE_H_
#define DEEPFILTER_FORMATS_TESTING_SAFETENSORS_FILE_H_

#include <cstdint>
#include <string>

#include "formats/testing/torch_zip.h"

namespace dfn {

inline std::string SafetensorsFile(const std::string& header, const std::string& values) {
  return torch::LittleEndian(uint64_t{header.size()}) + header + values;
}

// "name": {"dtype": .., "shape": .., "data_offsets": ..}
inline std::string SafetensorsEntry(const std::string& name, const std::string& type,
                                    const std::string& shape, size_t begin, size_t end) {
  return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[" +
         std::to_string(begin) + "," + std::to_string(end) + "]}";
}

}  // namespace dfn

#endif  // DEEPFILTER_FORMATS_TESTING_SAFETENSORS_FILE_H_
