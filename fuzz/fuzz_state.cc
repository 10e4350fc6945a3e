// Fuzzes saved states of streams. The first byte selects what comes of the rest:
//   0  the state itself
//   1  changes to a good state, each an offset (3 bytes) and four bytes for that place: refused
//   2  the same with a checksum that is right again, as one who forges states would make it: refused,
//      or taken, and then the stream runs, and is as new after a reset
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "api/c/hash.h"
#include "deepfilter/deepfilter.h"
#include "expect.h"

namespace {

using dfn::Expect;

constexpr size_t kBlock = 500;
constexpr size_t kBlocks = 3;
// The header of api/c/c_state.cc: magic, sizes, the stream's fingerprint, the checksum.
constexpr size_t kFingerprintAt = 24;
constexpr size_t kChecksumAt = 32;
constexpr size_t kHeaderBytes = 40;

dfn_stream* NewStream(const dfn_model* model) {
  dfn_stream* stream = nullptr;
  Expect(dfn_stream_create(model, nullptr, &stream, nullptr) == DFN_OK, "a stream");
  return stream;
}

dfn_model* OpenModel() {
  dfn_model* model = nullptr;
  Expect(dfn_model_open(DFN_FUZZ_MODEL, nullptr, &model, nullptr) == DFN_OK, "a model");
  return model;
}

std::array<float, kBlock> Run(dfn_stream* stream) {
  std::array<float, kBlock> sound;
  for (size_t i = 0; i < kBlock; ++i) sound[i] = static_cast<float>(i % 37) / 100.0f - 0.18f;
  float* channel = sound.data();
  Expect(dfn_stream_process(stream, &channel, &channel, kBlock) == DFN_OK, "a block");
  return sound;
}

std::vector<uint8_t> Save(dfn_stream* stream) {
  std::vector<uint8_t> state(dfn_stream_state_size(stream));
  Expect(dfn_stream_save(stream, state.data(), state.size()) == DFN_OK, "a state is saved");
  return state;
}

// Returns whether any byte changed.
bool Change(std::vector<uint8_t>& state, const uint8_t* data, size_t size) {
  const std::vector<uint8_t> before = state;
  for (; size >= 7; data += 7, size -= 7) {
    const size_t at = (data[0] | data[1] << 8 | data[2] << 16) % (state.size() - 3);
    std::memcpy(&state[at], data + 3, 4);
  }
  return state != before;
}

void Seal(std::vector<uint8_t>& state) {
  uint64_t fingerprint;
  std::memcpy(&fingerprint, &state[kFingerprintAt], sizeof(fingerprint));
  const uint64_t checksum =
      dfn::Hash(&state[kHeaderBytes], state.size() - kHeaderBytes, fingerprint);
  std::memcpy(&state[kChecksumAt], &checksum, sizeof(checksum));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static dfn_model* const model = OpenModel();
  static dfn_stream* const source = NewStream(model);
  static dfn_stream* const stream = NewStream(model);
  static const auto sound_at_start = [] {
    std::array<std::array<float, kBlock>, kBlocks> sound;
    for (auto& block : sound) block = Run(stream);
    return sound;
  }();
  static const std::vector<uint8_t> good = [] {
    Run(source);
    return Save(source);
  }();
  if (size == 0) return 0;
  const int way = data[0] % 3;
  std::vector<uint8_t> state = good;
  bool changed = true;
  if (way == 0) {
    state.assign(data + 1, data + size);
  } else {
    changed = Change(state, data + 1, size - 1);
    if (way == 2) Seal(state);
  }
  dfn_stream_reset(stream);
  const std::vector<uint8_t> before = Save(stream);
  const dfn_result result = dfn_stream_restore(stream, state.data(), state.size());
  Expect(result == DFN_OK || result == DFN_ERROR_CORRUPT || result == DFN_ERROR_MISMATCH,
         "results");
  if (result != DFN_OK) {
    Expect(Save(stream) == before, "a refused state changes nothing");
  } else {
    Expect(way == 2 || !changed, "a damaged state is refused");
  }
  for (const auto& block : sound_at_start) {
    const auto sound = Run(stream);
    Expect(result == DFN_OK || sound == block, "after a reset a stream is as new");
  }
  return 0;
}
