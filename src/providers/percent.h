#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian {

// Every byte but RFC 3986's unreserved ones as %XX, upper case: one path segment, or one form
// value.
void append_percent(std::string& out, std::string_view text);
std::string percent_encode(std::string_view text);

// "a=b&c=d", both sides encoded, in the given order.
std::string form_encode(const std::vector<std::pair<std::string_view, std::string_view>>& fields);

}  // namespace meridian
