#include "ort/session.h"

#include <utility>

namespace dfn::ort {
namespace {

// Frees an object of the library through the release function at Release.
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

Result<std::vector<int64_t>> Dimensions(const Library& library, const ShapeInfo_* info,
                                        const std::string& what) {
  size_t rank = 0;
  DFN_CHECK(library.Check(
      library.Function<Status_* (*)(const ShapeInfo_*, size_t*)>(kGetDimensionsCount)(info, &rank),
      what));
  std::vector<int64_t> shape(rank);
  DFN_CHECK(library.Check(library.Function<Status_* (*)(const ShapeInfo_*, int64_t*, size_t)>(
                              kGetDimensions)(info, shape.data(), rank),
                          what));
  return shape;
}

class LoadedSession final : public Session {
 public:
  LoadedSession(std::shared_ptr<const Library> library, std::string name)
      : library_(std::move(library)),
        name_(std::move(name)),
        session_(*library_),
        memory_(*library_) {}

  Status Load(Bytes model, const ort::SessionOptions& options) {
    OptionsHandle settings(*library_);
    DFN_CHECK(
        Check(Function<Status_* (*)(SessionOptions_**)>(kCreateSessionOptions)(settings.out())));
    using SetNumber = Status_* (*)(SessionOptions_*, int);
    DFN_CHECK(Check(Function<SetNumber>(kSetIntraOpNumThreads)(settings.get(), options.threads)));
    DFN_CHECK(Check(Function<SetNumber>(kSetInterOpNumThreads)(settings.get(), 1)));
    DFN_CHECK(Check(
        Function<SetNumber>(kSetSessionGraphOptimizationLevel)(settings.get(), kOptimizeAll)));
    using CreateFromArray =
        Status_* (*)(const Env_*, const void*, size_t, const SessionOptions_*, Session_**);
    DFN_CHECK(Check(Function<CreateFromArray>(kCreateSessionFromArray)(
        library_->env(), model.data(), model.size(), settings.get(), session_.out())));
    DFN_CHECK(Check(Function<Status_* (*)(int, int, MemoryInfo_**)>(kCreateCpuMemoryInfo)(
        kAllocatorDevice, kMemoryDefault, memory_.out())));
    DFN_CHECK(
        ReadInfos(kSessionGetInputCount, kSessionGetInputName, kSessionGetInputTypeInfo, inputs_));
    return ReadInfos(kSessionGetOutputCount, kSessionGetOutputName, kSessionGetOutputTypeInfo,
                     outputs_);
  }

  const std::vector<TensorInfo>& inputs() const override { return inputs_; }
  const std::vector<TensorInfo>& outputs() const override { return outputs_; }

  Result<Tensors> Run(const Tensors& feeds) override {
    std::vector<const char*> input_names;
    std::vector<ValueHandle> input_values;
    std::vector<const Value_*> input_pointers;
    for (const TensorInfo& info : inputs_) {
      const auto feed = feeds.find(info.name);
      if (feed == feeds.end()) {
        return Error{ErrorCode::kMismatch, name_ + ": input \"" + info.name + "\" is not fed"};
      }
      DFN_TRY(ValueHandle value, Wrap(feed->second));
      input_names.push_back(info.name.c_str());
      input_pointers.push_back(value.get());
      input_values.push_back(std::move(value));
    }
    std::vector<const char*> output_names;
    for (const TensorInfo& info : outputs_) output_names.push_back(info.name.c_str());
    std::vector<Value_*> output_pointers(outputs_.size(), nullptr);
    using RunFunction =
        Status_* (*)(Session_*, const RunOptions_*, const char* const*, const Value_* const*,
                     size_t, const char* const*, size_t, Value_**);
    const Status status = Check(Function<RunFunction>(kRun)(
        session_.get(), nullptr, input_names.data(), input_pointers.data(), input_names.size(),
        output_names.data(), output_names.size(), output_pointers.data()));
    std::vector<ValueHandle> output_values;
    for (Value_* pointer : output_pointers) {
      *output_values.emplace_back(*library_).out() = pointer;
    }
    if (!status.ok()) return status.error();
    Tensors outputs;
    for (size_t i = 0; i < outputs_.size(); ++i) {
      DFN_TRY(outputs[outputs_[i].name], Unwrap(output_values[i].get(), outputs_[i].name));
    }
    return outputs;
  }

 private:
  template <class F>
  F Function(Position position) const {
    return library_->Function<F>(position);
  }
  Status Check(Status_* status) const { return library_->Check(status, name_); }

  Status ReadInfos(Position count_function, Position name_function, Position type_function,
                   std::vector<TensorInfo>& infos) {
    size_t count = 0;
    DFN_CHECK(Check(
        Function<Status_* (*)(const Session_*, size_t*)>(count_function)(session_.get(), &count)));
    Allocator_* allocator = nullptr;
    DFN_CHECK(
        Check(Function<Status_* (*)(Allocator_**)>(kGetAllocatorWithDefaultOptions)(&allocator)));
    for (size_t i = 0; i < count; ++i) {
      char* name = nullptr;
      using GetName = Status_* (*)(const Session_*, size_t, Allocator_*, char**);
      DFN_CHECK(Check(Function<GetName>(name_function)(session_.get(), i, allocator, &name)));
      TensorInfo& info = infos.emplace_back(TensorInfo{.name = name, .shape = {}});
      DFN_CHECK(Check(Function<Status_* (*)(Allocator_*, void*)>(kAllocatorFree)(allocator, name)));
      TypeHandle type(*library_);
      using GetType = Status_* (*)(const Session_*, size_t, TypeInfo_**);
      DFN_CHECK(Check(Function<GetType>(type_function)(session_.get(), i, type.out())));
      const ShapeInfo_* shape = nullptr;  // belongs to `type`
      DFN_CHECK(Check(Function<Status_* (*)(const TypeInfo_*, const ShapeInfo_**)>(
          kCastTypeInfoToTensorInfo)(type.get(), &shape)));
      if (shape == nullptr) {
        return Error{ErrorCode::kUnsupported, name_ + ": \"" + info.name + "\" is no tensor"};
      }
      DFN_TRY(info.shape, Dimensions(*library_, shape, name_));
    }
    return {};
  }

  // The library reads the tensor's own memory: it must live until the run is over.
  Result<ValueHandle> Wrap(const Tensor& tensor) const {
    ValueHandle value(*library_);
    using CreateTensor =
        Status_* (*)(const MemoryInfo_*, void*, size_t, const int64_t*, size_t, int, Value_**);
    DFN_CHECK(Check(Function<CreateTensor>(kCreateTensorWithDataAsOrtValue)(
        memory_.get(), const_cast<float*>(tensor.values.data()),
        tensor.values.size() * sizeof(float), tensor.shape.data(), tensor.shape.size(),
        kElementFloat, value.out())));
    return value;
  }

  Result<Tensor> Unwrap(Value_* value, const std::string& output) const {
    ShapeHandle info(*library_);
    DFN_CHECK(Check(Function<Status_* (*)(const Value_*, ShapeInfo_**)>(kGetTensorTypeAndShape)(
        value, info.out())));
    int element = 0;
    DFN_CHECK(Check(Function<Status_* (*)(const ShapeInfo_*, int*)>(kGetTensorElementType)(
        info.get(), &element)));
    if (element != kElementFloat) {
      return Error{ErrorCode::kMismatch, name_ + ": output \"" + output + "\" is not of float32"};
    }
    size_t elements = 0;
    DFN_CHECK(Check(Function<Status_* (*)(const ShapeInfo_*, size_t*)>(kGetTensorShapeElementCount)(
        info.get(), &elements)));
    void* data = nullptr;
    DFN_CHECK(Check(Function<Status_* (*)(Value_*, void**)>(kGetTensorMutableData)(value, &data)));
    Tensor tensor;
    DFN_TRY(tensor.shape, Dimensions(*library_, info.get(), name_));
    const float* values = static_cast<const float*>(data);
    tensor.values.assign(values, values + elements);
    return tensor;
  }

  std::shared_ptr<const Library> library_;
  std::string name_;
  SessionHandle session_;
  MemoryHandle memory_;
  std::vector<TensorInfo> inputs_;
  std::vector<TensorInfo> outputs_;
};

}  // namespace

Result<std::unique_ptr<Session>> Session::Create(std::shared_ptr<const Library> library,
                                                 Bytes model, const std::string& name,
                                                 const SessionOptions& options) {
  auto session = std::make_unique<LoadedSession>(std::move(library), name);
  DFN_CHECK(session->Load(model, options));
  return std::unique_ptr<Session>(std::move(session));
}

}  // namespace dfn::ort
