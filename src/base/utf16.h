// UTF-16, in which Windows keeps names and texts.
#ifndef DEEPFILTER_BASE_UTF16_H_
#define DEEPFILTER_BASE_UTF16_H_

#include <string>
#include <string_view>

namespace dfn {

// Names of files on Windows are any 16-bit units. A surrogate without its partner becomes the three
// bytes that UTF-8 would have for it, and comes back from them, so that every name survives the way
// there and back.
std::string Utf8FromUtf16(std::u16string_view text);

// Bytes that are no UTF-8 become U+FFFD each.
std::u16string Utf16FromUtf8(std::string_view text);

}  // namespace dfn

#endif  // DEEPFILTER_BASE_UTF16_H_
