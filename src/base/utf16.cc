#include "base/utf16.h"

#include <cstddef>
#include <cstdint>

#include "base/utf8.h"

namespace dfn {
namespace {

constexpr char32_t kReplacement = 0xfffd;

bool IsHigh(char32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool IsLow(char32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

// Whether `text` begins with the three bytes of a surrogate, which Utf8Bytes refuses.
bool BeginsWithSurrogate(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  return text.size() >= 3 && byte(0) == 0xed && byte(1) >= 0xa0 && byte(1) < 0xc0 &&
         byte(2) >= 0x80 && byte(2) < 0xc0;
}

char32_t CodeOf(std::string_view character) {
  const auto first = static_cast<uint8_t>(character[0]);
  if (character.size() == 1) return first;
  char32_t code = first & (0x7fu >> character.size());
  for (const char byte : character.substr(1))
    code = code << 6 | (static_cast<uint8_t>(byte) & 0x3f);
  return code;
}

}  // namespace

std::string Utf8FromUtf16(std::u16string_view text) {
  std::string utf8;
  utf8.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    char32_t code = text[i];
    if (IsHigh(code) && i + 1 < text.size() && IsLow(text[i + 1])) {
      code = 0x10000 + ((code - 0xd800) << 10) + (text[++i] - 0xdc00u);
    }
    AppendUtf8(code, utf8);
  }
  return utf8;
}

std::u16string Utf16FromUtf8(std::string_view text) {
  std::u16string utf16;
  utf16.reserve(text.size());
  while (!text.empty()) {
    const size_t bytes = BeginsWithSurrogate(text) ? 3 : Utf8Bytes(text);
    const char32_t code = bytes == 0 ? kReplacement : CodeOf(text.substr(0, bytes));
    if (code < 0x10000) {
      utf16 += static_cast<char16_t>(code);
    } else {
      utf16 += static_cast<char16_t>(0xd800 + ((code - 0x10000) >> 10));
      utf16 += static_cast<char16_t>(0xdc00 + (code & 0x3ff));
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return utf16;
}

}  // namespace dfn
