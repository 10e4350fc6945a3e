// deepfilter/tools.h for C++17 and later: texts as std::string, errors as deepfilter::Error or
// std::bad_alloc. Header-only. Functions do what the C functions of their names do.
#ifndef DEEPFILTER_TOOLS_HPP_
#define DEEPFILTER_TOOLS_HPP_

#include <cstddef>
#include <memory>
#include <string>

#include "deepfilter/deepfilter.hpp"
#include "deepfilter/tools.h"

namespace deepfilter {
namespace internal {

struct FreeText {
  void operator()(char* text) const noexcept { dfn_text_free(text); }
};

// Calls `function`, which takes a char** and a dfn_error**, and returns the text.
template <class Function>
std::string TextOf(const Function& function) {
  char* text = nullptr;
  dfn_error* error = nullptr;
  const dfn_result result = function(&text, &error);
  const std::unique_ptr<char, FreeText> owner(text);
  Check(result, error);
  return text;
}

}  // namespace internal

// Options with their defaults.
inline dfn_export_options ExportOptions() noexcept {
  dfn_export_options options;
  dfn_export_options_init(&options, sizeof(options));
  return options;
}
inline dfn_merge_options MergeOptions() noexcept {
  dfn_merge_options options;
  dfn_merge_options_init(&options, sizeof(options));
  return options;
}
inline dfn_split_options SplitOptions() noexcept {
  dfn_split_options options;
  dfn_split_options_init(&options, sizeof(options));
  return options;
}
inline dfn_pack_options PackOptions() noexcept {
  dfn_pack_options options;
  dfn_pack_options_init(&options, sizeof(options));
  return options;
}
inline dfn_inspect_options InspectOptions() noexcept {
  dfn_inspect_options options;
  dfn_inspect_options_init(&options, sizeof(options));
  return options;
}
inline dfn_enhance_batch_options EnhanceBatchOptions() noexcept {
  dfn_enhance_batch_options options;
  dfn_enhance_batch_options_init(&options, sizeof(options));
  return options;
}

// The next five return the report, or what `json` is.
inline std::string Export(const std::string& source, const std::string& folder,
                          const dfn_export_options& options = ExportOptions()) {
  return internal::TextOf([&](char** report, dfn_error** error) {
    return dfn_export(source.c_str(), folder.c_str(), &options, report, error);
  });
}
inline std::string Merge(const std::string& source, const std::string& target = {},
                         const dfn_merge_options& options = MergeOptions()) {
  return internal::TextOf([&](char** report, dfn_error** error) {
    return dfn_merge(source.c_str(), target.c_str(), &options, report, error);
  });
}
inline std::string Split(const std::string& source, const std::string& folder,
                         const dfn_split_options& options = SplitOptions()) {
  return internal::TextOf([&](char** report, dfn_error** error) {
    return dfn_split(source.c_str(), folder.c_str(), &options, report, error);
  });
}
inline std::string Pack(const std::string& source, const std::string& target,
                        const dfn_pack_options& options = PackOptions()) {
  return internal::TextOf([&](char** report, dfn_error** error) {
    return dfn_pack(source.c_str(), target.c_str(), &options, report, error);
  });
}
inline std::string Inspect(const std::string& source,
                           const dfn_inspect_options& options = InspectOptions()) {
  return internal::TextOf([&](char** json, dfn_error** error) {
    return dfn_inspect(source.c_str(), &options, json, error);
  });
}

inline std::string Models() { return internal::TextOf(dfn_models); }
// Both return the path in the cache.
inline std::string AddModel(const std::string& name, const std::string& path) {
  return internal::TextOf([&](char** cache_path, dfn_error** error) {
    return dfn_models_add(name.c_str(), path.c_str(), cache_path, error);
  });
}
inline std::string AddModelMemory(const std::string& name, const void* bytes, std::size_t size) {
  return internal::TextOf([&](char** cache_path, dfn_error** error) {
    return dfn_models_add_memory(name.c_str(), bytes, size, cache_path, error);
  });
}

inline void EnhanceBatch(const Model& model, const dfn_clip* clips, std::size_t count,
                         const dfn_enhance_batch_options& options = EnhanceBatchOptions()) {
  dfn_error* error = nullptr;
  const dfn_result result = dfn_enhance_batch(model.get(), &options, clips, count, &error);
  internal::Check(result, error);
}

}  // namespace deepfilter

#endif  // DEEPFILTER_TOOLS_HPP_
