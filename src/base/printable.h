// Text from foreign files, made fit for messages: it must not break the sentence, reach the
// terminal as a control sequence, or make JSON invalid.
#ifndef DEEPFILTER_BASE_PRINTABLE_H_
#define DEEPFILTER_BASE_PRINTABLE_H_

#include <string>
#include <string_view>

namespace dfn {

// `text` as UTF-8 without control characters. Their bytes, and bytes that are not UTF-8, become
// \xNN.
std::string Printable(std::string_view text);
// The same between double quotes; text after the first 120 bytes becomes "...".
std::string Quoted(std::string_view text);

}  // namespace dfn

#endif  // DEEPFILTER_BASE_PRINTABLE_H_
