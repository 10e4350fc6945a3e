#include "cli/live/screen_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <utility>

#include "cli/live/live_screen.h"
#include "os/environment.h"
#include "os/process/interrupt.h"
#include "os/process/terminal.h"

namespace dfn {
namespace {

// A picture a frame of video, and a look at the device in between.
constexpr int kKeyMs = 20;
constexpr std::chrono::milliseconds kRedraw{50};
// The attenuation limit's steps; beyond the last there is none.
constexpr float kLimitStepDb = 6.0f;
constexpr float kMostLimitDb = 60.0f;
constexpr float kNoLimitDb = 100.0f;

std::string RecordingName() {
  const std::time_t now = std::time(nullptr);
  std::tm parts = {};
  if (const std::tm* local = std::localtime(&now)) parts = *local;
  char name[64];
  std::strftime(name, sizeof(name), "deepfilter-%Y%m%d-%H%M%S.wav", &parts);
  return name;
}

void Show(const std::string& bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  std::fflush(stdout);
}

void ChangeLimit(LiveSession& session, float step_db, std::string& message) {
  DenoiserControls controls = session.engine().controls();
  float limit = controls.atten_lim_db;
  if (limit >= kNoLimitDb) {
    limit = step_db < 0.0f ? kMostLimitDb : kNoLimitDb;
  } else {
    limit += step_db;
    if (limit > kMostLimitDb) limit = kNoLimitDb;
    if (limit < 0.0f) limit = 0.0f;
  }
  controls.atten_lim_db = limit;
  session.engine().SetControls(controls);
  message = limit >= kNoLimitDb ? "no attenuation limit"
                                : fmt::format("at most {:.0f} dB of noise are taken", limit);
}

}  // namespace

bool CanShowScreen() {
  return StdinIsTerminal() && StdoutIsTerminal() &&
         EnvironmentVariable("TERM").value_or("") != "dumb";
}

bool ObeyKey(char key, const LiveOptions& options, LiveSession& session, ScreenLook& look,
             std::string& message) {
  LiveEngine& engine = session.engine();
  DenoiserControls controls = engine.controls();
  switch (key) {
    case 'q':
    case 'Q':
      return false;
    case 'b':
    case ' ':
      engine.SetBypass(!engine.bypass());
      message = engine.bypass() ? "the sound as it is" : "the sound without noise";
      return true;
    case '-':
      ChangeLimit(session, -kLimitStepDb, message);
      return true;
    case '+':
    case '=':
      ChangeLimit(session, kLimitStepDb, message);
      return true;
    case 'p':
      controls.post_filter = !controls.post_filter;
      engine.SetControls(controls);
      message = controls.post_filter ? "post filter on" : "post filter off";
      return true;
    case 'l':
      controls.auto_level = !controls.auto_level;
      controls.level_gain_db = 0.0f;
      engine.SetControls(controls);
      message = controls.auto_level ? "speech is heard at an ordinary level"
                                    : "speech is heard as loud as it is";
      return true;
    case 'r':
      if (session.recording()) {
        if (const auto event = session.StopRecording()) message = event->text;
      } else if (const Status begun = session.StartRecording(RecordingName(), options.force);
                 !begun.ok()) {
        message = begun.error().message;
      }
      return true;
    case 's':
      look.spectrograms = !look.spectrograms;
      look.help = false;
      return true;
    case '?':
    case 'h':
      look.help = !look.help;
      return true;
    default:
      return true;
  }
}

std::vector<LiveEvent> RunScreen(const LiveOptions& options, const std::string& title,
                                 LiveSession& session) {
  using Clock = std::chrono::steady_clock;
  std::vector<LiveEvent> said;
  KeyInput keys;
  if (!keys.good()) return said;
  ScreenLook look;
  look.colours = ColoursOf(options.colours);
  look.ascii = options.ascii || NeedsAscii();
  std::unique_ptr<Canvas> shown;
  std::string message;
  Show(EnterScreen());
  const Clock::time_point begin = Clock::now();
  Clock::time_point next = begin;
  TerminalSize size;
  ScreenContent content;
  content.title = title;
  for (bool runs = true; runs && !Interrupted();) {
    for (const char key : keys.Read(kKeyMs)) {
      // Of keys that are several bytes, such as the arrows, none is wanted.
      if (key == '\x1b') break;
      runs = runs && ObeyKey(key, options, session, look, message);
      next = Clock::now();
    }
    for (LiveEvent& event : session.Tick()) {
      message = event.text;
      said.push_back(std::move(event));
    }
    const Clock::time_point now = Clock::now();
    if (options.seconds > 0.0 &&
        std::chrono::duration<double>(now - begin).count() >= options.seconds) {
      runs = false;
    }
    if (now < next) continue;
    next = now + kRedraw;
    if (const TerminalSize new_size = StdoutTerminalSize(); !(new_size == size)) {
      size = new_size;
      shown.reset();
    }
    const float most = 0.97f * content.status.engine.worst_load;
    content.status = session.status();
    // The newest maximum, which sinks slowly enough to be read.
    content.status.engine.worst_load = std::max(content.status.engine.worst_load, most);
    content.message = message;
    content.bypass = session.engine().bypass();
    content.controls = session.engine().controls();
    content.meter = session.meter();
    auto drawn = std::make_unique<Canvas>(DrawLive(content, look, size.columns, size.rows));
    Show(TerminalBytes(shown.get(), *drawn, look.colours != ScreenColours::kNone));
    shown = std::move(drawn);
  }
  Show(LeaveScreen());
  return said;
}

}  // namespace dfn
