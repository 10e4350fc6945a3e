// Bounds on what foreign files may ask for. A reader checks a number against them before it
// allocates by that number.
#ifndef DEEPFILTER_BASE_LIMITS_H_
#define DEEPFILTER_BASE_LIMITS_H_

#include <cstddef>

namespace dfn {

struct Limits {
  // The largest official file is 37 MB; a model ten times its size still loads.
  size_t max_file_bytes = size_t{512} << 20;
  size_t max_archive_entries = 256;
  size_t max_archive_bytes = size_t{512} << 20;  // all entries together, after inflating
  // Inflating DeepFilterNet's archives gains 1.1; text compresses up to 20-fold.
  size_t max_inflate_ratio = 200;
  size_t max_graph_nodes = 100'000;
  size_t max_tensors = 100'000;
  size_t max_tensor_elements = size_t{64} << 20;
  size_t max_tensor_rank = 8;
  size_t max_name_bytes = 4096;
  size_t max_ini_bytes = size_t{1} << 20;
  // Every size in a config (channels, bands, hidden units, layers, orders, FFT).
  size_t max_config_dimension = 65'536;
};

}  // namespace dfn

#endif  // DEEPFILTER_BASE_LIMITS_H_
