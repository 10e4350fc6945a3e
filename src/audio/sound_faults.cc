#include "audio/sound_faults.h"

#include <array>
#include <cstdio>

namespace dfn {
namespace {

std::string Text(double seconds, int digits) {
  // The longest file has 2^63 samples, which fit.
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f s", digits, seconds);
  return text.data();
}

}  // namespace

void SoundFaults::Add(const std::string& name, const std::string& sentence) {
  note += note.empty() ? name + ": " + sentence : "; " + sentence;
}

std::string CutShort(double length, double declared) {
  // A difference that the rounding would hide is given in more digits.
  const int digits = declared - length < 0.1 ? 4 : 1;
  return "is cut short: it ends after " + Text(length, digits) + " of " + Text(declared, digits) +
         "; what is there was read";
}

std::string NeverCompleted(double length) {
  return "its header was never completed and gives no length; all that follows was read, " +
         SecondsText(length);
}

std::string LongerThanDeclared(double length, double declared) {
  return "its header gives a length of " + SecondsText(declared) +
         ", but the sound goes on behind that; all that follows was read, " + SecondsText(length);
}

std::string SecondsText(double seconds) {
  return Text(seconds, seconds > 0.0 && seconds < 0.1 ? 4 : 1);
}

}  // namespace dfn
