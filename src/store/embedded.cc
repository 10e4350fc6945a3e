#include "store/embedded.h"

#include <cstddef>
#include <cstdint>

// Written by EmbedModel.cmake: DFN_EMBEDDED_NAME and DFN_EMBEDDED_FILES_SHA256.
#include "embedded_model.inc"

// Where the assembler put the file. In a program without a model neither is there or asked for.
extern "C" const uint8_t dfn_embedded_model[];
extern "C" const uint8_t dfn_embedded_model_end[];

namespace dfn {

std::string_view EmbeddedModelName() { return DFN_EMBEDDED_NAME; }

Bytes EmbeddedModel() {
  if constexpr (sizeof(DFN_EMBEDDED_NAME) == 1) {
    return {};
  } else {
    return {dfn_embedded_model, dfn_embedded_model_end};
  }
}

std::string_view EmbeddedFilesSha256() { return DFN_EMBEDDED_FILES_SHA256; }

}  // namespace dfn
