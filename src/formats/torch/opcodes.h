// The opcodes of Python's pickle format that checkpoints have, and the names of all others.
#ifndef DEEPFILTER_FORMATS_TORCH_OPCODES_H_
#define DEEPFILTER_FORMATS_TORCH_OPCODES_H_

#include <cstdint>
#include <string>

namespace dfn::torch {

// Values and names: Python's pickletools.
enum Opcode : uint8_t {
  kMark = '(',
  kStop = '.',
  kNone = 'N',
  kBinFloat = 'G',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kLong1 = 0x8a,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kBinUnicode = 'X',
  kShortBinUnicode = 0x8c,
  kBinUnicode8 = 0x8d,
  kBinBytes = 'B',
  kShortBinBytes = 'C',
  kBinBytes8 = 0x8e,
  kByteArray8 = 0x96,
  kEmptyTuple = ')',
  kTuple = 't',
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kEmptyDict = '}',
  kSetItem = 's',
  kSetItems = 'u',
  kEmptyList = ']',
  kAppend = 'a',
  kAppends = 'e',
  kEmptySet = 0x8f,
  kAddItems = 0x90,
  kFrozenSet = 0x91,
  kBinPut = 'q',
  kLongBinPut = 'r',
  kMemoize = 0x94,
  kBinGet = 'h',
  kLongBinGet = 'j',
  kGlobal = 'c',
  kStackGlobal = 0x93,
  kReduce = 'R',
  kNewObject = 0x81,
  kNewObjectEx = 0x92,
  kBuild = 'b',
  kBinPersId = 'Q',
  kProto = 0x80,
  kFrame = 0x95,
};

// "INST", "BINFLOAT", ... for opcodes that are not in the enum; "0x.." for bytes that are no
// opcode.
std::string ForeignOpcodeName(uint8_t opcode);

}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TORCH_OPCODES_H_
