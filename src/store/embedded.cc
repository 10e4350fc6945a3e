#include "store/embedded.h"

#include <cstdint>

// Written by CMakeLists.txt: DFN_EMBEDDED_NAME, and for each file DFN_EMBEDDED_FILE(name, symbol,
// bytes).
#include "embedded_model.inc"

#define DFN_EMBEDDED_FILE(name, symbol, bytes) extern "C" const uint8_t symbol[bytes];
DFN_EMBEDDED_FILES
#undef DFN_EMBEDDED_FILE

namespace dfn {

std::string_view EmbeddedModelName() { return DFN_EMBEDDED_NAME; }

std::span<const EmbeddedFile> EmbeddedModelFiles() {
#define DFN_EMBEDDED_FILE(name, symbol, bytes) EmbeddedFile{name, Bytes(symbol, bytes)},
  // The last one only keeps the array from being empty.
  static constexpr EmbeddedFile kFiles[] = {DFN_EMBEDDED_FILES EmbeddedFile{}};
#undef DFN_EMBEDDED_FILE
  return std::span(kFiles).first(std::size(kFiles) - 1);
}

}  // namespace dfn
