// Writes a test sound, and what the library makes of it, as 32-bit floats, channel after channel:
// what clap_crates.sh gives another host, and expects of it.
//
//   clap_sound CHANNELS ATTENUATION_LIMIT INPUT OUTPUT
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "plugins/planar.h"

namespace {

void Write(const std::string& path, const dfn::test::Planar& sound) {
  std::ofstream file(path, std::ios::binary);
  for (const std::vector<float>& channel : sound) {
    file.write(reinterpret_cast<const char*>(channel.data()),
               static_cast<std::streamsize>(channel.size() * sizeof(float)));
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) return 2;
  const size_t channels = std::strtoul(arguments[1], nullptr, 10);
  dfn_stream_options options = dfn::test::Lv2Options(channels, 48000);
  options.attenuation_limit_db = std::strtof(arguments[2], nullptr);
  const dfn::test::Planar input = dfn::test::TestSound(channels, 100000, 48000);
  Write(arguments[3], input);
  Write(arguments[4], dfn::test::LibraryOutput(options, input));
}
