// Texts that the C API gives to its callers.
#ifndef DEEPFILTER_API_C_C_TEXT_H_
#define DEEPFILTER_API_C_C_TEXT_H_

#include <string>

namespace dfn {

// Puts a copy of `text`, which dfn_text_free frees, into `*out`, unless `out` is null. Throws
// std::bad_alloc.
void GiveText(const std::string& text, char** out);

}  // namespace dfn

#endif  // DEEPFILTER_API_C_C_TEXT_H_
