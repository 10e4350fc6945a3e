// Writing to a file descriptor until every byte has gone out.
#ifndef DEEPFILTER_OS_WRITE_ALL_H_
#define DEEPFILTER_OS_WRITE_ALL_H_

#include "base/bytes.h"

namespace dfn {

// Writes all of `bytes`, also across short writes and interruptions by signals. Returns 0, or the
// errno of the first write that failed (EIO for one that wrote nothing without saying why).
int WriteAll(int descriptor, Bytes bytes);

}  // namespace dfn

#endif  // DEEPFILTER_OS_WRITE_ALL_H_
