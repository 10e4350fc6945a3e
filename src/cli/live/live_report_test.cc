#include "cli/live/live_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "stream/testing/host.h"

namespace dfn {
namespace {

using nlohmann::json;
using testing::HasSubstr;

LiveStatus SomeStatus() {
  LiveStatus status;
  status.device.input = "Mic \"1\"\n";
  status.device.block_samples = 256;
  status.device.input_delay = 0.002;
  status.engine.rate_hz = 48000;
  status.engine.load = 0.0512f;
  status.delay_ms = 42.0;
  status.stream_delay_ms = 40.0;
  status.levels.before.mean_db = -20.04f;
  status.levels.taken_db = 12.3f;
  status.missed_blocks = 2;
  return status;
}

TEST(LiveReportTest, AStateIsOneLineOfJson) {
  const LiveEngine engine(Identity(), {});
  const std::string line = StatusJson(SomeStatus(), engine);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const json status = json::parse(line)["status"];
  EXPECT_EQ(status["input"]["device"], "Mic \"1\"\n");
  EXPECT_DOUBLE_EQ(status["input"]["mean_db"], -20.04);
  EXPECT_EQ(status["missed_blocks"], 2);
  EXPECT_DOUBLE_EQ(status["delay_ms"]["total"], 42.0);
  EXPECT_DOUBLE_EQ(status["delay_ms"]["input"], 2.0);
  EXPECT_EQ(status["work"], "direct");
  EXPECT_EQ(status["bypass"], false);
}

TEST(LiveReportTest, AStateIsOneLineForPeople) {
  const std::string line = StatusLine(SomeStatus(), true);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  for (const char* part :
       {"in  -20.0 dB", "taken  12.3 dB", "delay 42.0 ms", "missed 2", "bypassed"}) {
    EXPECT_THAT(line, HasSubstr(part));
  }
  LiveStatus lost = SomeStatus();
  lost.lost = true;
  EXPECT_THAT(StatusLine(lost, false), HasSubstr("no device"));
}

TEST(LiveReportTest, EventsHaveNames) {
  const json event = json::parse(EventJson({LiveEvent::Kind::kLost, "gone"}));
  EXPECT_EQ(event["event"], "lost");
  EXPECT_EQ(event["text"], "gone");
}

TEST(LiveReportTest, DevicesAreListedByServer) {
  std::vector<ServerDevices> servers(2);
  servers[0].server = AudioServer::kPipewire;
  servers[0].devices = {{AudioServer::kPipewire, DeviceSide::kOutput, "sink", "Speaker", false},
                        {AudioServer::kPipewire, DeviceSide::kInput, "source", "Mic", true}};
  servers[1].server = AudioServer::kJack;
  servers[1].failure = "no JACK server runs here";
  EXPECT_EQ(DevicesText(servers),
            "pipewire\n"
            "  input  * Mic\n"
            "           source\n"
            "  output   Speaker\n"
            "           sink\n"
            "jack: no JACK server runs here\n");
  const json list = json::parse(DevicesJson(servers));
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0]["devices"][1]["name"], "source");
  EXPECT_EQ(list[0]["devices"][1]["default"], true);
  EXPECT_EQ(list[1]["runs"], false);
  EXPECT_EQ(list[1]["failure"], "no JACK server runs here");
}

}  // namespace
}  // namespace dfn
