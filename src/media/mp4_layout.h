// Where an MP4 or QuickTime file keeps its index.
#ifndef DEEPFILTER_MEDIA_MP4_LAYOUT_H_
#define DEEPFILTER_MEDIA_MP4_LAYOUT_H_

#include <filesystem>

namespace dfn {

// Whether the index stands before the sound and the pictures, so that players can begin before they
// have the whole file. False for what is no such file.
bool IndexComesFirst(const std::filesystem::path& path);

}  // namespace dfn

#endif  // DEEPFILTER_MEDIA_MP4_LAYOUT_H_
