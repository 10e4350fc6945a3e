// For tests: a library that looks like an ONNX Runtime without the table that we ask for.
#include <cstdint>

#include "ort/c_api.h"

namespace {

const void* const* GetApi(uint32_t) { return nullptr; }
const char* GetVersion() { return "0.9.0"; }

constexpr dfn::ort::ApiBase kBase = {.get_api = GetApi, .get_version = GetVersion};

}  // namespace

#if defined(_WIN32)
#define DFN_TEST_EXPORT __declspec(dllexport)
#else
#define DFN_TEST_EXPORT __attribute__((visibility("default")))
#endif

extern "C" DFN_TEST_EXPORT const dfn::ort::ApiBase* OrtGetApiBase();
const dfn::ort::ApiBase* OrtGetApiBase() { return &kBase; }
