// Fuzzes the manifest of a run over a folder, which may come from another machine or be half-written.
#include <fcntl.h>
#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "cli/enhance/manifest.h"
#include "expect.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

// A folder with three inputs, two of which have outputs.
const fs::path& Folder() {
  static const fs::path folder = [] {
    std::string name = (fs::temp_directory_path() / "deepfilter-fuzz-XXXXXX").string();
    Expect(mkdtemp(name.data()) != nullptr, "a folder");
    fs::create_directories(fs::path(name) / "in");
    fs::create_directories(fs::path(name) / "out");
    for (const char* file : {"in/a.wav", "in/b.wav", "in/c.wav", "out/a.wav", "out/b.wav"}) {
      std::ofstream(fs::path(name) / file) << "sound";
    }
    // A row can name the time of the inputs' last change.
    const timespec times[2] = {{1, 0}, {1, 0}};
    for (const char* file : {"in/a.wav", "in/b.wav", "in/c.wav"}) {
      Expect(utimensat(AT_FDCWD, (fs::path(name) / file).c_str(), times, 0) == 0, "a time");
    }
    std::atexit([] {
      std::error_code ignored;
      fs::remove_all(Folder(), ignored);
    });
    return fs::path(name);
  }();
  return folder;
}

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Opens the manifest as a run would; returns how many files it has still to make, or -1.
int Settle(const EnhanceOptions& options) {
  static const auto planned = PlanOutputs(options.inputs, options.output);
  Expect(planned.ok() && planned->files.size() == 3, "three files");
  OutputPlan plan = *planned;
  auto manifest = Manifest::Open(options, plan);
  if (!manifest.ok()) {
    ExpectSentence(manifest.error());
    return -1;
  }
  const auto counts = (*manifest)->Settle({"0123", "{}"}, plan);
  if (!counts.ok()) {
    ExpectSentence(counts.error());
    return -1;
  }
  Expect(counts->done + plan.files.size() == 3, "each file is done or to be made");
  return static_cast<int>(plan.files.size());
}

}  // namespace
}  // namespace dfn

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace dfn;
  EnhanceOptions options;
  options.inputs = {(Folder() / "in").string()};
  options.output = (Folder() / "out").string();
  options.resume = true;
  const std::filesystem::path path = Folder() / "out" / "manifest.jsonl";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const int left = Settle(options);
  const std::string settled = Read(path);
  if (left < 0) {
    Expect(settled == std::string(reinterpret_cast<const char*>(data), size),
           "a refused manifest stays as it is");
    return 0;
  }
  Expect(Settle(options) == left && Read(path) == settled, "a settled manifest stays as it is");
  return 0;
}
