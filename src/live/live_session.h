// A live run from start to end: opens the device, watches it, opens it again when it was lost, and
// carries its sound to meters and recordings.
#ifndef DEEPFILTER_LIVE_LIVE_SESSION_H_
#define DEEPFILTER_LIVE_LIVE_SESSION_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "device/device.h"
#include "live/live_engine.h"
#include "live/live_meter.h"
#include "live/side_recorder.h"

namespace dfn {

// Something that the user should know, as one sentence without a full stop.
struct LiveEvent {
  enum class Kind {
    kStarted,    // the first block came, and from and to which devices
    kLost,       // the device or its server has gone; it is waited for
    kBack,       // it came back
    kMoved,      // input or output is another device now
    kChanged,    // rate, or the way of working, and with it the delay
    kStalled,    // no block has come for a while
    kAwake,      // the machine slept
    kRecording,  // began, ended or lost samples
    kMissed,     // blocks were missed
    kFailed,     // something that was asked for did not work
  };
  Kind kind = Kind::kStarted;
  std::string text;
};
// "started", "lost", ... for machines.
const char* LiveEventName(LiveEvent::Kind kind);

// All that there is to show at one moment.
struct LiveStatus {
  DeviceState device;
  EngineState engine;
  LiveLevels levels;
  bool lost = false;             // there is no device now
  double delay_ms = 0.0;         // from the microphone to the speaker: the sum of all parts
  double stream_delay_ms = 0.0;  // the denoiser's share of it
  double seconds = 0.0;          // since the start
  uint64_t missed_blocks = 0;    // of all devices so far
  std::string recording;         // the file; empty: none
  double recorded_seconds = 0.0;
};

// Where the session gets its devices and its time, for tests.
struct LiveWorld {
  std::function<Result<std::unique_ptr<LiveDevice>>(std::shared_ptr<BlockProcessor>)> open;
  // Runs while the machine is awake, and also while it sleeps.
  std::function<std::chrono::nanoseconds()> awake_time;
  std::function<std::chrono::nanoseconds()> wall_time;
};
// The real ones, for a request.
LiveWorld RealWorld(const DeviceRequest& request);

// One thread, not real-time.
class LiveSession {
 public:
  // Columns of the spectrograms that are kept.
  static constexpr size_t kColumns = 512;

  LiveSession(std::shared_ptr<LiveEngine> engine, LiveWorld world);
  ~LiveSession();

  // Opens the device. Errors: those of OpenDevice.
  Status Start();
  // Call it every 10 to 100 ms. Returns what has happened since.
  std::vector<LiveEvent> Tick();
  // Stops the device; it may be started again. A device whose server hangs is left behind after two
  // seconds. Ends a recording.
  std::vector<LiveEvent> Stop();

  LiveStatus status();
  LiveEngine& engine() { return *engine_; }
  // Null before the first sound.
  const LiveMeter* meter() const { return meter_.get(); }

  // Records both sides from the next sample on. Where rate or delay changes it goes on in another
  // file, "name-2.wav" and so on. Errors: kInvalidArgument if a recording runs. What goes wrong later
  // is an event.
  Status StartRecording(const std::string& path, bool replace);
  bool recording() const { return recorder_ != nullptr || !wanted_recording_.empty(); }
  std::optional<LiveEvent> StopRecording();
  // Why a recording could not be made, or ended before its time; of several the first.
  const std::optional<Error>& recording_failure() const { return recording_failure_; }

 private:
  void Say(LiveEvent::Kind kind, std::string text);
  void WatchClocks();
  void WatchDevice();
  void TryAgain();
  void DrainTap();
  void HearTap(size_t floats);
  void BeginSegment(const LiveEngine::Segment& segment);
  void BeginRecording();
  void Record(std::span<const float> frames);
  LiveEvent RecordingFailed(ErrorCode code, std::string text);
  void CloseDevice();
  void WatchPeers(const DeviceState& state);
  void WatchMisses(const DeviceState& state);

  std::shared_ptr<LiveEngine> engine_;
  LiveWorld world_;
  std::unique_ptr<LiveDevice> device_;
  std::vector<LiveEvent> events_;
  std::chrono::nanoseconds started_{0};
  std::chrono::nanoseconds last_awake_{0};
  std::chrono::nanoseconds last_wall_{0};
  std::chrono::nanoseconds last_block_{0};  // when the count of blocks last grew
  std::chrono::nanoseconds next_try_{0};
  std::chrono::nanoseconds next_miss_report_{0};
  uint64_t last_blocks_ = 0;
  bool heard_ = false;  // a block came from this device
  bool ever_heard_ = false;
  bool stalled_ = false;
  DeviceState state_;  // the newest
  // The devices' names, once they were known; empty: there is none.
  std::optional<std::string> last_input_;
  std::optional<std::string> last_output_;
  uint64_t missed_before_ = 0;  // of devices that were closed
  uint64_t missed_reported_ = 0;

  LiveEngine::Segment segment_;
  std::unique_ptr<LiveMeter> meter_;
  std::vector<float> floats_;
  std::unique_ptr<SideRecorder> recorder_;
  std::string wanted_recording_;
  std::string recording_name_;  // the first file's
  bool replace_recording_ = false;
  size_t recording_number_ = 1;
  std::optional<Error> recording_failure_;
  uint64_t untapped_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_LIVE_LIVE_SESSION_H_
