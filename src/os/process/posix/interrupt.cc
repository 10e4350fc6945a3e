#include "os/process/interrupt.h"

#include <pthread.h>
#include <signal.h>

#include <initializer_list>

namespace dfn {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "signal handlers must not wait");

// The first of the signals that came.
std::atomic<int> first_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "signal handlers must not wait");

constexpr std::initializer_list<int> kSignals = {SIGINT, SIGTERM, SIGHUP};

extern "C" void OnSignal(int signal_number) {
  int none = 0;
  first_signal.compare_exchange_strong(none, signal_number, std::memory_order_relaxed);
  interrupted.store(true, std::memory_order_relaxed);
}

}  // namespace

void InstallSignalHandlers() {
  struct sigaction action {};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  // Without SA_RESTART: a read from a pipe on which nothing comes must end too.
  for (const int signal_number : kSignals) {
    struct sigaction before {};
    sigaction(signal_number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(signal_number, &action, nullptr);
  }
  signal(SIGXFSZ, SIG_IGN);
}

const std::atomic<bool>& InterruptFlag() { return interrupted; }

void InterruptThread(std::thread& thread) {
  // One that has a handler, as it came here already.
  const int signal_number = first_signal.load(std::memory_order_relaxed);
  if (signal_number != 0) pthread_kill(thread.native_handle(), signal_number);
}

struct SignalsHeld::Before {
  sigset_t mask;
};

SignalsHeld::SignalsHeld() : before_(std::make_unique<Before>()) {
  sigset_t held;
  sigemptyset(&held);
  for (const int signal_number : kSignals) sigaddset(&held, signal_number);
  pthread_sigmask(SIG_BLOCK, &held, &before_->mask);
}

SignalsHeld::~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_->mask, nullptr); }

}  // namespace dfn
