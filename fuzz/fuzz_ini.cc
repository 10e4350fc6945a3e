// Fuzzes IniFile::Parse and the look-up of keys.
#include <cstddef>
#include <cstdint>

#include "base/limits.h"
#include "expect.h"
#include "formats/ini/ini.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dfn;
  Limits limits;
  limits.max_ini_bytes = 1 << 16;
  const auto file = IniFile::Parse(Bytes(data, size), "fuzz.ini", limits);
  if (!file.ok()) {
    ExpectSentence(file.error());
    return 0;
  }
  const auto value = file->Get("df", "sr");
  Expect(!value || file->HasSection("DF"), "a section with a key is there");
  Expect(!value || value->find('\0') == std::string::npos, "values are text");
  return 0;
}
