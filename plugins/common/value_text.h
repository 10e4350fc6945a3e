// The text that people read and type for a parameter's value.
#ifndef DEEPFILTER_PLUGINS_COMMON_VALUE_TEXT_H_
#define DEEPFILTER_PLUGINS_COMMON_VALUE_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

#include "common/parameters.h"

namespace dfn::plugin {

// "12.0 dB", "No limit", "0.0200", "On", "Linked"; the same in every locale. A value out of range
// counts as the nearest end of the range, NaN as the default. Parsing the text and writing the
// result again gives the same text.
std::string ValueText(const Parameter& parameter, double value);

// Reads such a text, or a number with or without its unit, whatever the case and the blanks around
// it. The result is in the parameter's range. Nothing if it is neither.
std::optional<double> ParseValue(const Parameter& parameter, std::string_view text);

// The nearest value that the parameter has: in its range, whole where it is a switch, a choice or a
// number of samples or hops. NaN is the default. Real-time.
double NearestValue(const Parameter& parameter, double value) noexcept;

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_COMMON_VALUE_TEXT_H_
