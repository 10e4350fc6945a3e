// Compiled only where ONNX Runtime's official header is found: its table of functions must have
// each one where c_api.h says.
#include <onnxruntime_c_api.h>

#include <cstddef>

#include "ort/c_api.h"

namespace dfn::ort {

#define DFN_CHECK_POSITION(function, position) \
  static_assert(offsetof(OrtApi, function) == (position) * sizeof(void*))

DFN_CHECK_POSITION(GetErrorMessage, kGetErrorMessage);
DFN_CHECK_POSITION(CreateEnv, kCreateEnv);
DFN_CHECK_POSITION(CreateSessionFromArray, kCreateSessionFromArray);
DFN_CHECK_POSITION(Run, kRun);
DFN_CHECK_POSITION(CreateSessionOptions, kCreateSessionOptions);
DFN_CHECK_POSITION(SetSessionExecutionMode, kSetSessionExecutionMode);
DFN_CHECK_POSITION(DisableMemPattern, kDisableMemPattern);
DFN_CHECK_POSITION(DisableCpuMemArena, kDisableCpuMemArena);
DFN_CHECK_POSITION(SetSessionGraphOptimizationLevel, kSetSessionGraphOptimizationLevel);
DFN_CHECK_POSITION(SetIntraOpNumThreads, kSetIntraOpNumThreads);
DFN_CHECK_POSITION(SetInterOpNumThreads, kSetInterOpNumThreads);
DFN_CHECK_POSITION(SessionGetInputCount, kSessionGetInputCount);
DFN_CHECK_POSITION(SessionGetOutputCount, kSessionGetOutputCount);
DFN_CHECK_POSITION(SessionGetInputTypeInfo, kSessionGetInputTypeInfo);
DFN_CHECK_POSITION(SessionGetOutputTypeInfo, kSessionGetOutputTypeInfo);
DFN_CHECK_POSITION(SessionGetInputName, kSessionGetInputName);
DFN_CHECK_POSITION(SessionGetOutputName, kSessionGetOutputName);
DFN_CHECK_POSITION(CreateTensorWithDataAsOrtValue, kCreateTensorWithDataAsOrtValue);
DFN_CHECK_POSITION(GetTensorMutableData, kGetTensorMutableData);
DFN_CHECK_POSITION(CastTypeInfoToTensorInfo, kCastTypeInfoToTensorInfo);
DFN_CHECK_POSITION(GetTensorElementType, kGetTensorElementType);
DFN_CHECK_POSITION(GetDimensionsCount, kGetDimensionsCount);
DFN_CHECK_POSITION(GetDimensions, kGetDimensions);
DFN_CHECK_POSITION(GetTensorShapeElementCount, kGetTensorShapeElementCount);
DFN_CHECK_POSITION(GetTensorTypeAndShape, kGetTensorTypeAndShape);
DFN_CHECK_POSITION(CreateCpuMemoryInfo, kCreateCpuMemoryInfo);
DFN_CHECK_POSITION(AllocatorFree, kAllocatorFree);
DFN_CHECK_POSITION(GetAllocatorWithDefaultOptions, kGetAllocatorWithDefaultOptions);
DFN_CHECK_POSITION(ReleaseEnv, kReleaseEnv);
DFN_CHECK_POSITION(ReleaseStatus, kReleaseStatus);
DFN_CHECK_POSITION(ReleaseMemoryInfo, kReleaseMemoryInfo);
DFN_CHECK_POSITION(ReleaseSession, kReleaseSession);
DFN_CHECK_POSITION(ReleaseValue, kReleaseValue);
DFN_CHECK_POSITION(ReleaseTypeInfo, kReleaseTypeInfo);
DFN_CHECK_POSITION(ReleaseTensorTypeAndShapeInfo, kReleaseShapeInfo);
DFN_CHECK_POSITION(ReleaseSessionOptions, kReleaseSessionOptions);
DFN_CHECK_POSITION(SessionGetModelMetadata, kSessionGetModelMetadata);
DFN_CHECK_POSITION(ModelMetadataLookupCustomMetadataMap, kLookupCustomMetadata);
DFN_CHECK_POSITION(ReleaseModelMetadata, kReleaseModelMetadata);
DFN_CHECK_POSITION(GetAvailableProviders, kGetAvailableProviders);
DFN_CHECK_POSITION(ReleaseAvailableProviders, kReleaseAvailableProviders);
DFN_CHECK_POSITION(RunWithBinding, kRunWithBinding);
DFN_CHECK_POSITION(CreateIoBinding, kCreateIoBinding);
DFN_CHECK_POSITION(ReleaseIoBinding, kReleaseIoBinding);
DFN_CHECK_POSITION(BindInput, kBindInput);
DFN_CHECK_POSITION(BindOutput, kBindOutput);
DFN_CHECK_POSITION(SessionOptionsAppendExecutionProvider_CUDA_V2, kAppendExecutionProviderCuda);
DFN_CHECK_POSITION(CreateCUDAProviderOptions, kCreateCudaOptions);
DFN_CHECK_POSITION(ReleaseCUDAProviderOptions, kReleaseCudaOptions);
DFN_CHECK_POSITION(SessionOptionsAppendExecutionProvider, kAppendExecutionProvider);

}  // namespace dfn::ort
