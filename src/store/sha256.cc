#include "store/sha256.h"

#include <openssl/evp.h>

namespace dfn {

struct Sha256::State {
  struct Free {
    void operator()(EVP_MD_CTX* used) const { EVP_MD_CTX_free(used); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
  bool good = false;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  EVP_MD_CTX* context = state_->context.get();
  state_->good = context != nullptr && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1;
}

Sha256::Sha256(Sha256&& other) noexcept = default;

Sha256::~Sha256() = default;

void Sha256::Update(Bytes bytes) {
  if (!state_->good) return;
  state_->good = EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1;
}

std::string Sha256::Finish() {
  unsigned char sum[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (!state_->good || EVP_DigestFinal_ex(state_->context.get(), sum, &size) != 1) return {};
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += kDigits[sum[i] >> 4];
    text += kDigits[sum[i] & 15];
  }
  return text;
}

}  // namespace dfn
