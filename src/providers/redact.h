#pragma once

#include <string>
#include <string_view>

namespace meridian {

// A provider's words, fit to be shown: one paragraph of at most 1,000 bytes of valid UTF-8, without
// control characters, without a stack trace, and with addresses, host names, account names and
// anything that looks like a key replaced by a word in brackets. Errors are written for the owner
// of the account, and are read here by the client.
std::string for_people(std::string_view text);

// An id or code: printable ASCII without blanks, at most 128 bytes; else cut there.
std::string for_machines(std::string_view text);

}  // namespace meridian
