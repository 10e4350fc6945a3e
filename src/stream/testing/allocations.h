// Counts allocations. Linking this replaces operator new of the test program.
#ifndef DEEPFILTER_STREAM_TESTING_ALLOCATIONS_H_
#define DEEPFILTER_STREAM_TESTING_ALLOCATIONS_H_

#include <cstddef>

namespace dfn {

// Returns how often the whole program has allocated so far.
size_t Allocations();

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_TESTING_ALLOCATIONS_H_
