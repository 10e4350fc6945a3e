/* Opens and closes shared files, twice each, as hosts do that look through folders of plugins.
 *
 *   open_and_close FILE...
 *
 * What a file leaves behind for the process's end would crash it there. */
#include <dlfcn.h>
#include <stdio.h>

int main(int count, char **files) {
  for (int i = 1; i < count; ++i) {
    for (int turn = 0; turn < 2; ++turn) {
      void *library = dlopen(files[i], RTLD_NOW | RTLD_LOCAL);
      if (library == NULL || dlclose(library) != 0) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
      }
    }
  }
  printf("%d files opened and closed\n", count - 1);
  return 0;
}
