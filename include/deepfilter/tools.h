/* deepfilter/tools.h: models as files, and many clips at once.
 *
 * Exports a model to ONNX and compares the files with it under ONNX Runtime:
 *
 *   dfn_export_options options;
 *   char *report = NULL;
 *   dfn_error *error = NULL;
 *   dfn_export_options_init(&options, sizeof options);
 *   options.layout = DFN_LAYOUT_AUDIO;
 *   options.verify = 1;
 *   if (dfn_export("dfn3", "out", &options, &report, &error) != DFN_OK) {
 *     fprintf(stderr, "%s\n", dfn_error_message(error));
 *   }
 *   dfn_text_free(report);
 *   dfn_error_free(error);
 *
 * The rules of deepfilter.h hold here too, and these:
 *  - These functions do what the program `deepfilter` does with its commands of the same names, by
 *    the same code: files have the same bytes, reports the same JSON. They read and write files;
 *    nothing reaches for the network.
 *  - Any thread, any number of calls at once; never real-time.
 *  - Null for a path, name or text is DFN_ERROR_INVALID_ARGUMENT where nothing else is said.
 *    `report`, `json` and `cache_path` may be null, and then no text is made.
 *  - Files are written under temporary names and get their own when all of them are complete. So an
 *    error, a cancelled call or a crash before that leaves no file under its name. What exists is
 *    replaced only with the option `overwrite`; without it, the error is DFN_ERROR_EXISTS.
 *  - A dfn_progress_function is called on the thread of the call, between steps: `done` of `total`
 *    steps, whose lengths differ. A result other than 0 cancels the work: DFN_ERROR_CANCELLED. The
 *    last call of one that succeeds has done == total, and its result does not matter.
 */
#ifndef DEEPFILTER_TOOLS_H_
#define DEEPFILTER_TOOLS_H_

#include "deepfilter/deepfilter.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Texts -------------------------------------------------------------------------------- */

/* Texts that functions of this header give out are UTF-8, end with a zero and belong to the caller,
 * who frees them with this. Null does nothing. */
DFN_API void dfn_text_free(char *text);

/* ---- Models as ONNX files ----------------------------------------------------------------- */

/* The files of an export; docs/export.md has their inputs and outputs. */
typedef enum dfn_layout {
  DFN_LAYOUT_NETWORKS = 0,  /* enc.onnx, erb_dec.onnx, df_dec.onnx */
  DFN_LAYOUT_COMBINED = 1,  /* combined.onnx */
  DFN_LAYOUT_STREAMING = 2, /* {enc_conv,enc_gru,erb_dec,df_dec}_streaming.onnx */
  DFN_LAYOUT_AUDIO = 3      /* audio.onnx: samples in, samples out */
} dfn_layout;

/* Which states are inputs and outputs of the files. */
typedef enum dfn_state_form {
  DFN_STATE_FULL = 0, /* all: exact frame by frame */
  DFN_STATE_GRU = 1,  /* hidden states alone */
  DFN_STATE_NONE = 2  /* none: the official form, for whole sequences */
} dfn_state_form;

/* Initialise the struct with dfn_export_options_init, then change any field. Defaults are in
 * brackets. */
typedef struct dfn_export_options {
  size_t size;          /* sizeof(dfn_export_options), as the caller compiled it */
  dfn_layout layout;    /* [NETWORKS] */
  dfn_state_form state; /* [FULL] */
  int opset;            /* 14 .. 21 [17] */
  int single_frame;     /* not 0: one frame a call, in place of any number [0] */
  int lower_gru;        /* not 0: MatMul, Sigmoid and Tanh in place of GRU; one frame a call [0] */
  int fp16_weights;     /* not 0: weights are stored as float16 [0] */
  int overwrite;        /* not 0: replaces files of the same names [0] */
  int verify;           /* not 0: reads the files back, compares each weight, and runs them under
                           ONNX Runtime beside the model [0] */
  const char *config;   /* path of the config.ini of a checkpoint [null: the checkpoint's own] */
  const char *onnxruntime_library; /* path of ONNX Runtime's shared library, for `verify` [null:
                                      $ORT_DYLIB_PATH, else where the loader and Python's package
                                      onnxruntime have it] */
  /* The mono sound at the model's rate that `verify` compares with, read during the call [null: two
   * seconds of a synthetic voice in noise]. */
  const float *verify_input;
  size_t verify_samples;
  dfn_progress_function progress; /* [null: no progress] */
  void *progress_data;            /* passed to `progress` */
} dfn_export_options;
/* Fills the first `size` bytes with defaults, as the other _init functions do. */
DFN_API void dfn_export_options_init(dfn_export_options *options, size_t size);

/* Writes the model `source` as ONNX files into `folder`, which is made if it is missing. A source
 * is what dfn_model_open takes; null or "" is the checkpoint in the cache of DeepFilterNet's Python
 * package if there is one, else the default model. Null options are the defaults.
 *   report: {"source": TEXT, "folder": TEXT, "files": [{"name": TEXT, "bytes": NUMBER}, ...],
 *            "note": null or TEXT (what rounded weights in a packed model file mean for the export),
 *            "parity": null or {"runtime": TEXT, "frames": NUMBER, "snr_db": NUMBER,
 *            "least_snr_db": null or NUMBER, "passed": true or false, "tensors": [{"name": TEXT,
 *            "max_error": NUMBER, "max_value": NUMBER, "most_error": null or NUMBER}, ...]}}
 * Errors: those of dfn_model_open; DFN_ERROR_INVALID_ARGUMENT (options out of range or that do not
 * go together), DFN_ERROR_UNSUPPORTED (a weight beyond float16), DFN_ERROR_EXISTS, DFN_ERROR_IO,
 * DFN_ERROR_CANCELLED. With `verify`: DFN_ERROR_NOT_FOUND (no ONNX Runtime, and then nothing is
 * written), and, when the files are written, DFN_ERROR_MISMATCH (a weight differs, or a figure misses its limit; in the
 * latter case `report` is given all the same). */
DFN_API dfn_result dfn_export(const char *source, const char *folder,
                              const dfn_export_options *options, char **report, dfn_error **error);

/* Initialise the struct with dfn_merge_options_init, then change any field. */
typedef struct dfn_merge_options {
  size_t size;                    /* sizeof(dfn_merge_options), as the caller compiled it */
  int overwrite;                  /* not 0: replaces a file of the same name [0] */
  dfn_progress_function progress; /* [null: no progress] */
  void *progress_data;            /* passed to `progress` */
} dfn_merge_options;
/* Fills the first `size` bytes with defaults, as the other _init functions do. */
DFN_API void dfn_merge_options_init(dfn_merge_options *options, size_t size);

/* Joins the three networks, or the four streaming files, in `source` (a folder or archive) into the
 * one ONNX file `target`; null or "": the folder's own combined.onnx or combined_streaming.onnx.
 *   report: {"source": TEXT, "folder": TEXT, "files": [{"name": TEXT, "bytes": NUMBER}]}
 * Errors: DFN_ERROR_NOT_FOUND, DFN_ERROR_CORRUPT, DFN_ERROR_MISMATCH (the parts do not belong
 * together), DFN_ERROR_UNSUPPORTED, DFN_ERROR_LIMIT, DFN_ERROR_EXISTS, DFN_ERROR_IO,
 * DFN_ERROR_CANCELLED. */
DFN_API dfn_result dfn_merge(const char *source, const char *target,
                             const dfn_merge_options *options, char **report, dfn_error **error);

/* Initialise the struct with dfn_split_options_init, then change any field. The fields are those of
 * dfn_export_options. */
typedef struct dfn_split_options {
  size_t size;                    /* sizeof(dfn_split_options), as the caller compiled it */
  dfn_state_form state;           /* [FULL] */
  int opset;                      /* 14 .. 21 [17] */
  int single_frame;               /* [0] */
  int lower_gru;                  /* [0] */
  int fp16_weights;               /* [0] */
  int overwrite;                  /* [0] */
  dfn_progress_function progress; /* [null: no progress] */
  void *progress_data;            /* passed to `progress` */
} dfn_split_options;
/* Fills the first `size` bytes with defaults, as the other _init functions do. */
DFN_API void dfn_split_options_init(dfn_split_options *options, size_t size);

/* Makes the four streaming files of the ONNX files in `source` (a folder or archive) in `folder`,
 * which is made if it is missing. Graphs that are no DeepFilterNet are cut as they are, and then
 * only `overwrite` and `progress` have an effect.
 *   report: as that of dfn_merge
 * Errors: those of dfn_merge, and DFN_ERROR_INVALID_ARGUMENT. */
DFN_API dfn_result dfn_split(const char *source, const char *folder,
                             const dfn_split_options *options, char **report, dfn_error **error);

/* ---- Models as one file ------------------------------------------------------------------- */

/* Initialise the struct with dfn_pack_options_init, then change any field. */
typedef struct dfn_pack_options {
  size_t size;                    /* sizeof(dfn_pack_options), as the caller compiled it */
  dfn_precision precision;        /* that the weights are stored in [MODEL] */
  int overwrite;                  /* not 0: replaces a file of the same name [0] */
  const char *config;             /* path of the config.ini of a checkpoint [null: its own] */
  dfn_progress_function progress; /* [null: no progress] */
  void *progress_data;            /* passed to `progress` */
} dfn_pack_options;
/* Fills the first `size` bytes with defaults, as the other _init functions do. */
DFN_API void dfn_pack_options_init(dfn_pack_options *options, size_t size);

/* Writes the model `source`, as in dfn_export, as the packed model file `target`, which
 * dfn_model_open reads in a few milliseconds (docs/packed-models.md).
 *   report: {"source": TEXT, "file": TEXT, "precision": TEXT, "bytes": NUMBER}
 * Errors: those of dfn_model_open; DFN_ERROR_INVALID_ARGUMENT (also a source that is a packed model
 * file of another precision than F32 and than the one asked for), DFN_ERROR_EXISTS, DFN_ERROR_IO,
 * DFN_ERROR_CANCELLED. */
DFN_API dfn_result dfn_pack(const char *source, const char *target, const dfn_pack_options *options,
                            char **report, dfn_error **error);

/* ---- What a model is ---------------------------------------------------------------------- */

/* Initialise the struct with dfn_inspect_options_init, then change any field. */
typedef struct dfn_inspect_options {
  size_t size;                    /* sizeof(dfn_inspect_options), as the caller compiled it */
  dfn_progress_function progress; /* [null: no progress] */
  void *progress_data;            /* passed to `progress` */
} dfn_inspect_options;
/* Fills the first `size` bytes with defaults, as the other _init functions do. */
DFN_API void dfn_inspect_options_init(dfn_inspect_options *options, size_t size);

/* Sizes, delay and states of the model `source` (as in dfn_model_open; null or "": the default
 * model), and how ONNX Runtime would run it, which need not be there. `json` is what `deepfilter
 * inspect --json` prints. A model that this library does not run is no error if ONNX Runtime could:
 * then "native" is false, and "native_refusal" says why.
 * Errors: those of dfn_model_open, DFN_ERROR_CANCELLED. */
DFN_API dfn_result dfn_inspect(const char *source, const dfn_inspect_options *options, char **json,
                               dfn_error **error);

/* ---- Known models ------------------------------------------------------------------------- */

/* The models that are known by name, as a JSON list in the order of `deepfilter models --json`:
 *   {"name": "dfn3", "title": TEXT, "note": TEXT, "default": true or false, "license": TEXT,
 *    "source": TEXT, "bytes": NUMBER, "sha256": TEXT (64 lower-case hexadecimal digits),
 *    "built_in": true or false, "path": null or TEXT, "damaged": true or false,
 *    "addresses": [TEXT, ...], "cache_path": null or TEXT}
 * "source" is the official address. "addresses" are those to fetch the archive from, in the order
 * in which to try them: below $DEEPFILTER_MODEL_URL if that is set, else the official one.
 * "cache_path" is the archive's place in the cache, null where no cache folder can be told. "path" is
 * where the archive is, in $DEEPFILTER_MODELS or in the cache; it is "damaged" if its size or SHA-256
 * is not the known one.
 * Nothing is fetched: a caller does that with the HTTP of its own language, and hands the archive
 * to dfn_models_add. Reads all archives that are here. Errors: DFN_ERROR_IO. */
DFN_API dfn_result dfn_models(char **json, dfn_error **error);

/* Copies the archive of the known model `name` from the file `path` into the cache, after checking
 * its size and SHA-256; from then on dfn_model_open(name) finds it, in this and in other processes.
 * A damaged archive there is replaced, and a good one stays. The cache never holds an incomplete
 * file under the model's name, and the file is on the disk when the function returns.
 *   cache_path: where it is
 * Errors: DFN_ERROR_INVALID_ARGUMENT (no known model), DFN_ERROR_NOT_FOUND (no such file; no place
 * for a cache), DFN_ERROR_CORRUPT (another size or SHA-256), DFN_ERROR_IO. */
DFN_API dfn_result dfn_models_add(const char *name, const char *path, char **cache_path,
                                  dfn_error **error);
/* The same from memory. */
DFN_API dfn_result dfn_models_add_memory(const char *name, const void *bytes, size_t size,
                                         char **cache_path, dfn_error **error);

/* ---- Many whole sounds -------------------------------------------------------------------- */

/* One whole sound, as in dfn_enhance: input[c], output[c]: [samples]. */
typedef struct dfn_clip {
  const float *const *input;
  float *const *output;
  size_t samples;
} dfn_clip;

/* Initialise the struct with dfn_enhance_batch_options_init, then change any field. Defaults are in
 * brackets. */
typedef struct dfn_enhance_batch_options {
  size_t size; /* sizeof(dfn_enhance_batch_options), as the caller compiled it */
  const dfn_stream_options *stream; /* of every clip, as in dfn_enhance_options [null: defaults] */
  uint32_t threads;                 /* that work, this one among them, 1 .. 256 [1] */
  dfn_progress_function progress;   /* `done` of `total` samples of one channel, all clips together,
                                       now and then, as for dfn_enhance [null: no progress] */
  void *progress_data;              /* passed to `progress` */
} dfn_enhance_batch_options;
/* Fills the first `size` bytes with defaults, as the other _init functions do. */
DFN_API void dfn_enhance_batch_options_init(dfn_enhance_batch_options *options, size_t size);

/* Enhances `count` whole sounds of any lengths, 0 included, together, which is faster. Each has the
 * bits that dfn_enhance gives it, whatever the others and the number of threads are. A clip's
 * output may be its own input, and no other memory may overlap. The progress function is called on
 * the thread of this call alone. Null options are the defaults.
 * Errors: those of dfn_enhance; after DFN_ERROR_CANCELLED each output is written in part. */
DFN_API dfn_result dfn_enhance_batch(const dfn_model *model,
                                     const dfn_enhance_batch_options *options,
                                     const dfn_clip *clips, size_t count, dfn_error **error);

/* ---- Levels ------------------------------------------------------------------------------- */

/* The level of the speech in a whole mono sound at 8000 .. 192000 Hz, in dBFS, as DFN_LEVEL_AUTO
 * measures it; minus infinity if there is no speech. Errors: DFN_ERROR_INVALID_ARGUMENT. */
DFN_API dfn_result dfn_speech_level_db(const float *input, size_t samples, uint32_t sample_rate_hz,
                                       float *level_db, dfn_error **error);

#ifdef __cplusplus
}
#endif

#endif /* DEEPFILTER_TOOLS_H_ */
