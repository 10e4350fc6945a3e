#include "store/sha256.h"

#include <nettle/sha2.h>

#include <cstdint>

namespace dfn {

struct Sha256::State {
  sha256_ctx context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { sha256_init(&state_->context); }

Sha256::Sha256(Sha256&& other) noexcept = default;

Sha256::~Sha256() = default;

void Sha256::Update(Bytes bytes) { sha256_update(&state_->context, bytes.size(), bytes.data()); }

std::string Sha256::Finish() {
  uint8_t sum[SHA256_DIGEST_SIZE];
  sha256_digest(&state_->context, sizeof(sum), sum);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : sum) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace dfn
