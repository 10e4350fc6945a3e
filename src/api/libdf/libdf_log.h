// The log of a libDF state: a queue of messages, filled by the setters and emptied by the program.
#ifndef DEEPFILTER_API_LIBDF_LIBDF_LOG_H_
#define DEEPFILTER_API_LIBDF_LIBDF_LOG_H_

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace dfn {

// libDF's levels, most severe first.
enum class LogLevel { kError, kWarn, kInfo, kDebug, kTrace };

// Any thread; not real-time.
class LibdfLog {
 public:
  // The most messages that wait; then the oldest are dropped.
  static constexpr size_t kMostMessages = 64;

  // `level` is the name of a level, in upper or lower case; null means no messages at all. Any other
  // word is taken as "warn", and a message says so.
  explicit LibdfLog(const char* level);

  void Add(LogLevel level, std::string_view sentence);
  // Removes and returns the oldest message: "deepfilter | WARN | SENTENCE".
  std::optional<std::string> Take();

 private:
  std::optional<LogLevel> most_;  // the least severe level kept; empty: no messages
  std::mutex mutex_;              // of `waiting_`
  std::deque<std::string> waiting_;
};

// Returns a null-terminated copy of `text`, to be freed by FreeMessage; null without memory.
char* NewMessage(std::string_view text) noexcept;
// Frees a message of NewMessage and ignores any other pointer, since some programs pass a copy of
// their own.
void FreeMessage(char* message) noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_API_LIBDF_LIBDF_LOG_H_
