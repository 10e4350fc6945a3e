// One line on the terminal that says how far a sound is.
#ifndef DEEPFILTER_CLI_ENHANCE_PROGRESS_H_
#define DEEPFILTER_CLI_ENHANCE_PROGRESS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace dfn {

// The line: name, length or what is done of it, bar, percent, speed, time left. Fits `columns`: the
// bar shrinks, then the name. Without a total there is neither bar nor time left.
struct ProgressState {
  double done_s = 0.0;  // of sound
  std::optional<double> total_s;
  double elapsed_s = 0.0;  // of real time
};
std::string ProgressLine(const std::string& name, const ProgressState& state, size_t columns);

// "0:07", "12:41", "1:02:03".
std::string FormatTime(double seconds);

// The same for programs, as one line of JSON: {"progress": {"input": name, "done_seconds": 3.2,
// "total_seconds": 5.4 or null}}.
std::string ProgressJson(const std::string& name, const ProgressState& state);

// How progress is told on standard error.
enum class ProgressForm {
  kTerminal,   // one line that is drawn over and over, only if standard error is a terminal
  kJsonLines,  // a line of its own each time
  kNone,
};

// Draws on standard error, a few times a second at most. The destructor ends a line on a terminal.
class ProgressPen {
 public:
  explicit ProgressPen(ProgressForm form = ProgressForm::kTerminal);
  ProgressPen(const ProgressPen&) = delete;
  ProgressPen& operator=(const ProgressPen&) = delete;
  ~ProgressPen();
  // Whether a line is due; `last`: the final state, drawn at any time.
  bool Due(bool last);
  double elapsed_s() const;
  void Draw(const std::string& line);

 private:
  using Clock = std::chrono::steady_clock;
  ProgressForm form_;
  bool enabled_;
  bool drawn_ = false;
  Clock::time_point start_;
  Clock::time_point next_;
};

// Progress of one sound.
class SoundProgress {
 public:
  SoundProgress(std::string name, ProgressForm form)
      : name_(std::move(name)), form_(form), pen_(form) {}
  void Update(const ProgressState& state);
  void Finish(double total_s, double elapsed_s);

 private:
  void Draw(const ProgressState& state);

  std::string name_;
  ProgressForm form_;
  ProgressPen pen_;
};

// Progress of a transfer.
std::string TransferLine(const std::string& name, uint64_t received, uint64_t total,
                         double elapsed_s);
class TransferProgress {
 public:
  explicit TransferProgress(std::string name) : name_(std::move(name)) {}
  void Update(uint64_t received, uint64_t total);

 private:
  std::string name_;
  ProgressPen pen_;
};

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_PROGRESS_H_
