#include "cli/live/live_command.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/open/network.h"
#include "api/open/open.h"
#include "base/printable.h"
#include "cli/live/live_report.h"
#include "cli/live/screen_run.h"
#include "cli/message.h"
#include "live/live_session.h"
#include "live/side_recorder.h"
#include "os/process/interrupt.h"
#include "os/process/pipe.h"
#include "os/system_text.h"

namespace dfn {
namespace {

// Between two looks at the device without a screen: short enough that a new stream is there before
// anybody hears that it was missing.
constexpr std::chrono::milliseconds kTick{20};
// The rate and block that a stream is made for before the device has told its own.
constexpr size_t kExpectedRateHz = 48000;
constexpr size_t kExpectedBlock = 1024;

Result<std::shared_ptr<LiveEngine>> MakeEngine(const LiveOptions& options) {
  DFN_TRY(const Model model, OpenModel(options.model));
  DFN_TRY(auto network, MakeNetwork(model, PrecisionOf(options, model.precision)));
  auto engine =
      std::make_shared<LiveEngine>(std::move(network), EngineOptionsOf(options, model.config));
  DFN_CHECK(engine->Expect(options.rate_hz.value_or(kExpectedRateHz),
                           options.block_samples.value_or(kExpectedBlock)));
  return engine;
}

// Whether the recording can begin, found out before anything is heard.
Status CheckRecording(const LiveOptions& options) {
  if (options.record.empty()) return {};
  if (options.record == "-") {
    return Error{ErrorCode::kInvalidArgument,
                 "--record writes a file, and cannot write to standard output"};
  }
  DFN_TRY(const auto trial,
          SideRecorder::Create(options.record, options.rate_hz.value_or(kExpectedRateHz),
                               options.channels, 0, options.force));
  return {};
}

// A session on the first server that has what is asked for.
Result<std::unique_ptr<LiveSession>> StartSession(const LiveOptions& options,
                                                  const std::shared_ptr<LiveEngine>& engine,
                                                  AudioServer& server) {
  std::string failures;
  // The first server is the best, and its reason counts.
  std::optional<ErrorCode> code;
  for (const AudioServer candidate : ServersOf(options)) {
    auto session =
        std::make_unique<LiveSession>(engine, RealWorld(DeviceRequestOf(options, candidate)));
    if (!options.record.empty()) {
      DFN_CHECK(session->StartRecording(options.record, options.force));
    }
    const Status started = session->Start();
    if (started.ok()) {
      server = candidate;
      return session;
    }
    if (!code) code = started.error().code;
    failures += (failures.empty() ? "" : "; ") + std::string(AudioServerName(candidate)) + ": " +
                started.error().message;
  }
  if (code) return Error{*code, failures};
  return Error{ErrorCode::kUnsupported,
               "this program was built without anything that reaches a sound device"};
}

// Lines on standard output, until it takes no more.
class LineOutput {
 public:
  explicit LineOutput(bool json) : json_(json) {}

  void Print(const std::string& line) {
    if (!good()) return;
    errno = 0;
    if (std::fputs((line + "\n").c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
      error_ = errno != 0 ? errno : EIO;
    }
  }
  void Print(const std::vector<LiveEvent>& events) {
    for (const LiveEvent& event : events) {
      Print(json_ ? EventJson(event)
                  : std::string(LiveEventName(event.kind)) + ": " + Printable(event.text));
    }
  }

  bool good() const { return error_ == 0; }
  // A reader that has gone wants no more lines, which is no failure.
  ExitCode End() const {
    if (error_ == 0 || error_ == EPIPE) return kExitOk;
    return Fail({ErrorCode::kIo, "standard output cannot be written: " + SystemText(error_)});
  }

 private:
  bool json_;
  int error_ = 0;
};

void RunLines(const LiveOptions& options, LiveSession& session, LineOutput& lines) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  const std::chrono::duration<double> interval(options.interval);
  std::chrono::duration<double> next = interval;
  while (!Interrupted() && lines.good()) {
    std::this_thread::sleep_for(kTick);
    lines.Print(session.Tick());
    const std::chrono::duration<double> elapsed = Clock::now() - begin;
    if (elapsed >= next) {
      next += interval;
      const LiveStatus status = session.status();
      lines.Print(options.json ? StatusJson(status, session.engine())
                               : StatusLine(status, session.engine().bypass()));
    }
    if (options.seconds > 0.0 && elapsed.count() >= options.seconds) break;
  }
}

}  // namespace

ExitCode RunLive(const LiveOptions& options) {
  if (const Status checked = CheckLiveOptions(options); !checked.ok()) return Fail(checked.error());
  if (const Status checked = CheckRecording(options); !checked.ok()) return Fail(checked.error());
  auto engine = MakeEngine(options);
  if (!engine.ok()) return Fail(engine.error());
  AudioServer server = AudioServer::kPipewire;
  auto session = StartSession(options, *engine, server);
  if (!session.ok()) return Fail(session.error());
  // So that a recording is finished when nobody reads the lines any more.
  const BrokenPipesFail held;
  LineOutput lines(options.json);
  if (!options.plain && !options.json && CanShowScreen()) {
    const std::string name = options.model.empty() ? std::string() : options.model + "  ";
    lines.Print(RunScreen(options, name + AudioServerName(server), **session));
  } else {
    RunLines(options, **session, lines);
  }
  // While the devices run, as none does after the end.
  const LiveStatus last = (*session)->status();
  lines.Print((*session)->Stop());
  if (options.json) lines.Print(StatusJson(last, **engine));
  const ExitCode printed = lines.End();
  if ((*session)->recording_failure()) return Fail(*(*session)->recording_failure());
  return printed;
}

}  // namespace dfn
