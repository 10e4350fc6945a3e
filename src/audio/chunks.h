// Chunks, of which WAV, RF64, W64, AIFF and CAF files are made.
#ifndef DEEPFILTER_AUDIO_CHUNKS_H_
#define DEEPFILTER_AUDIO_CHUNKS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "audio/file_view.h"

namespace dfn {

// How a container writes its chunks: a name, a size, the content.
struct ChunkStyle {
  size_t id_bytes = 4;         // 4, or 16: a GUID that begins with four letters
  size_t size_bytes = 4;       // 4 or 8
  bool big_endian = false;     // of numbers
  bool size_of_whole = false;  // the size includes name and size
  size_t alignment = 2;        // chunks begin at multiples of this

  size_t header_bytes() const { return id_bytes + size_bytes; }
};

struct FileChunk {
  std::array<char, 4> letters{};  // of the name
  uint64_t offset = 0;            // of the name
  uint64_t size = 0;              // of the content, as declared
  uint64_t content = 0;           // offset of the content
  std::string_view id() const { return {letters.data(), letters.size()}; }
};

uint64_t LoadNumber(std::span<const uint8_t> bytes, bool big_endian);
std::vector<uint8_t> StoreNumber(uint64_t value, size_t size, bool big_endian);

// Four printable characters, as the names of all chunks in use are.
bool IsChunkName(std::span<const uint8_t> bytes);

// Names of chunks in files that programs write. Sound that begins with one
// of them by chance is less likely than a file whose last chunk is incomplete.
bool IsKnownChunkName(std::string_view name);

// Five bytes behind a chunk of odd size: whether the first is padding, as it should be, and not the
// beginning of the next name.
bool IsPadding(std::span<const uint8_t, 5> bytes);

// Whether the bytes begin with a tag of another format (ID3, APE, Lyrics3) that programs append.
bool IsTagOfAnotherFormat(std::span<const uint8_t> bytes);

// Fewer bytes behind the declared end of the samples, of whatever kind, are not taken for samples.
inline constexpr size_t kLeastForgottenBytes = 4096;

// Which names a chunk may have: printable ones, as those of all chunks in use, or any four bytes.
enum class ChunkNames { kPrintable, kAny };

// The chunk whose name is at `offset`; nothing where the file ends before its content, or the name
// is none of `names`.
std::optional<FileChunk> ReadChunk(const FileView& view, uint64_t offset, const ChunkStyle& style,
                                   ChunkNames names = ChunkNames::kPrintable);

// Where the next chunk begins. A chunk of odd size may lack its padding: the next name tells.
// `padded` receives whether the padding is as it should be.
uint64_t NextChunk(const FileView& view, const FileChunk& chunk, const ChunkStyle& style,
                   bool* padded = nullptr);

// Whether the bytes from `offset` to the end are chunks with such names (none are, too), and not
// sound.
bool IsChunksToTheEnd(const FileView& view, uint64_t offset, const ChunkStyle& style,
                      ChunkNames names);

// Whether no byte from `offset` to the end is anything but 0.
bool HasOnlyZeros(const FileView& view, uint64_t offset);

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_CHUNKS_H_
