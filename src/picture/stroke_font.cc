#include "picture/stroke_font.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace dfn {
namespace {

// A sign on a grid of squares: capitals reach from y = 0 to the baseline at 6, small letters from 2,
// descenders to 8. Each two digits are x and y of a point; spaces part the strokes.
struct Glyph {
  int width;
  std::string_view strokes;
};

constexpr double kBaseline = 6.0;
constexpr double kGap = 1.9;  // between two signs
constexpr double kCapitals = 0.7;

// From ' ' (32) to '~' (126).
constexpr std::array<Glyph, 95> kGlyphs = {{
    {1, ""},
    {0, "0004 0606"},
    {2, "0002 2022"},
    {4, "1016 3036 0242 0444"},
    {4, "413010010213334445361605 2027"},
    {4, "0010110100 4006 3545463635"},
    {4, "460201102031320405162644"},
    {0, "0002"},
    {1, "10010516"},
    {1, "00111506"},
    {4, "2125 0244 4204"},
    {4, "2125 0343"},
    {1, "1607"},
    {3, "0333"},
    {0, "0606"},
    {3, "3006"},
    {4, "103041453616050110"},
    {2, "011016 0626"},
    {4, "01103041420646"},
    {4, "01103041423313 334445361605"},
    {4, "36300444"},
    {4, "4000033344453606"},
    {4, "30100105163645443303"},
    {4, "004016"},
    {4, "103041423313020110 1304051636454433"},
    {4, "16364541301001021343"},
    {0, "0202 0606"},
    {1, "1212 1607"},
    {3, "310335"},
    {3, "0232 0434"},
    {3, "013305"},
    {4, "01103041422324 2626"},
    {5, "3222243432 34445351401001051646"},
    {4, "0602204246 0444"},
    {4, "06003041423303 3344453606"},
    {4, "4130100105163645"},
    {4, "00304145360600"},
    {4, "40000646 0333"},
    {4, "400006 0333"},
    {4, "41301001051636454323"},
    {4, "0006 4046 0343"},
    {2, "0020 1016 0626"},
    {3, "3035261605"},
    {4, "0006 4003 0346"},
    {4, "000646"},
    {4, "0600234046"},
    {4, "06004640"},
    {4, "103041453616050110"},
    {4, "06003041423303"},
    {4, "103041453616050110 2446"},
    {4, "06003041423303 2346"},
    {4, "413010010213334445361605"},
    {4, "0040 2026"},
    {4, "000516364540"},
    {4, "002640"},
    {4, "0016223640"},
    {4, "0046 4006"},
    {4, "002340 2326"},
    {4, "00400646"},
    {1, "10000616"},
    {3, "0036"},
    {1, "00101606"},
    {4, "022042"},
    {4, "0747"},
    {1, "0011"},
    {3, "0222333616051434"},
    {3, "00062635332202"},
    {3, "321203051636"},
    {3, "30361605031232"},
    {3, "043433221203051636"},
    {2, "201116 0222"},
    {3, "361605031232372808"},
    {3, "0006 02223336"},
    {0, "0206 0000"},
    {1, "121708 1010"},
    {3, "0006 320436"},
    {1, "000516"},
    {4, "0206 02122326 23324346"},
    {3, "0206 02223336"},
    {3, "122233352616050312"},
    {3, "08022233352606"},
    {3, "38321203051636"},
    {2, "0206 031222"},
    {3, "3212031424352606"},
    {2, "101526 0222"},
    {3, "02051636 3236"},
    {4, "022642"},
    {4, "0216233642"},
    {3, "0236 3206"},
    {3, "02051636 32372808"},
    {3, "02320636"},
    {2, "20111203141526"},
    {0, "0007"},
    {2, "00111223141506"},
    {4, "04133443"},
}};

constexpr Glyph kBox = {3, "0030360600"};

// The sign of the character that begins at text[i], which moves behind it.
const Glyph& NextGlyph(std::string_view text, size_t& i) {
  const auto byte = static_cast<uint8_t>(text[i]);
  if (byte < 0x80) {
    ++i;
    return byte >= 32 && byte < 127 ? kGlyphs[byte - 32u] : kBox;
  }
  const size_t start = i++;
  while (i < text.size() && (static_cast<uint8_t>(text[i]) & 0xc0) == 0x80) ++i;
  const std::string_view character = text.substr(start, i - start);
  for (const std::string_view dash : {"\u2010", "\u2011", "\u2013", "\u2014", "\u2212"}) {
    if (character == dash) return kGlyphs['-' - 32];
  }
  return kBox;
}

void AppendStrokes(const Glyph& glyph, double x, double unit, std::vector<Stroke>& strokes) {
  Stroke stroke;
  for (size_t i = 0; i < glyph.strokes.size();) {
    if (glyph.strokes[i] == ' ') {
      strokes.push_back(std::move(stroke));
      stroke = {};
      ++i;
      continue;
    }
    const double column = glyph.strokes[i] - '0';
    const double row = glyph.strokes[i + 1] - '0';
    stroke.push_back({x + column * unit, (row - kBaseline) * unit});
    i += 2;
  }
  if (!stroke.empty()) strokes.push_back(std::move(stroke));
}

}  // namespace

StrokeText TextStrokes(std::string_view text, double size) {
  const double unit = kCapitals * size / kBaseline;
  StrokeText out;
  double x = 0.0;
  for (size_t i = 0; i < text.size();) {
    const Glyph& glyph = NextGlyph(text, i);
    AppendStrokes(glyph, x, unit, out.strokes);
    x += glyph.width * unit;
    out.width = x;
    x += kGap * unit;
  }
  return out;
}

double StrokeWidth(double size) { return std::max(1.0, 0.095 * size); }

}  // namespace dfn
