#include "media/encoder_delay.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dfn {
namespace {

// Longer than the longest delay, and several packets of every encoder.
constexpr char kSilenceSeconds[] = "0.5";

// Packets before the first that FFmpeg's decoder makes sound of.
size_t SilentPackets(std::string_view codec) {
  if (codec == "vorbis") return 1;
  if (codec == "wmav1" || codec == "wmav2") return 2;
  return 0;
}

// The first number in `text`, which is left behind it.
std::optional<int64_t> TakeNumber(std::string_view& text) {
  while (!text.empty() && text.front() != '-' &&
         std::isdigit(static_cast<unsigned char>(text.front())) == 0) {
    text.remove_prefix(1);
  }
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

}  // namespace

Result<EncoderDelay> ParsePackets(std::string_view text, std::string_view codec) {
  constexpr std::string_view kTimeBase = "#tb 0:";
  double tick = 0.0;
  std::vector<int64_t> times;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.starts_with(kTimeBase)) {
      line.remove_prefix(kTimeBase.size());
      const auto one = TakeNumber(line);
      const auto other = TakeNumber(line);
      if (one && other && *other > 0)
        tick = static_cast<double>(*one) / static_cast<double>(*other);
    } else if (line.starts_with("0,")) {
      // "0,      -1024,      -1024,     1024, ..": stream, two clocks, length.
      line.remove_prefix(2);
      TakeNumber(line);
      if (const auto time = TakeNumber(line)) times.push_back(*time);
    }
  }
  if (tick <= 0.0 || times.empty()) {
    return Error{ErrorCode::kCorrupt, "its encoder says nothing of its packets"};
  }
  const size_t first = std::min(SilentPackets(codec), times.size() - 1);
  return EncoderDelay{.seconds = static_cast<double>(std::max<int64_t>(-times[0], 0)) * tick,
                      .lead_seconds = static_cast<double>(times[first] - times[0]) * tick};
}

Result<EncoderDelay> FindEncoderDelay(const MediaTools& tools, const AudioEncoding& encoding,
                                      size_t rate_hz, size_t channels) {
  std::vector<std::string> arguments = QuietFfmpeg();
  for (const std::string& word :
       {std::string("-f"), std::string("lavfi"), std::string("-i"),
        "anullsrc=r=" + std::to_string(rate_hz), std::string("-t"), std::string(kSilenceSeconds),
        std::string("-ac"), std::to_string(channels), std::string("-c:a"), encoding.encoder}) {
    arguments.push_back(word);
  }
  if (encoding.bit_rate > 0) {
    arguments.insert(arguments.end(), {"-b:a", std::to_string(encoding.bit_rate)});
  }
  arguments.insert(arguments.end(), {"-avoid_negative_ts", "disabled", "-f", "framecrc", "pipe:1"});
  const Result<std::string> packets = RunTool(tools.ffmpeg, arguments);
  if (packets.ok()) return ParsePackets(*packets, encoding.codec);
  if (packets.error().code == ErrorCode::kCancelled) return packets.error();
  return Error{packets.error().code,
               "FFmpeg's encoder " + encoding.encoder + " fails: " + packets.error().message};
}

}  // namespace dfn
