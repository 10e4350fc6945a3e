// Text out of foreign files on its way into a message: it must not break the sentence or reach the
// terminal as a control sequence.
#ifndef DEEPFILTER_FORMATS_PRINTABLE_H_
#define DEEPFILTER_FORMATS_PRINTABLE_H_

#include <string>
#include <string_view>

namespace dfn {

// `text` with control bytes written as \xNN and everything behind the first 120 bytes as "...".
std::string Printable(std::string_view text);
// The same between double quotes.
std::string Quoted(std::string_view text);

}  // namespace dfn

#endif  // DEEPFILTER_FORMATS_PRINTABLE_H_
