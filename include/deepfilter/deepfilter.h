/* deepfilter: takes noise out of speech with DeepFilterNet, exactly and in real time.
 *
 * Enhance a live stream, mono, 48 kHz, in blocks of any size:
 *
 *   dfn_model *model = NULL;
 *   dfn_stream *stream = NULL;
 *   dfn_error *error = NULL;
 *   if (dfn_model_open(NULL, NULL, &model, &error) != DFN_OK ||
 *       dfn_stream_create(model, NULL, &stream, &error) != DFN_OK) {
 *     fprintf(stderr, "%s\n", dfn_error_message(error));
 *     exit(1);
 *   }
 *   while (capture(block, 256)) {
 *     dfn_stream_process_interleaved(stream, block, block, 256);
 *     play(block, 256);
 *   }
 *   dfn_stream_free(stream);
 *   dfn_model_free(model);
 *
 * The output is always `dfn_stream_delay_samples(stream)` samples behind the input.
 *
 * Enhance a whole sound in memory, aligned, in one call:
 *
 *   dfn_enhance_interleaved(model, NULL, noisy, clean, samples, &error);
 *
 * These rules hold for all functions:
 *  - No function aborts, throws, prints or keeps global state, except for the choice of
 *    dfn_simd_target(). A function that can fail returns a result, and gives the reason in one
 *    sentence as a `dfn_error`.
 *  - Functions marked "real-time" allocate no memory, take no lock, call nothing of the operating
 *    system, read no clock, and take a time that depends only on the block. All other functions may
 *    do any of that.
 *  - A `dfn_model` may be used by any number of threads at once. A `dfn_stream` may be used by one
 *    thread at a time, except for the functions marked "any thread", which may run at the same time
 *    as all others of that stream but `dfn_stream_free`.
 *  - Samples: float, full scale 1, or 16-bit integers, full scale 32768. A float sample that is
 *    NaN, infinite or beyond 1e10 counts as 0.
 *  - A "block" is the sound that one call brings; `samples` is its length in samples of one channel
 *    at the stream's rate.
 *  - The same input, options and processor give the same bits, however the input is cut into
 *    blocks, and whether the stream runs alone or in a batch.
 */
#ifndef DEEPFILTER_DEEPFILTER_H_
#define DEEPFILTER_DEEPFILTER_H_

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#if defined(DFN_BUILDS_LIBRARY)
#define DFN_API __declspec(dllexport)
#elif defined(DFN_STATIC)
#define DFN_API
#else
#define DFN_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define DFN_API __attribute__((visibility("default")))
#else
#define DFN_API
#endif

/* Stands behind the declaration of each real-time function. clang 20 and later check calls of such
 * functions from other real-time functions (-Wfunction-effects). */
#if defined(__cplusplus)
#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::nonblocking)
#define DFN_REALTIME [[clang::nonblocking]]
#endif
#endif
#elif defined(__has_attribute)
#if __has_attribute(nonblocking)
#define DFN_REALTIME __attribute__((nonblocking))
#endif
#endif
#if !defined(DFN_REALTIME)
#define DFN_REALTIME
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version ------------------------------------------------------------------------------ */

#define DFN_VERSION_MAJOR 0
#define DFN_VERSION_MINOR 1
#define DFN_VERSION_PATCH 0

/* The library's own version, "0.1.0". Any thread, real-time. */
DFN_API const char *dfn_version(void) DFN_REALTIME;
/* The instructions that this process computes with, "AVX2": the machine's best, or those that the
 * environment variable DEEPFILTER_SIMD names (AVX3_AMX, AVX3_VNNI, AVX3, AVX2_VNNI, AVX2, SSE4, SSSE3,
 * SSE2, NEON, SCALAR). The library uses AVX3_AMX only where the variable names it. The choice is made
 * when the first model is opened, and then holds for the process. Any thread. */
DFN_API const char *dfn_simd_target(void);

/* ---- Results and errors ------------------------------------------------------------------- */

/* Values never change; new ones may be added. */
typedef enum dfn_result {
  DFN_OK = 0,
  DFN_ERROR_INVALID_ARGUMENT = 1, /* a null pointer, an option out of range */
  DFN_ERROR_NOT_FOUND = 2,        /* no such file, folder or known model */
  DFN_ERROR_IO = 3,               /* the system could not read or write */
  DFN_ERROR_CORRUPT = 4,          /* bytes that break the rules of their format */
  DFN_ERROR_LIMIT = 5,            /* larger than the limits allow */
  DFN_ERROR_UNSUPPORTED = 6,      /* well-formed, but of a kind that this library does not run */
  DFN_ERROR_MISMATCH = 7,         /* parts that do not belong together */
  DFN_ERROR_OUT_OF_MEMORY = 8,
  DFN_ERROR_INTERNAL = 9,   /* a bug of this library: please report the sentence */
  DFN_ERROR_STATE = 10,     /* a call out of turn: dfn_stream_process after dfn_stream_flush */
  DFN_ERROR_CANCELLED = 11, /* a dfn_progress_function has ended the work */
  DFN_ERROR_EXISTS = 12     /* a file that would have to be replaced (deepfilter/tools.h) */
} dfn_result;

/* The reason of a failure. A function that takes a `dfn_error **error` puts a new error there when
 * it fails, which the caller frees, and leaves it alone when it succeeds; `error` may be null. When
 * the function fails, the object that it should have created is null. */
typedef struct dfn_error dfn_error;
/* DFN_OK for null. */
DFN_API dfn_result dfn_error_result(const dfn_error *error);
/* One sentence without a full stop that names the file, the expected and the found. Valid as long
 * as `error`; "" for null. */
DFN_API const char *dfn_error_message(const dfn_error *error);
/* Null does nothing. */
DFN_API void dfn_error_free(dfn_error *error);

/* ---- Models ------------------------------------------------------------------------------- */

typedef struct dfn_model dfn_model;

typedef enum dfn_log_level { DFN_LOG_WARNING = 1, DFN_LOG_INFO = 2 } dfn_log_level;
/* Called while a model is opened or a stream created, on that thread, never from a real-time
 * function. `message` is one line and valid during the call. */
typedef void (*dfn_log_function)(void *data, dfn_log_level level, const char *message);

/* Initialise the struct with dfn_model_options_init, then change any field. Option structs grow at
 * their end. A caller that was compiled with an older header gets the defaults for the fields that
 * it does not have; a newer caller that sets a field which this library does not know gets
 * DFN_ERROR_UNSUPPORTED. */
typedef struct dfn_model_options {
  size_t size;           /* sizeof(dfn_model_options), as the caller compiled it */
  dfn_log_function log;  /* [null: silent] */
  void *log_data;        /* passed to `log`; must stay valid as long as the model */
  size_t max_file_bytes; /* limit for one file and for the content of an archive; beyond it
                            DFN_ERROR_LIMIT [512 MiB] */
} dfn_model_options;
/* Fills the first `size` bytes with defaults: dfn_model_options_init(&options, sizeof options). */
DFN_API void dfn_model_options_init(dfn_model_options *options, size_t size);

/* Opens a model: a folder or .tar.gz of ONNX files, a PyTorch checkpoint, a packed model file (.dfn,
 * which `deepfilter pack` writes and which opens in a few milliseconds), the name of a known model
 * in the cache ("dfn3"), or null for the built-in model (in a build without one: dfn3 from the
 * cache). `options` may be null. Nothing is downloaded. Graphs other than DeepFilterNet's are
 * DFN_ERROR_UNSUPPORTED, since ONNX Runtime is not part of this library. Every function that opens a
 * model returns DFN_ERROR_INVALID_ARGUMENT if DEEPFILTER_SIMD names instructions that this machine
 * does not have. Opening takes less than 48 KB of stack. */
DFN_API dfn_result dfn_model_open(const char *source, const dfn_model_options *options,
                                  dfn_model **model, dfn_error **error);
/* The same from memory: one .tar.gz or packed model file. The bytes may be freed afterwards. */
DFN_API dfn_result dfn_model_open_memory(const void *bytes, size_t size,
                                         const dfn_model_options *options, dfn_model **model,
                                         dfn_error **error);
/* The same from the bytes of single files, config.ini among them: "enc.onnx", "erb_dec.onnx" and
 * "df_dec.onnx", or any other form that dfn_model_open takes in a folder. Files in which ONNX files
 * keep their data ("enc.onnx.data") are found by the last part of their names. Or one packed model
 * file, whatever its name. */
typedef struct dfn_file {
  const char *name;
  const void *bytes;
  size_t size;
} dfn_file;
DFN_API dfn_result dfn_model_open_files(const dfn_file *files, size_t count,
                                        const dfn_model_options *options, dfn_model **model,
                                        dfn_error **error);
/* Streams and batches keep the parts that they need, so a model may be freed before them. Null does
 * nothing. */
DFN_API void dfn_model_free(dfn_model *model);

/* "dfn3", "dfn3_ll", ...; "DeepFilterNet3" for a model whose sizes are not those of an official
 * variant. Valid as long as the model. Any thread, real-time. */
DFN_API const char *dfn_model_name(const dfn_model *model) DFN_REALTIME;
/* The network's own rate and frame: 48000 and 480 for all official models; 0 for null. Any thread,
 * real-time. */
DFN_API uint32_t dfn_model_sample_rate_hz(const dfn_model *model) DFN_REALTIME;
DFN_API size_t dfn_model_hop_samples(const dfn_model *model) DFN_REALTIME;

/* How weights are stored; the arithmetic is in float. F16 and I8 are faster and less exact. */
typedef enum dfn_precision {
  DFN_PRECISION_F32 = 0,
  DFN_PRECISION_F16 = 1,
  DFN_PRECISION_I8 = 2,
  /* As the model's file stores them, dfn_model_precision: F32 unless a packed model file holds F16
   * or I8. Such a file's weights stay rounded, so that any other precision gains nothing. */
  DFN_PRECISION_MODEL = 3
} dfn_precision;

/* What the model's weights were stored in; DFN_PRECISION_F32 for null. Any thread, real-time. */
DFN_API dfn_precision dfn_model_precision(const dfn_model *model) DFN_REALTIME;

/* ---- Streams ------------------------------------------------------------------------------ */

typedef struct dfn_stream dfn_stream;

/* The rules that a stream follows. */
typedef enum dfn_profile {
  DFN_PROFILE_REFERENCE = 0, /* Python's df.enhance on the whole sound */
  DFN_PROFILE_LIBDF = 1      /* the official real-time runtime: stages gated by local SNR */
} dfn_profile;

typedef enum dfn_channel_mode {
  DFN_CHANNELS_INDEPENDENT = 0, /* each channel as if alone */
  DFN_CHANNELS_LINKED = 1,      /* all channels get the largest of their gains in each band, and
                                   the first channel's local SNR gates the stages, so the stereo
                                   image keeps its place; each channel has its own deep filter */
  DFN_CHANNELS_DOWNMIX = 2,     /* the mean of the channels is enhanced and put out on each */
  DFN_CHANNELS_LINKED_MEAN = 3  /* as LINKED, with the mean of the gains instead of the largest:
                                   the official plugin's rule. Profile LIBDF only */
} dfn_channel_mode;

/* When the work of a hop (10 ms) is done. */
typedef enum dfn_work_mode {
  DFN_WORK_DIRECT = 0, /* whole, in the call that completes the hop */
  DFN_WORK_SPREAD = 1 /* layer by layer over the calls up to the next hop, for blocks shorter than a
                         hop; one hop more delay */
} dfn_work_mode;

/* How loud the network hears the input. The output's level is the input's in any case. */
typedef enum dfn_level {
  DFN_LEVEL_KEEP = 0,   /* as loud as it is, which is official */
  DFN_LEVEL_AUTO = 1,   /* speech that is too quiet or loud for the network as if it were not */
  DFN_LEVEL_FIXED = 2,  /* louder by level_gain_db */
  DFN_LEVEL_DEFAULT = 3 /* AUTO with DFN_PROFILE_REFERENCE, KEEP with DFN_PROFILE_LIBDF */
} dfn_level;

/* What the network hears above the band of a stream whose rate is up to 2/3 of the model's. */
typedef enum dfn_band {
  DFN_BAND_KEEP = 0, /* nothing, which is official */
  DFN_BAND_AUTO = 1, /* a floor as strong as the noise in the band, without which the network hears
                          less well. The output has nothing there */
  DFN_BAND_DEFAULT = 2 /* AUTO where `level` is AUTO, or DEFAULT with DFN_PROFILE_REFERENCE */
} dfn_band;

/* Initialise the struct with dfn_stream_options_init, then change any field. Defaults are in
 * brackets. */
typedef struct dfn_stream_options {
  size_t size;                   /* sizeof(dfn_stream_options), as the caller compiled it */
  uint32_t sample_rate_hz;       /* 8000 .. 192000 [48000]; resampled if not the model's rate */
  uint32_t channels;             /* 1 .. 16 [1] */
  dfn_channel_mode channel_mode; /* [INDEPENDENT] */
  dfn_profile profile;           /* [REFERENCE] */
  dfn_precision precision;       /* [MODEL] */
  dfn_work_mode work_mode;       /* [DIRECT] */
  /* The length of every block is a multiple of this, 1 .. 1920000 [1]; other lengths are
   * DFN_ERROR_INVALID_ARGUMENT. A multiple of the hop saves up to a hop of delay. */
  uint32_t block_multiple;
  float attenuation_limit_db; /* [100: no limit]; 0: the input, delayed. The sign is ignored */
  float post_filter_beta;     /* 0 .. 1 [0: off]; usually 0.02 */
  /* Profile LIBDF: thresholds on the local SNR in dB [-15, 35, 35]. */
  float min_db_threshold;     /* below: silence */
  float max_db_erb_threshold; /* above: the input as it is */
  float max_db_df_threshold;  /* above: gains without deep filter */
  /* Not 0: the stream skips lasting digital silence, and the network's state does not advance
   * through it. Cheap while nobody speaks, but no longer exact after the silence. [0] */
  int silence_skip;
  uint32_t unused;     /* has no meaning */
  dfn_level level;     /* [DEFAULT] */
  float level_gain_db; /* -60 .. 60 [0], with DFN_LEVEL_FIXED */
  dfn_band band;       /* [DEFAULT] */
} dfn_stream_options;
/* Fills the first `size` bytes with defaults: dfn_stream_options_init(&options, sizeof options). */
DFN_API void dfn_stream_options_init(dfn_stream_options *options, size_t size);

/* Creates a stream of `model`; null options are the defaults. The first stream of a precision packs
 * the weights, and all streams of the model share them. Any number of threads may create streams at
 * once. */
DFN_API dfn_result dfn_stream_create(const dfn_model *model, const dfn_stream_options *options,
                                     dfn_stream **stream, dfn_error **error);
/* Null does nothing. */
DFN_API void dfn_stream_free(dfn_stream *stream);

/* Output sample i + delay is input sample i, enhanced. The delay never changes, whatever the blocks
 * and controls. In samples at the stream's rate; 0 for null. Any thread, real-time. */
DFN_API size_t dfn_stream_delay_samples(const dfn_stream *stream) DFN_REALTIME;

/* The dfn_stream_delay_samples of a stream with these options (null: the defaults), without
 * creating one. 0, which no stream has, if dfn_stream_create would refuse the options. Any
 * thread. */
DFN_API size_t dfn_model_delay_samples(const dfn_model *model, const dfn_stream_options *options);

/* Enhances a block of any length, 0 included. Output and input may be the same memory (planar:
 * output[c] == input[c]), and must not overlap otherwise. Real-time.
 *   planar:      input[c], output[c]: [samples]
 *   interleaved: [samples, channels]
 * int16 output is rounded to nearest and clamped.
 * Results: DFN_OK, or DFN_ERROR_INVALID_ARGUMENT or DFN_ERROR_STATE, and then nothing was done. */
DFN_API dfn_result dfn_stream_process(dfn_stream *stream, const float *const *input,
                                      float *const *output, size_t samples) DFN_REALTIME;
DFN_API dfn_result dfn_stream_process_interleaved(dfn_stream *stream, const float *input,
                                                  float *output, size_t samples) DFN_REALTIME;
DFN_API dfn_result dfn_stream_process_i16(dfn_stream *stream, const int16_t *const *input,
                                          int16_t *const *output, size_t samples) DFN_REALTIME;
DFN_API dfn_result dfn_stream_process_interleaved_i16(dfn_stream *stream, const int16_t *input,
                                                      int16_t *output, size_t samples) DFN_REALTIME;

/* Gives the next `samples` of output after the end of the input. The whole sound is out after
 * delay_samples in all, and silence follows. dfn_stream_process works again after dfn_stream_reset.
 * Real-time. */
DFN_API dfn_result dfn_stream_flush(dfn_stream *stream, float *const *output,
                                    size_t samples) DFN_REALTIME;
/* Resets the stream to its start, except for its controls. Null does nothing. Real-time. */
DFN_API void dfn_stream_reset(dfn_stream *stream) DFN_REALTIME;

/* ---- Whole sounds ------------------------------------------------------------------------- */

/* Called now and then on the thread of dfn_enhance. `done` of `total` output samples of each
 * channel are written; the last call has done == total. A result other than 0 cancels the work. */
typedef int (*dfn_progress_function)(void *data, uint64_t done, uint64_t total);

/* Initialise the struct with dfn_enhance_options_init, then change any field. Defaults are in
 * brackets. */
typedef struct dfn_enhance_options {
  size_t size;                      /* sizeof(dfn_enhance_options), as the caller compiled it */
  const dfn_stream_options *stream; /* rate, channels, profile and so on; work_mode and
                                       block_multiple have no effect [null: the defaults] */
  dfn_progress_function progress;   /* [null: no progress] */
  void *progress_data;              /* passed to `progress` */
  int unpadded; /* Not 0: nothing is behind the sound's end, as with df.enhance(pad=False). The output
                   is a window less a hop late (official models: 480 samples), and input that fills
                   no hop is not heard. At the model's rate, with profile REFERENCE. [0] */
  uint32_t unused; /* has no meaning */
} dfn_enhance_options;
/* Fills the first `size` bytes with defaults, as the other _init functions do. */
DFN_API void dfn_enhance_options_init(dfn_enhance_options *options, size_t size);

/* Enhances a whole sound of `samples` samples in each channel; output sample i is input sample i,
 * enhanced. The samples are those of a stream with these options without its delay, computed
 * faster, many hops at a time; but where a stream follows the level, the sound is read for it
 * first, and each channel has one gain from its first sample on. Input and output are as in
 * dfn_stream_process: planar, or interleaved [samples, channels], in place or not. Null options are
 * the defaults. Any thread, not real-time.
 * Errors: those of dfn_stream_create; DFN_ERROR_CANCELLED, and then the output is written as far as
 * the last `done`. */
DFN_API dfn_result dfn_enhance(const dfn_model *model, const dfn_enhance_options *options,
                               const float *const *input, float *const *output, size_t samples,
                               dfn_error **error);
DFN_API dfn_result dfn_enhance_interleaved(const dfn_model *model,
                                           const dfn_enhance_options *options, const float *input,
                                           float *output, size_t samples, dfn_error **error);

/* ---- Controls: any thread, real-time; they fade in over the next hop ------------------------- */

/* As in dfn_stream_options. NaN and a level that is none of dfn_level change nothing; other numbers
 * are clamped to their range. A null stream does nothing. */
DFN_API void dfn_stream_set_attenuation_limit_db(dfn_stream *stream, float limit_db) DFN_REALTIME;
DFN_API void dfn_stream_set_post_filter_beta(dfn_stream *stream, float beta) DFN_REALTIME;
DFN_API void dfn_stream_set_thresholds_db(dfn_stream *stream, float min_db, float max_erb_db,
                                          float max_df_db) DFN_REALTIME;
DFN_API void dfn_stream_set_level(dfn_stream *stream, dfn_level level,
                                  float level_gain_db) DFN_REALTIME;
/* Not 0: the output is the input, delayed as always, bit for bit. The network goes on processing,
 * so the sound after a bypass is what it would have been without. */
DFN_API void dfn_stream_set_bypass(dfn_stream *stream, int bypass) DFN_REALTIME;

/* The network's newest estimate of the first channel's local SNR in dB; 0 for null. It belongs to
 * the newest processed hop or, with a model that looks ahead, to one up to two hops earlier. Any
 * thread, real-time. */
DFN_API float dfn_stream_local_snr_db(const dfn_stream *stream) DFN_REALTIME;
/* The same for each hop that the last call of process or flush has finished, oldest first: writes
 * up to `capacity` values, and returns how many there are (at most the last 32). Real-time. */
DFN_API size_t dfn_stream_local_snrs_db(const dfn_stream *stream, float *values,
                                        size_t capacity) DFN_REALTIME;

/* By how much the network hears the first channel louder than it is, in dB; 0 for null. Any thread,
 * real-time. */
DFN_API float dfn_stream_level_gain_db(const dfn_stream *stream) DFN_REALTIME;

/* ---- State -------------------------------------------------------------------------------- */

/* Bytes that dfn_stream_save writes; constant; 0 for null. Any thread, real-time. */
DFN_API size_t dfn_stream_state_size(const dfn_stream *stream) DFN_REALTIME;
/* Writes all that the stream remembers, except its controls. A stream of the same model and options
 * in the same version of the library, on the same kind of processor, continues from it bit for bit.
 * With DFN_WORK_SPREAD, this finishes the work of the current hop. `state` need not be aligned.
 * Result: DFN_ERROR_INVALID_ARGUMENT if `size` is less than dfn_stream_state_size. Real-time. */
DFN_API dfn_result dfn_stream_save(dfn_stream *stream, void *state, size_t size) DFN_REALTIME;
/* Continues from such a state. Result: DFN_ERROR_CORRUPT (the bytes are not a state, or were
 * changed), DFN_ERROR_MISMATCH (the state is of another model, other options, another version or
 * processor); then the stream stays as it was. Real-time. */
DFN_API dfn_result dfn_stream_restore(dfn_stream *stream, const void *state,
                                      size_t size) DFN_REALTIME;
/* Makes `to` continue from the state of `from`. Result: DFN_ERROR_MISMATCH. Real-time. */
DFN_API dfn_result dfn_stream_copy(dfn_stream *to, dfn_stream *from) DFN_REALTIME;

/* ---- Many streams ------------------------------------------------------------------------- */

/* Runs streams of one model and precision together, so that weights are read once for all of them.
 * Each stream has the bits that it would have alone. */
typedef struct dfn_batch dfn_batch;

/* For up to `max_channels` channels of streams at once, 1 .. 4096 (a stream of 2 counts as 2). */
DFN_API dfn_result dfn_batch_create(const dfn_model *model, dfn_precision precision,
                                    size_t max_channels, dfn_batch **batch, dfn_error **error);
/* Null does nothing. */
DFN_API void dfn_batch_free(dfn_batch *batch);

/* One stream's part of a call, with the arguments of dfn_stream_process. */
typedef struct dfn_block {
  dfn_stream *stream;
  const float *const *input;
  float *const *output;
  size_t samples;
} dfn_block;
/* As dfn_stream_process on each block. Streams may differ in everything but model and precision,
 * come and go from call to call, and bring different numbers of samples; each stream is in a call
 * once at most.
 * Results: DFN_OK, or DFN_ERROR_INVALID_ARGUMENT, DFN_ERROR_MISMATCH, DFN_ERROR_STATE or
 * DFN_ERROR_LIMIT (more channels than max_channels), and then nothing was done. A batch does one
 * call at a time, and no other thread may use its streams meanwhile. Real-time. */
DFN_API dfn_result dfn_batch_process(dfn_batch *batch, const dfn_block *blocks,
                                     size_t count) DFN_REALTIME;

#ifdef __cplusplus
}
#endif

#endif /* DEEPFILTER_DEEPFILTER_H_ */
