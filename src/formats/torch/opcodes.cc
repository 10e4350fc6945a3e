#include "formats/torch/opcodes.h"

namespace dfn::torch {
namespace {

struct OpcodeName {
  uint8_t opcode;
  const char* name;
};

constexpr OpcodeName kForeignOpcodes[] = {
    {'0', "POP"},
    {'1', "POP_MARK"},
    {'2', "DUP"},
    {'F', "FLOAT"},
    {'I', "INT"},
    {'L', "LONG"},
    {'P', "PERSID"},
    {'S', "STRING"},
    {'T', "BINSTRING"},
    {'U', "SHORT_BINSTRING"},
    {'V', "UNICODE"},
    {'d', "DICT"},
    {'g', "GET"},
    {'i', "INST"},
    {'l', "LIST"},
    {'o', "OBJ"},
    {'p', "PUT"},
    {0x82, "EXT1"},
    {0x83, "EXT2"},
    {0x84, "EXT4"},
    {0x8b, "LONG4"},
    {0x97, "NEXT_BUFFER"},
    {0x98, "READONLY_BUFFER"},
};

}  // namespace

std::string ForeignOpcodeName(uint8_t opcode) {
  for (const OpcodeName& known : kForeignOpcodes) {
    if (known.opcode == opcode) return known.name;
  }
  constexpr char kHexDigits[] = "0123456789abcdef";
  return std::string("0x") + kHexDigits[opcode >> 4] + kHexDigits[opcode & 15];
}

}  // namespace dfn::torch
