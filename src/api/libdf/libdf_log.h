// The messages of a libDF state: a queue that setters fill and the program empties.
#ifndef DEEPFILTER_API_LIBDF_LIBDF_LOG_H_
#define DEEPFILTER_API_LIBDF_LIBDF_LOG_H_

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace dfn {

// As libDF's levels, the gravest first.
enum class LogLevel { kError, kWarn, kInfo, kDebug, kTrace };

// Any thread; not real-time.
class LibdfLog {
 public:
  // Waiting messages at most; the oldest make room.
  static constexpr size_t kMostMessages = 64;

  // `level`: a level's name in any case; null: no messages at all. What is none of them is taken as
  // "warn", and said.
  explicit LibdfLog(const char* level);

  void Add(LogLevel level, std::string_view sentence);
  // The oldest, taken out: "deepfilter | WARN | SENTENCE".
  std::optional<std::string> Take();

 private:
  std::optional<LogLevel> most_;  // none: no messages
  std::mutex mutex_;              // of `waiting_`
  std::deque<std::string> waiting_;
};

// A copy of `text` that ends with a null and is FreeMessage's to free. Null without memory.
char* NewMessage(std::string_view text) noexcept;
// Frees what NewMessage made and leaves anything else alone: there are programs that give back a
// copy of their own.
void FreeMessage(char* message) noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_API_LIBDF_LIBDF_LOG_H_
