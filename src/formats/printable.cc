#include "formats/printable.h"

#include <cstddef>

namespace dfn {
namespace {

// Longer than any name in a published model; two of them still fit a sentence.
constexpr size_t kMaxShownBytes = 120;
constexpr char kHexDigits[] = "0123456789abcdef";

// C1 controls are two bytes in UTF-8 (0xC2 0x80 to 0xC2 0x9F); terminals obey them too.
bool StartsC1Control(std::string_view text) {
  return text.size() >= 2 && text[0] == '\xc2' && static_cast<unsigned char>(text[1]) < 0xa0;
}

void AppendHex(unsigned char byte, std::string& to) {
  to += "\\x";
  to += kHexDigits[byte >> 4];
  to += kHexDigits[byte & 15];
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string shown;
  const std::string_view head = text.substr(0, kMaxShownBytes);
  for (size_t i = 0; i < head.size(); ++i) {
    const auto byte = static_cast<unsigned char>(head[i]);
    if (StartsC1Control(head.substr(i))) {
      AppendHex(byte, shown);
      AppendHex(static_cast<unsigned char>(head[++i]), shown);
    } else if (byte < 0x20 || byte == 0x7f) {
      AppendHex(byte, shown);
    } else {
      shown += head[i];
    }
  }
  if (text.size() > head.size()) shown += "...";
  return shown;
}

std::string Quoted(std::string_view text) { return '"' + Printable(text) + '"'; }

}  // namespace dfn
