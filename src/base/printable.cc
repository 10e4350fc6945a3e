#include "base/printable.h"

#include <cstddef>
#include <cstdint>

namespace dfn {
namespace {

// Longer than any name in a published model; two of them still fit a sentence.
constexpr size_t kMaxQuotedBytes = 120;

bool IsContinuation(char byte) { return (static_cast<uint8_t>(byte) & 0xc0) == 0x80; }

// Bytes of the character that `text` starts with; 0 if it is a control character (C0, DEL, C1), or
// no UTF-8 (overlong, surrogate, beyond U+10FFFF, cut short).
size_t CharacterBytes(std::string_view text) {
  const auto first = static_cast<uint8_t>(text[0]);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  const size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < bytes) return 0;
  uint32_t code = first & (0x7fu >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if (!IsContinuation(text[i])) return 0;
    code = code << 6 | (static_cast<uint8_t>(text[i]) & 0x3f);
  }
  constexpr uint32_t kLowest[] = {0, 0, 0xa0, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xd800 && code < 0xe000;
  return code < kLowest[bytes] || is_surrogate || code > 0x10ffff ? 0 : bytes;
}

}  // namespace

std::string Printable(std::string_view text) {
  constexpr char kHexDigits[] = "0123456789abcdef";
  std::string shown;
  while (!text.empty()) {
    const size_t bytes = CharacterBytes(text);
    if (bytes == 0) {
      const auto byte = static_cast<uint8_t>(text[0]);
      shown += {'\\', 'x', kHexDigits[byte >> 4], kHexDigits[byte & 15]};
      text.remove_prefix(1);
    } else {
      shown += text.substr(0, bytes);
      text.remove_prefix(bytes);
    }
  }
  return shown;
}

std::string Quoted(std::string_view text) {
  size_t end = text.size();
  if (end > kMaxQuotedBytes) {
    end = kMaxQuotedBytes;
    // Not in the middle of a character.
    for (int i = 0; i < 3 && IsContinuation(text[end]); ++i) --end;
  }
  return '"' + Printable(text.substr(0, end)) + (end < text.size() ? "..." : "") + '"';
}

}  // namespace dfn
