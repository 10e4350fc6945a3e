#include "cli/live/live_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "cli/enhance/progress.h"
#include "os/environment.h"
#include "picture/colour_map.h"

namespace dfn {
namespace {

// Levels that the meters and the spectrograms show.
constexpr float kMeterLowDb = -60.0f;
constexpr float kPictureLowDb = -85.0f;
constexpr float kPictureHighDb = -15.0f;
// A level from here on is about to clip.
constexpr float kHotDb = -6.0f;
constexpr size_t kLeftColumns = 5;  // of the names of meters
constexpr size_t kAxisColumns = 6;  // of the frequencies beside a spectrogram
constexpr size_t kLeastPictureRows = 3;
// Lines above and below the spectrograms.
constexpr size_t kTopRows = 8;
constexpr size_t kBottomRows = 2;
// Signs for levels where there are neither colours nor blocks.
constexpr char kShades[] = " .:-=+*#%@";
constexpr std::string_view kClipped = "CLIPPED";

struct Palette {
  CellStyle title;
  CellStyle quiet;  // what explains
  CellStyle good;
  CellStyle hot;
  CellStyle clipped;
  CellStyle mark;  // of a state that is not the usual one
};

Palette PaletteOf(ScreenColours colours) {
  Palette palette;
  palette.title.bold = true;
  palette.mark.reverse = true;
  palette.clipped.reverse = true;
  if (colours == ScreenColours::kNone) return palette;
  const bool dark = colours == ScreenColours::kDark;
  palette.quiet.ink = dark ? 245 : 241;
  palette.good.ink = dark ? 78 : 28;
  palette.hot.ink = dark ? 220 : 130;
  palette.clipped = {.ink = static_cast<int16_t>(dark ? 203 : 160), .bold = true};
  return palette;
}

// The terminal's indices for the levels; on light paper the quiet are the light ones.
std::array<int16_t, kLevels> PictureColours(ScreenColours colours) {
  const auto levels = LevelColours();
  std::array<int16_t, kLevels> indices = {};
  for (size_t i = 0; i < kLevels; ++i) {
    const Colour& colour = levels[colours == ScreenColours::kLight ? kLevels - 1 - i : i];
    indices[i] = TerminalColour(colour.red, colour.green, colour.blue);
  }
  return indices;
}

std::string Level(float db) {
  return db <= kSilenceDb ? "  -inf dB" : fmt::format("{:6.1f} dB", db);
}

std::string Frequency(double hz) {
  return hz >= 1000.0 ? fmt::format("{:.0f}k", hz / 1000.0) : fmt::format("{:.0f}", hz);
}

class LivePainter {
 public:
  LivePainter(const ScreenContent& content, const ScreenLook& look, size_t columns, size_t rows)
      : content_(content),
        status_(content.status),
        look_(look),
        palette_(PaletteOf(look.colours)),
        canvas_(columns, rows) {}

  Canvas Paint() {
    const size_t rows = canvas_.rows();
    Title();
    Side(1, "in", status_.device.input, status_.levels.before);
    Side(3, "out", status_.device.output, status_.levels.after);
    Figures();
    Settings();
    if (rows > kTopRows + kBottomRows) {
      const size_t room = rows - kTopRows - kBottomRows;
      if (look_.help) {
        Help(room);
      } else if (look_.spectrograms && room >= 2 * (kLeastPictureRows + 1)) {
        Pictures(room);
      }
    }
    if (rows > kBottomRows) {
      WriteEnding(0, rows - 2, content_.message, palette_.quiet, canvas_.columns());
      canvas_.Write(
          0, rows - 1,
          "b bypass  -/+ limit  p post filter  l level  r record  s picture  ? help  q end",
          palette_.quiet);
    }
    return std::move(canvas_);
  }

 private:
  void Title() {
    size_t at = canvas_.Write(0, 0, "deepfilter live", palette_.title);
    at = canvas_.Write(at + 2, 0, content_.title, palette_.quiet);
    std::string right = FormatTime(status_.seconds);
    canvas_.WriteBefore(canvas_.columns(), 0, right, palette_.quiet);
    if (status_.lost) at = Mark(at + 2, "NO DEVICE");
    if (!status_.lost && content_.bypass) at = Mark(at + 2, "BYPASS");
    if (!status_.recording.empty()) Mark(at + 2, "REC " + FormatTime(status_.recorded_seconds));
  }

  size_t Mark(size_t column, const std::string& text) {
    return canvas_.Write(column, 0, " " + text + " ", palette_.mark);
  }

  // Writes a text that may be long before column `end`, and shows where it is cut.
  void WriteEnding(size_t column, size_t row, const std::string& text, const CellStyle& style,
                   size_t end) {
    const size_t room = end > column && end <= canvas_.columns() ? end - column : 0;
    const std::string_view cut = look_.ascii ? "..." : "\u2026";
    const size_t cut_cells = CellsOf(cut);
    if (CellsOf(text) <= room || room <= cut_cells) {
      canvas_.Write(column, row, text, style, room);
    } else {
      column = canvas_.Write(column, row, text, style, room - cut_cells);
      canvas_.Write(column, row, cut, style);
    }
  }

  void Side(size_t row, const char* name, const std::string& device, const SideLevel& level) {
    canvas_.Write(0, row, name, palette_.title);
    const size_t end = canvas_.columns() - (level.clipped ? kClipped.size() + 1 : 0);
    WriteEnding(kLeftColumns, row, device.empty() ? "nothing" : device,
                device.empty() ? palette_.hot : CellStyle{}, end);
    if (level.clipped) canvas_.WriteBefore(canvas_.columns(), row, kClipped, palette_.clipped);
    const std::string figures =
        fmt::format(" {}  peak {}", Level(level.mean_db), Level(level.peak_db));
    const size_t width = canvas_.columns();
    const size_t taken = kLeftColumns + figures.size();
    if (width > taken + 10) Bar(kLeftColumns, row + 1, width - taken, level);
    canvas_.WriteBefore(width, row + 1, figures);
  }

  // A bar up to the mean level, and a mark at the peak.
  void Bar(size_t column, size_t row, size_t width, const SideLevel& level) {
    const auto place = [&](float db) {
      const float share = (db - kMeterLowDb) / -kMeterLowDb;
      return static_cast<size_t>(std::clamp(share, 0.0f, 1.0f) * static_cast<float>(width));
    };
    const size_t full = place(level.mean_db);
    const size_t peak = place(level.peak_db);
    for (size_t i = 0; i < width; ++i) {
      const float db = kMeterLowDb * (1.0f - static_cast<float>(i + 1) / static_cast<float>(width));
      const CellStyle& style = db >= -0.1f    ? palette_.clipped
                               : db >= kHotDb ? palette_.hot
                                              : palette_.good;
      if (i < full) {
        canvas_.Put(column + i, row, look_.ascii ? U'#' : U'\u2588', style);
      } else if (peak > 0 && i + 1 == peak) {
        canvas_.Put(column + i, row, look_.ascii ? U'|' : U'\u2502', style);
      } else {
        canvas_.Put(column + i, row, look_.ascii ? U'.' : U'\u00B7', palette_.quiet);
      }
    }
  }

  void Figures() {
    const EngineState& engine = status_.engine;
    Pairs(5, {{"noise taken", fmt::format("{:.1f} dB", status_.levels.taken_db)},
              {"missed", fmt::format("{}", status_.missed_blocks)},
              {"local SNR", fmt::format("{:.1f} dB", engine.local_snr_db)},
              {"level gain", fmt::format("{:+.1f} dB", engine.level_gain_db)}});
    Pairs(6, {{"delay", fmt::format("{:.1f} ms", status_.delay_ms)},
              {"cpu", fmt::format("{:.1f} %, most {:.0f} %", 100.0f * engine.load,
                                  100.0f * engine.worst_load)},
              {"block", fmt::format("{} of {} Hz", status_.device.block_samples, engine.rate_hz)},
              {"", engine.work_mode == WorkMode::kSpread ? "spread" : ""}});
  }

  void Settings() {
    const DenoiserControls& controls = content_.controls;
    Pairs(7, {{"limit", controls.atten_lim_db >= 100.0f
                            ? std::string("none")
                            : fmt::format("{:.0f} dB", controls.atten_lim_db)},
              {"post filter", controls.post_filter ? "on" : "off"},
              {"level", controls.auto_level ? std::string("auto")
                        : controls.level_gain_db == 0.0f
                            ? std::string("keep")
                            : fmt::format("{:+.0f} dB", controls.level_gain_db)},
              {"recording", status_.recording.empty() ? "off" : status_.recording}});
  }

  void Pairs(size_t row, const std::vector<std::pair<std::string, std::string>>& pairs) {
    size_t at = 0;
    for (const auto& [name, value] : pairs) {
      if (value.empty()) continue;
      if (!name.empty()) at = canvas_.Write(at, row, name, palette_.quiet) + 1;
      at = canvas_.Write(at, row, value) + 3;
    }
  }

  void Help(size_t room) {
    const char* const lines[] = {
        "b, Space  bypass: hear the sound as it is, at the same delay, and back",
        "-  +      take away at most so many dB of noise; beyond 60: no limit",
        "p         post filter: a little more suppression",
        "l         level: hear quiet and loud speech as ordinary speech, or as it is",
        "r         record both sides to a file, and end the recording",
        "s         show the spectrograms, or not",
        "q         end; Ctrl-C does the same",
    };
    size_t row = kTopRows;
    for (const char* line : lines) {
      if (row >= kTopRows + room) return;
      canvas_.Write(0, row++, line);
    }
  }

  void Pictures(size_t room) {
    if (canvas_.columns() < kAxisColumns + 10 || content_.meter == nullptr) return;
    const size_t height = room / 2 - 1;
    Picture(kTopRows, height, "before", true);
    Picture(kTopRows + height + 1, height, "after", false);
  }

  // A row of names, then the picture, the newest sound on the right.
  void Picture(size_t top, size_t height, const char* name, bool before) {
    const LiveMeter& meter = *content_.meter;
    const size_t width = canvas_.columns() - kAxisColumns;
    canvas_.Write(0, top, name, palette_.title);
    const bool blocks = !look_.ascii && look_.colours != ScreenColours::kNone;
    const size_t lines = blocks ? 2 * height : height;
    // Several moments a column, so that some seconds fit.
    const size_t joined = width < 100 ? 2 : 1;
    canvas_.WriteBefore(
        canvas_.columns(), top,
        fmt::format("{:.0f} s", LiveMeter::kColumnSeconds * static_cast<double>(width * joined)),
        palette_.quiet);
    const auto colours = PictureColours(look_.colours);
    const auto level = [&](size_t column, size_t line) {
      return LevelOf(meter, before, (width - 1 - column) * joined, joined, line, lines);
    };
    for (size_t row = 0; row < height; ++row) {
      // What was before the first moment stays empty.
      const size_t known = std::min(width, meter.columns().size() / joined);
      for (size_t column = width - known; column < width; ++column) {
        const size_t at = kAxisColumns + column;
        if (blocks) {
          const size_t line = 2 * (height - 1 - row);
          canvas_.Put(
              at, top + 1 + row, U'\u2580',
              {.ink = colours[level(column, line + 1)], .paper = colours[level(column, line)]});
        } else {
          const size_t shade = level(column, height - 1 - row) * (sizeof(kShades) - 1) / kLevels;
          canvas_.Put(at, top + 1 + row, static_cast<unsigned char>(kShades[shade]), {});
        }
      }
    }
    for (const double hz : {250.0, 1000.0, 4000.0, 12000.0}) {
      const double place = meter.axis().PlaceOf(hz);
      if (place < 0.0 || place >= 1.0) continue;
      const auto row = static_cast<size_t>((1.0 - place) * static_cast<double>(height));
      canvas_.WriteBefore(kAxisColumns - 1, top + 1 + std::min(row, height - 1), Frequency(hz),
                          palette_.quiet);
    }
  }

  // The loudest of some moments, `ago` columns before the newest, in one of `lines` bands.
  static size_t LevelOf(const LiveMeter& meter, bool before, size_t ago, size_t joined, size_t line,
                        size_t lines) {
    const auto& columns = meter.columns();
    // Pairs stay pairs while new moments come.
    const size_t shift = static_cast<size_t>(meter.column_count() % joined);
    const size_t first = line * kMeterRows / lines;
    const size_t end = std::max(first + 1, (line + 1) * kMeterRows / lines);
    float loudest = kSilenceDb;
    for (size_t i = 0; i < joined; ++i) {
      const size_t back = ago + i + shift;
      if (back >= columns.size()) continue;
      const MeterColumn& column = columns[columns.size() - 1 - back];
      const std::vector<float>& rows = before ? column.before_db : column.after_db;
      for (size_t row = first; row < end; ++row) loudest = std::max(loudest, rows[row]);
    }
    return LevelIndex(loudest, kPictureLowDb, kPictureHighDb);
  }

  const ScreenContent& content_;
  const LiveStatus& status_;
  const ScreenLook& look_;
  const Palette palette_;
  Canvas canvas_;
};

}  // namespace

ScreenColours ColoursOf(const std::string& option) {
  if (option == "none") return ScreenColours::kNone;
  if (option == "dark") return ScreenColours::kDark;
  if (option == "light") return ScreenColours::kLight;
  if (EnvironmentVariable("NO_COLOR")) return ScreenColours::kNone;
  // "15;0": ink and paper among the sixteen colours, of which 7 and 9 to 15 are light.
  const std::string pair = EnvironmentVariable("COLORFGBG").value_or("");
  const size_t cut = pair.rfind(';');
  if (cut == std::string::npos) return ScreenColours::kDark;
  const int paper = std::atoi(pair.c_str() + cut + 1);
  return paper == 7 || (paper >= 9 && paper <= 15) ? ScreenColours::kLight : ScreenColours::kDark;
}

bool NeedsAscii() {
#if defined(_WIN32)
  return false;  // KeyInput makes the console take UTF-8
#else
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const auto locale = EnvironmentVariable(name);
    if (!locale) continue;
    std::string lower;
    for (const char c : *locale) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return lower.find("utf-8") == std::string::npos && lower.find("utf8") == std::string::npos;
  }
  return true;
#endif
}

Canvas DrawLive(const ScreenContent& content, const ScreenLook& look, size_t columns, size_t rows) {
  return LivePainter(content, look, std::max<size_t>(columns, 1), std::max<size_t>(rows, 1))
      .Paint();
}

}  // namespace dfn
