// What a plot is drawn on, whatever comes of it.
#ifndef DEEPFILTER_PICTURE_DRAWING_H_
#define DEEPFILTER_PICTURE_DRAWING_H_

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "picture/image.h"

namespace dfn {

// In pixels from the left upper corner.
struct Box {
  double x = 0.0;
  double y = 0.0;
  double width = 0.0;
  double height = 0.0;
};

enum class Anchor { kStart, kMiddle, kEnd };

struct TextStyle {
  double size = 13.0;
  Anchor anchor = Anchor::kStart;
  bool upwards = false;  // reads from bottom to top
};

// Black on white.
class Drawing {
 public:
  virtual ~Drawing() = default;
  // A picture that fills a box.
  virtual Status Picture(const Box& box, const LevelImage& image) = 0;
  // A line of width 1 that is level or upright.
  virtual void Line(double x1, double y1, double x2, double y2) = 0;
  // Text in UTF-8 whose baseline begins, has its middle, or ends at the point.
  virtual void Text(double x, double y, std::string_view text, const TextStyle& style) = 0;
  // The bytes of the file. Errors: kIo (out of memory).
  virtual Result<std::string> Finish() = 0;
};

// SVG: text is text and pictures are embedded PNGs. `title` and `description` are for those who do not
// see it. Fonts are the reader's.
std::unique_ptr<Drawing> NewSvgDrawing(size_t width, size_t height, std::string_view title,
                                       std::string_view description);

// PNG, with TextStrokes.
std::unique_ptr<Drawing> NewPngDrawing(size_t width, size_t height);

// Text between tags or in an attribute. What XML has no place for, such as bytes that are not UTF-8,
// becomes "?".
std::string EscapedXml(std::string_view text);

}  // namespace dfn

#endif  // DEEPFILTER_PICTURE_DRAWING_H_
