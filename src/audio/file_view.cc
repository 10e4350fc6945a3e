#include "audio/file_view.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace dfn {

FileView::FileView(int descriptor) : descriptor_(descriptor) {
  struct stat status {};
  const off_t position = lseek(descriptor, 0, SEEK_CUR);
  if (position < 0 || fstat(descriptor, &status) != 0 || status.st_size < position) return;
  start_ = static_cast<uint64_t>(position);
  size_ = static_cast<uint64_t>(status.st_size - position);
}

size_t FileView::Read(uint64_t offset, std::span<uint8_t> to) const {
  if (offset >= size_) return 0;
  to = to.first(static_cast<size_t>(std::min<uint64_t>(to.size(), size_ - offset)));
  size_t done = 0;
  while (done < to.size()) {
    const ssize_t step = pread(descriptor_, to.data() + done, to.size() - done,
                               static_cast<off_t>(start_ + offset + done));
    if (step <= 0) break;
    done += static_cast<size_t>(step);
  }
  return done;
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
