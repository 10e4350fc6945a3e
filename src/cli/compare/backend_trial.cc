#include "cli/compare/backend_trial.h"

#include <chrono>
#include <cstring>
#include <memory>
#include <span>
#include <utility>

#include "cli/compare/from_cbor.h"
#include "cli/compare/trial_signal.h"
#include "cli/engine_text.h"
#include "cli/enhance/report.h"
#include "cli/hop_clock.h"
#include "os/process/peak_memory.h"
#include "stream/host/whole_stream.h"

namespace dfn {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

constexpr char kRun[] = "run";
constexpr char kFinish[] = "finish";
// The same number as `enhance` uses.
constexpr size_t kHopsPerCall = 64;

Status Send(MessageChannel& channel, const Json& message) {
  return channel.Send(Json::to_cbor(message));
}

Result<Json> Receive(MessageChannel& channel) {
  DFN_TRY(const std::vector<uint8_t> bytes, channel.Receive());
  return FromCbor<Json>(bytes);
}

Json ErrorJson(const Error& error) {
  return {{"error", error.message}, {"code", static_cast<int>(error.code)}};
}

// The message, or the error that it carries.
Result<Json> Content(Result<Json> message) {
  if (!message.ok() || !message->contains("error")) return message;
  return Error{static_cast<ErrorCode>(message->value("code", 0)), message->value("error", "")};
}

// Enhances the whole sound with a new stream. If `clock` is not null, it gets each call's time.
Result<std::vector<float>> Enhance(const Engine& engine, std::span<const float> signal,
                                   size_t hops_per_call, HopClock* clock) {
  DenoiserOptions options;
  options.max_frames_per_call = hops_per_call;
  DFN_TRY(const auto denoiser, engine.NewDenoiser(options));
  WholeStream stream(*denoiser, {.fft_size = engine.fft_size(), .hops_per_call = hops_per_call});
  if (clock != nullptr) stream.AfterEachCall([clock] { clock->Lap(); });
  std::vector<float> enhanced;
  enhanced.reserve(signal.size());
  if (clock != nullptr) clock->Start();
  stream.Process(signal, enhanced);
  stream.Finish(enhanced);
  DFN_CHECK(engine.status());
  return enhanced;
}

// The side of the connection that runs the engine.
class Trial {
 public:
  static Result<Trial> Open(const TrialRequest& request) {
    Trial trial;
    DFN_TRY(trial.engine_, OpenEngine(request.source, request.engine));
    trial.rate_hz_ = trial.engine_->sample_rate_hz();
    DFN_TRY(trial.signal_, ReadTrialSignal(request.audio, trial.rate_hz_));
    return trial;
  }

  Json Introduce() const {
    return {{"text", EngineText(engine_->info())}, {"engine", EngineJson(engine_->info())}};
  }

  Result<Json> Answer(const std::string& question) {
    if (question == kRun) return Run();
    const auto* bytes = reinterpret_cast<const uint8_t*>(enhanced_.data());
    return Json{{"samples", Json::binary({bytes, bytes + enhanced_.size() * sizeof(float)})},
                {"peak_bytes", PeakMemoryBytes()}};
  }

 private:
  Result<Json> Run() {
    const Clock::time_point start = Clock::now();
    DFN_TRY(enhanced_, Enhance(*engine_, signal_, kHopsPerCall, nullptr));
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    HopClock clock;
    DFN_TRY(enhanced_, Enhance(*engine_, signal_, 1, &clock));
    const HopTimes times = SummarizeHops(clock.hop_us());
    const double sound_seconds =
        static_cast<double>(signal_.size()) / static_cast<double>(rate_hz_);
    return Json{{"rtf", seconds / sound_seconds}, {"p50", times.p50}, {"p99", times.p99}};
  }

  std::shared_ptr<const Engine> engine_;
  size_t rate_hz_ = 0;
  std::vector<float> signal_;
  std::vector<float> enhanced_;
};

// Answers until the other side hangs up or an error occurs.
void Serve(Bytes request, MessageChannel& channel) {
  auto trial = Trial::Open(RequestOf(request));
  Result<Json> answer = trial.ok() ? Result<Json>(trial->Introduce()) : trial.error();
  while (Send(channel, answer.ok() ? *answer : ErrorJson(answer.error())).ok() && answer.ok()) {
    const Result<Json> question = Receive(channel);
    if (!question.ok()) return;
    answer = trial->Answer(question->value("question", ""));
  }
}

// The request is the source.
void SendModes(Bytes request, MessageChannel& channel) {
  const auto modes = FindModes(std::string(request.begin(), request.end()));
  Json answer = modes.ok() ? Json{{"modes", Json::array()}} : ErrorJson(modes.error());
  if (modes.ok()) {
    for (const RunMode mode : *modes) answer["modes"].push_back(RunModeName(mode));
  }
  // If this fails, the other process is gone.
  (void)Send(channel, answer).ok();
}

constexpr ChildWork kTrialWork = {"trial", Serve};
constexpr ChildWork kModesWork = {"modes", SendModes};

}  // namespace

std::span<const ChildWork> TrialWorks() {
  static constexpr ChildWork kWorks[] = {kTrialWork, kModesWork};
  return kWorks;
}

Result<BackendTrial> BackendTrial::Start(const TrialRequest& request) {
  DFN_TRY(ChildProcess process, ChildProcess::Start(kTrialWork, RequestBytes(request)));
  return BackendTrial(std::move(process));
}

Result<Json> BackendTrial::Ask(const char* question) {
  DFN_CHECK(Send(process_.channel(), {{"question", question}}));
  return Content(Receive(process_.channel()));
}

Result<BackendTrial::Opened> BackendTrial::WaitUntilOpen() {
  DFN_TRY(const Json message, Content(Receive(process_.channel())));
  return Opened{message.value("text", ""), message.value("engine", Json())};
}

Result<TrialResult> BackendTrial::Run() {
  DFN_TRY(const Json message, Ask(kRun));
  return TrialResult{message.value("rtf", 0.0), message.value("p50", 0.0),
                     message.value("p99", 0.0)};
}

Result<BackendTrial::Outcome> BackendTrial::Finish() {
  DFN_TRY(const Json message, Ask(kFinish));
  const Json::binary_t& bytes = message.at("samples").get_binary();
  Outcome outcome{.samples = std::vector<float>(bytes.size() / sizeof(float)),
                  .peak_bytes = message.value("peak_bytes", uint64_t{0})};
  std::memcpy(outcome.samples.data(), bytes.data(), outcome.samples.size() * sizeof(float));
  return outcome;
}

Result<std::vector<RunMode>> FindModesApart(const std::string& source) {
  const Bytes request(reinterpret_cast<const uint8_t*>(source.data()), source.size());
  DFN_TRY(ChildProcess process, ChildProcess::Start(kModesWork, request));
  DFN_TRY(const Json answer, Content(Receive(process.channel())));
  std::vector<RunMode> modes;
  for (const Json& name : answer.at("modes")) {
    if (const auto mode = FindRunMode(name.get<std::string>())) modes.push_back(*mode);
  }
  return modes;
}

}  // namespace dfn
