// Changes one file of a folder (split_files.h): an ONNX file as a tree, others as bytes.
#include <iterator>
#include <utility>

#include "base/bytes.h"
#include "mutator.h"
#include "onnx_mutator.h"

namespace dfn {
namespace {

struct FolderFile {
  uint8_t kind;
  std::vector<uint8_t> content;
};

std::vector<FolderFile> Split(Bytes input) {
  constexpr size_t kHeaderBytes = 4;
  std::vector<FolderFile> files;
  while (input.size() >= kHeaderBytes) {
    const size_t wanted = LoadLittleEndian<uint32_t>(input.data()) >> 8;
    const uint8_t kind = input[0];
    input = input.subspan(kHeaderBytes);
    const Bytes content = input.first(std::min(wanted, input.size()));
    files.push_back({kind, {content.begin(), content.end()}});
    input = input.subspan(content.size());
  }
  return files;
}

std::vector<uint8_t> Join(const std::vector<FolderFile>& files) {
  std::vector<uint8_t> made;
  for (const FolderFile& file : files) {
    made.push_back(file.kind);
    for (int shift = 0; shift < 24; shift += 8) {
      made.push_back(static_cast<uint8_t>(file.content.size() >> shift));
    }
    made.insert(made.end(), file.content.begin(), file.content.end());
  }
  return made;
}

}  // namespace
}  // namespace dfn

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  using namespace dfn;
  Random random(seed);
  std::vector<FolderFile> files = Split({data, size});
  if (files.empty() || random() % 16 == 0) return LLVMFuzzerMutate(data, size, max_size);
  FolderFile& file = files[random() % files.size()];
  const auto way = random() % 16;
  if (way == 0) {
    file.kind = static_cast<uint8_t>(random() % 16);
  } else if (way == 1) {
    std::swap(file, files.back());
    files.pop_back();
  } else {
    // Empty for text, which is no model.
    std::vector<uint8_t> tree = MutateOnnx(file.content, random);
    if (tree.empty()) {
      MutateBytes(file.content);
    } else {
      file.content = std::move(tree);
    }
  }
  return GiveBack(Join(files), data, size, max_size);
}
