// Fuzzes LoadModelFiles. One input is a whole folder (split_files.h).
#include <cstddef>
#include <cstdint>

#include "convert/load/load.h"
#include "expect.h"
#include "split_files.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dfn;
  constexpr const char* kNames[] = {"config.ini",    "enc.onnx",  "erb_dec.onnx", "df_dec.onnx",
                                    "combined.onnx", "other.txt", "weights.data"};
  const auto model = LoadModelFiles(SplitFiles({data, size}, kNames), "fuzz", FolderLimits());
  if (!model.ok()) ExpectSentence(model.error());
  return 0;
}
