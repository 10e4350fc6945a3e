#include "os/tiles.h"

namespace dfn {

// Windows gives programs the tiles on first use, in versions that save them; none was there to try.
bool RequestTiles() noexcept { return false; }

}  // namespace dfn
