#include "cli/live/live_command.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/open/network.h"
#include "api/open/open.h"
#include "cli/live/live_report.h"
#include "cli/live/screen_run.h"
#include "cli/message.h"
#include "live/live_session.h"
#include "os/process/interrupt.h"

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

// A session on the first server that has what is asked for.
Result<std::unique_ptr<LiveSession>> StartSession(const LiveOptions& options,
                                                  const std::shared_ptr<LiveEngine>& engine,
                                                  AudioServer& server) {
  std::string failures;
  Error last = {ErrorCode::kUnsupported,
                "this program was built without anything that reaches a sound device"};
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
    last = started.error();
    failures += (failures.empty() ? "" : "; ") + std::string(AudioServerName(candidate)) + ": " +
                last.message;
  }
  if (!failures.empty()) last.message = failures;
  return last;
}

void PrintLine(const std::string& line) {
  std::fputs((line + "\n").c_str(), stdout);
  std::fflush(stdout);
}

void PrintEvents(const std::vector<LiveEvent>& events, bool json) {
  for (const LiveEvent& event : events) {
    PrintLine(json ? EventJson(event) : std::string(LiveEventName(event.kind)) + ": " + event.text);
  }
}

void RunLines(const LiveOptions& options, LiveSession& session) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  const std::chrono::duration<double> interval(options.interval);
  std::chrono::duration<double> next = interval;
  while (!Interrupted()) {
    std::this_thread::sleep_for(kTick);
    PrintEvents(session.Tick(), options.json);
    const std::chrono::duration<double> elapsed = Clock::now() - begin;
    if (elapsed >= next) {
      next += interval;
      const LiveStatus status = session.status();
      PrintLine(options.json ? StatusJson(status, session.engine())
                             : StatusLine(status, session.engine().bypass()));
      // A reader that has gone wants no more lines.
      if (std::ferror(stdout) != 0) break;
    }
    if (options.seconds > 0.0 && elapsed.count() >= options.seconds) break;
  }
}

}  // namespace

ExitCode RunLive(const LiveOptions& options) {
  if (const Status checked = CheckLiveOptions(options); !checked.ok()) return Fail(checked.error());
  auto engine = MakeEngine(options);
  if (!engine.ok()) return Fail(engine.error());
  AudioServer server = AudioServer::kPipewire;
  auto session = StartSession(options, *engine, server);
  if (!session.ok()) return Fail(session.error());
  if (!options.plain && !options.json && CanShowScreen()) {
    const std::string name = options.model.empty() ? std::string() : options.model + "  ";
    PrintEvents(RunScreen(options, name + AudioServerName(server), **session), false);
  } else {
    RunLines(options, **session);
  }
  PrintEvents((*session)->Stop(), options.json);
  const LiveStatus end = (*session)->status();
  if (options.json) PrintLine(StatusJson(end, **engine));
  return kExitOk;
}

}  // namespace dfn
