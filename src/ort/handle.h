// Owns an object of ONNX Runtime's library.
#ifndef DEEPFILTER_ORT_HANDLE_H_
#define DEEPFILTER_ORT_HANDLE_H_

#include <utility>

#include "ort/c_api.h"
#include "ort/library.h"

namespace dfn::ort {

// Frees its object through the library's function at Release. The library outlives it.
template <class T, Position Release>
class Handle {
 public:
  explicit Handle(const Library& library) : library_(&library) {}
  ~Handle() {
    if (object_ != nullptr) library_->Function<void (*)(T*)>(Release)(object_);
  }
  Handle(Handle&& other) noexcept
      : library_(other.library_), object_(std::exchange(other.object_, nullptr)) {}
  Handle& operator=(Handle&&) = delete;

  T* get() const { return object_; }
  T** out() { return &object_; }

 private:
  const Library* library_;
  T* object_ = nullptr;
};

using OptionsHandle = Handle<SessionOptions_, kReleaseSessionOptions>;
using SessionHandle = Handle<Session_, kReleaseSession>;
using ValueHandle = Handle<Value_, kReleaseValue>;
using MemoryHandle = Handle<MemoryInfo_, kReleaseMemoryInfo>;
using TypeHandle = Handle<TypeInfo_, kReleaseTypeInfo>;
using ShapeHandle = Handle<ShapeInfo_, kReleaseShapeInfo>;
using BindingHandle = Handle<IoBinding_, kReleaseIoBinding>;
using CudaOptionsHandle = Handle<CudaOptions_, kReleaseCudaOptions>;
using MetadataHandle = Handle<Metadata_, kReleaseModelMetadata>;

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_HANDLE_H_
