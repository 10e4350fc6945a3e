#include "clap/state.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

namespace dfn::plugin {
namespace {

constexpr char kMagic[] = {'d', 'f', 'n', '-', 'c', 'l', 'a', 'p'};
constexpr uint32_t kVersion = 1;
constexpr size_t kHeaderBytes = sizeof kMagic + 2 * sizeof(uint32_t);
constexpr size_t kEntryBytes = sizeof(uint32_t) + sizeof(uint64_t);
// Far more than there are, so that later versions may have more parameters.
constexpr size_t kMostEntries = 256;
constexpr size_t kMostBytes = kHeaderBytes + kMostEntries * kEntryBytes;

template <typename Integer>
void Append(std::vector<uint8_t>& bytes, Integer number) {
  for (size_t i = 0; i < sizeof number; ++i) {
    bytes.push_back(static_cast<uint8_t>(number >> (8 * i)));
  }
}

template <typename Integer>
Integer Number(const uint8_t* bytes) {
  Integer number = 0;
  for (size_t i = 0; i < sizeof number; ++i) number |= static_cast<Integer>(bytes[i]) << (8 * i);
  return number;
}

// All that the stream has, or its beginning if that is longer than any state; nothing if it fails.
std::optional<std::vector<uint8_t>> ReadAll(const clap::InputStream& stream) {
  std::vector<uint8_t> bytes(kMostBytes + 1);
  size_t filled = 0;
  while (filled < bytes.size()) {
    const int64_t got = stream.read(&stream, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 || static_cast<uint64_t>(got) > bytes.size() - filled) return std::nullopt;
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

// A value for each parameter of the list, or nothing if the bytes are not a state.
std::optional<std::vector<double>> ReadValues(const ParameterValues& parameters,
                                              const std::vector<uint8_t>& bytes) {
  if (bytes.size() < kHeaderBytes || std::memcmp(bytes.data(), kMagic, sizeof kMagic) != 0) {
    return std::nullopt;
  }
  const uint8_t* at = bytes.data() + sizeof kMagic;
  const uint32_t count = Number<uint32_t>(at + sizeof(uint32_t));
  if (Number<uint32_t>(at) != kVersion || count > kMostEntries ||
      bytes.size() != kHeaderBytes + count * kEntryBytes) {
    return std::nullopt;
  }
  std::vector<double> values;
  for (const NumberedParameter& one : parameters.list()) {
    values.push_back(one.parameter->default_value);
  }
  std::vector<uint32_t> seen;
  for (at = bytes.data() + kHeaderBytes; at != bytes.data() + bytes.size(); at += kEntryBytes) {
    const uint32_t id = Number<uint32_t>(at);
    if (std::find(seen.begin(), seen.end(), id) != seen.end()) return std::nullopt;
    seen.push_back(id);
    const std::optional<size_t> index = parameters.Find(id);
    if (!index.has_value()) continue;
    const auto value = std::bit_cast<double>(Number<uint64_t>(at + sizeof(uint32_t)));
    const Parameter& parameter = *parameters.list()[*index].parameter;
    if (!(value >= parameter.minimum && value <= parameter.maximum)) return std::nullopt;
    values[*index] = value;
  }
  return values;
}

}  // namespace

bool SaveState(const ParameterValues& values, const clap::OutputStream& stream) {
  std::vector<uint8_t> bytes(std::begin(kMagic), std::end(kMagic));
  Append(bytes, kVersion);
  Append(bytes, static_cast<uint32_t>(values.list().size()));
  for (size_t i = 0; i < values.list().size(); ++i) {
    Append(bytes, values.list()[i].id);
    Append(bytes, std::bit_cast<uint64_t>(values.value(i)));
  }
  for (size_t done = 0; done < bytes.size();) {
    const int64_t written = stream.write(&stream, bytes.data() + done, bytes.size() - done);
    if (written <= 0 || static_cast<uint64_t>(written) > bytes.size() - done) return false;
    done += static_cast<size_t>(written);
  }
  return true;
}

bool LoadState(ParameterValues& values, const clap::InputStream& stream) {
  const std::optional<std::vector<uint8_t>> bytes = ReadAll(stream);
  if (!bytes.has_value()) return false;
  const std::optional<std::vector<double>> read = ReadValues(values, *bytes);
  if (!read.has_value()) return false;
  for (size_t i = 0; i < read->size(); ++i) values.Set(i, (*read)[i]);
  return true;
}

}  // namespace dfn::plugin
