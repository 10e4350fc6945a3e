// An alphabet of strokes, for text in pictures of pixels.
#ifndef DEEPFILTER_PICTURE_STROKE_FONT_H_
#define DEEPFILTER_PICTURE_STROKE_FONT_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace dfn {

struct StrokePoint {
  double x = 0.0;
  double y = 0.0;  // downwards; 0 is the baseline
};

// A line through its points; one point is a dot.
using Stroke = std::vector<StrokePoint>;

struct StrokeText {
  std::vector<Stroke> strokes;  // from x = 0 on
  double width = 0.0;
};

// UTF-8 text whose capitals are 0.7 times `size` high. There are signs for ASCII; dashes become
// hyphens, and each other sign is an empty box.
StrokeText TextStrokes(std::string_view text, double size);

// Twice the distance from a stroke's middle to its edge that suits a size.
double StrokeWidth(double size);

}  // namespace dfn

#endif  // DEEPFILTER_PICTURE_STROKE_FONT_H_
