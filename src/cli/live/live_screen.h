// The screen of `deepfilter live`: what a moment looks like, as a canvas.
#ifndef DEEPFILTER_CLI_LIVE_LIVE_SCREEN_H_
#define DEEPFILTER_CLI_LIVE_LIVE_SCREEN_H_

#include <string>

#include "live/live_session.h"
#include "screen/canvas.h"

namespace dfn {

enum class ScreenColours { kNone, kDark, kLight };

struct ScreenLook {
  ScreenColours colours = ScreenColours::kDark;
  bool ascii = false;  // no signs beyond ASCII
  bool spectrograms = true;
  bool help = false;  // the keys in place of the spectrograms
};

// What `auto` stands for: none with $NO_COLOR; light where $COLORFGBG says that the paper is; else
// dark.
ScreenColours ColoursOf(const std::string& option);
// Whether the terminal's locale, or the system, is not UTF-8.
bool NeedsAscii();

struct ScreenContent {
  LiveStatus status;
  std::string title;    // model and server
  std::string message;  // the newest event
  bool bypass = false;
  DenoiserControls controls = {};
  const LiveMeter* meter = nullptr;
};

// Draws it. 80 by 24 show all; a smaller canvas leaves out the spectrograms first, then lines from
// below, and a line is cut at its end.
Canvas DrawLive(const ScreenContent& content, const ScreenLook& look, size_t columns, size_t rows);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_LIVE_LIVE_SCREEN_H_
