// A Config as entries of a packed model file.
#ifndef DEEPFILTER_CONVERT_PACKED_CONFIG_ENTRIES_H_
#define DEEPFILTER_CONVERT_PACKED_CONFIG_ENTRIES_H_

#include "base/limits.h"
#include "base/result.h"
#include "convert/packed/entry_cursor.h"
#include "formats/packed/packed_file.h"
#include "model/config.h"

namespace dfn {

void PackConfig(const Config& config, PackedWriter& writer);

// Reads what PackConfig wrote, within ValidateConfig. Errors: those of EntryCursor and
// ValidateConfig.
Result<Config> ReadPackedConfig(EntryCursor& entries, const std::string& where,
                                const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PACKED_CONFIG_ENTRIES_H_
