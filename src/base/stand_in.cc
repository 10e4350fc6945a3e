#include "base/stand_in.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/printable.h"

namespace dfn {
namespace {

// The specification's first line; a pointer has at most 1024 bytes.
constexpr std::string_view kPointer = "version https://git-lfs.github.com/spec/";
constexpr std::array<std::string_view, 3> kPageStarts = {"<!doctype html", "<html", "<head"};
// What servers send with status 200 or what a client stores in spite of another one.
constexpr std::array<std::string_view, 6> kMessageStarts = {"404: not found",  "not found",
                                                            "entry not found", "access denied",
                                                            "{\"error\"",      "{\"message\""};
constexpr std::array<std::string_view, 2> kDocumentStarts = {"<?xml", "<error"};
// Longer texts are no mere messages.
constexpr size_t kMaxMessageBytes = 1024;
// As much of a message as is shown.
constexpr size_t kShownBytes = 40;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

template <class Starts>
bool BeginsWithAny(std::string_view text, const Starts& starts) {
  return std::any_of(starts.begin(), starts.end(), [&](std::string_view start) {
    return text.size() >= start.size() && std::equal(start.begin(), start.end(), text.begin(),
                                                     [](char a, char b) { return a == Lower(b); });
  });
}

std::string_view WithoutLeadingSpace(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

}  // namespace

std::optional<std::string> StandInText(Bytes start, size_t size) {
  if (size == 0) return "is empty; download or copy it again";
  const std::string_view text = WithoutLeadingSpace(
      {reinterpret_cast<const char*>(start.data()), std::min(start.size(), kStandInBytes)});
  if (text.starts_with(kPointer)) {
    return "is a Git LFS pointer, not the file itself; fetch the file with \"git lfs pull\" in its "
           "repository, or download it from the repository's page";
  }
  if (BeginsWithAny(text, kPageStarts)) {
    return "is a web page, not the file itself; download the file by the address that the page's "
           "download button leads to";
  }
  if (size > kMaxMessageBytes) return std::nullopt;
  if (BeginsWithAny(text, kMessageStarts) || BeginsWithAny(text, kDocumentStarts)) {
    return "holds a server's message (" +
           Quoted(text.substr(0, std::min(text.find_first_of("\r\n"), kShownBytes))) +
           "), not the file itself; check the address and download it again";
  }
  return std::nullopt;
}

}  // namespace dfn
