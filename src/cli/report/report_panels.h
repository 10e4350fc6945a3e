// The pictures of a report, as HTML with axes.
#ifndef DEEPFILTER_CLI_REPORT_REPORT_PANELS_H_
#define DEEPFILTER_CLI_REPORT_REPORT_PANELS_H_

#include <string>

#include "base/result.h"
#include "cli/report/sound_recorder.h"

namespace dfn {

// Spectrograms of before, after and what was taken away on one scale, both waveforms, attenuation,
// local SNR and level gain: those that are known. Errors: kIo (out of memory).
Result<std::string> ReportPanels(const SoundRecorder& recorder);

// dB between both sides in a column of their envelopes; empty where the input is digital silence.
// Where the output is, and above 100 dB, it is 100 dB.
std::optional<double> AttenuationDb(const EnvelopeColumn& before, const EnvelopeColumn& after);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_REPORT_REPORT_PANELS_H_
