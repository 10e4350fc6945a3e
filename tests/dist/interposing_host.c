/* A host whose own functions have the names of those that the library's readers call. The library must
 * call its own: its dependencies are inside it and bound to it.
 *
 *   interposing_host MODEL...      linked so that the program exports its functions (-rdynamic)
 */
#include <stdio.h>
#include <stdlib.h>

#include "deepfilter/deepfilter.h"

#define TAKE_NAME(name)                                           \
  void name(void);                                                \
  void name(void) {                                               \
    fprintf(stderr, "the library called the host's %s\n", #name); \
    abort();                                                      \
  }

/* inih, zlib, libarchive and its decoders, Nettle, Highway. */
TAKE_NAME(ini_parse)
TAKE_NAME(ini_parse_file)
TAKE_NAME(ini_parse_stream)
TAKE_NAME(ini_parse_string)
TAKE_NAME(inflate)
TAKE_NAME(inflateInit_)
TAKE_NAME(inflateInit2_)
TAKE_NAME(inflateEnd)
TAKE_NAME(crc32)
TAKE_NAME(archive_read_new)
TAKE_NAME(archive_read_open1)
TAKE_NAME(archive_read_open_memory)
TAKE_NAME(archive_read_next_header)
TAKE_NAME(archive_read_data)
TAKE_NAME(archive_read_free)
TAKE_NAME(archive_read_support_filter_gzip)
TAKE_NAME(archive_read_support_format_tar)
TAKE_NAME(ZSTD_createDStream)
TAKE_NAME(ZSTD_decompressStream)
TAKE_NAME(lzma_code)
TAKE_NAME(lzma_stream_decoder)
TAKE_NAME(BZ2_bzDecompressInit)
TAKE_NAME(BZ2_bzDecompress)
TAKE_NAME(nettle_sha256_init)
TAKE_NAME(nettle_sha256_update)
TAKE_NAME(nettle_sha256_digest)

int main(int count, char **arguments) {
  for (int i = 1; i < count; ++i) {
    dfn_model *model = NULL;
    dfn_error *error = NULL;
    if (dfn_model_open(arguments[i], NULL, &model, &error) != DFN_OK) {
      fprintf(stderr, "%s\n", dfn_error_message(error));
      dfn_error_free(error);
      return 1;
    }
    dfn_model_free(model);
  }
  printf("%d models opened without a function of the host\n", count - 1);
  return 0;
}
