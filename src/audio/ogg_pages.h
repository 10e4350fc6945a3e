// Looks through the pages of an Ogg file for what its decoder passes over in silence.
#ifndef DEEPFILTER_AUDIO_OGG_PAGES_H_
#define DEEPFILTER_AUDIO_OGG_PAGES_H_

#include <cstdint>
#include <optional>

#include "audio/file_view.h"

namespace dfn {

struct OggPages {
  bool has_sound = false;        // some page says that samples end in it
  bool has_end = false;          // the first stream ends with the page that it should end with
  bool cut_inside_page = false;  // the file ends before its last page does
  std::optional<uint64_t> next_stream;  // offset of another stream behind the first one's end
  // The first damage: the time at which the page before it ends, in samples of the codec's clock.
  std::optional<uint64_t> damaged_after;
};

// Reads from `offset` to the end of the file or to the next stream. Damage is a page whose checksum
// is wrong, a page that is missing, and bytes between pages. What follows the last page is none.
OggPages LookThroughOggPages(const FileView& view, uint64_t offset = 0);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_OGG_PAGES_H_
