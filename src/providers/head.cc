#include "providers/head.h"

#include <algorithm>
#include <array>

namespace meridian {

namespace {

constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";

}  // namespace

bool is_field_name(std::string_view text) {
  return !text.empty() && text.size() <= 256 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || kMarks.contains(c);
  });
}

bool is_field_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= ' ' && byte != 0x7f) || byte == '\t';
  });
}

bool is_framing_field(std::string_view lower_case_name) {
  constexpr std::array<std::string_view, 11> kNames = {"host",
                                                       "content-length",
                                                       "transfer-encoding",
                                                       "connection",
                                                       "keep-alive",
                                                       "te",
                                                       "trailer",
                                                       "upgrade",
                                                       "expect",
                                                       "accept-encoding",
                                                       "proxy-connection"};
  return std::ranges::find(kNames, lower_case_name) != kNames.end();
}

}  // namespace meridian
