// Replaces operator new of the test program that this is linked into.
#ifndef DEEPFILTER_STREAM_TESTING_ALLOCATIONS_H_
#define DEEPFILTER_STREAM_TESTING_ALLOCATIONS_H_

#include <cstddef>

namespace dfn {

// How often the whole program has allocated so far.
size_t Allocations();

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_TESTING_ALLOCATIONS_H_
