// Fuzzes the state of a CLAP plugin, in reads of any length.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "clap/state.h"
#include "expect.h"

namespace {

using namespace dfn;

struct Source {
  const uint8_t* data;
  size_t size;
  size_t most;  // bytes a call
  size_t read = 0;
};

int64_t Read(const clap::InputStream* stream, void* to, uint64_t size) {
  auto& source = *static_cast<Source*>(stream->context);
  const size_t now = std::min({static_cast<size_t>(size), source.most, source.size - source.read});
  if (now > 0) std::memcpy(to, source.data + source.read, now);
  source.read += now;
  return static_cast<int64_t>(now);
}

int64_t Write(const clap::OutputStream* stream, const void* from, uint64_t size) {
  auto& bytes = *static_cast<std::vector<uint8_t>*>(stream->context);
  const auto* begin = static_cast<const uint8_t*>(from);
  bytes.insert(bytes.end(), begin, begin + size);
  return static_cast<int64_t>(size);
}

std::vector<uint8_t> Saved(const plugin::ParameterValues& values) {
  std::vector<uint8_t> bytes;
  const clap::OutputStream stream = {&bytes, Write};
  Expect(plugin::SaveState(values, stream), "values can be saved");
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  plugin::ParameterValues values(true);
  const std::vector<uint8_t> before = Saved(values);
  Source source = {data, size, size % 7 + 1};
  const clap::InputStream stream = {&source, Read};
  const bool loaded = plugin::LoadState(values, stream);
  Expect(loaded || Saved(values) == before, "a refused state changes nothing");
  for (size_t i = 0; i < values.list().size(); ++i) {
    const plugin::Parameter& parameter = *values.list()[i].parameter;
    Expect(values.value(i) >= parameter.minimum && values.value(i) <= parameter.maximum,
           "values are in their ranges");
  }
  if (!loaded) return 0;
  Expect(source.read == size, "a state has no bytes behind it");
  // What was loaded comes back the same.
  const std::vector<uint8_t> bytes = Saved(values);
  plugin::ParameterValues again(true);
  source = {bytes.data(), bytes.size(), 1000};
  Expect(plugin::LoadState(again, stream) && Saved(again) == bytes, "states come back the same");
  return 0;
}
