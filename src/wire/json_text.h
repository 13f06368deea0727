#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace meridian {

// Appends the characters of a JSON string's inside. Half a surrogate pair becomes U+FFFD, and so
// does an escape that JSON does not know (JsonParser::check_escapes tells).
void append_unescaped(std::string_view inside, std::string& out);

// Appends text as a JSON string, quotes included. Only what JSON demands is escaped; the text has
// to be UTF-8.
void append_quoted(std::string_view text, std::string& out);

// The text as UTF-8, with U+FFFD for each byte that is none: what strangers sent and an error
// quotes back, perhaps cut off in the middle of a character.
std::string as_utf8(std::string_view text);

// Offset of the first backslash that begins no valid escape; npos when there is none. Outside
// strings valid JSON has no backslash, so the text may be a whole document.
std::size_t first_bad_escape(std::string_view text);

}  // namespace meridian
