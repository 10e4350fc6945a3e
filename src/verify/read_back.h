// Reads exported files back and compares their weights with the source's.
#ifndef DEEPFILTER_VERIFY_READ_BACK_H_
#define DEEPFILTER_VERIFY_READ_BACK_H_

#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "convert/export/export.h"
#include "model/model.h"

namespace dfn {

// The Model in `files`, after checking that every weight has the source's bits or, in float16
// exports, is a nearest half. Files that do not lift by design (audio, lowered GRU) are checked
// tensor by tensor, and the result is the source. Errors: those of LoadModelFiles; kMismatch, which
// names the first weight that differs.
Result<Model> ReadBack(const Model& source, std::span<const NamedBytes> files,
                       const ExportOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_VERIFY_READ_BACK_H_
