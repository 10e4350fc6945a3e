// Writers of ZIP files and pickles, right and wrong, for this room's tests.
#ifndef DEEPFILTER_FORMATS_TESTING_TORCH_ZIP_H_
#define DEEPFILTER_FORMATS_TESTING_TORCH_ZIP_H_

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace dfn::torch {

template <class Number>
std::string LittleEndian(Number number) {
  std::string bytes;
  for (size_t i = 0; i < sizeof(Number); ++i) {
    bytes += static_cast<char>(static_cast<uint64_t>(number) >> (8 * i));
  }
  return bytes;
}

inline Bytes AsBytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

inline std::string Deflate(const std::string& content) {
  std::string deflated(compressBound(content.size()) + 64, '\0');
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(deflated.data());
  stream.avail_out = static_cast<uInt>(deflated.size());
  deflate(&stream, Z_FINISH);
  deflated.resize(stream.total_out);
  deflateEnd(&stream);
  return deflated;
}

// An entry of the central directory. ZipWriter::Add fills it in correctly; a test may then change
// it.
struct ZipLine {
  std::string name;
  uint16_t flags = 0;
  uint16_t method = 0;
  uint32_t crc32 = 0;
  uint32_t stored_size = 0;
  uint32_t size = 0;
  uint32_t offset = 0;
  std::string extra = {};
};

class ZipWriter {
 public:
  // Writes a local header and the content; the line is a copy for the directory.
  ZipLine& Add(const std::string& name, const std::string& content, bool deflated = false) {
    const std::string stored = deflated ? Deflate(content) : content;
    ZipLine line{.name = name,
                 .method = static_cast<uint16_t>(deflated ? 8 : 0),
                 .crc32 = static_cast<uint32_t>(
                     ::crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size())),
                 .stored_size = static_cast<uint32_t>(stored.size()),
                 .size = static_cast<uint32_t>(content.size()),
                 .offset = static_cast<uint32_t>(file_.size())};
    // Sizes and checksum are left to the directory, as PyTorch leaves them to a record after the
    // data.
    file_ += "PK\x03\x04" + std::string(2, '\0') + LittleEndian(uint16_t{8}) +
             LittleEndian(line.method) + std::string(16, '\0') +
             LittleEndian(static_cast<uint16_t>(name.size())) + std::string(2, '\0') + name +
             stored;
    lines.push_back(line);
    return lines.back();
  }

  // The whole file. wide: with 64-bit end records that the ordinary end record refers to.
  std::string Finish(bool wide = false) {
    std::string directory;
    for (const ZipLine& line : lines) {
      directory += "PK\x01\x02" + std::string(4, '\0') + LittleEndian(line.flags) +
                   LittleEndian(line.method) + std::string(4, '\0') + LittleEndian(line.crc32) +
                   LittleEndian(line.stored_size) + LittleEndian(line.size) +
                   LittleEndian(static_cast<uint16_t>(line.name.size())) +
                   LittleEndian(static_cast<uint16_t>(line.extra.size())) + std::string(10, '\0') +
                   LittleEndian(line.offset) + line.name + line.extra;
    }
    const size_t offset = file_.size();
    const size_t end64 = offset + directory.size();
    std::string whole = file_ + directory;
    if (wide) {
      whole += "PK\x06\x06" + LittleEndian(uint64_t{44}) + std::string(12, '\0') +
               LittleEndian(uint64_t{lines.size()}) + LittleEndian(uint64_t{lines.size()}) +
               LittleEndian(uint64_t{directory.size()}) + LittleEndian(uint64_t{offset});
      whole += "PK\x06\x07" + std::string(4, '\0') + LittleEndian(uint64_t{end64}) +
               LittleEndian(uint32_t{1});
    }
    const auto count = static_cast<uint16_t>(wide ? 0xffff : lines.size());
    return whole + "PK\x05\x06" + std::string(4, '\0') + LittleEndian(count) + LittleEndian(count) +
           LittleEndian(static_cast<uint32_t>(wide ? 0xffffffff : directory.size())) +
           LittleEndian(static_cast<uint32_t>(wide ? 0xffffffff : offset)) + std::string(2, '\0');
  }

  std::vector<ZipLine> lines;

 private:
  std::string file_;
};

// Pieces of a pickle, as Python's pickler writes them.
namespace pickle {

inline const std::string kProto2 = "\x80\x02";

inline std::string Str(const std::string& text) {
  return std::string("X") + LittleEndian(static_cast<uint32_t>(text.size())) + text;
}
inline std::string Int(int32_t number) { return std::string("J") + LittleEndian(number); }
inline std::string Global(const std::string& module, const std::string& name) {
  return std::string("c") + module + "\n" + name + "\n";
}
inline std::string Ints(const std::vector<int32_t>& numbers) {
  std::string tuple = "(";
  for (const int32_t number : numbers) tuple += Int(number);
  return tuple + "t";
}
inline const std::string kEmptyOrderedDict = Global("collections", "OrderedDict") + ")R";

inline std::string Storage(const std::string& storage_class, const std::string& key,
                           int32_t elements) {
  return std::string("(") + Str("storage") + Global("torch", storage_class) + Str(key) +
         Str("cpu") + Int(elements) + "tQ";
}
inline std::string Tensor(const std::string& storage, int32_t offset,
                          const std::vector<int32_t>& shape, const std::vector<int32_t>& strides) {
  return Global("torch._utils", "_rebuild_tensor_v2") + "(" + storage + Int(offset) + Ints(shape) +
         Ints(strides) + "\x89" + kEmptyOrderedDict + "tR";
}
// A dict. items: pickled keys and values, joined.
inline std::string Dict(const std::string& items) { return std::string("}(") + items + "u"; }

}  // namespace pickle
}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TESTING_TORCH_ZIP_H_
