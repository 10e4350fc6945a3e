/* Opens the model that is named, or else one that is not there, which must be told in a sentence. */
#include <deepfilter/deepfilter.h>
#include <stdio.h>

int main(int argc, char **argv) {
  dfn_model *model = NULL;
  dfn_error *error = NULL;
  const char *source = argc > 1 ? argv[1] : "no_such_model.dfn";
  const dfn_result result = dfn_model_open(source, NULL, &model, &error);
  printf("deepfilter %s: %s\n", dfn_version(),
         result == DFN_OK ? dfn_model_name(model) : dfn_error_message(error));
  dfn_model_free(model);
  dfn_error_free(error);
  return result == (argc > 1 ? DFN_OK : DFN_ERROR_NOT_FOUND) ? 0 : 1;
}
