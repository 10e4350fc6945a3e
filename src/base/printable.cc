#include "base/printable.h"

#include <cstddef>
#include <cstdint>

#include "base/utf8.h"

namespace dfn {
namespace {

// Longer than any name in a published model; two of them still fit a sentence.
constexpr size_t kMaxQuotedBytes = 120;

}  // namespace

std::string Printable(std::string_view text) {
  constexpr char kHexDigits[] = "0123456789abcdef";
  std::string shown;
  while (!text.empty()) {
    const size_t bytes = PrintableUtf8Bytes(text);
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
  const std::string_view shown = CutUtf8(text, kMaxQuotedBytes);
  return '"' + Printable(shown) + (shown.size() < text.size() ? "..." : "") + '"';
}

}  // namespace dfn
