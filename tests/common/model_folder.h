// A model's exported files: in memory, or in a folder for those who take a path.
#ifndef DEEPFILTER_TESTS_COMMON_MODEL_FOLDER_H_
#define DEEPFILTER_TESTS_COMMON_MODEL_FOLDER_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "convert/export/export.h"
#include "model/model.h"

namespace dfn::test {

inline std::vector<NamedBytes> ExportedFiles(const Model& model) {
  auto files = ExportModel(model, {});
  EXPECT_TRUE(files.ok()) << files.error().message;
  return files.ok() ? std::move(*files) : std::vector<NamedBytes>();
}

// A folder of its own below the system's temporary one; gone with the object.
class ModelFolder {
 public:
  explicit ModelFolder(const Model& model) {
    std::string name =
        (std::filesystem::temp_directory_path() / "deepfilter_model_XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr) << name;
    path_ = name;
    for (const NamedBytes& file : ExportedFiles(model)) {
      std::ofstream out(path_ / file.name, std::ios::binary);
      out.write(reinterpret_cast<const char*>(file.bytes.data()),
                static_cast<std::streamsize>(file.bytes.size()));
      EXPECT_TRUE(out.good()) << file.name;
    }
  }
  ~ModelFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ModelFolder(const ModelFolder&) = delete;
  ModelFolder& operator=(const ModelFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_COMMON_MODEL_FOLDER_H_
