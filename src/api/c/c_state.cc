// The state of a stream as bytes: a header, then the floats of HostStream::SaveState.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "api/c/c_stream.h"
#include "api/c/hash.h"
#include "deepfilter/deepfilter.h"

namespace dfn {
namespace {

struct StateHeader {
  std::array<char, 8> magic;
  uint64_t header_bytes;  // also differs for another byte order
  uint64_t values;        // floats that follow
  uint64_t fingerprint;   // dfn_stream::fingerprint
  uint64_t checksum;      // of the floats
};
static_assert(sizeof(StateHeader) == 40 && std::has_unique_object_representations_v<StateHeader>);

constexpr std::array<char, 8> kMagic = {'d', 'f', 'n', 's', 't', 'a', 't', '1'};

size_t ValueBytes(const dfn_stream& stream) noexcept { return stream.state.size() * sizeof(float); }

uint64_t Checksum(const dfn_stream& stream) noexcept {
  return Hash(stream.state.data(), ValueBytes(stream), stream.fingerprint);
}

}  // namespace
}  // namespace dfn

size_t dfn_stream_state_size(const dfn_stream* stream) {
  return stream == nullptr ? 0 : sizeof(dfn::StateHeader) + dfn::ValueBytes(*stream);
}

dfn_result dfn_stream_save(dfn_stream* stream, void* state, size_t size) {
  if (stream == nullptr || state == nullptr) return DFN_ERROR_INVALID_ARGUMENT;
  if (size < dfn_stream_state_size(stream)) return DFN_ERROR_INVALID_ARGUMENT;
  stream->host->SaveState(stream->state.data());
  const dfn::StateHeader header = {.magic = dfn::kMagic,
                                   .header_bytes = sizeof(dfn::StateHeader),
                                   .values = stream->state.size(),
                                   .fingerprint = stream->fingerprint,
                                   .checksum = dfn::Checksum(*stream)};
  std::memcpy(state, &header, sizeof(header));
  std::memcpy(static_cast<char*>(state) + sizeof(header), stream->state.data(),
              dfn::ValueBytes(*stream));
  return DFN_OK;
}

dfn_result dfn_stream_restore(dfn_stream* stream, const void* state, size_t size) {
  if (stream == nullptr || state == nullptr) return DFN_ERROR_INVALID_ARGUMENT;
  dfn::StateHeader header;
  if (size < sizeof(header)) return DFN_ERROR_CORRUPT;
  std::memcpy(&header, state, sizeof(header));
  if (header.magic != dfn::kMagic) return DFN_ERROR_CORRUPT;
  if (header.header_bytes != sizeof(header) || header.fingerprint != stream->fingerprint) {
    return DFN_ERROR_MISMATCH;
  }
  if (header.values != stream->state.size() || size < dfn_stream_state_size(stream)) {
    return DFN_ERROR_CORRUPT;
  }
  // Copied first, since the caller's bytes may be unaligned, and nobody can change the copy.
  std::memcpy(stream->state.data(), static_cast<const char*>(state) + sizeof(header),
              dfn::ValueBytes(*stream));
  if (header.checksum != dfn::Checksum(*stream)) return DFN_ERROR_CORRUPT;
  return stream->host->RestoreState(stream->state.data()) ? DFN_OK : DFN_ERROR_CORRUPT;
}

dfn_result dfn_stream_copy(dfn_stream* to, dfn_stream* from) {
  if (to == nullptr || from == nullptr) return DFN_ERROR_INVALID_ARGUMENT;
  if (to->fingerprint != from->fingerprint) return DFN_ERROR_MISMATCH;
  if (to == from) return DFN_OK;
  from->host->SaveState(to->state.data());
  return to->host->RestoreState(to->state.data()) ? DFN_OK : DFN_ERROR_INTERNAL;
}
