#include "live/live_session.h"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <utility>

namespace dfn {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// Between two tries to get a lost device back.
constexpr nanoseconds kRetry = milliseconds(500);
// A device that brings nothing for so long is stalled. The longest blocks are a fifth of a second.
constexpr nanoseconds kStall = seconds(2);
// A wall clock that runs ahead of the other by more slept; one that is set moves it as well, and a
// fresh start does no harm then.
constexpr nanoseconds kSleep = seconds(5);
// Missed blocks are told at most so often.
constexpr nanoseconds kMissReport = seconds(2);
// A device that does not close within this is left behind.
constexpr nanoseconds kClose = seconds(2);
// Floats that are taken out of the tap at a time.
constexpr size_t kTake = 1 << 14;

std::string Number(double value, const char* form) {
  char text[64];
  std::snprintf(text, sizeof(text), form, value);
  return text;
}

std::string Quoted(const std::string& name) { return "\"" + name + "\""; }

}  // namespace

const char* LiveEventName(LiveEvent::Kind kind) {
  switch (kind) {
    case LiveEvent::Kind::kStarted:
      return "started";
    case LiveEvent::Kind::kLost:
      return "lost";
    case LiveEvent::Kind::kBack:
      return "back";
    case LiveEvent::Kind::kMoved:
      return "moved";
    case LiveEvent::Kind::kChanged:
      return "changed";
    case LiveEvent::Kind::kStalled:
      return "stalled";
    case LiveEvent::Kind::kAwake:
      return "awake";
    case LiveEvent::Kind::kRecording:
      return "recording";
    case LiveEvent::Kind::kMissed:
      return "missed";
    case LiveEvent::Kind::kFailed:
      return "failed";
  }
  return "";
}

LiveWorld RealWorld(const DeviceRequest& request) {
  LiveWorld world;
  world.open = [request](std::shared_ptr<BlockProcessor> processor) {
    return OpenDevice(request, std::move(processor));
  };
  world.awake_time = [] {
    return nanoseconds(std::chrono::steady_clock::now().time_since_epoch());
  };
  world.wall_time = [] {
    return std::chrono::duration_cast<nanoseconds>(
        std::chrono::system_clock::now().time_since_epoch());
  };
  return world;
}

LiveSession::LiveSession(std::shared_ptr<LiveEngine> engine, LiveWorld world)
    : engine_(std::move(engine)), world_(std::move(world)), floats_(kTake) {}

LiveSession::~LiveSession() { Stop(); }

void LiveSession::Say(LiveEvent::Kind kind, std::string text) {
  events_.push_back({kind, std::move(text)});
}

Status LiveSession::Start() {
  DFN_TRY(device_, world_.open(engine_));
  started_ = last_awake_ = last_block_ = world_.awake_time();
  last_wall_ = world_.wall_time();
  last_blocks_ = engine_->state().blocks;
  heard_ = false;
  return {};
}

// The library of a server that has died may wait for it without end, so closing has a thread of its
// own, which is left behind with the device in it when it takes too long.
void LiveSession::CloseDevice() {
  if (device_ == nullptr) return;
  missed_before_ += device_->state().missed_blocks;
  struct Closing {
    std::mutex mutex;
    std::condition_variable done;
    bool closed = false;
  };
  auto closing = std::make_shared<Closing>();
  std::thread([device = std::move(device_), closing]() mutable {
    device.reset();
    const std::lock_guard lock(closing->mutex);
    closing->closed = true;
    closing->done.notify_all();
  }).detach();
  std::unique_lock lock(closing->mutex);
  if (!closing->done.wait_for(lock, kClose, [&] { return closing->closed; })) {
    Say(LiveEvent::Kind::kFailed, "the sound server does not let its device go; it is left behind");
  }
}

std::vector<LiveEvent> LiveSession::Stop() {
  CloseDevice();
  DrainTap();
  if (auto event = StopRecording()) events_.push_back(std::move(*event));
  return std::exchange(events_, {});
}

std::vector<LiveEvent> LiveSession::Tick() {
  WatchClocks();
  if (device_ == nullptr) {
    TryAgain();
  } else {
    WatchDevice();
  }
  const auto prepared = engine_->Prepare();
  if (!prepared.ok()) Say(LiveEvent::Kind::kFailed, prepared.error().message);
  DrainTap();
  return std::exchange(events_, {});
}

void LiveSession::WatchClocks() {
  const nanoseconds awake = world_.awake_time();
  const nanoseconds wall = world_.wall_time();
  const nanoseconds slept = (wall - last_wall_) - (awake - last_awake_);
  last_awake_ = awake;
  last_wall_ = wall;
  if (slept < kSleep) return;
  const auto whole = std::chrono::duration_cast<seconds>(slept).count();
  Say(LiveEvent::Kind::kAwake,
      "the machine slept for " + std::to_string(whole) + " s; the sound begins anew");
  engine_->Restart();
  last_block_ = awake;
}

void LiveSession::WatchDevice() {
  state_ = device_->state();
  const nanoseconds now = world_.awake_time();
  if (!state_.failure.empty()) {
    Say(LiveEvent::Kind::kLost, state_.failure + "; waiting for it to come back");
    CloseDevice();
    next_try_ = now + kRetry;
    return;
  }
  if (state_.blocks != last_blocks_) {
    last_blocks_ = state_.blocks;
    last_block_ = now;
    if (stalled_) Say(LiveEvent::Kind::kBack, "sound comes again");
    stalled_ = false;
    heard_ = ever_heard_ = true;
  } else if (now - last_block_ > kStall && !stalled_) {
    stalled_ = true;
    Say(LiveEvent::Kind::kStalled, state_.input.empty()
                                       ? "no sound comes: there is no input device"
                                       : "no sound comes from " + Quoted(state_.input));
  }
  WatchPeers(state_);
  WatchMisses(state_);
}

void LiveSession::WatchPeers(const DeviceState& state) {
  if (!heard_) return;
  using Name = std::optional<std::string>;
  const auto watch = [&](const std::string& name, Name& last, const std::string& side) {
    if (name == last.value_or("")) return;
    if (name.empty()) {
      Say(LiveEvent::Kind::kMoved, "the " + side + " " + Quoted(*last) + " has gone");
    } else {
      Say(last ? LiveEvent::Kind::kMoved : LiveEvent::Kind::kStarted,
          "the " + side + " is " + Quoted(name));
    }
    last = name;
  };
  watch(state.input, last_input_, "input");
  watch(state.output, last_output_, "output");
}

void LiveSession::WatchMisses(const DeviceState& state) {
  const nanoseconds now = world_.awake_time();
  const uint64_t missed = missed_before_ + state.missed_blocks;
  if (missed == missed_reported_ || now < next_miss_report_) return;
  const uint64_t more = missed - missed_reported_;
  Say(LiveEvent::Kind::kMissed, std::to_string(more) + (more == 1 ? " block was" : " blocks were") +
                                    " missed, " + std::to_string(missed) + " in all");
  missed_reported_ = missed;
  next_miss_report_ = now + kMissReport;
}

void LiveSession::TryAgain() {
  const nanoseconds now = world_.awake_time();
  if (now < next_try_) return;
  auto opened = world_.open(engine_);
  next_try_ = world_.awake_time() + kRetry;
  if (!opened.ok()) return;
  device_ = std::move(opened).value();
  state_ = {};
  last_blocks_ = 0;
  last_block_ = now;
  heard_ = stalled_ = false;
  engine_->Restart();
  Say(LiveEvent::Kind::kBack, "the sound device is back");
}

void LiveSession::DrainTap() {
  const LiveEngine::Segment segment = engine_->segment();
  TapRing& tap = engine_->tap();
  const size_t width = 2 * engine_->options().channels;
  if (segment.number != segment_.number) {
    // What is before the segment belongs to the old one.
    while (tap.taken() < segment.begin) {
      HearTap(static_cast<size_t>(std::min<uint64_t>(segment.begin - tap.taken(), kTake)));
    }
    BeginSegment(segment);
  }
  const size_t take = kTake / width * width;
  while (tap.Waiting() >= width) {
    // A newer segment may have begun; its part is for the next call.
    if (engine_->segment().number != segment_.number) return;
    HearTap(take);
  }
  const uint64_t untapped = engine_->untapped_samples();
  if (untapped != untapped_ && recorder_ != nullptr) {
    Say(LiveEvent::Kind::kRecording, "the recording lacks " + std::to_string(untapped - untapped_) +
                                         " samples: this program was held up");
  }
  untapped_ = untapped;
}

void LiveSession::HearTap(size_t floats) {
  const size_t count = engine_->tap().Take(floats_.data(), floats);
  if (segment_.number == 0) return;
  const std::span<const float> frames(floats_.data(), count);
  if (meter_ != nullptr) meter_->Hear(frames);
  if (recorder_ != nullptr) Record(frames);
}

LiveEvent LiveSession::RecordingFailed(ErrorCode code, std::string text) {
  if (!recording_failure_) recording_failure_ = Error{code, text};
  return {LiveEvent::Kind::kFailed, std::move(text)};
}

void LiveSession::Record(std::span<const float> frames) {
  const bool begins = recorder_->empty();
  const Status written = recorder_->Write(frames);
  if (written.ok()) {
    if (begins && !recorder_->empty()) {
      Say(LiveEvent::Kind::kRecording, "recording both sides to " + recorder_->path());
    }
    return;
  }
  // What came until then stays, as a whole file.
  const std::unique_ptr<SideRecorder> recorder = std::move(recorder_);
  std::string end = "nothing is recorded";
  if (!recorder->empty()) {
    const std::string wanted = recorder->path();
    const Status kept = recorder->Finish();
    end = kept.ok() ? "the recording ends after " + Number(recorder->seconds(), "%.1f s")
                    : "the recording is lost";
    if (recorder->path() != wanted) end += ", in " + recorder->path();
  }
  events_.push_back(RecordingFailed(written.error().code, end + ": " + written.error().message));
}

void LiveSession::BeginSegment(const LiveEngine::Segment& segment) {
  const bool first = segment_.number == 0;
  const LiveEngine::Segment before = std::exchange(segment_, segment);
  const size_t channels = engine_->options().channels;
  meter_ = std::make_unique<LiveMeter>(segment.rate_hz, channels, segment.delay_samples, kColumns);
  const std::string now_is = std::to_string(segment.rate_hz) + " Hz, the denoiser's delay is " +
                             Number(1000.0 * static_cast<double>(segment.delay_samples) /
                                        static_cast<double>(segment.rate_hz),
                                    "%.1f ms");
  if (first) {
    Say(LiveEvent::Kind::kStarted, now_is);
  } else if (before.rate_hz != segment.rate_hz || before.delay_samples != segment.delay_samples) {
    Say(LiveEvent::Kind::kChanged, "the sound begins anew: " + now_is);
  }
  // A recording has one rate and one alignment; it goes on in another file. One that has no sample
  // yet begins anew.
  if (recorder_ != nullptr) {
    std::string path = recorder_->path();
    if (recorder_->empty()) {
      recorder_.reset();
    } else {
      if (auto event = StopRecording()) events_.push_back(std::move(*event));
      path = NumberedName(recording_name_, ++recording_number_);
    }
    wanted_recording_ = path;
  }
  if (!wanted_recording_.empty()) BeginRecording();
}

Status LiveSession::StartRecording(const std::string& path, bool replace) {
  if (recording()) {
    return Error{ErrorCode::kInvalidArgument, "a recording runs already"};
  }
  wanted_recording_ = recording_name_ = path;
  replace_recording_ = replace;
  recording_number_ = 1;
  // What waits in the tap came before the wish.
  if (segment_.number != 0) {
    DrainTap();
    BeginRecording();
  }
  return {};
}

void LiveSession::BeginRecording() {
  const auto create = [&](const std::string& path) {
    return SideRecorder::Create(path, segment_.rate_hz, engine_->options().channels,
                                segment_.delay_samples, replace_recording_);
  };
  auto recorder = create(std::exchange(wanted_recording_, {}));
  // What a recording goes on in is not the user's choice, so another name does.
  while (!recorder.ok() && recorder.error().code == ErrorCode::kExists && recording_number_ > 1) {
    recorder = create(NumberedName(recording_name_, ++recording_number_));
  }
  if (!recorder.ok()) {
    events_.push_back(
        RecordingFailed(recorder.error().code, "nothing is recorded: " + recorder.error().message));
    return;
  }
  recorder_ = std::move(recorder).value();
}

std::optional<LiveEvent> LiveSession::StopRecording() {
  const std::string wanted = std::exchange(wanted_recording_, {});
  const std::unique_ptr<SideRecorder> recorder = std::move(recorder_);
  if (recorder == nullptr && wanted.empty()) return std::nullopt;
  if (recorder == nullptr || recorder->empty()) {
    return LiveEvent{LiveEvent::Kind::kRecording,
                     "nothing is recorded: no sound came for " +
                         (recorder == nullptr ? wanted : recorder->path())};
  }
  const std::string name = recorder->path();
  if (const Status finished = recorder->Finish(); !finished.ok()) {
    return RecordingFailed(finished.error().code,
                           "the recording is lost: " + finished.error().message);
  }
  const std::string text = recorder->path() + " has " + Number(recorder->seconds(), "%.1f s");
  if (recorder->path() != name) {
    return RecordingFailed(ErrorCode::kExists, name + ": is there by now; " + text);
  }
  return LiveEvent{LiveEvent::Kind::kRecording, text};
}

LiveStatus LiveSession::status() {
  LiveStatus status;
  status.device = state_;
  status.engine = engine_->state();
  if (meter_ != nullptr) status.levels = meter_->levels();
  status.lost = device_ == nullptr;
  status.seconds = std::chrono::duration<double>(world_.awake_time() - started_).count();
  status.missed_blocks = missed_before_ + (device_ != nullptr ? state_.missed_blocks : 0);
  if (status.engine.rate_hz != 0) {
    status.stream_delay_ms = 1000.0 * static_cast<double>(status.engine.delay_samples) /
                             static_cast<double>(status.engine.rate_hz);
  }
  status.delay_ms = status.stream_delay_ms +
                    1000.0 * (state_.input_delay + state_.output_delay + state_.bridge_delay);
  if (recorder_ != nullptr) {
    status.recording = recorder_->path();
    status.recorded_seconds = recorder_->seconds();
  }
  return status;
}

}  // namespace dfn
