// The level of speech through the C API.
#include <limits>
#include <string>

#include "api/c/c_error.h"
#include "base/flush_to_zero.h"
#include "deepfilter/tools.h"
#include "stream/denoise/whole_gains.h"
#include "stream/host/host_options.h"

dfn_result dfn_speech_level_db(const float* input, size_t samples, uint32_t sample_rate_hz,
                               float* level_db, dfn_error** error) {
  return dfn::Guarded(error, [&]() -> dfn::Status {
    if (input == nullptr && samples > 0) return dfn::NullArgument("input");
    if (level_db == nullptr) return dfn::NullArgument("level_db");
    DFN_CHECK(dfn::CheckHostOptions({.sample_rate_hz = sample_rate_hz}));
    dfn::WholeGains heard(sample_rate_hz, 1, false);
    heard.Hear({input, samples});
    *level_db = heard.level_db(0).value_or(-std::numeric_limits<float>::infinity());
    return {};
  });
}
