// Text out of foreign files on its way into a message: it must not break the sentence, reach the
// terminal as a control sequence, or spoil JSON.
#ifndef DEEPFILTER_BASE_PRINTABLE_H_
#define DEEPFILTER_BASE_PRINTABLE_H_

#include <string>
#include <string_view>

namespace dfn {

// `text` as UTF-8 without control characters: their bytes, and those that are no UTF-8, are written
// as \xNN.
std::string Printable(std::string_view text);
// The same between double quotes, with what stands behind the first 120 bytes as "...".
std::string Quoted(std::string_view text);

}  // namespace dfn

#endif  // DEEPFILTER_BASE_PRINTABLE_H_
