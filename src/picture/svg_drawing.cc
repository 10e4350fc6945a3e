#include <utility>

#include "base/utf8.h"
#include "picture/drawing.h"
#include "picture/number_text.h"
#include "picture/png.h"

namespace dfn {
namespace {

const char* AnchorName(Anchor anchor) {
  switch (anchor) {
    case Anchor::kStart:
      return "start";
    case Anchor::kMiddle:
      return "middle";
    case Anchor::kEnd:
      return "end";
  }
  return "";
}

std::string Attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + std::string(value) + "\"";
}

std::string Attribute(std::string_view name, double value) {
  return Attribute(name, NumberText(value, 2));
}

class SvgDrawing final : public Drawing {
 public:
  SvgDrawing(size_t width, size_t height, std::string_view title, std::string_view description) {
    const std::string w = std::to_string(width);
    const std::string h = std::to_string(height);
    text_ =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"" +
        Attribute("width", w) + Attribute("height", h) +
        Attribute("viewBox", "0 0 " + w + " " + h) + Attribute("role", "img") +
        Attribute("font-family", "Helvetica, Arial, 'Liberation Sans', sans-serif") + ">\n";
    text_ +=
        "<title>" + EscapedXml(title) + "</title>\n<desc>" + EscapedXml(description) + "</desc>\n";
    // A page of a dark theme does not shine through.
    text_ += "<rect" + Attribute("width", w) + Attribute("height", h) + " fill=\"#fff\"/>\n";
  }

  Status Picture(const Box& box, const LevelImage& image) override {
    DFN_TRY(const std::string png, LevelPng(image));
    text_ += "<image" + Attribute("x", box.x) + Attribute("y", box.y) +
             Attribute("width", box.width) + Attribute("height", box.height) +
             " preserveAspectRatio=\"none\" href=\"data:image/png;base64," + Base64(png) + "\"/>\n";
    return {};
  }

  void Line(double x1, double y1, double x2, double y2) override {
    text_ += "<line" + Attribute("x1", x1) + Attribute("y1", y1) + Attribute("x2", x2) +
             Attribute("y2", y2) + " stroke=\"#000\"/>\n";
  }

  void Text(double x, double y, std::string_view text, const TextStyle& style) override {
    text_ += "<text" + Attribute("font-size", style.size) +
             Attribute("text-anchor", AnchorName(style.anchor));
    if (style.upwards) {
      text_ += Attribute(
          "transform", "translate(" + NumberText(x, 2) + " " + NumberText(y, 2) + ") rotate(-90)");
    } else {
      text_ += Attribute("x", x) + Attribute("y", y);
    }
    text_ += ">" + EscapedXml(text) + "</text>\n";
  }

  Result<std::string> Finish() override { return std::move(text_) + "</svg>\n"; }

 private:
  std::string text_;
};

}  // namespace

std::unique_ptr<Drawing> NewSvgDrawing(size_t width, size_t height, std::string_view title,
                                       std::string_view description) {
  return std::make_unique<SvgDrawing>(width, height, title, description);
}

std::string EscapedXml(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t bytes = PrintableUtf8Bytes(text);
    const std::string_view character = text.substr(0, bytes);
    if (bytes == 0) {
      out += text.front() == '\n' || text.front() == '\t' ? ' ' : '?';
    } else if (character == "&") {
      out += "&amp;";
    } else if (character == "<") {
      out += "&lt;";
    } else if (character == ">") {
      out += "&gt;";
    } else if (character == "\"") {
      out += "&quot;";
    } else if (character == "\uFFFE" || character == "\uFFFF") {
      out += '?';
    } else {
      out += character;
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return out;
}

}  // namespace dfn
