#include "audio/file_view.h"

#include <algorithm>
#include <utility>

#include "os/descriptor.h"

namespace dfn {

FileView::FileView(int descriptor) : descriptor_(descriptor) {
  const std::optional<uint64_t> position = Position(descriptor);
  const uint64_t bytes = StatusOf(descriptor).bytes;
  if (!position || bytes < *position) return;
  start_ = *position;
  size_ = bytes - *position;
}

size_t FileView::Read(uint64_t offset, std::span<uint8_t> to) const {
  if (offset >= size_) return 0;
  to = to.first(static_cast<size_t>(std::min<uint64_t>(to.size(), size_ - offset)));
  const Transfer read = ReadAt(descriptor_, start_ + offset, to);
  // A file that became shorter in the meantime ends without an error.
  if (read.error != 0 && *error_ == 0) *error_ = read.error;
  return read.count;
}

PiecedFile::PiecedFile(const FileView& view, std::vector<FilePiece> pieces)
    : view_(view), pieces_(std::move(pieces)) {
  for (FilePiece& piece : pieces_) {
    if (!piece.bytes.empty()) piece.size = piece.bytes.size();
    starts_.push_back(size_);
    size_ += piece.size;
  }
}

size_t PiecedFile::Read(uint64_t offset, std::span<uint8_t> to) const {
  size_t done = 0;
  while (done < to.size() && offset < size_) {
    const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
    const auto index = static_cast<size_t>(next - starts_.begin()) - 1;
    const FilePiece& piece = pieces_[index];
    const uint64_t inside = offset - starts_[index];
    const auto wanted =
        static_cast<size_t>(std::min<uint64_t>(to.size() - done, piece.size - inside));
    size_t got = wanted;
    if (piece.bytes.empty()) {
      got = view_.Read(piece.offset + inside, to.subspan(done, wanted));
    } else {
      std::copy_n(piece.bytes.begin() + static_cast<std::ptrdiff_t>(inside), wanted,
                  to.begin() + static_cast<std::ptrdiff_t>(done));
    }
    done += got;
    offset += got;
    if (got < wanted) break;
  }
  return done;
}

}  // namespace dfn
