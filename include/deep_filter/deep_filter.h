/* The functions of libDF's C library, for programs that were written for it: the same names, types
 * and samples. They are part of the library of deepfilter/deepfilter.h, which is for new programs:
 * it gives the reason of a failure, and takes any rate, block and number of channels.
 *
 *   DFState *state = df_create("DeepFilterNet3_onnx.tar.gz", 100.0f, NULL);
 *   size_t hop = df_get_frame_length(state);
 *   while (capture(frame, hop)) {
 *     df_process_frame(state, frame, frame);
 *     play(frame, hop);
 *   }
 *   df_free(state);
 *
 * The sound has one channel at the model's rate, 48 kHz. The output is behind the input by 1440
 * samples with DeepFilterNet3, and by 480 with its low-latency model.
 *
 * No function aborts, prints or keeps global state. Every function accepts a null state: it then
 * enhances nothing, and sound passes as it is. Functions marked "real-time" allocate no memory,
 * take no lock and call nothing of the operating system.
 */
#ifndef DEEP_FILTER_DEEP_FILTER_H_
#define DEEP_FILTER_DEEP_FILTER_H_

#include <stddef.h>

#if defined(_WIN32)
#if defined(DFN_BUILDS_LIBRARY)
#define DF_API __declspec(dllexport)
#elif defined(DFN_STATIC)
#define DF_API
#else
#define DF_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define DF_API __attribute__((visibility("default")))
#else
#define DF_API
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

/* A model and one stream of sound. One thread at a time may use it, except for the functions marked
 * "any thread", which may run at the same time as all others of that state but df_free. */
typedef struct DFState DFState;

/* A shape: `length` numbers that are valid as long as the state. */
typedef struct DynArray {
  unsigned int *array;
  unsigned int length;
} DynArray;

/* Opens a model and starts a stream, with the post filter off. Returns null on failure.
 *   path       a .tar.gz or folder of ONNX files, a PyTorch checkpoint, or a known model that is in
 *              the cache ("dfn3"); null or "" for the built-in model
 *   atten_lim  as in df_set_atten_lim
 *   log_level  "error", "warn", "info", "debug" or "trace": the messages that df_next_log_msg
 *              gives; null for no messages. Any other word counts as "warn" */
DF_API DFState *df_create(const char *path, float atten_lim, const char *log_level);
DF_API void df_free(DFState *state);

/* The number of samples in a frame: 480, also for null. Real-time. */
DF_API size_t df_get_frame_length(DFState *state) DFN_REALTIME;

/* Takes one frame in and gives one out, which may be the same memory. Returns the local SNR in dB:
 * 35 while sound passes because of df_set_atten_lim, -15 for a null state. Real-time. */
DF_API float df_process_frame(DFState *state, float *input, float *output) DFN_REALTIME;

/* Runs the network on one frame's spectrum, for programs that do the rest themselves.
 *   input        [freq_bins, 2], real and imaginary parts, in the scale of libDF's analysis
 *   out_gains_p  points to room for [nb_erb] gains, 0 .. 1
 *   out_coefs_p  points to room for [df_order, nb_df, 2] coefficients; the first of df_order
 *                applies to the oldest frame
 * Where the local SNR is too high or too low for gains or coefficients to be applied, their pointer
 * is set to null; below the lowest SNR, the gains are zeros. A null pointer asks for nothing.
 * Returns the local SNR in dB; for a null state -15, with both pointers null. Advances the network,
 * so use either this or df_process_frame on a state. Real-time. */
DF_API float df_process_frame_raw(DFState *state, float *input, float **out_gains_p,
                                  float **out_coefs_p) DFN_REALTIME;

/* The shapes of the output of df_process_frame_raw: {1, df_order, nb_df, 2} and {1, nb_erb}; empty
 * for a null state. Real-time. */
DF_API DynArray df_coef_size(const DFState *state) DFN_REALTIME;
DF_API DynArray df_gain_size(const DFState *state) DFN_REALTIME;

/* Reduces noise by at most `lim_db`; the sign is ignored. From 100 on there is no limit. Below 0.01
 * the input passes as it is, undelayed, so the sound jumps when that begins or ends. Takes effect
 * with the next frame. Any thread. */
DF_API void df_set_atten_lim(DFState *state, float lim_db);
/* Suppresses a little more noise, best with 0.02 to 0.05; 0 and less switch it off. Takes effect
 * with the next frame. Any thread. */
DF_API void df_set_post_filter_beta(DFState *state, float beta);

/* Takes the oldest message, "deepfilter | WARN | ...", or returns null. The caller frees it with
 * df_free_log_msg. At most 64 messages wait; then the oldest are dropped. Any thread. */
DF_API char *df_next_log_msg(DFState *state);
/* Ignores null, and pointers that df_next_log_msg did not give. Any thread. */
DF_API void df_free_log_msg(char *message);

#ifdef __cplusplus
}
#endif

#endif /* DEEP_FILTER_DEEP_FILTER_H_ */
