#include "cli/report/report_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <string_view>

#include "cli/report/report_panels.h"
#include "cli/side_file.h"
#include "picture/drawing.h"
#include "picture/number_text.h"
#include "picture/png.h"

namespace dfn {
namespace {

// Rows of the table over time at most.
constexpr size_t kTimeRows = 12;
constexpr char kUnknown[] = "\u2013";

// The page may load nothing; what it shows lies in it.
constexpr char kHead[] =
    R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="deepfilter">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{}</title>
<style>
{}</style>
</head>
<body>
)";

static_assert(std::string_view(kHead).find(kReportMark) < kMostMarkBytes);

std::string NumberCell(const std::optional<double>& value, int digits) {
  const std::string text = value && std::isfinite(*value) ? NumberText(*value, digits) : kUnknown;
  return "<td>" + text + "</td>";
}

std::optional<double> Decibels(double power) {
  if (power <= 0.0) return std::nullopt;
  return 10.0 * std::log10(power);
}

// All columns from `first` to `end` in one.
EnvelopeColumn Joined(const Envelope& envelope, size_t first, size_t end) {
  EnvelopeColumn all;
  for (size_t i = first; i < std::min(end, envelope.columns().size()); ++i) {
    const EnvelopeColumn& column = envelope.columns()[i];
    all.low = std::min(all.low, column.low);
    all.high = std::max(all.high, column.high);
    all.sum += column.sum;
    all.squares += column.squares;
    all.count += column.count;
  }
  return all;
}

std::optional<double> Level(const RecordedSide& side) {
  return Decibels(Joined(side.envelope, 0, side.envelope.columns().size()).mean_square());
}

std::string FigureRow(const char* name, const std::optional<double>& before,
                      const std::optional<double>& after) {
  return fmt::format("<tr><th scope=\"row\">{}</th>{}{}</tr>\n", name, NumberCell(before, 1),
                     NumberCell(after, 1));
}

std::string FiguresTable(const SoundRecorder& recorder) {
  const RecordedSide& before = recorder.before();
  const RecordedSide& after = recorder.after();
  return "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"figures\"><table>\n"
         "<caption id=\"figures\">Loudness and level</caption>\n"
         "<thead><tr><th scope=\"col\">Measure</th><th scope=\"col\">Before</th>"
         "<th scope=\"col\">After</th></tr></thead>\n<tbody>\n" +
         FigureRow("Integrated loudness in LUFS (EBU R 128)", before.loudness.lufs(),
                   after.loudness.lufs()) +
         FigureRow("Loudness range in LU", before.loudness.range_lu(), after.loudness.range_lu()) +
         FigureRow("True peak in dBTP", before.loudness.true_peak_dbtp(),
                   after.loudness.true_peak_dbtp()) +
         FigureRow("Mean level in dBFS (RMS)", Level(before), Level(after)) +
         "</tbody>\n</table></div>\n";
}

// The mean of values for each frame between two times; empty if none are known.
std::optional<double> MeanBetween(const SoundRecorder& recorder, const Envelope& envelope,
                                  double from, double to) {
  if (envelope.columns().empty()) return std::nullopt;
  const double step = recorder.frame_seconds() * static_cast<double>(envelope.values_per_column());
  const auto first = static_cast<size_t>(from / step);
  const auto end = static_cast<size_t>(std::ceil(to / step));
  const EnvelopeColumn all = Joined(envelope, first, std::max(end, first + 1));
  if (all.count == 0) return std::nullopt;
  return all.mean();
}

// The pictures in numbers.
std::string TimeTable(const SoundRecorder& recorder) {
  const Envelope& before = recorder.before().envelope;
  const Envelope& after = recorder.after().envelope;
  const size_t columns = before.columns().size();
  const size_t rows = std::min(kTimeRows, columns);
  std::string html =
      "<details>\n<summary>The pictures in numbers</summary>\n"
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"over-time\"><table>\n"
      "<caption id=\"over-time\">Over time</caption>\n<thead><tr>"
      "<th scope=\"col\">Time in s</th><th scope=\"col\">Before, dBFS</th>"
      "<th scope=\"col\">After, dBFS</th><th scope=\"col\">Attenuation, dB</th>"
      "<th scope=\"col\">Local SNR, dB</th><th scope=\"col\">Level gain, dB</th>"
      "</tr></thead>\n<tbody>\n";
  const double column_seconds = static_cast<double>(before.values_per_column()) /
                                static_cast<double>(recorder.options().rate_hz);
  for (size_t r = 0; r < rows; ++r) {
    const size_t first = r * columns / rows;
    const size_t end = (r + 1) * columns / rows;
    const double from = static_cast<double>(first) * column_seconds;
    const double to = std::min(recorder.seconds(), static_cast<double>(end) * column_seconds);
    const EnvelopeColumn in = Joined(before, first, end);
    const EnvelopeColumn out = Joined(after, first, end);
    html += fmt::format("<tr><th scope=\"row\">{} to {}</th>{}{}{}{}{}</tr>\n", NumberText(from, 1),
                        NumberText(to, 1), NumberCell(Decibels(in.mean_square()), 1),
                        NumberCell(Decibels(out.mean_square()), 1),
                        NumberCell(AttenuationDb(in, out), 1),
                        NumberCell(MeanBetween(recorder, recorder.local_snr(), from, to), 1),
                        NumberCell(MeanBetween(recorder, recorder.gain(), from, to), 1));
  }
  return html + "</tbody>\n</table></div>\n</details>\n";
}

std::string FactsTable(const std::vector<ReportFact>& facts) {
  std::string html =
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"facts\"><table "
      "class=\"facts\">\n<caption id=\"facts\">How it was made</caption>\n<tbody>\n";
  for (const ReportFact& fact : facts) {
    html += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", EscapedXml(fact.name),
                        EscapedXml(fact.value));
  }
  return html + "</tbody>\n</table></div>\n";
}

std::string PlayerNote(const SoundRecorder& recorder) {
  const double kept = recorder.before().track.seconds();
  std::string note =
      "What is played is compressed (Opus, one channel), so that small differences may be the "
      "codec's; the files themselves are as good as they are.";
  if (kept < recorder.seconds() - 0.01) {
    note += fmt::format(" The first {} of {} s are in this page.", NumberText(kept, 0),
                        NumberText(recorder.seconds(), 0));
  }
  return note;
}

// Hidden until the page's program runs.
std::string PlayerHtml(const SoundRecorder& recorder) {
  return fmt::format(
      R"(<section id="player" class="player" aria-label="Player" hidden>
<button type="button" id="play">Play</button>
<fieldset><legend>Sound</legend>
<label><input type="radio" name="side" value="before" checked> Before</label>
<label><input type="radio" name="side" value="after"> After</label>
</fieldset>
<label class="time"><span>Time</span><input type="range" id="seek" min="0" max="{0}" step="0.01" value="0"></label>
<output id="clock" for="seek">0:00.0</output>
<label class="keys"><input type="checkbox" id="keys" checked> Keys: space plays, X switches</label>
<p role="status" id="said"></p>
</section>
<noscript><p>Without JavaScript the sounds cannot be played here.</p></noscript>
<p class="note">{1} A click in a picture goes to its time.</p>
)",
      NumberText(recorder.before().track.seconds(), 3), PlayerNote(recorder));
}

std::string TrackHtml(const SoundTrack& track, const char* side) {
  std::string html;
  for (const std::string& piece : track.pieces()) {
    html += fmt::format("<script type=\"text/plain\" data-side=\"{}\">{}</script>\n", side,
                        Base64(piece));
  }
  return html;
}

std::string SoundFact(const SoundRecorder& recorder) {
  return fmt::format("{} s, {} Hz, {} channel{}", NumberText(recorder.seconds(), 2),
                     recorder.options().rate_hz, recorder.options().channels,
                     recorder.options().channels == 1 ? "" : "s");
}

}  // namespace

Result<std::string> ReportPage(const ReportWords& words, const SoundRecorder& recorder) {
  if (recorder.seconds() <= 0.0) {
    return Error{ErrorCode::kInvalidArgument, words.title + ": holds no samples to report on"};
  }
  const std::string title = EscapedXml(words.title);
  DFN_TRY(const std::string panels, ReportPanels(recorder));
  std::vector<ReportFact> facts = {
      {"Before", words.before}, {"After", words.after}, {"Sound", SoundFact(recorder)}};
  facts.insert(facts.end(), words.facts.begin(), words.facts.end());
  std::string html = fmt::format(kHead, title, kReportStyle);
  html += "<header><h1>" + title + "</h1></header>\n<main>\n" + PlayerHtml(recorder) +
          "<section aria-label=\"Pictures\">\n" + panels + "</section>\n" + TimeTable(recorder) +
          FiguresTable(recorder) + FactsTable(facts) + "</main>\n";
  html += fmt::format(
      "<script type=\"application/json\" "
      "id=\"data\">{{\"seconds\":{},\"kept\":{},\"piece\":{},\"lead\":{}}}</script>\n",
      NumberText(recorder.seconds(), 6), NumberText(recorder.before().track.seconds(), 6),
      NumberText(kPieceSeconds, 3), NumberText(kLeadSeconds, 3));
  html += TrackHtml(recorder.before().track, "before") + TrackHtml(recorder.after().track, "after");
  return html + "<script>\n" + kReportProgram + "</script>\n</body>\n</html>\n";
}

std::string PathAddress(const std::string& path) {
  std::string address;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      address.push_back(c);
    } else {
      fmt::format_to(std::back_inserter(address), "%{:02X}", static_cast<uint8_t>(c));
    }
  }
  return address;
}

std::string ReportListPage(const ReportList& list) {
  const std::string title = EscapedXml(list.title);
  std::string html = fmt::format(kHead, title, kReportStyle);
  html += "<header><h1>" + title + "</h1></header>\n<main>\n";
  for (const std::string& note : list.notes) html += "<p>" + EscapedXml(note) + "</p>\n";
  html +=
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"sounds\"><table>\n"
      "<caption id=\"sounds\">Sounds</caption>\n<thead><tr><th scope=\"col\">Sound</th>";
  for (const std::string& column : list.columns) {
    html += "<th scope=\"col\">" + EscapedXml(column) + "</th>";
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const ListedSound& sound : list.sounds) {
    const std::string name = EscapedXml(sound.name);
    html += "<tr><th scope=\"row\">" +
            (sound.page.empty() ? name
                                : "<a href=\"" + PathAddress(sound.page) + "\">" + name + "</a>") +
            "</th>";
    if (!sound.error.empty()) {
      html += fmt::format("<td class=\"text\" colspan=\"{}\">{}</td>", list.columns.size(),
                          EscapedXml(sound.error));
    } else {
      for (const std::string& figure : sound.figures) html += "<td>" + EscapedXml(figure) + "</td>";
    }
    html += "</tr>\n";
  }
  html += "</tbody>\n</table></div>\n" + FactsTable(list.facts);
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace dfn
