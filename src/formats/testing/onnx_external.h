// For tests: an ONNX file with its data moved out, as torch.onnx.export writes large ones.
#ifndef DEEPFILTER_FORMATS_TESTING_ONNX_EXTERNAL_H_
#define DEEPFILTER_FORMATS_TESTING_ONNX_EXTERNAL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "formats/onnx/protobuf.h"

namespace dfn::onnx {

// Moves the raw data of initializers, each to the next multiple of `alignment` bytes, into `data`,
// which other files may have begun. The file names it `location`.
class DataMover {
 public:
  DataMover(std::string location, std::string& data, size_t alignment)
      : location_(std::move(location)), data_(data), alignment_(alignment) {}

  std::vector<uint8_t> Move(Bytes file) {
    const std::string model = Copy({reinterpret_cast<const char*>(file.data()), file.size()}, 0);
    return {model.begin(), model.end()};
  }

 private:
  // The fields that lead from ModelProto to the initializers and to their raw data.
  static constexpr uint32_t kPath[] = {7, 5, 9};

  std::string Copy(protozero::pbf_reader message, size_t level) {
    std::string out;
    protozero::pbf_writer writer(out);
    const char* from = message.data().data();
    while (message.next()) {
      const bool on_path = message.tag() == kPath[level] &&
                           message.has_wire_type(protozero::pbf_wire_type::length_delimited);
      if (!on_path) {
        message.skip();
        out.append(from, message.data().data());
      } else if (level < 2) {
        const uint32_t tag = message.tag();
        writer.add_message(tag, Copy(message.get_message(), level + 1));
      } else {
        AddReference(message.get_string(), writer);
      }
      from = message.data().data();
    }
    return out;
  }

  void AddReference(const std::string& raw, protozero::pbf_writer& tensor) {
    data_.resize((data_.size() + alignment_ - 1) / alignment_ * alignment_, '\xee');
    const auto entry = [&](const char* key, const std::string& value) {
      protozero::pbf_writer pair(tensor, 13);
      pair.add_string(1, key);
      pair.add_string(2, value);
    };
    entry("location", location_);
    entry("offset", std::to_string(data_.size()));
    entry("length", std::to_string(raw.size()));
    tensor.add_int32(14, 1);
    data_ += raw;
  }

  std::string location_;
  std::string& data_;
  size_t alignment_;
};

}  // namespace dfn::onnx

#endif  // DEEPFILTER_FORMATS_TESTING_ONNX_EXTERNAL_H_
