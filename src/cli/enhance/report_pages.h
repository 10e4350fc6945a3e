// The HTML report of a run of `deepfilter enhance`: a page for each sound, and a list of several.
#ifndef DEEPFILTER_CLI_ENHANCE_REPORT_PAGES_H_
#define DEEPFILTER_CLI_ENHANCE_REPORT_PAGES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/enhance/enhance_plan.h"
#include "cli/enhance/report.h"
#include "cli/report/report_page.h"
#include "cli/report/sound_recorder.h"

namespace dfn {

// Sounds of a run that get a page; those behind them are in the list alone.
inline constexpr size_t kMostReportPages = 200;

// Where the pages of a run go. One input that is not a folder has its page under the report's own
// name. Otherwise that is the list, and page N lies beside it: "report-pages/N-talk.wav.html" of
// "report.html".
class ReportPlaces {
 public:
  ReportPlaces() = default;  // no report
  ReportPlaces(const std::string& report, const std::vector<std::string>& inputs,
               const OutputPlan& plan);

  bool any() const { return !report_.empty(); }
  bool is_list() const { return !folder_.empty(); }
  const std::string& report() const { return report_; }
  // Of the list; empty without one.
  const std::string& folder() const { return folder_; }
  // The page of sound `index` of the plan; empty: it gets none.
  std::string PageOf(size_t index) const;
  // The same as an address in the list.
  std::string LinkOf(size_t index) const;

 private:
  std::string report_;
  std::string folder_;
  std::vector<std::string> names_;
};

// Before any work. Errors: those of CheckSideFile; kInvalidArgument (a sound of the run).
Status CheckReportPlaces(const ReportPlaces& places, const OutputPlan& plan, bool replace);

// Model, settings and program, the same for all sounds of a run.
std::vector<ReportFact> RunFacts(const RunReport& report);

// Writes the page of a sound; `recorder` has finished. Errors: those of ReportPage and WriteSideFile.
Status WriteReportPage(const std::string& page, const RunReport& run, const FileReport& file,
                       const SoundRecorder& recorder, bool replace);

// Writes the list. Errors: those of WriteSideFile.
Status WriteReportList(const ReportPlaces& places, const RunReport& run, bool replace);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_ENHANCE_REPORT_PAGES_H_
