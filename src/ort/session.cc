#include "ort/session.h"

#include <utility>

#include "base/printable.h"
#include "ort/session_settings.h"

namespace dfn::ort {
namespace {

Result<Dims> ReadDims(const Library& library, const ShapeInfo_* info, const std::string& what) {
  size_t rank = 0;
  DFN_CHECK(library.Check(
      library.Function<Status_* (*)(const ShapeInfo_*, size_t*)>(kGetDimensionsCount)(info, &rank),
      what));
  Dims shape(rank);
  DFN_CHECK(library.Check(library.Function<Status_* (*)(const ShapeInfo_*, int64_t*, size_t)>(
                              kGetDimensions)(info, shape.data(), rank),
                          what));
  return shape;
}

}  // namespace

Session::Session(std::shared_ptr<const Library> library, std::string name)
    : library_(std::move(library)),
      name_(std::move(name)),
      session_(*library_),
      memory_(*library_) {}

Result<std::shared_ptr<const Session>> Session::Create(std::shared_ptr<const Library> library,
                                                       Bytes model, const std::string& name,
                                                       const SessionOptions& options) {
  std::shared_ptr<Session> session(new Session(std::move(library), name));
  DFN_CHECK(session->Load(model, options));
  return std::shared_ptr<const Session>(std::move(session));
}

Status Session::Load(Bytes model, const SessionOptions& options) {
  DFN_TRY(const OptionsHandle settings, MakeSettings(*library_, options, name_));
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

Result<Allocator_*> Session::DefaultAllocator() const {
  Allocator_* allocator = nullptr;
  DFN_CHECK(
      Check(Function<Status_* (*)(Allocator_**)>(kGetAllocatorWithDefaultOptions)(&allocator)));
  return allocator;
}

Status Session::ReadInfos(Position count_function, Position name_function, Position type_function,
                          std::vector<TensorInfo>& infos) const {
  size_t count = 0;
  DFN_CHECK(Check(
      Function<Status_* (*)(const Session_*, size_t*)>(count_function)(session_.get(), &count)));
  DFN_TRY(Allocator_* const allocator, DefaultAllocator());
  for (size_t i = 0; i < count; ++i) {
    DFN_CHECK(ReadInfo(i, name_function, type_function, allocator, infos.emplace_back()));
  }
  return {};
}

Status Session::ReadInfo(size_t index, Position name_function, Position type_function,
                         Allocator_* allocator, TensorInfo& info) const {
  char* name = nullptr;
  using GetName = Status_* (*)(const Session_*, size_t, Allocator_*, char**);
  DFN_CHECK(Check(Function<GetName>(name_function)(session_.get(), index, allocator, &name)));
  info.name = name;
  DFN_CHECK(Check(Function<Status_* (*)(Allocator_*, void*)>(kAllocatorFree)(allocator, name)));
  TypeHandle type(*library_);
  using GetType = Status_* (*)(const Session_*, size_t, TypeInfo_**);
  DFN_CHECK(Check(Function<GetType>(type_function)(session_.get(), index, type.out())));
  const ShapeInfo_* shape = nullptr;  // belongs to `type`
  DFN_CHECK(Check(Function<Status_* (*)(const TypeInfo_*, const ShapeInfo_**)>(
      kCastTypeInfoToTensorInfo)(type.get(), &shape)));
  if (shape == nullptr) {
    return Error{ErrorCode::kUnsupported, name_ + ": " + Quoted(info.name) + " is no tensor"};
  }
  DFN_TRY(info.shape, ReadDims(*library_, shape, name_));
  return {};
}

// A tensor over memory that must outlive it.
Result<ValueHandle> Session::Wrap(std::span<const int64_t> shape,
                                  std::span<const float> values) const {
  ValueHandle value(*library_);
  using CreateTensor =
      Status_* (*)(const MemoryInfo_*, void*, size_t, const int64_t*, size_t, int, Value_**);
  DFN_CHECK(Check(Function<CreateTensor>(kCreateTensorWithDataAsOrtValue)(
      memory_.get(), const_cast<float*>(values.data()), values.size() * sizeof(float), shape.data(),
      shape.size(), kElementFloat, value.out())));
  return value;
}

Result<Tensor> Session::Unwrap(Value_* value, const std::string& output) const {
  ShapeHandle info(*library_);
  DFN_CHECK(Check(Function<Status_* (*)(const Value_*, ShapeInfo_**)>(kGetTensorTypeAndShape)(
      value, info.out())));
  int element = 0;
  DFN_CHECK(Check(Function<Status_* (*)(const ShapeInfo_*, int*)>(kGetTensorElementType)(
      info.get(), &element)));
  if (element != kElementFloat) {
    return Error{ErrorCode::kMismatch, name_ + ": output " + Quoted(output) + " is not of float32"};
  }
  size_t elements = 0;
  DFN_CHECK(Check(Function<Status_* (*)(const ShapeInfo_*, size_t*)>(kGetTensorShapeElementCount)(
      info.get(), &elements)));
  void* data = nullptr;
  DFN_CHECK(Check(Function<Status_* (*)(Value_*, void**)>(kGetTensorMutableData)(value, &data)));
  Tensor tensor;
  DFN_TRY(tensor.shape, ReadDims(*library_, info.get(), name_));
  const float* values = static_cast<const float*>(data);
  tensor.values.assign(values, values + elements);
  return tensor;
}

Result<Tensors> Session::Run(const Tensors& feeds) const {
  std::vector<const char*> input_names;
  std::vector<ValueHandle> input_values;
  std::vector<const Value_*> input_pointers;
  for (const TensorInfo& info : inputs_) {
    const auto feed = feeds.find(info.name);
    if (feed == feeds.end()) {
      return Error{ErrorCode::kMismatch, name_ + ": input " + Quoted(info.name) + " is not fed"};
    }
    // The library reads the tensor's own memory.
    DFN_TRY(ValueHandle value, Wrap(feed->second.shape, feed->second.values));
    input_names.push_back(info.name.c_str());
    input_pointers.push_back(value.get());
    input_values.push_back(std::move(value));
  }
  std::vector<const char*> output_names;
  for (const TensorInfo& info : outputs_) output_names.push_back(info.name.c_str());
  std::vector<Value_*> output_pointers(outputs_.size(), nullptr);
  using RunFunction =
      Status_* (*)(Session_*, const RunOptions_*, const char* const*, const Value_* const*, size_t,
                   const char* const*, size_t, Value_**);
  const Status status = Check(Function<RunFunction>(kRun)(
      session_.get(), nullptr, input_names.data(), input_pointers.data(), input_names.size(),
      output_names.data(), output_names.size(), output_pointers.data()));
  std::vector<ValueHandle> output_values;
  for (Value_* pointer : output_pointers) *output_values.emplace_back(*library_).out() = pointer;
  if (!status.ok()) return status.error();
  Tensors outputs;
  for (size_t i = 0; i < outputs_.size(); ++i) {
    DFN_TRY(outputs[outputs_[i].name], Unwrap(output_values[i].get(), outputs_[i].name));
  }
  return outputs;
}

Result<std::string> Session::Metadata(const std::string& key) const {
  MetadataHandle metadata(*library_);
  using GetMetadata = Status_* (*)(const Session_*, Metadata_**);
  DFN_CHECK(Check(Function<GetMetadata>(kSessionGetModelMetadata)(session_.get(), metadata.out())));
  DFN_TRY(Allocator_* const allocator, DefaultAllocator());
  char* value = nullptr;
  using LookUp = Status_* (*)(const Metadata_*, Allocator_*, const char*, char**);
  DFN_CHECK(Check(
      Function<LookUp>(kLookupCustomMetadata)(metadata.get(), allocator, key.c_str(), &value)));
  if (value == nullptr) return std::string();
  std::string text = value;
  DFN_CHECK(Check(Function<Status_* (*)(Allocator_*, void*)>(kAllocatorFree)(allocator, value)));
  return text;
}

Result<std::unique_ptr<Binding>> Session::NewBinding() const {
  std::unique_ptr<Binding> binding(new Binding(shared_from_this()));
  using CreateBinding = Status_* (*)(Session_*, IoBinding_**);
  DFN_CHECK(
      Check(Function<CreateBinding>(kCreateIoBinding)(session_.get(), binding->binding_.out())));
  return std::unique_ptr<Binding>(std::move(binding));
}

Binding::Binding(std::shared_ptr<const Session> session)
    : session_(std::move(session)), binding_(*session_->library_) {}

// The library's binding shares the wrapped value, so our handle may be released at once.
Status Binding::Bind(Position position, const std::string& name, std::span<const int64_t> shape,
                     float* data) {
  size_t floats = 1;
  for (int64_t dimension : shape) floats *= static_cast<size_t>(dimension);
  DFN_TRY(const ValueHandle value, session_->Wrap(shape, {data, floats}));
  using BindValue = Status_* (*)(IoBinding_*, const char*, const Value_*);
  return session_->Check(
      session_->Function<BindValue>(position)(binding_.get(), name.c_str(), value.get()));
}

Status Binding::Run() {
  using RunBound = Status_* (*)(Session_*, const RunOptions_*, const IoBinding_*);
  return session_->Check(session_->Function<RunBound>(kRunWithBinding)(session_->session_.get(),
                                                                       nullptr, binding_.get()));
}

}  // namespace dfn::ort
