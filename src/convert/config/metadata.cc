#include "convert/config/metadata.h"

namespace dfn {

const std::string* FindMetadata(std::span<const std::pair<std::string, std::string>> metadata,
                                std::string_view key) {
  for (const auto& [name, value] : metadata) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::string StatesJson(std::span<const StatePair> states) {
  std::string json = "[";
  for (const StatePair& state : states) {
    if (json.size() > 1) json += ",";
    json += "{\"in\":\"" + state.in + "\",\"out\":\"" + state.out + "\",\"shape\":[";
    for (size_t i = 0; i < state.shape.size(); ++i) {
      if (i > 0) json += ",";
      json += std::to_string(state.shape[i]);
    }
    json += "]}";
  }
  return json + "]";
}

}  // namespace dfn
