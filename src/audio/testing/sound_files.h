// Sound files written and read whole, for tests.
#ifndef DEEPFILTER_AUDIO_TESTING_SOUND_FILES_H_
#define DEEPFILTER_AUDIO_TESTING_SOUND_FILES_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "audio/sound_file.h"
#include "os/testing/new_file.h"

namespace dfn {

struct WholeSoundFile {
  SoundInfo info;
  std::vector<float> samples;  // [n, channels]
};

inline void WriteWhole(const std::filesystem::path& path, int format, size_t channels,
                       std::span<const float> samples, const SoundDetails& details,
                       std::optional<uint64_t> frames = 0) {
  const OwnedDescriptor file = NewFile(path);
  auto writer =
      CreateSoundFile(file.get(), path.string(), format, 48000, channels, frames, details);
  ASSERT_TRUE(writer.ok()) << writer.error().message;
  EXPECT_TRUE((*writer)->Write(samples).ok());
  EXPECT_TRUE((*writer)->Finish().ok());
}

inline WholeSoundFile ReadWhole(const std::filesystem::path& path) {
  WholeSoundFile sound;
  auto reader = OpenSoundFile(path);
  EXPECT_TRUE(reader.ok()) << (reader.ok() ? "" : reader.error().message);
  if (!reader.ok()) return sound;
  sound.info = (*reader)->info();
  std::vector<float> block(1000 * sound.info.channels);
  for (;;) {
    const auto count = (*reader)->Read(block);
    EXPECT_TRUE(count.ok());
    if (!count.ok() || *count == 0) return sound;
    const auto end = block.begin() + static_cast<std::ptrdiff_t>(*count * sound.info.channels);
    sound.samples.insert(sound.samples.end(), block.begin(), end);
  }
}

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_TESTING_SOUND_FILES_H_
