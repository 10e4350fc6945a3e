// A picture of characters for a terminal.
#ifndef DEEPFILTER_SCREEN_CANVAS_H_
#define DEEPFILTER_SCREEN_CANVAS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dfn {

// Colours are indices of a terminal's 256; kPlain is the terminal's own.
inline constexpr int16_t kPlain = -1;
struct CellStyle {
  int16_t ink = kPlain;
  int16_t paper = kPlain;
  bool bold = false;
  bool reverse = false;
  friend bool operator==(const CellStyle&, const CellStyle&) = default;
};

struct Cell {
  char32_t sign = U' ';  // 0: covered by the wide sign to its left
  CellStyle style;
  friend bool operator==(const Cell&, const Cell&) = default;
};

// Cells in rows. What does not fit is cut off. Signs that are not printable are shown as "?", and
// signs of East Asian scripts and pictures take two cells, as they do on terminals.
class Canvas {
 public:
  Canvas(size_t columns, size_t rows) : columns_(columns), rows_(rows), cells_(columns * rows) {}

  size_t columns() const { return columns_; }
  size_t rows() const { return rows_; }
  const Cell& at(size_t column, size_t row) const { return cells_[row * columns_ + column]; }

  void Put(size_t column, size_t row, char32_t sign, const CellStyle& style);
  // Writes UTF-8 to the right, up to `most` columns. Returns the column behind it.
  size_t Write(size_t column, size_t row, std::string_view text, const CellStyle& style = {},
               size_t most = SIZE_MAX);
  // The same, ending before column `end`.
  void WriteBefore(size_t end, size_t row, std::string_view text, const CellStyle& style = {});

  // A row's signs as UTF-8 without the blanks at its end, for tests.
  std::string Text(size_t row) const;

 private:
  size_t columns_;
  size_t rows_;
  std::vector<Cell> cells_;
};

// Cells that a sign takes: 0 (accents), 1 or 2.
size_t CellsOf(char32_t sign);
// Cells that a text takes.
size_t CellsOf(std::string_view text);

// The bytes that make a terminal which shows `before` show `after`, of the same size; null: of one
// that shows nothing known. Without colours only bold and reverse are used.
std::string TerminalBytes(const Canvas* before, const Canvas& after, bool colours);

// What a program writes before its first canvas and after its last one: another page of the
// terminal, without a cursor, and back.
std::string EnterScreen();
std::string LeaveScreen();

// The index that is nearest to a colour among the terminal's cube and greys.
int16_t TerminalColour(uint8_t red, uint8_t green, uint8_t blue);

}  // namespace dfn

#endif  // DEEPFILTER_SCREEN_CANVAS_H_
