#pragma once

#include <string>
#include <string_view>

namespace meridian {

// Header lines, as requests are written here. Whatever a file or a credential brings goes through
// these checks, so that no value can end its line and begin another.

bool is_field_name(std::string_view text);   // A token of RFC 9110, lower case.
bool is_field_value(std::string_view text);  // No control character; bytes above 0x7f may be in it.

inline void append_line(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

// Fields that frame the message or belong to the connection: nobody's to set but ours.
bool is_framing_field(std::string_view lower_case_name);

}  // namespace meridian
