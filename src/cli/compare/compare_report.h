// The HTML report of two sounds that are compared.
#ifndef DEEPFILTER_CLI_COMPARE_COMPARE_REPORT_H_
#define DEEPFILTER_CLI_COMPARE_COMPARE_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/report/report_page.h"

namespace dfn {

struct ComparedSounds {
  std::string before;
  std::string after;
  int64_t delay_samples = 0;  // of the second against the first, removed in the report
  std::vector<ReportFact> facts;
};

// Reads both sounds, of one rate and number of channels, and writes the page of their common part.
// Errors: those of OpenSoundFile, SoundRecorder, ReportPage and WriteSideFile.
Status WriteCompareReport(const ComparedSounds& sounds, const std::string& page, bool replace);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_COMPARE_COMPARE_REPORT_H_
