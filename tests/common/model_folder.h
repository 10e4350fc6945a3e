// A model's exported files, in memory or in a folder.
#ifndef DEEPFILTER_TESTS_COMMON_MODEL_FOLDER_H_
#define DEEPFILTER_TESTS_COMMON_MODEL_FOLDER_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/testing/scratch_folder.h"
#include "convert/export/export.h"
#include "model/model.h"

namespace dfn::test {

inline std::vector<NamedBytes> ExportedFiles(const Model& model) {
  auto files = ExportModel(model, {});
  EXPECT_TRUE(files.ok()) << files.error().message;
  return files.ok() ? std::move(*files) : std::vector<NamedBytes>();
}

// A temporary folder that holds the files; the destructor removes it.
class ModelFolder {
 public:
  explicit ModelFolder(const Model& model) {
    for (const NamedBytes& file : ExportedFiles(model)) {
      std::ofstream out(folder_ / file.name, std::ios::binary);
      out.write(reinterpret_cast<const char*>(file.bytes.data()),
                static_cast<std::streamsize>(file.bytes.size()));
      EXPECT_TRUE(out.good()) << file.name;
    }
  }

  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  ScratchFolder folder_;
};

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_COMMON_MODEL_FOLDER_H_
