// Reads exported files back and compares their weights with the source's.
#ifndef DEEPFILTER_VERIFY_READ_BACK_H_
#define DEEPFILTER_VERIFY_READ_BACK_H_

#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "convert/export/export.h"
#include "model/model.h"

namespace dfn {

// The Model that `files` hold, after checking that every weight has the source's bits (float16
// exports: those of the nearest half). Files that no lift understands by design (audio, GRU
// lowered) are checked tensor by tensor, and the source comes back. Errors: those of
// LoadModelFiles; kMismatch names the first weight that differs.
Result<Model> ReadBack(const Model& source, std::span<const NamedBytes> files,
                       const ExportOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_VERIFY_READ_BACK_H_
