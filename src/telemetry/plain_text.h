#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace meridian {

// Text from strangers, made safe for a terminal, a log collector or Prometheus. All cut at a whole
// character where the text is longer than `bytes_max`, and mark the cut by "...".

// For a metric's label: valid UTF-8 and no control characters, because one bad byte in one label
// makes Prometheus throw the whole scrape away. What is not allowed becomes U+FFFD.
std::string safe_label(std::string_view text, std::size_t bytes_max = 128);

// Needs neither quotes nor escapes as a logfmt value.
bool plain_in_logfmt(std::string_view text);

// A logfmt value: as it is when that is plain, else in quotes. Control characters, line separators
// and those that turn the writing direction (they make a line look like another) become \n, \r, \t,
// \u{..}; bytes that are not UTF-8 become \xHH.
void append_logfmt_value(std::string& out, std::string_view text, std::size_t bytes_max);

// A JSON string, in quotes. The same characters become \u escapes; bad bytes become U+FFFD.
void append_json_string(std::string& out, std::string_view text, std::size_t bytes_max);

}  // namespace meridian
