// Sound files as bytes, for tests that damage them.
#ifndef DEEPFILTER_AUDIO_TESTING_SOUND_BYTES_H_
#define DEEPFILTER_AUDIO_TESTING_SOUND_BYTES_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audio/chunks.h"
#include "audio/sound_file.h"
#include "base/testing/file_content.h"
#include "os/testing/new_file.h"

namespace dfn {

// A file of libsndfile's `format`, at 48 kHz, as CreateSoundFile writes it.
inline std::string SoundBytes(const std::filesystem::path& scratch, int format,
                              std::span<const float> samples, size_t channels = 1) {
  OwnedDescriptor file = NewFile(scratch);
  auto writer = CreateSoundFile(file.get(), scratch.string(), format, 48000, channels,
                                samples.size() / channels);
  EXPECT_TRUE(writer.ok()) << (writer.ok() ? "" : writer.error().message);
  if (!writer.ok()) return "";
  EXPECT_TRUE((*writer)->Write(samples).ok());
  EXPECT_TRUE((*writer)->Finish().ok());
  file.Close();
  return FileContent(scratch);
}

inline void PutNumber(std::string& bytes, size_t offset, uint64_t value, size_t size,
                      bool big_endian = false) {
  const std::vector<uint8_t> stored = StoreNumber(value, size, big_endian);
  for (size_t i = 0; i < size; ++i) bytes.at(offset + i) = static_cast<char>(stored[i]);
}

// What a file of these bytes is read as.
struct ReadBack {
  std::string error;  // a sentence, if it could not be read
  SoundInfo info;
  SoundFaults faults;
  std::vector<float> samples;
};

inline ReadBack ReadToEnd(SoundReader& reader, size_t block_frames = 1000) {
  ReadBack back;
  back.info = reader.info();
  std::vector<float> block(block_frames * back.info.channels);
  for (;;) {
    const auto count = reader.Read(block);
    if (!count.ok()) {
      back.error = count.error().message;
      return back;
    }
    if (*count == 0) break;
    back.samples.insert(back.samples.end(), block.begin(),
                        block.begin() + static_cast<std::ptrdiff_t>(*count * back.info.channels));
  }
  back.faults = reader.faults();
  return back;
}

inline ReadBack ReadSoundBytes(const std::filesystem::path& scratch, std::string_view bytes,
                               size_t block_frames = 1000) {
  std::ofstream(scratch, std::ios::binary) << bytes;
  auto reader = OpenSoundFile(scratch);
  if (!reader.ok()) {
    ReadBack back;
    back.error = reader.error().message;
    return back;
  }
  return ReadToEnd(**reader, block_frames);
}

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_TESTING_SOUND_BYTES_H_
