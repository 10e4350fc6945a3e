// A live session on a terminal: draws, and obeys keys.
#ifndef DEEPFILTER_CLI_LIVE_SCREEN_RUN_H_
#define DEEPFILTER_CLI_LIVE_SCREEN_RUN_H_

#include <string>
#include <vector>

#include "cli/live/live_options.h"
#include "live/live_session.h"

namespace dfn {

// Whether standard input and output are a terminal that can show it.
bool CanShowScreen();

// Runs a started session until the user ends it. `title` is for the first line. Returns what was said,
// for whoever reads the terminal afterwards.
std::vector<LiveEvent> RunScreen(const LiveOptions& options, const std::string& title,
                                 LiveSession& session);

// What a key does to the settings, and to the session's recording. Returns false for the end.
struct ScreenLook;
bool ObeyKey(char key, const LiveOptions& options, LiveSession& session, ScreenLook& look,
             std::string& message);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_LIVE_SCREEN_RUN_H_
