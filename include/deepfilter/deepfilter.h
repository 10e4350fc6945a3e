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
 * Output is `dfn_stream_delay_samples(stream)` samples behind the input, always.
 *
 * The rules, once for all functions:
 *  - Nothing aborts, throws, prints or keeps a global. What can fail says so by its result, and
 *    tells why in one sentence by `dfn_error`.
 *  - Functions marked "real-time" allocate nothing, lock nothing, ask nothing of the system, read
 *    no clock and take a time that depends on the block alone. All others may do all of that.
 *  - A `dfn_model` may be used by any number of threads at once. A `dfn_stream` belongs to one
 *    thread at a time, but for the functions marked "any thread", which may run beside all others
 *    of that stream except `dfn_stream_free`.
 *  - Samples: float, full scale 1, or 16-bit integers, full scale 32768. A float sample that is
 *    NaN, infinite or beyond 1e10 counts as 0.
 *  - "Block" is what one call brings; `samples` counts samples of one channel at the stream's rate.
 *  - Same input, options and processor: same bits, however the input is cut into blocks, alone or
 *    in a batch.
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

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version ------------------------------------------------------------------------------ */

#define DFN_VERSION_MAJOR 0
#define DFN_VERSION_MINOR 1
#define DFN_VERSION_PATCH 0

/* The library's own version, "0.1.0". Any thread, real-time. */
DFN_API const char *dfn_version(void);
/* The vector instructions that this process computes with, "AVX2": the machine's best, or those that
 * the environment variable DEEPFILTER_SIMD names (AVX3, AVX2, SSE4, SSSE3, SSE2, NEON, SCALAR). It is
 * read once, when the first model is opened. Any thread. */
DFN_API const char *dfn_simd_target(void);

/* ---- Results and errors ------------------------------------------------------------------- */

/* Values never change; new ones may come. */
typedef enum dfn_result {
  DFN_OK = 0,
  DFN_ERROR_INVALID_ARGUMENT = 1, /* a null pointer, an option out of range */
  DFN_ERROR_NOT_FOUND = 2,        /* no such file, folder or known model */
  DFN_ERROR_IO = 3,               /* the system would not read */
  DFN_ERROR_CORRUPT = 4,          /* bytes that are not what their format says */
  DFN_ERROR_LIMIT = 5,            /* larger than the limits allow */
  DFN_ERROR_UNSUPPORTED = 6,      /* well-formed, but of a kind that this library does not run */
  DFN_ERROR_MISMATCH = 7,         /* parts that do not belong together */
  DFN_ERROR_OUT_OF_MEMORY = 8,
  DFN_ERROR_INTERNAL = 9, /* a mistake of this library: please report the sentence */
  DFN_ERROR_STATE = 10    /* a call out of turn: dfn_stream_process after dfn_stream_flush */
} dfn_result;

/* Why something failed. Functions that take a `dfn_error **error` put a new one there when they
 * fail, which the caller frees; they leave it alone when they succeed, and may be given null. What
 * such a function would have made is null when it fails. */
typedef struct dfn_error dfn_error;
/* DFN_OK for null. */
DFN_API dfn_result dfn_error_result(const dfn_error *error);
/* One sentence without a full stop that names the file, what was expected and what was found. Lives
 * as long as `error`; "" for null. */
DFN_API const char *dfn_error_message(const dfn_error *error);
/* Null does nothing. */
DFN_API void dfn_error_free(dfn_error *error);

/* ---- Models ------------------------------------------------------------------------------- */

typedef struct dfn_model dfn_model;

typedef enum dfn_log_level { DFN_LOG_WARNING = 1, DFN_LOG_INFO = 2 } dfn_log_level;
/* Called while a model is opened or a stream created, on that thread, never from a real-time
 * function. `message` is one line and lives as long as the call. */
typedef void (*dfn_log_function)(void *data, dfn_log_level level, const char *message);

/* Set by dfn_model_options_init, then changed at will. Structs of options grow at their end:
 * callers compiled with an older header get the defaults for what they do not have, and what a
 * newer one has set beyond what this library knows is DFN_ERROR_UNSUPPORTED. */
typedef struct dfn_model_options {
  size_t size;           /* sizeof(dfn_model_options), as the caller compiled it */
  dfn_log_function log;  /* [null: silent] */
  void *log_data;        /* given to `log`; lives as long as the model */
  size_t max_file_bytes; /* of one file, and of all that an archive holds, else DFN_ERROR_LIMIT
                            [512 MiB] */
} dfn_model_options;
/* Fills the first `size` bytes with defaults: dfn_model_options_init(&options, sizeof options). */
DFN_API void dfn_model_options_init(dfn_model_options *options, size_t size);

/* Opens a model: a folder or .tar.gz of ONNX files, a PyTorch checkpoint, the name of a known model
 * in the cache ("dfn3"), or null for the one built in (where none is: dfn3 from the cache).
 * `options` may be null. Nothing is downloaded. Graphs that are no DeepFilterNet are
 * DFN_ERROR_UNSUPPORTED: ONNX Runtime is no part of this library.
 * DFN_ERROR_INVALID_ARGUMENT also where DEEPFILTER_SIMD names instructions that this machine does not
 * have, whichever function opens the model. */
DFN_API dfn_result dfn_model_open(const char *source, const dfn_model_options *options,
                                  dfn_model **model, dfn_error **error);
/* The same from memory: one .tar.gz. The bytes may go afterwards. */
DFN_API dfn_result dfn_model_open_memory(const void *bytes, size_t size,
                                         const dfn_model_options *options, dfn_model **model,
                                         dfn_error **error);
/* The same from the bytes of single files, config.ini among them: "enc.onnx", "erb_dec.onnx",
 * "df_dec.onnx", or other forms that dfn_model_open takes in a folder. */
typedef struct dfn_file {
  const char *name;
  const void *bytes;
  size_t size;
} dfn_file;
DFN_API dfn_result dfn_model_open_files(const dfn_file *files, size_t count,
                                        const dfn_model_options *options, dfn_model **model,
                                        dfn_error **error);
/* Streams and batches keep what they need: a model may be freed before them. Null does nothing. */
DFN_API void dfn_model_free(dfn_model *model);

/* "dfn3", "dfn3_ll", ...; "DeepFilterNet3" for sizes of no official variant. Lives as long as the
 * model. Any thread, real-time. */
DFN_API const char *dfn_model_name(const dfn_model *model);
/* The network's own rate and frame: 48000 and 480 for all official models; 0 for null. Any thread,
 * real-time. */
DFN_API uint32_t dfn_model_sample_rate_hz(const dfn_model *model);
DFN_API size_t dfn_model_hop_samples(const dfn_model *model);

/* ---- Streams ------------------------------------------------------------------------------ */

typedef struct dfn_stream dfn_stream;

/* Whose rules a stream follows. */
typedef enum dfn_profile {
  DFN_PROFILE_REFERENCE = 0, /* Python's df.enhance on the whole sound */
  DFN_PROFILE_LIBDF = 1      /* the official real-time runtime: stages gated by local SNR */
} dfn_profile;

typedef enum dfn_channel_mode {
  DFN_CHANNELS_INDEPENDENT = 0, /* each as if alone */
  DFN_CHANNELS_LINKED = 1,      /* all get the largest of their gains in each band, and stages are
                                   gated by the first channel's local SNR, so an image keeps its
                                   place; deep filters stay each channel's own */
  DFN_CHANNELS_DOWNMIX = 2,     /* their mean is enhanced and put out on every channel */
  DFN_CHANNELS_LINKED_MEAN = 3  /* as LINKED, with the mean of the gains instead of the largest:
                                   the official plugin's rule. Profile LIBDF only */
} dfn_channel_mode;

/* How weights are stored; computing is in float. f16 and i8 are faster and less exact. */
typedef enum dfn_precision {
  DFN_PRECISION_F32 = 0,
  DFN_PRECISION_F16 = 1,
  DFN_PRECISION_I8 = 2
} dfn_precision;

/* When the work of a hop (10 ms) is done. */
typedef enum dfn_work_mode {
  DFN_WORK_DIRECT = 0, /* whole, in the call that completes the hop */
  DFN_WORK_SPREAD = 1 /* layer by layer over the calls up to the next hop, for blocks shorter than a
                         hop; one hop more delay */
} dfn_work_mode;

/* Set by dfn_stream_options_init, then changed at will. The defaults stand in brackets. */
typedef struct dfn_stream_options {
  size_t size;                   /* sizeof(dfn_stream_options), as the caller compiled it */
  uint32_t sample_rate_hz;       /* 8000 .. 192000 [48000]; others than the model's are resampled */
  uint32_t channels;             /* 1 .. 16 [1] */
  dfn_channel_mode channel_mode; /* [INDEPENDENT] */
  dfn_profile profile;           /* [REFERENCE] */
  dfn_precision precision;       /* [F32] */
  dfn_work_mode work_mode;       /* [DIRECT] */
  /* Every block is a multiple of so many samples, 1 .. 1920000 [1]. A multiple of the hop saves up
   * to a hop of delay; blocks of other sizes are then DFN_ERROR_INVALID_ARGUMENT. */
  uint32_t block_multiple;
  float attenuation_limit_db; /* [100: none]; 0: the input, aligned. Sign is ignored */
  float post_filter_beta;     /* 0 .. 1 [0: off]; usual 0.02 */
  /* Profile LIBDF: stages by local SNR in dB [-15, 35, 35]. */
  float min_db_threshold;     /* below: silence */
  float max_db_erb_threshold; /* above: the input as it is */
  float max_db_df_threshold;  /* above: gains without deep filter */
  /* Not 0: digital silence that lasts is not computed, and the network does not move on through it.
   * Cheap while nobody speaks, but no longer exact after the silence. [0] */
  int silence_skip;
} dfn_stream_options;
/* Fills the first `size` bytes with defaults: dfn_stream_options_init(&options, sizeof options). */
DFN_API void dfn_stream_options_init(dfn_stream_options *options, size_t size);

/* Makes a stream of `model`; null options are the defaults. Packs the weights at the first stream
 * of a precision; all streams of a model share them. Any number of threads may do so at once. */
DFN_API dfn_result dfn_stream_create(const dfn_model *model, const dfn_stream_options *options,
                                     dfn_stream **stream, dfn_error **error);
/* Null does nothing. */
DFN_API void dfn_stream_free(dfn_stream *stream);

/* Output sample i + delay is input sample i, enhanced; constant from creation to end, whatever the
 * blocks and controls. In samples at the stream's rate; 0 for null. Any thread, real-time. */
DFN_API size_t dfn_stream_delay_samples(const dfn_stream *stream);

/* What dfn_stream_delay_samples would be for a stream of these options (null: the defaults),
 * without making one. 0, which no stream has, where dfn_stream_create would refuse them. Any
 * thread. */
DFN_API size_t dfn_model_delay_samples(const dfn_model *model, const dfn_stream_options *options);

/* Enhances a block of any size, 0 and more samples. Output may lie where the input does (planar:
 * output[c] == input[c]), else they do not overlap. Real-time.
 *   planar:      input[c], output[c]: [samples]
 *   interleaved: [samples, channels]
 * int16 output is rounded to nearest and held in range.
 * Results: DFN_OK; DFN_ERROR_INVALID_ARGUMENT, DFN_ERROR_STATE, and then nothing was done. */
DFN_API dfn_result dfn_stream_process(dfn_stream *stream, const float *const *input,
                                      float *const *output, size_t samples);
DFN_API dfn_result dfn_stream_process_interleaved(dfn_stream *stream, const float *input,
                                                  float *output, size_t samples);
DFN_API dfn_result dfn_stream_process_i16(dfn_stream *stream, const int16_t *const *input,
                                          int16_t *const *output, size_t samples);
DFN_API dfn_result dfn_stream_process_interleaved_i16(dfn_stream *stream, const int16_t *input,
                                                      int16_t *output, size_t samples);

/* After the last input: the next `samples` of output, as though nothing came in any more. The end
 * of the sound is out after delay_samples in all; what follows is silence. Then only
 * dfn_stream_reset. Real-time. */
DFN_API dfn_result dfn_stream_flush(dfn_stream *stream, float *const *output, size_t samples);
/* Back to the start, as just created; controls stay as they are. Null does nothing. Real-time. */
DFN_API void dfn_stream_reset(dfn_stream *stream);

/* ---- Controls: any thread, real-time; heard with the next hop, faded in over it -------------- */

/* As in dfn_stream_options. NaN changes nothing; what is out of range is held at its end. With a
 * null stream nothing happens. */
DFN_API void dfn_stream_set_attenuation_limit_db(dfn_stream *stream, float limit_db);
DFN_API void dfn_stream_set_post_filter_beta(dfn_stream *stream, float beta);
DFN_API void dfn_stream_set_thresholds_db(dfn_stream *stream, float min_db, float max_erb_db,
                                          float max_df_db);
/* Not 0: the input, delayed as the output is, to the bit. The network goes on listening, so that
 * what follows a bypass is what it would have been without. */
DFN_API void dfn_stream_set_bypass(dfn_stream *stream, int bypass);

/* Local SNR in dB as the network last gave it, of the first channel; 0 for null. It belongs to the
 * hop worked on last, or, with a model that looks ahead, to one up to two hops earlier. Any thread,
 * real-time. */
DFN_API float dfn_stream_local_snr_db(const dfn_stream *stream);
/* Of each hop that the last call of process or flush has finished, oldest first: writes up to
 * `capacity` values, returns how many there were (at most the last 32 are kept). Real-time. */
DFN_API size_t dfn_stream_local_snrs_db(const dfn_stream *stream, float *values, size_t capacity);

/* ---- State -------------------------------------------------------------------------------- */

/* Bytes that dfn_stream_save writes; constant; 0 for null. Any thread, real-time. */
DFN_API size_t dfn_stream_state_size(const dfn_stream *stream);
/* Writes all that the stream remembers, controls not included; a stream of the same model and
 * options in the same version of the library, on the same kind of processor, goes on from there bit
 * for bit. With work spread, finishes the hop in hand. `state` need not be aligned. Result:
 * DFN_ERROR_INVALID_ARGUMENT if `size` is less than dfn_stream_state_size. Real-time. */
DFN_API dfn_result dfn_stream_save(dfn_stream *stream, void *state, size_t size);
/* Takes such a state over. Result: DFN_ERROR_CORRUPT (no state, or not as it was written),
 * DFN_ERROR_MISMATCH (of another model, other options, version or processor); the stream is then as
 * it was. Real-time. */
DFN_API dfn_result dfn_stream_restore(dfn_stream *stream, const void *state, size_t size);
/* Makes `to` go on from where `from` is. Result: DFN_ERROR_MISMATCH. Real-time. */
DFN_API dfn_result dfn_stream_copy(dfn_stream *to, dfn_stream *from);

/* ---- Many streams ------------------------------------------------------------------------- */

/* Runs streams of one model and precision together, with the bits that each would have alone: weights
 * are read once for all of them. */
typedef struct dfn_batch dfn_batch;

/* For up to `max_channels` channels of streams at once, 1 .. 4096 (a stream of 2 counts as 2). */
DFN_API dfn_result dfn_batch_create(const dfn_model *model, dfn_precision precision,
                                    size_t max_channels, dfn_batch **batch, dfn_error **error);
/* Null does nothing. */
DFN_API void dfn_batch_free(dfn_batch *batch);

/* One stream's part of a call; see dfn_stream_process. */
typedef struct dfn_block {
  dfn_stream *stream;
  const float *const *input;
  float *const *output;
  size_t samples;
} dfn_block;
/* As dfn_stream_process on each. Streams may differ in everything but model and precision, come and
 * go from call to call, and bring different numbers of samples; each stands in a call once.
 * Results: DFN_OK; DFN_ERROR_INVALID_ARGUMENT, DFN_ERROR_MISMATCH, DFN_ERROR_STATE, DFN_ERROR_LIMIT
 * (more channels than max_channels), and then nothing was done. A batch does one call at a time,
 * and its streams belong to that thread meanwhile. Real-time. */
DFN_API dfn_result dfn_batch_process(dfn_batch *batch, const dfn_block *blocks, size_t count);

#ifdef __cplusplus
}
#endif

#endif /* DEEPFILTER_DEEPFILTER_H_ */
