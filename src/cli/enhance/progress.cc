#include "cli/enhance/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/message.h"
#include "os/process/terminal.h"

namespace dfn {
namespace {

constexpr size_t kBarColumns = 30;
constexpr size_t kLeastBarColumns = 5;
constexpr size_t kLeastNameColumns = 8;
constexpr std::chrono::milliseconds kRedrawTime{100};

// The end of a long name says most.
std::string Shorten(const std::string& name, size_t columns) {
  if (name.size() <= columns) return name;
  size_t start = name.size() - columns + 2;
  // Not inside a UTF-8 character.
  while (start < name.size() && (static_cast<unsigned char>(name[start]) & 0xC0) == 0x80) ++start;
  return fmt::format("..{}", name.substr(start));
}

std::string Bar(double fraction, size_t columns) {
  const auto full = static_cast<size_t>(fraction * static_cast<double>(columns));
  return fmt::format("[{:#<{}}{:-<{}}]", "", full, "", columns - full);
}

}  // namespace

std::string FormatTime(double seconds) {
  const auto total = static_cast<uint64_t>(std::max(0.0, std::floor(seconds)));
  const uint64_t hours = total / 3600;
  const uint64_t minutes = total / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, total % 60);
  return fmt::format("{}:{:02}", minutes, total % 60);
}

std::string ProgressLine(const std::string& name, const ProgressState& state, size_t columns) {
  const double speed = state.elapsed_s > 0.0 ? state.done_s / state.elapsed_s : 0.0;
  std::string length = FormatTime(state.total_s.value_or(state.done_s));
  std::string rest = fmt::format("{:.0f}x real time", speed);
  double fraction = 0.0;
  if (state.total_s) {
    fraction = *state.total_s > 0.0 ? std::clamp(state.done_s / *state.total_s, 0.0, 1.0) : 1.0;
    rest = fmt::format("{:3} %  {}", static_cast<int>(100.0 * fraction), rest);
    if (fraction < 1.0 && speed > 0.0) {
      rest += fmt::format("  {} left", FormatTime((*state.total_s - state.done_s) / speed + 0.5));
    }
  }
  // Two blanks between parts, brackets around the bar, and the last column stays free.
  const size_t taken = length.size() + rest.size() + 4 + 1;
  const size_t room = columns > taken ? columns - taken : 0;
  size_t bar = 0;
  if (state.total_s) {
    const size_t for_bar = room > name.size() + 4 ? room - name.size() - 4 : 0;
    bar = std::clamp(for_bar, kLeastBarColumns, kBarColumns);
  }
  const size_t bar_columns = bar > 0 ? bar + 4 : 0;
  const size_t name_columns = room > bar_columns ? room - bar_columns : 0;
  const std::string shown = Shorten(name, std::max(name_columns, kLeastNameColumns));
  if (bar == 0) return shown + "  " + length + "  " + rest;
  return shown + "  " + length + "  " + Bar(fraction, bar) + "  " + rest;
}

std::string ProgressJson(const std::string& name, const ProgressState& state) {
  using OrderedJson = nlohmann::ordered_json;
  const OrderedJson line = {
      {"progress",
       {{"input", name},
        {"done_seconds", state.done_s},
        {"total_seconds", state.total_s ? OrderedJson(*state.total_s) : OrderedJson(nullptr)}}}};
  return line.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

ProgressPen::ProgressPen(ProgressForm form)
    : form_(form),
      enabled_(form == ProgressForm::kJsonLines ||
               (form == ProgressForm::kTerminal && StderrIsTerminal())),
      start_(Clock::now()),
      next_(start_) {}

ProgressPen::~ProgressPen() {
  if (drawn_) WriteNotice("\n");
}

bool ProgressPen::Due(bool last) {
  if (!enabled_) return false;
  const Clock::time_point now = Clock::now();
  if (now < next_ && !last) return false;
  next_ = now + kRedrawTime;
  return true;
}

double ProgressPen::elapsed_s() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void ProgressPen::Draw(const std::string& line) {
  if (form_ == ProgressForm::kJsonLines) {
    WriteNotice(line + "\n");
    return;
  }
  drawn_ = true;
  // Back to the first column; what an earlier, longer line left is erased.
  WriteNotice("\r" + line + "\x1b[K");
}

void SoundProgress::Update(const ProgressState& state) {
  if (pen_.Due(false)) Draw(state);
}

void SoundProgress::Finish(double total_s, double elapsed_s) {
  if (pen_.Due(true)) Draw({total_s, total_s, elapsed_s});
}

void SoundProgress::Draw(const ProgressState& state) {
  pen_.Draw(form_ == ProgressForm::kJsonLines ? ProgressJson(name_, state)
                                              : ProgressLine(name_, state, TerminalColumns()));
}

void TransferProgress::Update(uint64_t received, uint64_t total) {
  if (!pen_.Due(received >= total)) return;
  pen_.Draw(TransferLine(name_, received, total, pen_.elapsed_s()));
}

std::string TransferLine(const std::string& name, uint64_t received, uint64_t total,
                         double elapsed_s) {
  const auto done = static_cast<double>(received);
  const double fraction = total > 0 ? std::clamp(done / static_cast<double>(total), 0.0, 1.0) : 1.0;
  const double bytes_a_second = elapsed_s > 0.0 ? done / elapsed_s : 0.0;
  std::string line = fmt::format("{}  {:.1f} MB  {}  {:3} %  {:.1f} MB/s", name,
                                 static_cast<double>(total) / 1e6, Bar(fraction, kBarColumns),
                                 static_cast<int>(100.0 * fraction), bytes_a_second / 1e6);
  if (fraction < 1.0 && bytes_a_second > 0.0) {
    const double left_s = (static_cast<double>(total) - done) / bytes_a_second;
    line += fmt::format("  {} left", FormatTime(left_s + 0.5));
  }
  return line;
}

}  // namespace dfn
