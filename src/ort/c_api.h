// The part of ONNX Runtime's C interface that this project calls, declared by hand: no header of it
// is packaged for the oldest supported system, and the library is opened only when it is asked for.
//
// OrtGetApiBase()->GetApi(version) gives a table of functions that only ever grows at its end, so a
// function's position in it is a fact of the published interface. Where the official header is
// found, the build checks these positions against it (c_api_check.cc).
#ifndef DEEPFILTER_ORT_C_API_H_
#define DEEPFILTER_ORT_C_API_H_

#include <cstddef>
#include <cstdint>

namespace dfn::ort {

// Opaque objects of the library.
struct Status_;
struct Env_;
struct Session_;
struct SessionOptions_;
struct RunOptions_;
struct MemoryInfo_;
struct Value_;
struct TypeInfo_;
struct ShapeInfo_;
struct Allocator_;
struct IoBinding_;
struct CudaOptions_;
struct Metadata_;

// The oldest table that holds every function below, and the release that brought it.
inline constexpr uint32_t kApiVersion = 12;
inline constexpr char kOldestRelease[] = "1.12";

// Positions in the table (OrtApi).
enum Position : size_t {
  kGetErrorMessage = 2,
  kCreateEnv = 3,
  kCreateSessionFromArray = 8,
  kRun = 9,
  kCreateSessionOptions = 10,
  kSetSessionExecutionMode = 13,
  kDisableMemPattern = 17,
  kDisableCpuMemArena = 19,
  kSetSessionGraphOptimizationLevel = 23,
  kSetIntraOpNumThreads = 24,
  kSetInterOpNumThreads = 25,
  kSessionGetInputCount = 30,
  kSessionGetOutputCount = 31,
  kSessionGetInputTypeInfo = 33,
  kSessionGetOutputTypeInfo = 34,
  kSessionGetInputName = 36,
  kSessionGetOutputName = 37,
  kCreateTensorWithDataAsOrtValue = 49,
  kGetTensorMutableData = 51,
  kCastTypeInfoToTensorInfo = 55,
  kGetTensorElementType = 60,
  kGetDimensionsCount = 61,
  kGetDimensions = 62,
  kGetTensorShapeElementCount = 64,
  kGetTensorTypeAndShape = 65,
  kCreateCpuMemoryInfo = 69,
  kAllocatorFree = 76,
  kGetAllocatorWithDefaultOptions = 78,
  kReleaseEnv = 92,
  kReleaseStatus = 93,
  kReleaseMemoryInfo = 94,
  kReleaseSession = 95,
  kReleaseValue = 96,
  kReleaseTypeInfo = 98,
  kReleaseShapeInfo = 99,
  kReleaseSessionOptions = 100,
  kSessionGetModelMetadata = 111,
  kLookupCustomMetadata = 116,
  kReleaseModelMetadata = 118,
  kGetAvailableProviders = 125,
  kReleaseAvailableProviders = 126,
  kRunWithBinding = 133,
  kCreateIoBinding = 134,
  kReleaseIoBinding = 135,
  kBindInput = 136,
  kBindOutput = 137,
  kAppendExecutionProviderCuda = 204,
  kCreateCudaOptions = 205,
  kReleaseCudaOptions = 208,
  kAppendExecutionProvider = 216,
};

// Enumerators of the interface that are passed as plain numbers.
inline constexpr int kLoggingFatal = 4;     // ORT_LOGGING_LEVEL_FATAL
inline constexpr int kElementFloat = 1;     // ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT
inline constexpr int kAllocatorDevice = 0;  // OrtDeviceAllocator
inline constexpr int kMemoryDefault = 0;    // OrtMemTypeDefault
inline constexpr int kOptimizeAll = 99;     // ORT_ENABLE_ALL
inline constexpr int kSequential = 0;       // ORT_SEQUENTIAL

// OrtApiBase, the result of OrtGetApiBase().
struct ApiBase {
  const void* const* (*get_api)(uint32_t version);
  const char* (*get_version)();
};

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_C_API_H_
