// Pictures in the tags of sound files, which are not carried from one file to another.
#ifndef DEEPFILTER_AUDIO_TAG_PICTURE_H_
#define DEEPFILTER_AUDIO_TAG_PICTURE_H_

#include "audio/file_view.h"

namespace dfn {

// Whether a file has a picture (a cover) in an ID3v2 tag at its start, in FLAC's blocks of metadata or in
// the comments of an Ogg stream. Of a damaged tag what comes before the damage counts.
bool HasTagPicture(const FileView& view);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_TAG_PICTURE_H_
