// Packs the model that is built into the program.
//
//   deepfilter_embed_model ARCHIVE FILE
#include <cstdio>
#include <fstream>

#include "base/precision.h"
#include "convert/load/load.h"
#include "convert/packed/packed_model.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: deepfilter_embed_model ARCHIVE FILE\n");
    return 2;
  }
  const auto model = dfn::LoadModel(argv[1]);
  if (!model.ok()) {
    std::fprintf(stderr, "deepfilter_embed_model: %s\n", model.error().message.c_str());
    return 1;
  }
  const auto file = dfn::PackModel(*model, dfn::Precision::kF32);
  std::ofstream stream(argv[2], std::ios::binary);
  stream.write(reinterpret_cast<const char*>(file.data()),
               static_cast<std::streamsize>(file.size()));
  stream.close();
  if (!stream) {
    std::fprintf(stderr, "deepfilter_embed_model: cannot write %s\n", argv[2]);
    return 1;
  }
  return 0;
}
