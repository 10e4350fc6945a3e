// Counts allocations. Linking this file replaces the test program's operator new.
#ifndef DEEPFILTER_STREAM_TESTING_ALLOCATIONS_H_
#define DEEPFILTER_STREAM_TESTING_ALLOCATIONS_H_

#include <cstddef>

namespace dfn {

// Returns how often the whole program has allocated so far.
size_t Allocations();

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_TESTING_ALLOCATIONS_H_
