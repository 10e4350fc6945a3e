// Fuzzes the readers of sounds: the bytes come as a file and as a pipe would bring them.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "audio/sound_file.h"
#include "audio/sound_stream.h"
#include "expect.h"
#include "os/owned_descriptor.h"
#include "os/write_all.h"

namespace dfn {
namespace {

// Enough for every way through a reader; lossless silence has thousands of samples a byte.
constexpr uint64_t kMostFrames = 1 << 20;
constexpr size_t kBlockFrames = 777;

void ExpectFaults(const SoundReader& reader) {
  const SoundFaults faults = reader.faults();
  if (!faults.note.empty()) ExpectSentence({ErrorCode::kCorrupt, faults.note});
  Expect(!faults.damaged || !faults.note.empty(), "damage is said");
}

// Reads to the end, or a part of what is too long; returns the number of frames.
uint64_t ReadSound(Result<std::unique_ptr<SoundReader>> opened) {
  if (!opened.ok()) {
    ExpectSentence(opened.error());
    return 0;
  }
  SoundReader& reader = **opened;
  const SoundInfo info = reader.info();
  Expect(info.channels > 0 && info.rate_hz >= kMinRateHz && info.rate_hz <= kMaxRateHz, "info");
  std::vector<float> block(kBlockFrames * info.channels);
  uint64_t frames = 0;
  while (frames < kMostFrames) {
    const auto read = reader.Read(block);
    if (!read.ok()) {
      ExpectSentence(read.error());
      return frames;
    }
    Expect(*read <= kBlockFrames, "no more than asked for");
    frames += *read;
    if (*read > 0) continue;
    ExpectFaults(reader);
    const auto again = reader.Read(block);
    Expect(again.ok() && *again == 0, "the end stays the end");
    break;
  }
  return frames;
}

}  // namespace
}  // namespace dfn

// libsndfile and its codecs do not free everything when they refuse a file. The leak sanitizer asks
// for this by its name.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libsndfile\nleak:libvorbis\nleak:libogg\nleak:libopus\nleak:libFLAC\n"
         "leak:libmpg123\n";
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dfn;
  const OwnedDescriptor file(memfd_create("fuzz", MFD_CLOEXEC));
  Expect(file.get() >= 0 && WriteAll(file.get(), {data, size}) == 0, "a file in memory");
  lseek(file.get(), 0, SEEK_SET);
  ReadSound(OpenSoundDescriptor(file.get(), "fuzz"));
  lseek(file.get(), 0, SEEK_SET);
  const uint64_t frames = ReadSound(OpenSoundStream(file.get(), "pipe", std::nullopt));
  Expect(frames <= size, "a stream has no more samples than bytes");
  return 0;
}
