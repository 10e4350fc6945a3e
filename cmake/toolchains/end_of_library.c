/* The compiler of the archives brings no crtbeginS.o. In other shared libraries that one destroys their objects when they
 * are unloaded; without it, exit() would call the destructors of a library whose memory has gone. */
extern void *__dso_handle __attribute__((visibility("hidden")));
extern void __cxa_finalize(void *library);

static void DestroyObjects(void) __attribute__((destructor));
static void DestroyObjects(void) { __cxa_finalize(&__dso_handle); }
