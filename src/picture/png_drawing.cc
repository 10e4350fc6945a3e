#include <algorithm>
#include <cmath>
#include <vector>

#include "picture/drawing.h"
#include "picture/png.h"
#include "picture/stroke_font.h"

namespace dfn {
namespace {

// The palette: the levels' colours, then greys from black to white.
constexpr size_t kGreys = 64;
constexpr auto kBlack = static_cast<uint8_t>(kLevels);
constexpr auto kWhite = static_cast<uint8_t>(kLevels + kGreys - 1);

std::vector<Colour> Palette() {
  const auto levels = LevelColours();
  std::vector<Colour> palette(levels.begin(), levels.end());
  for (size_t i = 0; i < kGreys; ++i) {
    const auto grey = static_cast<uint8_t>(255 * i / (kGreys - 1));
    palette.push_back({grey, grey, grey});
  }
  return palette;
}

double Distance(StrokePoint p, StrokePoint a, StrokePoint b) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double square = dx * dx + dy * dy;
  const double along = ((p.x - a.x) * dx + (p.y - a.y) * dy) / (square > 0.0 ? square : 1.0);
  const double t = std::clamp(along, 0.0, 1.0);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

class PngDrawing final : public Drawing {
 public:
  PngDrawing(size_t width, size_t height) {
    image_.width = width;
    image_.height = height;
    image_.pixels.assign(width * height, kWhite);
  }

  // Each pixel has the colour of the nearest one in the picture.
  Status Picture(const Box& box, const LevelImage& image) override {
    const size_t left = Pixel(box.x, image_.width);
    const size_t right = Pixel(box.x + box.width, image_.width);
    const size_t top = Pixel(box.y, image_.height);
    const size_t bottom = Pixel(box.y + box.height, image_.height);
    for (size_t y = top; y < bottom; ++y) {
      const size_t row = (y - top) * image.height / (bottom - top);
      for (size_t x = left; x < right; ++x) {
        const size_t column = (x - left) * image.width / (right - left);
        image_.pixels[y * image_.width + x] = image.pixels[row * image.width + column];
      }
    }
    return {};
  }

  // Over whole pixels, so that it is sharp.
  void Line(double x1, double y1, double x2, double y2) override {
    const size_t left = Pixel(std::min(x1, x2) - 0.5, image_.width);
    const size_t right = Pixel(std::max(x1, x2) + 0.5, image_.width);
    const size_t top = Pixel(std::min(y1, y2) - 0.5, image_.height);
    const size_t bottom = Pixel(std::max(y1, y2) + 0.5, image_.height);
    for (size_t y = top; y < std::max(bottom, top + 1) && y < image_.height; ++y) {
      for (size_t x = left; x < std::max(right, left + 1) && x < image_.width; ++x) {
        image_.pixels[y * image_.width + x] = kBlack;
      }
    }
  }

  void Text(double x, double y, std::string_view text, const TextStyle& style) override {
    const StrokeText strokes = TextStrokes(text, style.size);
    const double shift = style.anchor == Anchor::kStart    ? 0.0
                         : style.anchor == Anchor::kMiddle ? -0.5 * strokes.width
                                                           : -strokes.width;
    const double half_width = 0.5 * StrokeWidth(style.size);
    const auto placed = [&](StrokePoint point) -> StrokePoint {
      const double along = point.x + shift;
      if (style.upwards) return {x + point.y, y - along};
      return {x + along, y + point.y};
    };
    for (const Stroke& stroke : strokes.strokes) {
      for (size_t i = 0; i < std::max<size_t>(stroke.size() - 1, 1); ++i) {
        const size_t next = std::min(i + 1, stroke.size() - 1);
        Segment(placed(stroke[i]), placed(stroke[next]), half_width);
      }
    }
  }

  Result<std::string> Finish() override { return PalettePng(image_, Palette()); }

 private:
  static size_t Pixel(double place, size_t most) {
    return static_cast<size_t>(std::clamp(std::round(place), 0.0, static_cast<double>(most)));
  }

  // A line with round ends, whose edge covers pixels in part.
  void Segment(StrokePoint a, StrokePoint b, double half_width) {
    const double reach = half_width + 1.0;
    const size_t left = Pixel(std::min(a.x, b.x) - reach, image_.width);
    const size_t right = Pixel(std::max(a.x, b.x) + reach, image_.width);
    const size_t top = Pixel(std::min(a.y, b.y) - reach, image_.height);
    const size_t bottom = Pixel(std::max(a.y, b.y) + reach, image_.height);
    for (size_t y = top; y < bottom; ++y) {
      for (size_t x = left; x < right; ++x) {
        const StrokePoint middle = {static_cast<double>(x) + 0.5, static_cast<double>(y) + 0.5};
        const double ink = std::clamp(half_width + 0.5 - Distance(middle, a, b), 0.0, 1.0);
        // Two strokes that meet are no darker than one. Text over levels replaces them.
        const auto grey =
            static_cast<uint8_t>(kWhite - std::lround(static_cast<double>(kGreys - 1) * ink));
        uint8_t& pixel = image_.pixels[y * image_.width + x];
        if (pixel >= kBlack || ink > 0.5) pixel = pixel >= kBlack ? std::min(pixel, grey) : grey;
      }
    }
  }

  IndexImage image_;
};

}  // namespace

std::unique_ptr<Drawing> NewPngDrawing(size_t width, size_t height) {
  return std::make_unique<PngDrawing>(width, height);
}

}  // namespace dfn
