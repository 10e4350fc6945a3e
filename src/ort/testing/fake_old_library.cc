// For tests: a library that passes for an ONNX Runtime too old to offer what is asked for.
#include <cstdint>

#include "ort/c_api.h"

namespace {

const void* const* GetApi(uint32_t) { return nullptr; }
const char* GetVersion() { return "0.9.0"; }

constexpr dfn::ort::ApiBase kBase = {.get_api = GetApi, .get_version = GetVersion};

}  // namespace

extern "C" __attribute__((visibility("default"))) const dfn::ort::ApiBase* OrtGetApiBase();
const dfn::ort::ApiBase* OrtGetApiBase() { return &kBase; }
