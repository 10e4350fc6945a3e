// The model object of the C API.
#ifndef DEEPFILTER_API_C_C_MODEL_H_
#define DEEPFILTER_API_C_C_MODEL_H_

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "deepfilter/deepfilter.h"
#include "engine/native/native_network.h"
#include "engine/network.h"
#include "model/model.h"

// Any number of threads may use one at once.
struct dfn_model {
 public:
  dfn_model(dfn::Model&& model, dfn_log_function log, void* log_data);

  const dfn::Config& config() const { return model_.config; }
  dfn::Precision precision() const { return model_.precision; }
  const std::string& name() const { return name_; }
  // A hash of weights and config, which a saved state must agree with.
  uint64_t fingerprint() const { return fingerprint_; }

  // Returns the weights packed for this machine. The first call for a precision packs them, and
  // later calls return the same network. Errors: those of MakeNetwork.
  dfn::Result<std::shared_ptr<const dfn::Network>> NetworkOf(dfn::Precision precision) const;

  void Log(dfn_log_level level, const std::string& message) const {
    if (log_ != nullptr) log_(log_data_, level, message.c_str());
  }

 private:
  const dfn::Model model_;
  const std::string name_;
  const uint64_t fingerprint_;
  const dfn_log_function log_;
  void* const log_data_;

  mutable std::mutex packing_;
  mutable std::array<std::shared_ptr<const dfn::Network>, 3> networks_;  // by precision
};

namespace dfn {

// Errors: kInvalidArgument.
Result<Precision> ToPrecision(int value, const dfn_model& model);

}  // namespace dfn

#endif  // DEEPFILTER_API_C_C_MODEL_H_
