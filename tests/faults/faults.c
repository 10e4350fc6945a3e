// A library for LD_PRELOAD that counts what a program asks of the system and lets one request fail.
//
//   DFN_FAULTS_LOG=FILE      writes a line for each request: its number, the system call, its
//                            descriptor and its path
//   DFN_FAULTS_COUNT=FILE    an existing file of 16 bytes: system calls, allocations (uint64_t each)
//   DFN_FAULTS_CALL=N        the N-th system call fails, from 1,
//   DFN_FAULTS_HOW=HOW       by HOW:
//     NUMBER      is not made and gives this errno; close is made all the same
//     short       transfers half of its bytes
//     kill        is not made, and the process is killed
//     kill-half   transfers half of its bytes, and the process is killed
//     kill-after  is made, and the process is killed
//   DFN_FAULTS_ALLOCATION=N  the N-th allocation gives no memory, unless libsoxr asks for it, which
//                            does not check what it gets: the program reserves it
//
// Both counts begin at main. System calls are caught by a seccomp filter, wherever in the C library
// they come from; its signal handler makes them from the one instruction that the filter lets pass.
// The filter stays over exec while the handler does not, so a program that starts others cannot be
// run under this.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

// The status of a program that could not be watched.
enum { kCannotWatch = 125 };

// Which system calls are counted. `transfer` is the argument that holds a number of bytes, from 1.
struct Watched {
  int number;
  const char *name;
  int path;       // the argument that is a path, from 1; 0: none
  int transfer;   // 0: none
  int is_vector;  // the argument is a number of buffers
};

static const struct Watched kWatched[] = {
    {SYS_read, "read", 0, 3, 0},           {SYS_pread64, "pread", 0, 3, 0},
    {SYS_readv, "readv", 0, 3, 1},         {SYS_write, "write", 0, 3, 0},
    {SYS_pwrite64, "pwrite", 0, 3, 0},     {SYS_writev, "writev", 0, 3, 1},
    {SYS_openat, "open", 2, 0, 0},         {SYS_close, "close", 0, 0, 0},
    {SYS_renameat, "rename", 2, 0, 0},     {SYS_renameat2, "rename", 2, 0, 0},
    {SYS_linkat, "link", 2, 0, 0},         {SYS_unlinkat, "unlink", 2, 0, 0},
    {SYS_mkdirat, "mkdir", 2, 0, 0},       {SYS_fsync, "fsync", 0, 0, 0},
    {SYS_fdatasync, "fsync", 0, 0, 0},     {SYS_ftruncate, "truncate", 0, 0, 0},
    {SYS_fallocate, "fallocate", 0, 0, 0}, {SYS_mmap, "mmap", 0, 0, 0},
    {SYS_mremap, "mremap", 0, 0, 0},       {SYS_lseek, "seek", 0, 0, 0},
    {SYS_fstat, "stat", 0, 0, 0},          {SYS_newfstatat, "stat", 2, 0, 0},
    {SYS_statx, "stat", 2, 0, 0},          {SYS_faccessat, "access", 2, 0, 0},
    {SYS_readlinkat, "readlink", 2, 0, 0}, {SYS_getdents64, "readdir", 0, 0, 0},
    {SYS_flock, "lock", 0, 0, 0},          {SYS_fcntl, "fcntl", 0, 0, 0},
    {SYS_fchmod, "chmod", 0, 0, 0},        {SYS_socket, "socket", 0, 0, 0},
    {SYS_connect, "connect", 0, 0, 0},     {SYS_sendto, "send", 0, 3, 0},
    {SYS_recvfrom, "receive", 0, 3, 0},    {SYS_sendmsg, "send", 0, 0, 0},
    {SYS_recvmsg, "receive", 0, 0, 0},     {SYS_pipe2, "pipe", 0, 0, 0},
#if defined(__x86_64__)
    {SYS_open, "open", 1, 0, 0},           {SYS_rename, "rename", 1, 0, 0},
    {SYS_link, "link", 1, 0, 0},           {SYS_unlink, "unlink", 1, 0, 0},
    {SYS_mkdir, "mkdir", 1, 0, 0},         {SYS_stat, "stat", 1, 0, 0},
    {SYS_lstat, "stat", 1, 0, 0},          {SYS_access, "access", 1, 0, 0},
    {SYS_readlink, "readlink", 1, 0, 0},   {SYS_dup2, "dup", 0, 0, 0},
#endif
};
enum { kWatchedCount = sizeof(kWatched) / sizeof(kWatched[0]) };

long dfn_raw_call(long number, long a, long b, long c, long d, long e, long f);
extern const char dfn_raw_call_end[];

// The filter compares the address behind the instruction.
#if defined(__x86_64__)
__asm__(
    ".text\n"
    ".hidden dfn_raw_call\n.globl dfn_raw_call\n.type dfn_raw_call, @function\n"
    ".hidden dfn_raw_call_end\n.globl dfn_raw_call_end\n"
    "dfn_raw_call:\n"
    "  mov %rdi, %rax\n  mov %rsi, %rdi\n  mov %rdx, %rsi\n  mov %rcx, %rdx\n"
    "  mov %r8, %r10\n  mov %r9, %r8\n  mov 8(%rsp), %r9\n"
    "  syscall\n"
    "dfn_raw_call_end:\n"
    "  ret\n");
#define DFN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
__asm__(
    ".text\n"
    ".hidden dfn_raw_call\n.globl dfn_raw_call\n.type dfn_raw_call, %function\n"
    ".hidden dfn_raw_call_end\n.globl dfn_raw_call_end\n"
    "dfn_raw_call:\n"
    "  mov x8, x0\n  mov x0, x1\n  mov x1, x2\n  mov x2, x3\n  mov x3, x4\n  mov x4, x5\n"
    "  mov x5, x6\n"
    "  svc #0\n"
    "dfn_raw_call_end:\n"
    "  ret\n");
#define DFN_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "The calls of this architecture cannot be made here; CMake leaves the library out."
#endif

struct Counts {
  _Atomic uint64_t calls;
  _Atomic uint64_t allocations;
};

static struct Counts own_counts;
static struct Counts *counts = &own_counts;
static atomic_int counting;
static int log_file = -1;
static uint64_t failing_call;
static uint64_t failing_allocation;
static int failing_errno;
static enum { kError, kShort, kKill, kKillHalf, kKillAfter } how;

// ---- System calls -------------------------------------------------------------------------------

static char *AppendText(char *to, const char *end, const char *text) {
  while (to < end && *text != '\0') *to++ = *text++;
  return to;
}

static char *AppendNumber(char *to, const char *end, uint64_t value) {
  char digits[24];
  int count = 0;
  do {
    digits[count++] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (to < end && count > 0) *to++ = digits[--count];
  return to;
}

static void Log(uint64_t index, const struct Watched *watched, const long *a) {
  char line[512];
  const char *const end = line + sizeof(line) - 1;
  char *to = AppendNumber(line, end, index);
  to = AppendText(to, end, " ");
  to = AppendText(to, end, watched->name);
  to = AppendText(to, end, " ");
  const int file = watched->number == SYS_mmap ? (int)a[4] : watched->path == 1 ? -1 : (int)a[0];
  to = file < 0 ? AppendText(to, end, "-") : AppendNumber(to, end, (uint64_t)file);
  if (watched->path != 0) {
    to = AppendText(to, end, " ");
    to = AppendText(to, end, (const char *)a[watched->path - 1]);
  }
  *to++ = '\n';
  dfn_raw_call(SYS_write, log_file, (long)line, to - line, 0, 0, 0);
}

static long Make(int number, const long *a) {
  return dfn_raw_call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

// Half of the bytes, at least one; of several buffers the first one's.
static long MakeHalf(const struct Watched *watched, const long *a) {
  long half[6];
  memcpy(half, a, sizeof(half));
  struct iovec first;
  if (watched->transfer != 0 && watched->is_vector && a[2] > 0) {
    first = *(const struct iovec *)a[1];
    if (first.iov_len > 1) first.iov_len /= 2;
    half[1] = (long)&first;
    half[2] = 1;
  } else if (watched->transfer != 0 && half[watched->transfer - 1] > 1) {
    half[watched->transfer - 1] /= 2;
  }
  return Make(watched->number, half);
}

static void Kill(void) {
  dfn_raw_call(SYS_kill, dfn_raw_call(SYS_getpid, 0, 0, 0, 0, 0, 0), SIGKILL, 0, 0, 0, 0);
}

static long Fail(const struct Watched *watched, const long *a) {
  long result = -failing_errno;
  switch (how) {
    case kError:
      if (watched->number == SYS_close) Make(SYS_close, a);
      break;
    case kShort:
      return MakeHalf(watched, a);
    case kKill:
      Kill();
      break;
    case kKillHalf:
      result = MakeHalf(watched, a);
      Kill();
      break;
    case kKillAfter:
      result = Make(watched->number, a);
      Kill();
      break;
  }
  return result;
}

static long Answer(int number, const long *a) {
  const struct Watched *watched = kWatched;
  while (watched < kWatched + kWatchedCount && watched->number != number) ++watched;
  if (watched == kWatched + kWatchedCount || !counting) return Make(number, a);
  const uint64_t index = ++counts->calls;
  if (log_file >= 0) Log(index, watched, a);
  return index == failing_call ? Fail(watched, a) : Make(number, a);
}

static void OnCall(int signal, siginfo_t *info, void *context) {
  (void)signal;
  mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;
#if defined(__x86_64__)
  const greg_t *r = machine->gregs;
  const long a[6] = {r[REG_RDI], r[REG_RSI], r[REG_RDX], r[REG_R10], r[REG_R8], r[REG_R9]};
  machine->gregs[REG_RAX] = Answer(info->si_syscall, a);
#else
  long a[6];
  for (int i = 0; i < 6; ++i) a[i] = (long)machine->regs[i];
  machine->regs[0] = (unsigned long long)Answer(info->si_syscall, a);
#endif
}

static int CatchCalls(void) {
  struct sigaction action;
  memset(&action, 0, sizeof(action));
  action.sa_sigaction = OnCall;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  if (sigaction(SIGSYS, &action, NULL) != 0) return 0;

  const uint64_t passing = (uint64_t)(uintptr_t)dfn_raw_call_end;
  struct sock_filter filter[kWatchedCount + 10];
  unsigned short n = 0;
#define STATEMENT(code, k) filter[n++] = (struct sock_filter)BPF_STMT(code, k)
#define JUMP(k, yes, no) \
  filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, yes, no)
  STATEMENT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
  JUMP(DFN_ARCHITECTURE, 0, kWatchedCount + 5);
  STATEMENT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer));
  JUMP((uint32_t)passing, 0, 2);
  STATEMENT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4);
  JUMP((uint32_t)(passing >> 32), kWatchedCount + 1, 0);
  STATEMENT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (int i = 0; i < kWatchedCount; ++i) {
    JUMP((uint32_t)kWatched[i].number, (uint8_t)(kWatchedCount - i), 0);
  }
  STATEMENT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  STATEMENT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
  const struct sock_fprog program = {n, filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// ---- Memory. dlsym itself allocates, so these call the C library by its inner names. ------------

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

// Where libsoxr lies.
static uintptr_t soxr_begin;
static uintptr_t soxr_end;

static int FindSoxr(struct dl_phdr_info *library, size_t size, void *unused) {
  (void)size;
  (void)unused;
  if (library->dlpi_name == NULL || strstr(library->dlpi_name, "/libsoxr.") == NULL) return 0;
  soxr_begin = library->dlpi_addr;
  for (int i = 0; i < library->dlpi_phnum; ++i) {
    const ElfW(Phdr) *part = &library->dlpi_phdr[i];
    const uintptr_t end = library->dlpi_addr + part->p_vaddr + part->p_memsz;
    if (part->p_type == PT_LOAD && end > soxr_end) soxr_end = end;
  }
  return 1;
}

// `caller` is an address in the function that wants memory.
static int RefusedTo(const void *caller) {
  if (!counting || ++counts->allocations != failing_allocation) return 0;
  if ((uintptr_t)caller >= soxr_begin && (uintptr_t)caller < soxr_end) return 0;
  errno = ENOMEM;
  return 1;
}
#define Refused() RefusedTo(__builtin_return_address(0))

EXPORT void *malloc(size_t size) { return Refused() ? NULL : __libc_malloc(size); }
EXPORT void *calloc(size_t number, size_t size) {
  return Refused() ? NULL : __libc_calloc(number, size);
}
EXPORT void *realloc(void *old, size_t size) {
  return Refused() ? NULL : __libc_realloc(old, size);
}
EXPORT void *memalign(size_t alignment, size_t size) {
  return Refused() ? NULL : __libc_memalign(alignment, size);
}
EXPORT void *aligned_alloc(size_t alignment, size_t size) {
  return Refused() ? NULL : __libc_memalign(alignment, size);
}
EXPORT int posix_memalign(void **memory, size_t alignment, size_t size) {
  void *found = Refused() ? NULL : __libc_memalign(alignment, size);
  if (found == NULL) return ENOMEM;
  *memory = found;
  return 0;
}

// ---- The start ----------------------------------------------------------------------------------

static uint64_t NumberOf(const char *variable) {
  const char *text = getenv(variable);
  return text != NULL ? strtoull(text, NULL, 10) : 0;
}

static void ReadHow(void) {
  const char *text = getenv("DFN_FAULTS_HOW");
  if (text == NULL) return;
  if (strcmp(text, "short") == 0) {
    how = kShort;
  } else if (strcmp(text, "kill") == 0) {
    how = kKill;
  } else if (strcmp(text, "kill-half") == 0) {
    how = kKillHalf;
  } else if (strcmp(text, "kill-after") == 0) {
    how = kKillAfter;
  } else {
    failing_errno = atoi(text);
  }
}

static void OpenFiles(void) {
  const char *path = getenv("DFN_FAULTS_LOG");
  if (path != NULL) {
    const int opened = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    // Out of the way of the numbers that the program gets.
    log_file = fcntl(opened, F_DUPFD_CLOEXEC, 500);
    close(opened);
    if (log_file < 0) _exit(kCannotWatch);
  }
  path = getenv("DFN_FAULTS_COUNT");
  if (path != NULL) {
    const int opened = open(path, O_RDWR | O_CLOEXEC);
    void *shared = mmap(NULL, sizeof(struct Counts), PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0);
    close(opened);
    if (shared == MAP_FAILED) _exit(kCannotWatch);
    counts = shared;
  }
}

typedef int Main(int, char **, char **);
typedef int Start(Main *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

static Main *real_main;

static int CountedMain(int argc, char **argv, char **environment) {
  OpenFiles();
  ReadHow();
  failing_call = NumberOf("DFN_FAULTS_CALL");
  failing_allocation = NumberOf("DFN_FAULTS_ALLOCATION");
  dl_iterate_phdr(FindSoxr, NULL);
  // Programs that this one starts are not watched.
  unsetenv("LD_PRELOAD");
  // A run that is about memory needs no filter.
  if ((failing_call != 0 || log_file >= 0) && !CatchCalls()) _exit(kCannotWatch);
  counting = 1;
  return real_main(argc, argv, environment);
}

// Called by the program's first instructions, after the constructors of libraries.
EXPORT int __libc_start_main(Main *main, int argc, char **argv, void (*init)(void),
                             void (*fini)(void), void (*library_fini)(void), void *stack_end) {
  void *found = dlsym(RTLD_NEXT, "__libc_start_main");
  Start *start;
  memcpy(&start, &found, sizeof(start));
  real_main = main;
  return start(CountedMain, argc, argv, init, fini, library_fini, stack_end);
}
