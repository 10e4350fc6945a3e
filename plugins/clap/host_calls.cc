#include "clap/host_calls.h"

#include <cstdio>

namespace dfn::plugin {

template <typename Extension>
const Extension* HostCalls::Find(const char* id) const noexcept {
  if (host_.get_extension == nullptr) return nullptr;
  return static_cast<const Extension*>(host_.get_extension(&host_, id));
}

void HostCalls::Init() noexcept {
  log_ = Find<clap::HostLog>(clap::kLogId);
  latency_ = Find<clap::HostLatency>(clap::kLatencyId);
  params_ = Find<clap::HostParams>(clap::kParamsId);
}

void HostCalls::LogWhole(const char* text) const noexcept {
  if (log_ != nullptr && log_->log != nullptr) {
    log_->log(&host_, clap::kLogError, text);
  } else {
    std::fprintf(stderr, "%s\n", text);
  }
}

void HostCalls::RequestRestart() const noexcept {
  if (host_.request_restart != nullptr) host_.request_restart(&host_);
}

void HostCalls::LatencyChanged() const noexcept {
  if (latency_ != nullptr && latency_->changed != nullptr) latency_->changed(&host_);
}

void HostCalls::ValuesChanged() const noexcept {
  if (params_ != nullptr && params_->rescan != nullptr) {
    params_->rescan(&host_, clap::kRescanValues);
  }
}

}  // namespace dfn::plugin
