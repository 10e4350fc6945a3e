// Fuzzes ReadSafetensors with limits that a few kilobytes of input can reach.
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "expect.h"
#include "formats/safetensors/safetensors.h"
#include "tight_limits.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dfn;
  const Bytes file(data, size);
  const Limits limits = TightLimits();
  const auto state = ReadSafetensors(file, "fuzz.safetensors", limits);
  if (!state.ok()) {
    ExpectSentence(state.error());
    return 0;
  }
  Expect(LooksLikeSafetensors(file), "what is read is told by its beginning");
  Expect(state->size() <= limits.max_tensors, "tensors within the limit");
  size_t values = 0;
  for (const auto& [name, tensor] : *state) {
    Expect(name.size() <= limits.max_name_bytes, "names within the limit");
    Expect(tensor.shape.size() <= limits.max_tensor_rank, "the rank is within the limit");
    size_t elements = 1;
    for (const size_t axis : tensor.shape) elements *= axis;
    Expect(tensor.floats.empty() || tensor.ints.empty(), "floats or integers, not both");
    Expect(tensor.floats.size() + tensor.ints.size() == elements, "as many values as elements");
    values += 4 * tensor.floats.size() + 8 * tensor.ints.size();
  }
  Expect(values <= limits.max_archive_bytes, "values within the limit");
  return 0;
}
