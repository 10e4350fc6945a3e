#include "screen/canvas.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>

#include "base/utf8.h"

namespace dfn {
namespace {

// Takes the next sign off a UTF-8 text; bytes that are none, and control characters, give '?'.
char32_t TakeSign(std::string_view& text) {
  const size_t length = PrintableUtf8Bytes(text);
  if (length == 0) {
    text.remove_prefix(std::max<size_t>(1, Utf8Bytes(text)));
    return U'?';
  }
  const auto first = static_cast<unsigned char>(text.front());
  char32_t sign = length == 1 ? first : first & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    sign = sign << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  }
  text.remove_prefix(length);
  return sign;
}

struct SignRange {
  char32_t first;
  char32_t last;
};
// Combining accents and signs of no width.
constexpr SignRange kNarrow[] = {
    {0x300, 0x36F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}};
// East Asian wide signs and pictures (Unicode's W and F, by their large blocks).
constexpr SignRange kWide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0xA4CF},
                               {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},  {0xFE30, 0xFE6F},
                               {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                               {0x1F680, 0x1F9FF}, {0x20000, 0x3FFFD}};

template <size_t kCount>
bool IsIn(char32_t sign, const SignRange (&ranges)[kCount]) {
  return std::any_of(std::begin(ranges), std::end(ranges), [&](const SignRange& range) {
    return sign >= range.first && sign <= range.last;
  });
}

std::string StyleBytes(const CellStyle& style, bool colours) {
  std::string bytes = "\x1b[0";
  if (style.bold) bytes += ";1";
  if (style.reverse) bytes += ";7";
  if (colours && style.ink != kPlain) bytes += ";38;5;" + std::to_string(style.ink);
  if (colours && style.paper != kPlain) bytes += ";48;5;" + std::to_string(style.paper);
  return bytes + "m";
}

}  // namespace

size_t CellsOf(char32_t sign) { return IsIn(sign, kNarrow) ? 0 : IsIn(sign, kWide) ? 2 : 1; }

size_t CellsOf(std::string_view text) {
  size_t cells = 0;
  while (!text.empty()) cells += CellsOf(TakeSign(text));
  return cells;
}

void Canvas::Put(size_t column, size_t row, char32_t sign, const CellStyle& style) {
  if (column >= columns_ || row >= rows_) return;
  cells_[row * columns_ + column] = {sign, style};
}

size_t Canvas::Write(size_t column, size_t row, std::string_view text, const CellStyle& style,
                     size_t most) {
  const size_t end = most > columns_ ? columns_ : std::min(columns_, column + most);
  while (!text.empty()) {
    const char32_t sign = TakeSign(text);
    const size_t cells = CellsOf(sign);
    // An accent has no cell of its own; the letter does without it.
    if (cells == 0) continue;
    if (column + cells > end) break;
    Put(column, row, sign, style);
    if (cells == 2) Put(column + 1, row, 0, style);
    column += cells;
  }
  return column;
}

void Canvas::WriteBefore(size_t end, size_t row, std::string_view text, const CellStyle& style) {
  const size_t cells = CellsOf(text);
  if (cells <= end) Write(end - cells, row, text, style);
}

std::string Canvas::Text(size_t row) const {
  std::string text;
  for (size_t column = 0; column < columns_; ++column) {
    if (at(column, row).sign != 0) AppendUtf8(at(column, row).sign, text);
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::string TerminalBytes(const Canvas* before, const Canvas& after, bool colours) {
  const bool same_size =
      before != nullptr && before->columns() == after.columns() && before->rows() == after.rows();
  std::string bytes;
  CellStyle style;
  bool styled = false;
  if (!same_size) bytes += "\x1b[0m\x1b[2J";
  for (size_t row = 0; row < after.rows(); ++row) {
    // The terminal's cursor is behind the last sign that was written.
    size_t cursor = SIZE_MAX;
    for (size_t column = 0; column < after.columns(); ++column) {
      const Cell& cell = after.at(column, row);
      if (cell.sign == 0) continue;
      if (same_size ? before->at(column, row) == cell : cell == Cell{}) continue;
      if (cursor != column) {
        bytes += "\x1b[" + std::to_string(row + 1) + ";" + std::to_string(column + 1) + "H";
      }
      if (!styled || !(cell.style == style)) {
        bytes += StyleBytes(cell.style, colours);
        style = cell.style;
        styled = true;
      }
      AppendUtf8(cell.sign, bytes);
      cursor = column + CellsOf(cell.sign);
    }
  }
  if (styled) bytes += "\x1b[0m";
  return bytes;
}

std::string EnterScreen() { return "\x1b[?1049h\x1b[?25l\x1b[2J"; }

std::string LeaveScreen() { return "\x1b[0m\x1b[?25h\x1b[?1049l"; }

int16_t TerminalColour(uint8_t red, uint8_t green, uint8_t blue) {
  constexpr std::array<int, 6> kSteps = {0, 95, 135, 175, 215, 255};
  const auto nearest = [&](int value) {
    size_t best = 0;
    for (size_t i = 1; i < kSteps.size(); ++i) {
      if (std::abs(kSteps[i] - value) < std::abs(kSteps[best] - value)) best = i;
    }
    return best;
  };
  const auto distance = [&](int r, int g, int b) {
    return (r - red) * (r - red) + (g - green) * (g - green) + (b - blue) * (b - blue);
  };
  const size_t r = nearest(red);
  const size_t g = nearest(green);
  const size_t b = nearest(blue);
  const int mean = (red + green + blue) / 3;
  const int grey = std::clamp((mean - 3) / 10, 0, 23);
  const int level = 8 + 10 * grey;
  if (distance(level, level, level) < distance(kSteps[r], kSteps[g], kSteps[b])) {
    return static_cast<int16_t>(232 + grey);
  }
  return static_cast<int16_t>(16 + 36 * r + 6 * g + b);
}

}  // namespace dfn
