// The page of one sound, and the list of several.
#ifndef DEEPFILTER_CLI_REPORT_REPORT_PAGE_H_
#define DEEPFILTER_CLI_REPORT_REPORT_PAGE_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/report/sound_recorder.h"

namespace dfn {

// What tells a page of this program from other pages.
inline constexpr std::string_view kReportMark = "<meta name=\"generator\" content=\"deepfilter\">";

struct ReportFact {
  std::string name;
  std::string value;
};

// What a report says beside what was heard; texts may be of any bytes.
struct ReportWords {
  std::string title;   // the sound
  std::string before;  // the file before, and after
  std::string after;
  std::vector<ReportFact> facts;
};

// One self-contained HTML page: pictures, players, figures. `recorder` has finished. Needs nothing but
// the file: no address outside of it is in the page, and its own policy forbids all requests.
// Errors: kInvalidArgument (a sound without samples), kIo (out of memory).
Result<std::string> ReportPage(const ReportWords& words, const SoundRecorder& recorder);

// A sound in the list: its page, relative to the list, or none; what is known of it.
struct ListedSound {
  std::string name;
  std::string page = {};
  std::string error = {};
  std::vector<std::string> figures = {};  // in the order of the columns
};

struct ReportList {
  std::string title;
  std::vector<std::string> columns;  // names of the figures
  std::vector<ListedSound> sounds;
  std::vector<std::string> notes;  // sentences
  std::vector<ReportFact> facts;
};

// The page that lists sounds.
std::string ReportListPage(const ReportList& list);

// A relative path as an address: bytes other than letters, digits and -._~/ are escaped.
std::string PathAddress(const std::string& path);

// The page's style and program.
extern const char* const kReportStyle;
extern const char* const kReportProgram;

}  // namespace dfn

#endif  // DEEPFILTER_CLI_REPORT_REPORT_PAGE_H_
