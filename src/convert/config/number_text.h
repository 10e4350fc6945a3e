// Numbers as text that reads back to the same bits, whatever the locale.
#ifndef DEEPFILTER_CONVERT_CONFIG_NUMBER_TEXT_H_
#define DEEPFILTER_CONVERT_CONFIG_NUMBER_TEXT_H_

#include <charconv>
#include <string>

namespace dfn {

// The shortest decimal that reads back to `value`.
template <class Float>
std::string NumberText(Float value) {
  char text[64];
  const std::to_chars_result end = std::to_chars(text, text + sizeof(text), value);
  return {text, end.ptr};
}

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_CONFIG_NUMBER_TEXT_H_
