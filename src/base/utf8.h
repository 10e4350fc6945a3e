// UTF-8 in text from foreign files.
#ifndef DEEPFILTER_BASE_UTF8_H_
#define DEEPFILTER_BASE_UTF8_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace dfn {

// Bytes of the character that `text`, which is not empty, starts with; 0 if that is no UTF-8
// (overlong, surrogate, beyond U+10FFFF, cut short).
size_t Utf8Bytes(std::string_view text);

// The same, but 0 for control characters too: C0, DEL and C1.
size_t PrintableUtf8Bytes(std::string_view text);

bool IsUtf8(std::string_view text);

// The longest beginning of `text` of at most `most_bytes` that cuts no character of UTF-8.
std::string_view CutUtf8(std::string_view text, size_t most_bytes);

// Appends the character of `code`, which is a code point and no surrogate.
void AppendUtf8(char32_t code, std::string& text);

}  // namespace dfn

#endif  // DEEPFILTER_BASE_UTF8_H_
