// Bytes of an open file at any place, and files that are pieced together from them.
#ifndef DEEPFILTER_AUDIO_FILE_VIEW_H_
#define DEEPFILTER_AUDIO_FILE_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace dfn {

// What lies between a descriptor's position and the end of its file. Reading does not move the
// position.
class FileView {
 public:
  // `descriptor` outlives this. If it cannot seek, the view is empty.
  explicit FileView(int descriptor);

  uint64_t size() const { return size_; }
  // Fills `to` from `offset` on and returns how many bytes there were. A file that cannot be read
  // ends there, and `error` says so.
  size_t Read(uint64_t offset, std::span<uint8_t> to) const;
  // The number of <cerrno> of the first Read that failed, of this view or a copy; 0: none.
  int error() const { return *error_; }

 private:
  int descriptor_;
  std::shared_ptr<int> error_ = std::make_shared<int>(0);
  uint64_t start_ = 0;
  uint64_t size_ = 0;
};

// A part of a pieced file: these bytes, or if there are none, `size` bytes of the view.
struct FilePiece {
  std::vector<uint8_t> bytes;
  uint64_t offset = 0;  // in the view
  uint64_t size = 0;
};

// A list of pieces that reads as one file.
class PiecedFile {
 public:
  PiecedFile(const FileView& view, std::vector<FilePiece> pieces);

  uint64_t size() const { return size_; }
  size_t Read(uint64_t offset, std::span<uint8_t> to) const;

 private:
  FileView view_;
  std::vector<FilePiece> pieces_;
  std::vector<uint64_t> starts_;  // of each piece
  uint64_t size_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_AUDIO_FILE_VIEW_H_
