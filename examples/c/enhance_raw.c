/* Takes the noise out of raw samples: mono float, 48 kHz, from stdin to stdout, in blocks of 256 as
 * a sound card brings them. What goes out is as long as what came in and not delayed.
 *
 *   cc enhance_raw.c $(pkg-config --cflags --libs deepfilter) -o enhance_raw
 *   ./enhance_raw [MODEL] < noisy.f32 > clean.f32
 */
#include <deepfilter/deepfilter.h>
#include <stdio.h>

enum { kBlock = 256 };

int main(int argc, char **argv) {
  dfn_model *model = NULL;
  dfn_stream *stream = NULL;
  dfn_error *error = NULL;
  if (dfn_model_open(argc > 1 ? argv[1] : NULL, NULL, &model, &error) != DFN_OK ||
      dfn_stream_create(model, NULL, &stream, &error) != DFN_OK) {
    fprintf(stderr, "enhance_raw: %s\n", dfn_error_message(error));
    dfn_error_free(error);
    dfn_model_free(model);
    return 1;
  }

  /* The first `skip` samples that come out are older than the sound; as many are missing at the
   * end, and flushing brings them. */
  size_t skip = dfn_stream_delay_samples(stream);
  size_t missing = skip;
  float block[kBlock];
  float *const planes[1] = {block};
  for (;;) {
    size_t count = fread(block, sizeof(float), kBlock, stdin);
    if (count > 0) {
      dfn_stream_process_interleaved(stream, block, block, count);
    } else {
      count = missing < kBlock ? missing : kBlock;
      if (count == 0) break;
      dfn_stream_flush(stream, planes, count);
      missing -= count;
    }
    const size_t first = skip < count ? skip : count;
    skip -= first;
    fwrite(block + first, sizeof(float), count - first, stdout);
  }

  const int failed = fflush(stdout) != 0 || ferror(stdin) || ferror(stdout);
  if (failed) perror("enhance_raw: samples could not be read or written");
  dfn_stream_free(stream);
  dfn_model_free(model);
  return failed;
}
