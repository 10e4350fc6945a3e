// The bytes in which a host keeps an instance's parameters.
#ifndef DEEPFILTER_PLUGINS_CLAP_STATE_H_
#define DEEPFILTER_PLUGINS_CLAP_STATE_H_

#include <vector>

#include "clap/abi_extensions.h"
#include "clap/parameter_values.h"

namespace dfn::plugin {

// A state is, in little-endian order: the eight bytes "dfn-clap", the version as uint32 (1), the
// number of parameters as uint32 (256 at most), and for each its id as uint32 and its value as
// float64. The same values give the same bytes.
//
// Writes all of it. False if the stream fails.
bool SaveState(const ParameterValues& values, const clap::OutputStream& stream);

// Takes a state over: parameters that it does not name get their defaults, and ids that this
// version does not know are passed over. False if the stream fails, or the bytes are not a state of
// version 1 to the last byte, with each parameter once and each value in its range; then nothing
// has changed. No more is read than the longest state and a byte.
bool LoadState(ParameterValues& values, const clap::InputStream& stream);

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_CLAP_STATE_H_
