#include "base/float_chars.h"

#include <cctype>
#include <cmath>
#include <limits>
#include <locale>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

namespace dfn {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

const char* SkipDigits(const char* at, const char* last) {
  while (at != last && IsDigit(*at)) ++at;
  return at;
}

// Whether `text` begins with a word of small letters, in letters of any size.
bool BeginsWith(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(text[i])) != word[i]) return false;
  }
  return true;
}

// The end of the longest number that the text begins with, or `first`.
const char* EndOfNumber(const char* first, const char* last) {
  const char* const whole = SkipDigits(first, last);
  const char* end = whole;
  size_t digits = static_cast<size_t>(whole - first);
  if (end != last && *end == '.') {
    end = SkipDigits(whole + 1, last);
    digits += static_cast<size_t>(end - whole - 1);
  }
  if (digits == 0) return first;
  if (end != last && (*end == 'e' || *end == 'E')) {
    const char* exponent = end + 1;
    if (exponent != last && (*exponent == '+' || *exponent == '-')) ++exponent;
    if (const char* more = SkipDigits(exponent, last); more != exponent) end = more;
  }
  return end;
}

template <class Float>
std::from_chars_result Parse(const char* first, const char* last, Float& value) {
  const bool negative = first != last && *first == '-';
  const char* const start = negative ? first + 1 : first;
  const std::string_view text(start, static_cast<size_t>(last - start));
  for (const std::string_view word : {"infinity", "inf", "nan"}) {
    if (!BeginsWith(text, word)) continue;
    const Float named = word == "nan" ? std::numeric_limits<Float>::quiet_NaN()
                                      : std::numeric_limits<Float>::infinity();
    value = negative ? -named : named;
    return {start + word.size(), std::errc()};
  }
  const char* const end = EndOfNumber(start, last);
  if (end == start) return {first, std::errc::invalid_argument};
  std::istringstream stream(std::string(start, end));
  stream.imbue(std::locale::classic());
  Float number{};
  stream >> number;
  if (stream.fail() || std::isinf(number)) return {end, std::errc::result_out_of_range};
  value = negative ? -number : number;
  return {end, std::errc()};
}

}  // namespace

std::from_chars_result OwnFloatFromChars(const char* first, const char* last, float& value) {
  return Parse(first, last, value);
}

std::from_chars_result OwnFloatFromChars(const char* first, const char* last, double& value) {
  return Parse(first, last, value);
}

}  // namespace dfn
