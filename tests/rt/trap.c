// This file is in C, because in C++ the system's headers declare several of these functions
// noexcept, which a definition might not match.
#define _GNU_SOURCE
#include "trap.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

enum { kNames = 16 };

static _Thread_local int armed;
static _Thread_local size_t count;
static _Thread_local const char *names[kNames];

void dfn_trap_arm(int on) { armed = on; }
size_t dfn_trap_count(void) { return count; }
const char *dfn_trap_name(size_t index) {
  return index < count && index < kNames ? names[index] : NULL;
}
void dfn_trap_forget(void) { count = 0; }

static void Note(const char *name) {
  if (!armed) return;
  if (count < kNames) names[count] = name;
  ++count;
}

typedef void (*Function)(void);

// Finds the definition that would have been called without this file.
static Function Real(const char *name) {
  // The version is that of the current condition variables; an unversioned look-up finds the old
  // ones.
  void *found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
  if (found == NULL) found = dlsym(RTLD_NEXT, name);
  if (found == NULL) abort();
  Function function;
  memcpy(&function, &found, sizeof(function));
  return function;
}

// Defines a replacement that records the call and passes it on to the C library.
#define TRAP(result, name, parameters, arguments)   \
  EXPORT result name parameters {                   \
    static result(*_Atomic real) parameters;        \
    result(*function) parameters = real;            \
    Note(#name);                                    \
    if (function == NULL) {                         \
      function = (result(*) parameters)Real(#name); \
      real = function;                              \
    }                                               \
    return function arguments;                      \
  }                                                 \
  _Static_assert(1, "")

// ---- Memory. dlsym itself allocates, so these call the C library by its inner names. ------------

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

EXPORT void *malloc(size_t size) {
  Note("malloc");
  return __libc_malloc(size);
}
EXPORT void *calloc(size_t number, size_t size) {
  Note("calloc");
  return __libc_calloc(number, size);
}
EXPORT void *realloc(void *old, size_t size) {
  Note("realloc");
  return __libc_realloc(old, size);
}
EXPORT void free(void *memory) {
  Note("free");
  __libc_free(memory);
}
EXPORT void *memalign(size_t alignment, size_t size) {
  Note("memalign");
  return __libc_memalign(alignment, size);
}
EXPORT void *aligned_alloc(size_t alignment, size_t size) {
  Note("aligned_alloc");
  return __libc_memalign(alignment, size);
}
EXPORT int posix_memalign(void **memory, size_t alignment, size_t size) {
  Note("posix_memalign");
  *memory = __libc_memalign(alignment, size);
  return *memory != NULL ? 0 : 12;  // ENOMEM
}

TRAP(void *, mmap, (void *at, size_t size, int protection, int flags, int file, off_t offset),
     (at, size, protection, flags, file, offset));
TRAP(int, munmap, (void *at, size_t size), (at, size));
TRAP(int, mprotect, (void *at, size_t size, int protection), (at, size, protection));
TRAP(int, madvise, (void *at, size_t size, int advice), (at, size, advice));
TRAP(int, brk, (void *end), (end));
TRAP(void *, sbrk, (intptr_t by), (by));

// ---- Threads and locks --------------------------------------------------------------------------

TRAP(int, pthread_mutex_lock, (pthread_mutex_t * m), (m));
TRAP(int, pthread_mutex_trylock, (pthread_mutex_t * m), (m));
TRAP(int, pthread_mutex_unlock, (pthread_mutex_t * m), (m));
TRAP(int, pthread_mutex_timedlock, (pthread_mutex_t * m, const struct timespec *t), (m, t));
TRAP(int, pthread_rwlock_rdlock, (pthread_rwlock_t * l), (l));
TRAP(int, pthread_rwlock_wrlock, (pthread_rwlock_t * l), (l));
TRAP(int, pthread_rwlock_tryrdlock, (pthread_rwlock_t * l), (l));
TRAP(int, pthread_rwlock_trywrlock, (pthread_rwlock_t * l), (l));
TRAP(int, pthread_rwlock_unlock, (pthread_rwlock_t * l), (l));
TRAP(int, pthread_spin_lock, (pthread_spinlock_t * l), (l));
TRAP(int, pthread_cond_wait, (pthread_cond_t * c, pthread_mutex_t *m), (c, m));
TRAP(int, pthread_cond_timedwait,
     (pthread_cond_t * c, pthread_mutex_t *m, const struct timespec *t), (c, m, t));
TRAP(int, pthread_cond_signal, (pthread_cond_t * c), (c));
TRAP(int, pthread_cond_broadcast, (pthread_cond_t * c), (c));
TRAP(int, pthread_once, (pthread_once_t * o, void (*f)(void)), (o, f));
TRAP(int, pthread_create,
     (pthread_t * thread, const pthread_attr_t *a, void *(*f)(void *), void *data),
     (thread, a, f, data));
TRAP(int, pthread_join, (pthread_t thread, void **result), (thread, result));
TRAP(int, sem_wait, (sem_t * s), (s));
TRAP(int, sem_trywait, (sem_t * s), (s));
TRAP(int, sem_timedwait, (sem_t * s, const struct timespec *t), (s, t));
TRAP(int, sem_post, (sem_t * s), (s));
TRAP(int, sched_yield, (void), ());

// ---- Clocks and sleep ---------------------------------------------------------------------------

TRAP(int, clock_gettime, (clockid_t clock, struct timespec *t), (clock, t));
TRAP(int, gettimeofday, (struct timeval * t, void *zone), (t, zone));
TRAP(time_t, time, (time_t * t), (t));
TRAP(clock_t, clock, (void), ());
TRAP(int, nanosleep, (const struct timespec *t, struct timespec *left), (t, left));
TRAP(int, clock_nanosleep,
     (clockid_t clock, int flags, const struct timespec *t, struct timespec *left),
     (clock, flags, t, left));
TRAP(int, usleep, (useconds_t t), (t));
TRAP(unsigned, sleep, (unsigned t), (t));

// ---- Files, sockets, logs -----------------------------------------------------------------------

TRAP(ssize_t, read, (int file, void *data, size_t size), (file, data, size));
TRAP(ssize_t, write, (int file, const void *data, size_t size), (file, data, size));
TRAP(ssize_t, pread, (int file, void *data, size_t size, off_t at), (file, data, size, at));
TRAP(ssize_t, pwrite, (int file, const void *data, size_t size, off_t at), (file, data, size, at));
TRAP(ssize_t, readv, (int file, const struct iovec *parts, int n), (file, parts, n));
TRAP(ssize_t, writev, (int file, const struct iovec *parts, int n), (file, parts, n));
TRAP(ssize_t, send, (int file, const void *data, size_t size, int flags),
     (file, data, size, flags));
TRAP(ssize_t, recv, (int file, void *data, size_t size, int flags), (file, data, size, flags));
TRAP(int, poll, (struct pollfd * files, nfds_t n, int timeout), (files, n, timeout));
TRAP(int, select, (int n, fd_set *r, fd_set *w, fd_set *e, struct timeval *t), (n, r, w, e, t));
TRAP(int, close, (int file), (file));
TRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode));
TRAP(FILE *, fopen64, (const char *path, const char *mode), (path, mode));
TRAP(int, fclose, (FILE * file), (file));
TRAP(size_t, fread, (void *data, size_t size, size_t n, FILE *file), (data, size, n, file));
TRAP(size_t, fwrite, (const void *data, size_t size, size_t n, FILE *file), (data, size, n, file));
TRAP(int, fflush, (FILE * file), (file));
TRAP(int, fputs, (const char *text, FILE *file), (text, file));
TRAP(int, fputc, (int c, FILE *file), (c, file));
TRAP(int, putc, (int c, FILE *file), (c, file));
TRAP(int, puts, (const char *text), (text));
TRAP(int, putchar, (int c), (c));
TRAP(int, vprintf, (const char *format, va_list list), (format, list));
TRAP(int, vfprintf, (FILE * file, const char *format, va_list list), (file, format, list));
TRAP(int, vsnprintf, (char *text, size_t size, const char *format, va_list list),
     (text, size, format, list));

// Functions with variable arguments call their twins with a va_list.
#define WITH_LIST(last, result, call) \
  va_list list;                       \
  va_start(list, last);               \
  const result value = call;          \
  va_end(list);                       \
  return value

EXPORT int printf(const char *format, ...) {
  Note("printf");
  WITH_LIST(format, int, vprintf(format, list));
}
EXPORT int fprintf(FILE *file, const char *format, ...) {
  Note("fprintf");
  WITH_LIST(format, int, vfprintf(file, format, list));
}
EXPORT int snprintf(char *text, size_t size, const char *format, ...) {
  Note("snprintf");
  WITH_LIST(format, int, vsnprintf(text, size, format, list));
}
EXPORT int sprintf(char *text, const char *format, ...) {
  Note("sprintf");
  WITH_LIST(format, int, vsprintf(text, format, list));
}
EXPORT int dprintf(int file, const char *format, ...) {
  Note("dprintf");
  WITH_LIST(format, int, vdprintf(file, format, list));
}
// vsyslog itself is not trapped.
EXPORT void syslog(int priority, const char *format, ...) {
  va_list list;
  Note("syslog");
  va_start(list, format);
  vsyslog(priority, format, list);
  va_end(list);
}

// `mode` is there only with the flags that need it; reading it in any case is what C libraries do.
static int Open(const char *name, int folder, const char *path, int flags, mode_t mode) {
  Note(name);
  static int (*_Atomic real)(int, const char *, int, ...);
  int (*function)(int, const char *, int, ...) = real;
  if (function == NULL) {
    function = (int (*)(int, const char *, int, ...))Real("openat");
    real = function;
  }
  return function(folder, path, flags, mode);
}

#define OPEN(name)                                                                   \
  EXPORT int name(const char *path, int flags, ...) {                                \
    WITH_LIST(flags, int, Open(#name, AT_FDCWD, path, flags, va_arg(list, mode_t))); \
  }                                                                                  \
  _Static_assert(1, "")
#define OPENAT(name)                                                               \
  EXPORT int name(int folder, const char *path, int flags, ...) {                  \
    WITH_LIST(flags, int, Open(#name, folder, path, flags, va_arg(list, mode_t))); \
  }                                                                                \
  _Static_assert(1, "")
OPEN(open);
OPEN(open64);
OPENAT(openat);
OPENAT(openat64);

// ---- Other calls --------------------------------------------------------------------------------

TRAP(void *, dlopen, (const char *path, int flags), (path, flags));
TRAP(char *, getenv, (const char *name), (name));

// std::atomic uses it to wait and notify.
EXPORT long syscall(long number, ...) {
  Note("syscall");
  static long (*_Atomic real)(long, ...);
  long (*function)(long, ...) = real;
  if (function == NULL) {
    function = (long (*)(long, ...))Real("syscall");
    real = function;
  }
  va_list list;
  va_start(list, number);
  long a[6];
  for (int i = 0; i < 6; ++i) a[i] = va_arg(list, long);
  va_end(list);
  return function(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
