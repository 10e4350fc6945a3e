#include "clap/parameter_values.h"

#include "common/value_text.h"

namespace dfn::plugin {
namespace {

static_assert(kNumberedParameters[std::size(kNumberedParameters) - 1].parameter == &kStereo);
static_assert(std::atomic<double>::is_always_lock_free);

}  // namespace

ParameterValues::ParameterValues(bool stereo) noexcept
    : list_(std::begin(kNumberedParameters), stereo ? kMost : kMost - 1) {
  for (size_t i = 0; i < kMost; ++i) values_[i] = kNumberedParameters[i].parameter->default_value;
}

std::optional<size_t> ParameterValues::Find(uint32_t id) const noexcept {
  for (size_t i = 0; i < list_.size(); ++i) {
    if (list_[i].id == id) return i;
  }
  return std::nullopt;
}

void ParameterValues::Set(size_t index, double value) noexcept {
  values_[index].store(NearestValue(*list_[index].parameter, value), std::memory_order_relaxed);
}

bool ParameterValues::Concerns(const clap::EventHeader& event) const noexcept {
  if (event.space_id != clap::kCoreSpace || event.size < sizeof(clap::ParamEvent)) return false;
  if (event.type != clap::kParamValueEvent && event.type != clap::kParamModEvent) return false;
  return Find(reinterpret_cast<const clap::ParamEvent&>(event).param_id).has_value();
}

void ParameterValues::Apply(const clap::EventHeader& event) noexcept {
  if (!Concerns(event)) return;
  const auto& change = reinterpret_cast<const clap::ParamEvent&>(event);
  const size_t index = *Find(change.param_id);
  if (event.type == clap::kParamValueEvent) {
    Set(index, change.value);
  } else {
    modulation_[index] = change.value;
  }
}

Controls ParameterValues::controls() const noexcept {
  Controls controls;
  for (size_t i = 0; i < list_.size(); ++i) {
    const double sum = value(i) + modulation_[i];
    SetControl(controls, *list_[i].parameter,
               static_cast<float>(NearestValue(*list_[i].parameter, sum)));
  }
  return controls;
}

bool ParameterValues::independent_channels() const noexcept {
  return list_.back().parameter == &kStereo && value(list_.size() - 1) > 0.0;
}

}  // namespace dfn::plugin
