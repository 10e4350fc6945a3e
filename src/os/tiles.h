// Permission to use the processor's matrix tiles (AMX).
#ifndef DEEPFILTER_OS_TILES_H_
#define DEEPFILTER_OS_TILES_H_

namespace dfn {

// Asks the system for the process: threads that use tiles have 8 KiB more to be saved. Linux on
// x86-64 (5.16 and later) grants it for the rest of the process, also to its threads and what it
// starts; it refuses where the processor has no tiles, or where a thread's stack for signals is too
// small for them. Other systems are not asked. Returns whether tiles may be used. Thread-safe; not
// real-time.
bool RequestTiles() noexcept;

}  // namespace dfn

#endif  // DEEPFILTER_OS_TILES_H_
