// Numbers as text in files, whatever the user's language.
#ifndef DEEPFILTER_PICTURE_NUMBER_TEXT_H_
#define DEEPFILTER_PICTURE_NUMBER_TEXT_H_

#include <string>

namespace dfn {

// With at most `digits` (0 to 6) behind the point and no zeros at the end: "12.5", "3", "-0.25".
std::string NumberText(double value, int digits);

}  // namespace dfn

#endif  // DEEPFILTER_PICTURE_NUMBER_TEXT_H_
