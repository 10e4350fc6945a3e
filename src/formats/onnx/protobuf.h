// protozero, which must know the byte order. It takes little-endian for granted unless the C library's
// <endian.h> has been seen before, which glibc's <stdlib.h> includes.
#ifndef DEEPFILTER_FORMATS_ONNX_PROTOBUF_H_
#define DEEPFILTER_FORMATS_ONNX_PROTOBUF_H_

#include <stdlib.h>

#include <bit>
#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
#include <protozero/types.hpp>
#include <protozero/varint.hpp>

static_assert((PROTOZERO_BYTE_ORDER == PROTOZERO_LITTLE_ENDIAN) ==
              (std::endian::native == std::endian::little));

#endif  // DEEPFILTER_FORMATS_ONNX_PROTOBUF_H_
