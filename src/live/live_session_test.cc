#include "live/live_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/path_text.h"
#include "base/testing/file_content.h"
#include "base/testing/scratch_folder.h"
#if !defined(_WIN32)
#include "os/testing/file_size_limit.h"
#endif
#include "stream/testing/host.h"

namespace dfn {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// What a test says of the device, whichever is open.
struct Hardware {
  DeviceState state = {.input = "Mic", .output = "Speaker", .rate_hz = 48000};
  std::string refusal;  // not empty: no device can be opened
  std::shared_ptr<BlockProcessor> processor;
  size_t opened = 0;
  size_t closed = 0;
  bool hangs = false;
  nanoseconds awake{0};
  nanoseconds asleep{0};

  // A block of a tone goes through.
  void Block(size_t samples = 480, size_t rate_hz = 48000) {
    std::vector<float> in(samples, 0.25f);
    std::vector<float> out(samples);
    const float* inputs[] = {in.data()};
    float* outputs[] = {out.data()};
    processor->Process({inputs, outputs, 1, samples, rate_hz});
    ++state.blocks;
    state.block_samples = samples;
  }
};

class FakeDevice final : public LiveDevice {
 public:
  explicit FakeDevice(Hardware& hardware) : hardware_(hardware) { ++hardware.opened; }
  ~FakeDevice() override {
    if (hardware_.hangs) std::this_thread::sleep_for(seconds(4));
    ++hardware_.closed;
  }
  DeviceState state() override { return hardware_.state; }

 private:
  Hardware& hardware_;
};

class LiveSessionTest : public testing::Test {
 protected:
  LiveSessionTest() {
    LiveEngineOptions options;
    options.work_mode = WorkMode::kDirect;
    engine_ = std::make_shared<LiveEngine>(Identity(), options);
    EXPECT_TRUE(engine_->Expect(48000, 480).ok());
    LiveWorld world;
    world.open =
        [this](std::shared_ptr<BlockProcessor> processor) -> Result<std::unique_ptr<LiveDevice>> {
      if (!hardware_->refusal.empty()) return Error{ErrorCode::kIo, hardware_->refusal};
      hardware_->processor = std::move(processor);
      hardware_->state.blocks = 0;
      return std::unique_ptr<LiveDevice>(std::make_unique<FakeDevice>(*hardware_));
    };
    world.awake_time = [this] { return hardware_->awake; };
    world.wall_time = [this] { return hardware_->awake + hardware_->asleep; };
    session_ = std::make_unique<LiveSession>(engine_, world);
  }

  // Lets time pass, with blocks, and returns what is said: "kind: text".
  std::vector<std::string> Pass(int ticks, bool blocks = true) {
    std::vector<std::string> said;
    for (int i = 0; i < ticks; ++i) {
      hardware_->awake += milliseconds(20);
      if (blocks) {
        hardware_->Block();
        hardware_->Block();
      }
      for (const LiveEvent& event : session_->Tick()) {
        said.push_back(std::string(LiveEventName(event.kind)) + ": " + event.text);
      }
    }
    return said;
  }

  // Outlives the session, whose devices refer to it, and a device that hangs.
  std::shared_ptr<Hardware> hardware_ = std::make_shared<Hardware>();
  std::shared_ptr<LiveEngine> engine_;
  std::unique_ptr<LiveSession> session_;
};

TEST_F(LiveSessionTest, SaysThatItHasStartedAndWithWhat) {
  ASSERT_TRUE(session_->Start().ok());
  const auto said = Pass(10);
  EXPECT_THAT(said, Contains(HasSubstr("started: 48000 Hz")));
  EXPECT_THAT(said, Contains("started: the input is \"Mic\""));
  EXPECT_THAT(said, Contains("started: the output is \"Speaker\""));
  EXPECT_NEAR(session_->status().levels.before.mean_db, -12.04f, 0.1f);
  EXPECT_FALSE(session_->status().lost);
}

TEST_F(LiveSessionTest, TheDelayIsTheSumOfItsParts) {
  hardware_->state.input_delay = 0.003;
  hardware_->state.output_delay = 0.005;
  hardware_->state.bridge_delay = 0.002;
  ASSERT_TRUE(session_->Start().ok());
  Pass(5);
  const LiveStatus status = session_->status();
  EXPECT_NEAR(status.stream_delay_ms,
              1000.0 * static_cast<double>(status.engine.delay_samples) / 48000.0, 1e-9);
  EXPECT_NEAR(status.delay_ms, status.stream_delay_ms + 10.0, 1e-9);
}

TEST_F(LiveSessionTest, ADeviceThatCannotBeOpenedIsAnErrorAtTheStart) {
  hardware_->refusal = "no such device";
  const Status started = session_->Start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().message, "no such device");
}

TEST_F(LiveSessionTest, ALostDeviceIsWaitedForAndTakenBack) {
  ASSERT_TRUE(session_->Start().ok());
  Pass(5);
  hardware_->state.missed_blocks = 3;
  hardware_->state.failure = "unplugged";
  hardware_->refusal = "not there";
  const auto lost = Pass(60, false);
  EXPECT_THAT(lost, Contains("lost: unplugged; waiting for it to come back"));
  EXPECT_EQ(hardware_->closed, 1u);
  EXPECT_TRUE(session_->status().lost);
  EXPECT_THAT(lost, Not(Contains(HasSubstr("back:"))));
  hardware_->refusal.clear();
  hardware_->state.failure.clear();
  hardware_->state.missed_blocks = 1;
  const auto back = Pass(30, false);
  EXPECT_THAT(back, Contains("back: the sound device is back"));
  EXPECT_EQ(hardware_->opened, 2u);
  // The devices are those of before.
  EXPECT_THAT(Pass(10), Not(Contains(HasSubstr("moved"))));
  EXPECT_FALSE(session_->status().lost);
  EXPECT_EQ(session_->status().missed_blocks, 4u);  // of both
}

TEST_F(LiveSessionTest, ADeviceThatHangsWhenItIsClosedIsLeftBehind) {
  ASSERT_TRUE(session_->Start().ok());
  Pass(5);
  hardware_->hangs = true;
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::string> said;
  for (const LiveEvent& event : session_->Stop()) said.push_back(event.text);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(3));
  EXPECT_THAT(said, Contains(HasSubstr("left behind")));
  // Until it is gone after all; this test's hardware may not go before.
  while (hardware_->closed == 0) std::this_thread::sleep_for(milliseconds(20));
}

TEST_F(LiveSessionTest, AStalledDeviceIsToldOnce) {
  ASSERT_TRUE(session_->Start().ok());
  Pass(5);
  const auto said = Pass(200, false);
  EXPECT_EQ(said, std::vector<std::string>{"stalled: no sound comes from \"Mic\""});
  EXPECT_THAT(Pass(2), Contains("back: sound comes again"));
}

TEST_F(LiveSessionTest, ASleepOfTheMachineBeginsTheSoundAnew) {
  ASSERT_TRUE(session_->Start().ok());
  Pass(5);
  const uint64_t segment = engine_->segment().number;
  hardware_->asleep += seconds(3600);
  EXPECT_THAT(Pass(5), Contains("awake: the machine slept for 3600 s; the sound begins anew"));
  EXPECT_GT(engine_->segment().number, segment);
}

TEST_F(LiveSessionTest, ANewRateIsFollowed) {
  ASSERT_TRUE(session_->Start().ok());
  Pass(5);
  std::vector<std::string> said;
  for (int i = 0; i < 5; ++i) {
    hardware_->awake += milliseconds(20);
    hardware_->Block(441, 44100);
    for (const LiveEvent& event : session_->Tick()) said.push_back(event.text);
  }
  EXPECT_THAT(said, Contains(HasSubstr("the sound begins anew: 44100 Hz")));
  EXPECT_EQ(session_->status().engine.rate_hz, 44100u);
}

TEST_F(LiveSessionTest, AnotherInputIsTold) {
  ASSERT_TRUE(session_->Start().ok());
  Pass(5);
  hardware_->state.input = "Headset";
  EXPECT_THAT(Pass(2), Contains("moved: the input is \"Headset\""));
  hardware_->state.input.clear();
  EXPECT_THAT(Pass(2), Contains("moved: the input \"Headset\" has gone"));
  hardware_->state.input = "Headset";
  EXPECT_THAT(Pass(2), Contains("moved: the input is \"Headset\""));
}

TEST_F(LiveSessionTest, MissedBlocksAreToldTogether) {
  ASSERT_TRUE(session_->Start().ok());
  Pass(5);
  std::vector<std::string> said;
  for (int i = 0; i < 50; ++i) {
    ++hardware_->state.missed_blocks;
    for (std::string& text : Pass(1)) said.push_back(std::move(text));
  }
  EXPECT_EQ(said, std::vector<std::string>{"missed: 1 block was missed, 1 in all"});
  EXPECT_THAT(Pass(60), Contains("missed: 49 blocks were missed, 50 in all"));
}

TEST_F(LiveSessionTest, RecordsFromTheFirstSampleOn) {
  const ScratchFolder folder;
  const std::filesystem::path path = folder.path() / "both.wav";
  ASSERT_TRUE(session_->StartRecording(PathText(path), false).ok());
  EXPECT_FALSE(session_->StartRecording("another.wav", false).ok());
  ASSERT_TRUE(session_->Start().ok());
  Pass(50);
  EXPECT_EQ(session_->status().recording, PathText(path));
  session_->Stop();
  auto sound = OpenSoundFile(path);
  ASSERT_TRUE(sound.ok());
  EXPECT_EQ((*sound)->info().frames, 50u * 2 * 480 - engine_->segment().delay_samples);
}

TEST_F(LiveSessionTest, ARecordingGoesOnInAnotherFileWhenTheSoundBeginsAnew) {
  const ScratchFolder folder;
  std::ofstream(folder / "both.d-3.wav") << "of another run";
  ASSERT_TRUE(session_->StartRecording(PathText(folder / "both.d.wav"), false).ok());
  ASSERT_TRUE(session_->Start().ok());
  for (int part = 0; part < 3; ++part) {
    Pass(20);
    // Streams of which no sample came have no file.
    engine_->Restart();
    Pass(1, false);
    hardware_->Block(10);
    engine_->Restart();
  }
  Pass(20);
  session_->Stop();
  for (const char* name : {"both.d.wav", "both.d-2.wav", "both.d-4.wav", "both.d-5.wav"}) {
    auto sound = OpenSoundFile(folder / name);
    ASSERT_TRUE(sound.ok()) << name;
    EXPECT_GT(*(*sound)->info().frames, 10'000u) << name;
  }
  EXPECT_EQ(FileContent(folder / "both.d-3.wav"), "of another run");
  EXPECT_EQ(folder.Entries(), 5u);
  EXPECT_FALSE(session_->recording_failure());
}

TEST_F(LiveSessionTest, ANameThatIsTakenMeanwhileCostsNoRecording) {
  const ScratchFolder folder;
  ASSERT_TRUE(session_->StartRecording(PathText(folder / "both.wav"), false).ok());
  ASSERT_TRUE(session_->Start().ok());
  Pass(20);
  std::ofstream(folder / "both.wav") << "of another program";
  std::ofstream(folder / "both-2.wav") << "of a third";
  session_->Stop();
  EXPECT_EQ(FileContent(folder / "both.wav"), "of another program");
  EXPECT_EQ(FileContent(folder / "both-2.wav"), "of a third");
  auto sound = OpenSoundFile(folder / "both-3.wav");
  ASSERT_TRUE(sound.ok());
  EXPECT_EQ((*sound)->info().frames, 20u * 2 * 480 - engine_->segment().delay_samples);
  ASSERT_TRUE(session_->recording_failure());
  EXPECT_THAT(session_->recording_failure()->message, HasSubstr("is there by now; "));
  EXPECT_THAT(session_->recording_failure()->message, HasSubstr("both-3.wav has "));
  EXPECT_EQ(folder.Entries(), 3u);
}

TEST_F(LiveSessionTest, ARecordingWithoutSoundIsNoFile) {
  const ScratchFolder folder;
  const std::string path = PathText(folder / "both.wav");
  ASSERT_TRUE(session_->StartRecording(path, false).ok());
  ASSERT_TRUE(session_->Start().ok());
  const auto end = session_->StopRecording();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->text, "nothing is recorded: no sound came for " + path);
  EXPECT_EQ(folder.Entries(), 0u);
}

TEST_F(LiveSessionTest, ARecordingThatCannotBeMadeIsTold) {
  ASSERT_TRUE(session_->Start().ok());
  Pass(5);
  EXPECT_FALSE(session_->recording_failure());
  ASSERT_TRUE(session_->StartRecording("/nowhere/at/all.wav", false).ok());
  EXPECT_THAT(Pass(1), Contains(HasSubstr("failed: nothing is recorded")));
  EXPECT_FALSE(session_->recording());
  ASSERT_TRUE(session_->recording_failure());
  EXPECT_EQ(session_->recording_failure()->code, ErrorCode::kIo);
}

#if !defined(_WIN32)
TEST_F(LiveSessionTest, AFullDiskEndsARecordingThatIsKept) {
  const ScratchFolder folder;
  const std::string path = PathText(folder / "both.wav");
  ASSERT_TRUE(session_->StartRecording(path, false).ok());
  ASSERT_TRUE(session_->Start().ok());
  std::vector<std::string> said;
  {
    const FileSizeLimit limit(2'000'000);
    for (std::string& text : Pass(300)) said.push_back(std::move(text));
  }
  EXPECT_THAT(said,
              Contains(testing::MatchesRegex("failed: the recording ends after [0-9.]+ s: "
                                             ".*both.wav: cannot be written: File too large")));
  EXPECT_FALSE(session_->recording());
  ASSERT_TRUE(session_->recording_failure());
  EXPECT_EQ(session_->recording_failure()->code, ErrorCode::kIo);
  // The sound goes on.
  EXPECT_FALSE(session_->status().lost);
  EXPECT_NEAR(session_->status().levels.before.mean_db, -12.04f, 0.1f);
  auto sound = OpenSoundFile(folder / "both.wav");
  ASSERT_TRUE(sound.ok());
  EXPECT_GT(*(*sound)->info().frames, 100'000u);
  EXPECT_EQ(folder.Entries(), 1u);
}
#endif

}  // namespace
}  // namespace dfn
