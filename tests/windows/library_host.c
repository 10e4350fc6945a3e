/* A program that loads the shared library while it runs, as hosts and other languages do, and enhances
 * one channel of raw 32-bit floats at 48 kHz, whole and as a stream.
 *
 *   library_host LIBRARY MODEL INPUT OUTPUT
 *
 * OUTPUT gets the samples of dfn_enhance, then those of a stream. Exits with 0, or with 1 and a line
 * that says what went wrong. */
#include <deepfilter/deepfilter.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

enum { kBlock = 256 };

/* The library's functions, by the names that they have there. */
typedef void (*Function)(void);
static dfn_result (*model_open)(const char *, const dfn_model_options *, dfn_model **,
                                dfn_error **);
static void (*model_free)(dfn_model *);
static const char *(*error_message)(const dfn_error *);
static void (*enhance_options_init)(dfn_enhance_options *, size_t);
static dfn_result (*enhance)(const dfn_model *, const dfn_enhance_options *, const float *const *,
                             float *const *, size_t, dfn_error **);
static dfn_result (*stream_create)(const dfn_model *, const dfn_stream_options *, dfn_stream **,
                                   dfn_error **);
static void (*stream_free)(dfn_stream *);
static dfn_result (*stream_process)(dfn_stream *, const float *const *, float *const *, size_t);

static void *Open(const char *path) {
#ifdef _WIN32
  return (void *)LoadLibraryA(path);
#else
  return dlopen(path, RTLD_NOW | RTLD_LOCAL);
#endif
}

static int Find(void *library, const char *name, Function *function) {
#ifdef _WIN32
  *function = (Function)(void *)GetProcAddress((HMODULE)library, name);
#else
  /* ISO C has no conversion from an object's address to a function's. */
  *(void **)function = dlsym(library, name);
#endif
  if (*function == NULL) fprintf(stderr, "library_host: the library has no %s\n", name);
  return *function != NULL;
}

static int FindAll(void *library) {
  return Find(library, "dfn_model_open", (Function *)&model_open) &&
         Find(library, "dfn_model_free", (Function *)&model_free) &&
         Find(library, "dfn_error_message", (Function *)&error_message) &&
         Find(library, "dfn_enhance_options_init", (Function *)&enhance_options_init) &&
         Find(library, "dfn_enhance", (Function *)&enhance) &&
         Find(library, "dfn_stream_create", (Function *)&stream_create) &&
         Find(library, "dfn_stream_free", (Function *)&stream_free) &&
         Find(library, "dfn_stream_process", (Function *)&stream_process);
}

static int Fail(const char *what, const dfn_error *error) {
  fprintf(stderr, "library_host: %s: %s\n", what, error != NULL ? error_message(error) : "failed");
  return 0;
}

/* Reads a whole file; *count is its number of floats. */
static float *ReadFloats(const char *path, size_t *count) {
  FILE *file = fopen(path, "rb");
  float *samples = NULL;
  long bytes = 0;
  *count = 0;
  if (file == NULL) return NULL;
  if (fseek(file, 0, SEEK_END) == 0) bytes = ftell(file);
  rewind(file);
  if (bytes > 0) samples = malloc((size_t)bytes);
  if (samples != NULL) *count = fread(samples, sizeof(float), (size_t)bytes / sizeof(float), file);
  fclose(file);
  return samples;
}

/* In place. The last block is shorter. */
static int RunStream(dfn_model *model, float *samples, size_t count) {
  dfn_stream *stream = NULL;
  dfn_error *error = NULL;
  if (stream_create(model, NULL, &stream, &error) != DFN_OK)
    return Fail("dfn_stream_create", error);
  for (size_t at = 0; at < count; at += kBlock) {
    const float *input = samples + at;
    float *output = samples + at;
    const size_t size = count - at < kBlock ? count - at : kBlock;
    if (stream_process(stream, &input, &output, size) != DFN_OK) {
      return Fail("dfn_stream_process", NULL);
    }
  }
  stream_free(stream);
  return 1;
}

static int Run(const char *model_path, float *samples, float *whole, size_t count,
               const char *output) {
  dfn_model *model = NULL;
  dfn_error *error = NULL;
  dfn_enhance_options options;
  const float *input = samples;
  FILE *file = NULL;
  int good = 0;
  if (model_open(model_path, NULL, &model, &error) != DFN_OK) return Fail("dfn_model_open", error);
  enhance_options_init(&options, sizeof options);
  if (enhance(model, &options, &input, &whole, count, &error) != DFN_OK) {
    return Fail("dfn_enhance", error);
  }
  if (!RunStream(model, samples, count)) return 0;
  model_free(model);
  file = fopen(output, "wb");
  good = file != NULL && fwrite(whole, sizeof(float), count, file) == count &&
         fwrite(samples, sizeof(float), count, file) == count;
  if (file != NULL) good = fclose(file) == 0 && good;
  return good ? 1 : Fail(output, NULL);
}

int main(int argc, char **argv) {
  size_t count = 0;
  void *library = NULL;
  float *samples = NULL;
  float *whole = NULL;
  int good = 0;
  if (argc != 5) {
    fprintf(stderr, "usage: library_host LIBRARY MODEL INPUT OUTPUT\n");
    return 1;
  }
  library = Open(argv[1]);
  if (library == NULL || !FindAll(library)) {
    fprintf(stderr, "library_host: %s cannot be loaded\n", argv[1]);
    return 1;
  }
  samples = ReadFloats(argv[3], &count);
  whole = malloc(count * sizeof(float) + 1);
  if (samples == NULL || whole == NULL || count == 0) {
    fprintf(stderr, "library_host: %s cannot be read\n", argv[3]);
  } else {
    good = Run(argv[2], samples, whole, count, argv[4]);
  }
  free(samples);
  free(whole);
  return good ? 0 : 1;
}
