#include <cerrno>
#include <cstdint>
#include <utility>

#include "os/descriptor.h"
#include "os/process/child_process.h"
#include "os/write_all.h"

namespace dfn {
namespace {

Error Gone() { return {ErrorCode::kIo, "the process that ran it ended without a word"}; }

Status SendBytes(int descriptor, const void* data, size_t size) {
  if (WriteAll(descriptor, {static_cast<const uint8_t*>(data), size}) != 0) return Gone();
  return {};
}

Status ReadAll(int descriptor, void* data, size_t size) {
  auto* at = static_cast<uint8_t*>(data);
  while (size > 0) {
    const Transfer step = ReadSome(descriptor, {at, size});
    if (step.error == EINTR) continue;
    if (step.count == 0) return Gone();
    at += step.count;
    size -= step.count;
  }
  return {};
}

}  // namespace

MessageChannel::MessageChannel(OwnedDescriptor input, OwnedDescriptor output)
    : input_(std::move(input)), output_(std::move(output)) {}

Status MessageChannel::Send(Bytes message) {
  const uint64_t size = message.size();
  DFN_CHECK(SendBytes(out(), &size, sizeof(size)));
  return SendBytes(out(), message.data(), message.size());
}

Result<std::vector<uint8_t>> MessageChannel::Receive() {
  uint64_t size = 0;
  DFN_CHECK(ReadAll(input_.get(), &size, sizeof(size)));
  std::vector<uint8_t> message(size);
  DFN_CHECK(ReadAll(input_.get(), message.data(), message.size()));
  return message;
}

}  // namespace dfn
