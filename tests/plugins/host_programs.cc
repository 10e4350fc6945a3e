#include "plugins/host_programs.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <optional>
#include <sstream>

#include "audio/sample_codec.h"
#include "audio/sound_file.h"
#include "audio/sound_format.h"

namespace dfn::test {

std::filesystem::path FindProgram(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path program = std::filesystem::path(folder) / name;
    if (access(program.c_str(), X_OK) == 0) return program;
  }
  return {};
}

bool ProgramsMayBeMissing() {
  const char* ci = std::getenv("CI");
  return ci == nullptr || *ci == '\0';
}

Ended RunProgram(const std::vector<std::string>& arguments) {
  int ends[2];
  if (pipe(ends) != 0) return {};
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    std::vector<char*> words;
    for (const std::string& argument : arguments)
      words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    execvp(words[0], words.data());
    _exit(127);
  }
  close(ends[1]);
  Ended ended;
  char block[4096];
  for (ssize_t size; (size = read(ends[0], block, sizeof block)) > 0;) {
    ended.said.append(block, static_cast<size_t>(size));
  }
  close(ends[0]);
  int status = 0;
  if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status)) {
    ended.exit_code = WEXITSTATUS(status);
  }
  return ended;
}

Planar ReadSound(const std::filesystem::path& path, size_t rate_hz) {
  auto reader = OpenSoundFile(path);
  EXPECT_TRUE(reader.ok()) << reader.error().message;
  if (!reader.ok()) return {};
  EXPECT_EQ((*reader)->info().rate_hz, rate_hz);
  const size_t channels = (*reader)->info().channels;
  Planar sound(channels);
  std::vector<float> block(4096 * channels);
  while (true) {
    const Result<size_t> frames = (*reader)->Read(block);
    EXPECT_TRUE(frames.ok()) << frames.error().message;
    if (!frames.ok() || *frames == 0) return sound;
    for (size_t i = 0; i < *frames; ++i) {
      for (size_t c = 0; c < channels; ++c) sound[c].push_back(block[i * channels + c]);
    }
  }
}

void WriteWav(const std::filesystem::path& path, const Planar& sound, size_t rate_hz) {
  const int file = open(path.c_str(), O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0600);
  const int format = WavFormat(Encoding::kF32);
  const size_t frames = sound[0].size();
  auto writer = CreateSoundFile(file, path.string(), format, rate_hz, sound.size(), frames);
  ASSERT_TRUE(writer.ok()) << writer.error().message;
  std::vector<float> interleaved(frames * sound.size());
  for (size_t i = 0; i < interleaved.size(); ++i) {
    interleaved[i] = sound[i % sound.size()][i / sound.size()];
  }
  const Status written = (*writer)->Write(interleaved);
  ASSERT_TRUE(written.ok()) << written.error().message;
  const Status finished = (*writer)->Finish();
  ASSERT_TRUE(finished.ok()) << finished.error().message;
  close(file);
}

}  // namespace dfn::test
