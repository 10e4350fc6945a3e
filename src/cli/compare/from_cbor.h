// JSON out of its binary form, CBOR (RFC 8949).
#ifndef DEEPFILTER_CLI_COMPARE_FROM_CBOR_H_
#define DEEPFILTER_CLI_COMPARE_FROM_CBOR_H_

#include "base/bytes.h"

namespace dfn {

// `bytes` are those that Json::to_cbor wrote. Json: a form of nlohmann::json, which reads elements of
// type uint8_t only with libstdc++.
template <class Json>
Json FromCbor(Bytes bytes) {
  const auto* first = reinterpret_cast<const char*>(bytes.data());
  return Json::from_cbor(first, first + bytes.size());
}

}  // namespace dfn

#endif  // DEEPFILTER_CLI_COMPARE_FROM_CBOR_H_
