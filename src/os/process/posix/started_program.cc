#include "os/process/started_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <utility>

#include "os/process/posix/start_lock.h"
#include "os/system_text.h"

extern char** environ;

namespace dfn {
namespace {

// Between two looks at a program that is about to end.
constexpr int kMostLookMs = 20;

Error CannotStart(const std::string& program, int error) {
  if (error == ENOENT) return {ErrorCode::kNotFound, "there is no program " + program};
  return {ErrorCode::kIo, program + " cannot be started: " + SystemText(error)};
}

// The three standard streams of the new process.
int AddStreams(posix_spawn_file_actions_t* actions, const ProgramStreams& streams) {
  const int given[] = {streams.input, streams.output, streams.complaint};
  for (int stream = 0; stream < 3; ++stream) {
    const int error = given[stream] >= 0
                          ? posix_spawn_file_actions_adddup2(actions, given[stream], stream)
                          : posix_spawn_file_actions_addopen(actions, stream, "/dev/null",
                                                             stream == 0 ? O_RDONLY : O_WRONLY, 0);
    if (error != 0) return error;
  }
  return 0;
}

// A process group of its own, which Ctrl-C in a terminal does not reach, and signals as programs
// expect them, whatever this thread holds.
int AddManners(posix_spawnattr_t* attributes) {
  sigset_t none;
  sigemptyset(&none);
  sigset_t usual;
  sigemptyset(&usual);
  sigaddset(&usual, SIGPIPE);
  int error = posix_spawnattr_setpgroup(attributes, 0);
  if (error == 0) error = posix_spawnattr_setsigmask(attributes, &none);
  if (error == 0) error = posix_spawnattr_setsigdefault(attributes, &usual);
  if (error != 0) return error;
  return posix_spawnattr_setflags(
      attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

// 0 or the system's error.
int Spawn(const std::string& program, const std::vector<std::string>& arguments,
          const ProgramStreams& streams, pid_t* process) {
  std::vector<char*> words = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) {
    words.push_back(const_cast<char*>(argument.c_str()));
  }
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  if (const int error = posix_spawn_file_actions_init(&actions); error != 0) return error;
  posix_spawnattr_t attributes;
  int error = posix_spawnattr_init(&attributes);
  if (error == 0) {
    error = AddStreams(&actions, streams);
    if (error == 0) error = AddManners(&attributes);
    if (error == 0) {
      const std::lock_guard lock(StartLock());
      error = posix_spawnp(process, program.c_str(), &actions, &attributes, words.data(), environ);
    }
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

Result<StartedProgram> StartedProgram::Start(const std::string& program,
                                             const std::vector<std::string>& arguments,
                                             const ProgramStreams& streams) {
  pid_t process = -1;
  if (const int error = Spawn(program, arguments, streams, &process); error != 0) {
    return CannotStart(program, error);
  }
  return StartedProgram(process);
}

StartedProgram::StartedProgram(StartedProgram&& other) noexcept
    : process_(std::exchange(other.process_, kNone)), status_(other.status_) {}

StartedProgram::~StartedProgram() {
  if (process_ == kNone) return;
  const auto process = static_cast<pid_t>(process_);
  if (kill(-process, SIGKILL) != 0) kill(process, SIGKILL);
  while (waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::optional<int> StartedProgram::Wait(int milliseconds) {
  for (int waited = 0, look = 1;; look = std::min(2 * look, kMostLookMs)) {
    if (process_ == kNone) return status_;
    int status = 0;
    const pid_t ended = waitpid(static_cast<pid_t>(process_), &status, WNOHANG);
    if (ended > 0 || (ended < 0 && errno != EINTR)) {
      process_ = kNone;
      status_ = ended > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
      return status_;
    }
    if (waited >= milliseconds) return std::nullopt;
    poll(nullptr, 0, std::min(look, milliseconds - waited));
    waited += look;
  }
}

}  // namespace dfn
