#include "common/value_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <system_error>

namespace dfn::plugin {
namespace {

constexpr const char* kSwitchTexts[] = {"Off", "On"};
constexpr char kNoLimit[] = "No limit";

// The texts of 0, 1, ... maximum, or null if values are written as numbers.
const char* const* Texts(const Parameter& parameter) {
  return parameter.unit == Unit::kSwitch ? kSwitchTexts : parameter.choices;
}

const char* UnitText(Unit unit) {
  switch (unit) {
    case Unit::kDb:
      return " dB";
    case Unit::kSamples:
      return " samples";
    case Unit::kHops:
      return " hops";
    default:
      return "";
  }
}

// Digits after the point: a tenth of a decibel, and two hundred steps of the post filter's range.
int Decimals(Unit unit) {
  if (unit == Unit::kDb) return 1;
  return unit == Unit::kNone ? 4 : 0;
}

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// Of ASCII letters, whatever the locale.
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool SameWord(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

}  // namespace

double NearestValue(const Parameter& parameter, double value) noexcept {
  if (std::isnan(value)) return parameter.default_value;
  const double inside = std::clamp<double>(value, parameter.minimum, parameter.maximum);
  const bool any = parameter.unit == Unit::kNone || parameter.unit == Unit::kDb;
  return any ? inside : std::round(inside);
}

std::string ValueText(const Parameter& parameter, double value) {
  const double nearest = NearestValue(parameter, value);
  if (const char* const* texts = Texts(parameter); texts != nullptr) {
    return texts[static_cast<size_t>(nearest)];
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, nearest, std::chars_format::fixed,
                                 Decimals(parameter.unit))
                       .ptr;
  const std::string number(digits, end);
  // The greatest value in its rounded form too, so that a text has one value.
  if (&parameter == &kAttenuationLimit && ParseValue(parameter, number) == parameter.maximum) {
    return kNoLimit;
  }
  return number + UnitText(parameter.unit);
}

std::optional<double> ParseValue(const Parameter& parameter, std::string_view text) {
  const std::string_view wanted = Trimmed(text);
  if (const char* const* texts = Texts(parameter); texts != nullptr) {
    for (size_t value = 0; value <= static_cast<size_t>(parameter.maximum); ++value) {
      if (SameWord(wanted, texts[value])) return static_cast<double>(value);
    }
  }
  if (&parameter == &kAttenuationLimit && SameWord(wanted, kNoLimit)) return parameter.maximum;
  double value = 0.0;
  const auto [rest, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), value);
  if (error != std::errc() || std::isnan(value)) return std::nullopt;
  const std::string_view unit = Trimmed(wanted.substr(static_cast<size_t>(rest - wanted.data())));
  if (!unit.empty() && !SameWord(unit, Trimmed(UnitText(parameter.unit)))) return std::nullopt;
  return NearestValue(parameter, value);
}

}  // namespace dfn::plugin
