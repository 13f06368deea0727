#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace meridian {

// RFC 4648's base64, with `+`, `/` and padding: how JSON carries bytes.

void append_base64(std::string& out, std::string_view bytes);

// Nothing: not base64. Padding may be missing; blanks and line breaks may not be there.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace meridian
