#include "device/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace dfn {
namespace {

using testing::HasSubstr;

std::vector<DeviceEntry> Entries() {
  return {
      {AudioServer::kPulse, DeviceSide::kInput, "alsa_input.usb", "Yeti Stereo Microphone", false},
      {AudioServer::kPulse, DeviceSide::kInput, "alsa_input.pci", "Built-in Audio", true},
      {AudioServer::kPulse, DeviceSide::kOutput, "alsa_output.pci", "Built-in Audio", true}};
}

TEST(DeviceTest, ServersHaveNamesThatFindThem) {
  for (const AudioServer server : AudioServers()) {
    EXPECT_EQ(FindAudioServer(AudioServerName(server)), server);
  }
  EXPECT_FALSE(FindAudioServer("oss"));
}

TEST(DeviceTest, AWholeNameGoesBeforeAPartOfADescription) {
  std::vector<DeviceEntry> entries = Entries();
  entries.insert(entries.begin(), {AudioServer::kPulse, DeviceSide::kInput, "other",
                                   "monitor of alsa_input.usb", false});
  const auto chosen = ChooseDevice(entries, DeviceSide::kInput, "alsa_input.usb");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ(chosen->name, "alsa_input.usb");
}

TEST(DeviceTest, APartOfADescriptionIsEnoughInAnyCase) {
  const auto chosen = ChooseDevice(Entries(), DeviceSide::kInput, "yeti");
  ASSERT_TRUE(chosen.ok());
  EXPECT_EQ(chosen->name, "alsa_input.usb");
}

TEST(DeviceTest, NoNameIsTheDefaultOfItsSide) {
  const auto input = ChooseDevice(Entries(), DeviceSide::kInput, "");
  ASSERT_TRUE(input.ok());
  EXPECT_EQ(input->name, "alsa_input.pci");
  const auto output = ChooseDevice(Entries(), DeviceSide::kOutput, "");
  ASSERT_TRUE(output.ok());
  EXPECT_EQ(output->name, "alsa_output.pci");
}

TEST(DeviceTest, AnUnknownNameIsRefusedWithThoseThereAre) {
  const auto chosen = ChooseDevice(Entries(), DeviceSide::kOutput, "yeti");
  ASSERT_FALSE(chosen.ok());
  EXPECT_EQ(chosen.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(chosen.error().message, HasSubstr("no output device is called \"yeti\""));
  EXPECT_THAT(chosen.error().message, HasSubstr("\"alsa_output.pci\""));
}

TEST(DeviceTest, ServersOfOtherSystemsAreRefused) {
#if defined(_WIN32)
  constexpr AudioServer kElsewhere = AudioServer::kCoreAudio;
#else
  constexpr AudioServer kElsewhere = AudioServer::kWasapi;
#endif
  const auto listed = ListDevices(kElsewhere);
  ASSERT_FALSE(listed.ok());
  EXPECT_EQ(listed.error().code, ErrorCode::kUnsupported);
  DeviceRequest request;
  request.server = kElsewhere;
  const auto opened = OpenDevice(request, nullptr);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace dfn
