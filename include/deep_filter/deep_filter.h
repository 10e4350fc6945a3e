/* The functions of libDF's C library, for programs that were written for it: same names, same
 * types, same samples. They come with the library of deepfilter/deepfilter.h, which is for new
 * programs: it says why something failed, takes any rate, block and number of channels.
 *
 *   DFState *state = df_create("DeepFilterNet3_onnx.tar.gz", 100.0f, NULL);
 *   size_t hop = df_get_frame_length(state);
 *   while (capture(frame, hop)) {
 *     df_process_frame(state, frame, frame);
 *     play(frame, hop);
 *   }
 *   df_free(state);
 *
 * One channel at the model's rate, 48 kHz. The output is behind the input: 1440 samples with
 * DeepFilterNet3, 480 with its low-latency model.
 *
 * Nothing here aborts, prints or keeps a global. Every function takes a null pointer for a state:
 * there is then nothing to enhance with, and sound passes as it is.
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

#ifdef __cplusplus
extern "C" {
#endif

/* A model and one stream of sound. Belongs to one thread at a time, but for the functions marked
 * "any thread", which may run beside all others of that state except df_free. */
typedef struct DFState DFState;

/* A shape: `length` numbers that live as long as the state. */
typedef struct DynArray {
  unsigned int *array;
  unsigned int length;
} DynArray;

/* Opens a model and starts a stream, with the post filter off. Null if that cannot be done.
 *   path       a .tar.gz or folder of ONNX files, a PyTorch checkpoint, or a known model that is in
 *              the cache ("dfn3"); null or "" for the one built in
 *   atten_lim  as df_set_atten_lim
 *   log_level  "error", "warn", "info", "debug" or "trace": messages that df_next_log_msg gives;
 *              null for none. What is none of these counts as "warn" */
DF_API DFState *df_create(const char *path, float atten_lim, const char *log_level);
DF_API void df_free(DFState *state);

/* Samples of a frame, 480; that too for null. */
DF_API size_t df_get_frame_length(DFState *state);

/* Takes one frame in and gives one out, which may be the same memory. Returns the local SNR in dB:
 * 35 while sound passes because of df_set_atten_lim, -15 for a null state. Allocates nothing, locks
 * nothing, asks nothing of the system. */
DF_API float df_process_frame(DFState *state, float *input, float *output);

/* What the network makes of one frame's spectrum, for programs that do the rest themselves.
 *   input        [freq_bins, 2], real and imaginary parts, scaled as libDF's analysis has it
 *   out_gains_p  points to room for [nb_erb] gains, 0 .. 1
 *   out_coefs_p  points to room for [df_order, nb_df, 2] coefficients; the first of df_order meets
 *                the oldest frame
 * A part that is not to be applied, as the local SNR is too high or too low for it, sets its
 * pointer to null; gains below the lowest SNR are zeros. A pointer that is null asks for nothing.
 * Returns the local SNR in dB; for a null state -15, with both pointers null. Advances the
 * network, so use either this or df_process_frame on a state. Real-time as df_process_frame. */
DF_API float df_process_frame_raw(DFState *state, float *input, float **out_gains_p,
                                  float **out_coefs_p);

/* Room for df_process_frame_raw: {1, df_order, nb_df, 2}, {1, nb_erb}. Null state: no numbers. */
DF_API DynArray df_coef_size(const DFState *state);
DF_API DynArray df_gain_size(const DFState *state);

/* Takes away at most so many dB of noise; the sign does not matter. 100 and more: no limit. Below
 * 0.01 the input passes as it is, undelayed, so that the sound jumps when that begins or ends.
 * From the next frame on. Any thread. */
DF_API void df_set_atten_lim(DFState *state, float lim_db);
/* Suppresses a little more noise, best with 0.02 to 0.05; 0 and below: off. From the next frame on.
 * Any thread. */
DF_API void df_set_post_filter_beta(DFState *state, float beta);

/* The oldest message that has not been taken, "deepfilter | WARN | ...", or null. It is the
 * caller's, until df_free_log_msg. At most 64 wait; then the oldest go. Any thread. */
DF_API char *df_next_log_msg(DFState *state);
/* Null, and what df_next_log_msg did not give, are left alone. Any thread. */
DF_API void df_free_log_msg(char *message);

#ifdef __cplusplus
}
#endif

#endif /* DEEP_FILTER_DEEP_FILTER_H_ */
