#include "api/libdf/libdf_log.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace dfn {
namespace {

constexpr std::array<std::string_view, 5> kLevelNames = {"ERROR", "WARN", "INFO", "DEBUG", "TRACE"};

std::optional<LogLevel> ParseLevel(std::string_view name) {
  const auto same_letter = [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
  };
  for (size_t i = 0; i < kLevelNames.size(); ++i) {
    if (std::equal(name.begin(), name.end(), kLevelNames[i].begin(), kLevelNames[i].end(),
                   same_letter)) {
      return static_cast<LogLevel>(i);
    }
  }
  return std::nullopt;
}

// Precedes a message's text. The mark depends on the address, so a copy of the bytes is not a
// message.
struct MessageHead {
  std::uintptr_t mark;
};
constexpr size_t kHeadBytes = alignof(std::max_align_t);
static_assert(sizeof(MessageHead) <= kHeadBytes);

std::uintptr_t MarkOf(const char* text) {
  return reinterpret_cast<std::uintptr_t>(text) ^ static_cast<std::uintptr_t>(0x6c6f67206d736721u);
}

}  // namespace

LibdfLog::LibdfLog(const char* level) {
  if (level == nullptr) return;
  const std::optional<LogLevel> known = ParseLevel(level);
  most_ = known.value_or(LogLevel::kWarn);
  if (!known) {
    Add(LogLevel::kWarn, "the log level is none of error, warn, info, debug and trace, so warn");
  }
}

void LibdfLog::Add(LogLevel level, std::string_view sentence) {
  if (!most_ || level > *most_) return;
  std::string message = "deepfilter | ";
  message += kLevelNames[static_cast<size_t>(level)];
  message += " | ";
  message += sentence;
  const std::lock_guard lock(mutex_);
  if (waiting_.size() == kMostMessages) waiting_.pop_front();
  waiting_.push_back(std::move(message));
}

std::optional<std::string> LibdfLog::Take() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  std::string message = std::move(waiting_.front());
  waiting_.pop_front();
  return message;
}

char* NewMessage(std::string_view text) noexcept {
  auto* const block = static_cast<char*>(std::malloc(kHeadBytes + text.size() + 1));
  if (block == nullptr) return nullptr;
  char* const message = block + kHeadBytes;
  const MessageHead head = {MarkOf(message)};
  std::memcpy(block, &head, sizeof(head));
  std::memcpy(message, text.data(), text.size());
  message[text.size()] = '\0';
  return message;
}

void FreeMessage(char* message) noexcept {
  if (message == nullptr) return;
  char* const block = message - kHeadBytes;
  MessageHead head;
  std::memcpy(&head, block, sizeof(head));
  if (head.mark != MarkOf(message)) return;
  std::free(block);
}

}  // namespace dfn
