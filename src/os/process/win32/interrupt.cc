#include "os/process/interrupt.h"

#include <windows.h>

namespace dfn {
namespace {

std::atomic<bool> interrupted{false};
HANDLE main_thread = nullptr;

// Runs in a thread that the system starts for it.
BOOL WINAPI OnControl(DWORD event) {
  interrupted.store(true, std::memory_order_relaxed);
  if (main_thread != nullptr) CancelSynchronousIo(main_thread);
  if (event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT) return TRUE;
  // The process ends when this returns, or some seconds later: time to clean up.
  Sleep(INFINITE);
  return TRUE;
}

}  // namespace

void InstallSignalHandlers() {
  const HANDLE process = GetCurrentProcess();
  if (!DuplicateHandle(process, GetCurrentThread(), process, &main_thread, 0, FALSE,
                       DUPLICATE_SAME_ACCESS)) {
    main_thread = nullptr;
  }
  // The system keeps a Ctrl-C that is ignored already from getting here.
  SetConsoleCtrlHandler(OnControl, TRUE);
}

const std::atomic<bool>& InterruptFlag() { return interrupted; }

void InterruptThread(std::thread& thread) {
  if (Interrupted()) CancelSynchronousIo(static_cast<HANDLE>(thread.native_handle()));
}

struct SignalsHeld::Before {};
SignalsHeld::SignalsHeld() = default;
SignalsHeld::~SignalsHeld() = default;

}  // namespace dfn
