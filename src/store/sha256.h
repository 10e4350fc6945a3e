// SHA-256 (FIPS 180-4), by Nettle.
#ifndef DEEPFILTER_STORE_SHA256_H_
#define DEEPFILTER_STORE_SHA256_H_

#include <memory>
#include <string>

#include "base/bytes.h"

namespace dfn {

// The sum of bytes that arrive in pieces.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&& other) noexcept;
  ~Sha256();
  void Update(Bytes bytes);
  // 64 lower-case hexadecimal digits. Call once, last.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dfn

#endif  // DEEPFILTER_STORE_SHA256_H_
