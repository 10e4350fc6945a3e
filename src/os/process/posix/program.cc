#include "os/process/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "os/owned_descriptor.h"
#include "os/system_text.h"

extern char** environ;

namespace dfn {
namespace {

constexpr int kPollMs = 100;

struct Pipe {
  OwnedDescriptor read;
  OwnedDescriptor write;
};

std::optional<Pipe> NewPipe() {
  int ends[2];
  if (pipe(ends) != 0) return std::nullopt;
  Pipe made{OwnedDescriptor(ends[0]), OwnedDescriptor(ends[1])};
  // Not pipe2, which macOS lacks. The program gets copies of the ends that do not have this mark.
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  return made;
}

Error CannotStart(const std::string& program, int error) {
  if (error == ENOENT) return {ErrorCode::kNotFound, "there is no program " + program};
  return {ErrorCode::kIo, program + " cannot be started: " + SystemText(error)};
}

// A process that has been started; without Wait the destructor ends it.
class Running {
 public:
  explicit Running(pid_t process) : process_(process) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (process_ < 0) return;
    kill(process_, SIGKILL);
    Wait();
  }

  int Wait() {
    int status = 0;
    while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t process_;
};

// 0 or the system's error.
int Spawn(const std::string& program, const std::vector<std::string>& arguments, int output,
          int complaint, pid_t* process) {
  std::vector<char*> words = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) {
    words.push_back(const_cast<char*>(argument.c_str()));
  }
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  if (const int error = posix_spawn_file_actions_init(&actions); error != 0) return error;
  int error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, output, 1);
  if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, complaint, 2);
  if (error == 0) {
    error = posix_spawnp(process, program.c_str(), &actions, nullptr, words.data(), environ);
  }
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// The number of bytes read, 0 at the end, -1 for none yet.
ssize_t ReadSome(const pollfd& end, std::array<uint8_t, 65536>& block) {
  if (end.revents == 0) return -1;
  const ssize_t size = read(end.fd, block.data(), block.size());
  if (size < 0 && errno == EINTR) return -1;
  return size < 0 ? 0 : size;
}

void Keep(std::string& complaint, Bytes more) {
  complaint.append(reinterpret_cast<const char*>(more.data()), more.size());
  if (complaint.size() > kMostComplaintBytes) {
    complaint.erase(0, complaint.size() - kMostComplaintBytes);
  }
}

}  // namespace

Result<ProgramEnd> RunProgram(const std::string& program, const std::vector<std::string>& arguments,
                              const std::function<bool(Bytes)>& take,
                              const std::function<bool()>& keep_going) {
  std::optional<Pipe> output = NewPipe();
  std::optional<Pipe> complaint = NewPipe();
  if (!output || !complaint) return CannotStart(program, errno);
  pid_t process = -1;
  if (const int error =
          Spawn(program, arguments, output->write.get(), complaint->write.get(), &process);
      error != 0) {
    return CannotStart(program, error);
  }
  Running running(process);
  output->write = OwnedDescriptor();
  complaint->write = OwnedDescriptor();

  ProgramEnd end;
  std::array<pollfd, 2> ends = {pollfd{output->read.get(), POLLIN, 0},
                                pollfd{complaint->read.get(), POLLIN, 0}};
  std::array<uint8_t, 65536> block;
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (!keep_going()) return end;
    if (poll(ends.data(), ends.size(), kPollMs) < 0 && errno != EINTR) {
      return Error{ErrorCode::kIo, program + " cannot be read: " + std::strerror(errno)};
    }
    for (pollfd& one : ends) {
      // poll passes over negative descriptors.
      if (one.fd < 0) continue;
      const ssize_t size = ReadSome(one, block);
      one.revents = 0;
      if (size == 0) one.fd = -1;
      if (size <= 0) continue;
      const Bytes more(block.data(), static_cast<size_t>(size));
      if (&one == &ends[1]) {
        Keep(end.complaint, more);
      } else if (!take(more)) {
        return end;
      }
    }
  }
  end.status = running.Wait();
  return end;
}

}  // namespace dfn
