// Fuzzes ReadArchive with limits that a few kilobytes of input can reach.
#include <cstddef>
#include <cstdint>

#include "base/limits.h"
#include "expect.h"
#include "formats/archive/archive.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dfn;
  Limits limits;
  limits.max_file_bytes = 1 << 20;
  limits.max_archive_bytes = 2 << 20;
  limits.max_archive_entries = 20;
  limits.max_name_bytes = 300;
  const auto files = ReadArchive(Bytes(data, size), "fuzz.tar.gz", limits);
  if (!files.ok()) {
    ExpectSentence(files.error());
    return 0;
  }
  size_t total = 0;
  for (const NamedBytes& file : *files) {
    Expect(file.name.size() <= limits.max_name_bytes, "names within the limit");
    Expect(file.bytes.size() <= limits.max_file_bytes, "files within the limit");
    total += file.bytes.size();
  }
  Expect(files->size() <= limits.max_archive_entries, "entries within the limit");
  Expect(total <= limits.max_archive_bytes && total <= size * limits.max_inflate_ratio,
         "bytes within the limits");
  return 0;
}
