/* A program as others have written it for libDF: raw float samples, mono, from standard input to
 * standard output, frame by frame.
 *
 *   enhance_frames MODEL [LIMIT_DB [BETA]]
 *
 * Exit status: 0 done, 1 no such model, 2 usage, 3 the output is not taken.
 */
#include <stdio.h>
#include <stdlib.h>

#include "deep_filter/deep_filter.h"

static int run(DFState *state) {
  const size_t hop = df_get_frame_length(state);
  float *frame = malloc(hop * sizeof *frame);
  char *message;
  int status = 0;
  if (frame == NULL) return 3;
  while (status == 0 && fread(frame, sizeof *frame, hop, stdin) == hop) {
    df_process_frame(state, frame, frame);
    if (fwrite(frame, sizeof *frame, hop, stdout) != hop) status = 3;
    while ((message = df_next_log_msg(state)) != NULL) {
      fprintf(stderr, "%s\n", message);
      df_free_log_msg(message);
    }
  }
  if (fflush(stdout) != 0) status = 3;
  free(frame);
  return status;
}

int main(int argc, char **argv) {
  DFState *state;
  int status;
  if (argc < 2 || argc > 4) return 2;
  state = df_create(argv[1], argc > 2 ? strtof(argv[2], NULL) : 100.0f, "info");
  if (state == NULL) return 1;
  if (argc > 3) df_set_post_filter_beta(state, strtof(argv[3], NULL));
  status = run(state);
  df_free(state);
  return status;
}
