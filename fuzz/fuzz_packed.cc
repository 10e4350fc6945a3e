// Fuzzes LoadPackedModel with limits that a few kilobytes of input can reach. Each input is read as
// it is and once more with a size and a checksum that fit it, which few changes of a file would.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "convert/packed/packed_model.h"
#include "expect.h"
#include "formats/packed/checksum.h"
#include "formats/packed/packed_file.h"

namespace dfn {
namespace {

constexpr size_t kSizeAt = 16;
constexpr size_t kHeaderBytes = 24;
constexpr size_t kChecksumBytes = 8;

Limits SmallLimits() {
  Limits limits;
  limits.max_tensors = 500;
  limits.max_tensor_elements = 1 << 14;
  limits.max_tensor_rank = 5;
  limits.max_name_bytes = 200;
  limits.max_config_dimension = 1024;
  return limits;
}

void Put(std::vector<uint8_t>& file, size_t at, uint64_t value) {
  for (size_t i = 0; i < sizeof(value); ++i) file[at + i] = static_cast<uint8_t>(value >> 8 * i);
}

void Read(Bytes file) {
  const Limits limits = SmallLimits();
  const auto model = LoadPackedModel(file, "fuzz.dfn", limits);
  if (!model.ok()) {
    ExpectSentence(model.error());
    return;
  }
  Expect(LooksLikePacked(file), "what is read is told by its beginning");
  // Packing settles what a foreign writer may have done otherwise, and then changes nothing more.
  const std::vector<uint8_t> packed = PackModel(*model, model->precision);
  const auto again = LoadPackedModel(packed, "fuzz.dfn", limits);
  Expect(again.ok(), "what was packed is read");
  Expect(PackModel(*again, again->precision) == packed, "packing again gives the same bytes");
  const auto in_place = LoadPackedModel(file, "fuzz.dfn", limits, {.bytes_stay = true});
  Expect(in_place.ok() && PackModel(*in_place, in_place->precision) == packed,
         "weights in place are the same");
}

}  // namespace
}  // namespace dfn

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dfn;
  Read(Bytes(data, size));
  if (size < kHeaderBytes + kChecksumBytes) return 0;
  std::vector<uint8_t> sealed(data, data + size);
  Put(sealed, kSizeAt, size);
  Put(sealed, size - kChecksumBytes, PackedChecksum(Bytes(sealed).first(size - kChecksumBytes)));
  Read(sealed);
  return 0;
}
