/* Starts a program on Windows, sends it the bytes of a file on a pipe that then stays open, waits until
 * the pipe is empty, presses Ctrl-C or Ctrl-Break, and exits with the program's own exit code; with
 * 250 if that is not there within 30 seconds, and 251 if something else failed.
 *
 *   interrupt_host c|break FILE COMMAND-LINE
 *
 * It needs a console; under Wine, a terminal. */
#include <stdio.h>
#include <string.h>
#include <windows.h>

enum { kNeverEnded = 250, kFailed = 251, kPatienceMs = 30000 };

static int Fail(const char *what) {
  fprintf(stderr, "interrupt_host: %s: error %lu\n", what, GetLastError());
  return kFailed;
}

/* The key is for the program alone. */
static BOOL WINAPI Ignore(DWORD key) { return key == CTRL_C_EVENT || key == CTRL_BREAK_EVENT; }

/* Writes the whole file into the pipe. */
static int Feed(const char *path, HANDLE pipe) {
  char block[4096];
  size_t size = 0;
  FILE *file = fopen(path, "rb");
  if (file == NULL) return 0;
  while ((size = fread(block, 1, sizeof block, file)) > 0) {
    DWORD written = 0;
    if (!WriteFile(pipe, block, (DWORD)size, &written, NULL) || written != size) break;
  }
  fclose(file);
  return size == 0;
}

/* Waits until the program has taken everything out of the pipe, or has ended. */
static int Drained(HANDLE pipe, HANDLE process) {
  DWORD waiting = 1;
  while (waiting > 0 && WaitForSingleObject(process, 20) == WAIT_TIMEOUT) {
    if (!PeekNamedPipe(pipe, NULL, 0, NULL, &waiting, NULL)) return 0;
  }
  Sleep(100);
  return 1;
}

int main(int argc, char **argv) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  STARTUPINFOA start = {0};
  PROCESS_INFORMATION child;
  HANDLE read_end, write_end;
  DWORD code = kFailed;
  if (argc != 4) return kFailed;
  if (!CreatePipe(&read_end, &write_end, &inherited, 1 << 16)) return Fail("CreatePipe");
  SetHandleInformation(write_end, HANDLE_FLAG_INHERIT, 0);
  start.cb = sizeof start;
  start.dwFlags = STARTF_USESTDHANDLES;
  start.hStdInput = read_end;
  start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
  start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
  if (!CreateProcessA(NULL, argv[3], NULL, NULL, TRUE, 0, NULL, NULL, &start, &child)) {
    return Fail("CreateProcess");
  }
  SetConsoleCtrlHandler(Ignore, TRUE);
  if (!Feed(argv[2], write_end)) return Fail(argv[2]);
  if (!Drained(read_end, child.hProcess)) return Fail("PeekNamedPipe");
  /* For everybody at this console. */
  if (!GenerateConsoleCtrlEvent(strcmp(argv[1], "break") == 0 ? CTRL_BREAK_EVENT : CTRL_C_EVENT,
                                0)) {
    return Fail("GenerateConsoleCtrlEvent");
  }
  if (WaitForSingleObject(child.hProcess, kPatienceMs) != WAIT_OBJECT_0) {
    TerminateProcess(child.hProcess, kNeverEnded);
    return kNeverEnded;
  }
  GetExitCodeProcess(child.hProcess, &code);
  return (int)code;
}
