#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/chat.h"
#include "wire/dialect.h"

namespace meridian {

// Providers differ in what a tool may be called and how a call may be numbered. What a provider
// would refuse is rewritten on the way out, always to the same thing, so that the way back can be
// found from the request alone.

// A tool's name as the dialect takes it: itself where it may stand; else bad characters become '_',
// it is cut to leave room, and "_" with six hexadecimal digits of a hash of the whole name follows,
// so that "a.b" and "a_b" stay two tools.
std::string wire_tool_name(Dialect dialect, std::string_view name);

// A call's id the same way.
std::string wire_call_id(Dialect dialect, std::string_view id);

// The names that had to be rewritten: (as sent, as the client wrote it). Nearly always empty.
using NameMap = std::vector<std::pair<std::string, std::string>>;

NameMap name_map_of(Dialect dialect, const ChatRequest& request);

// The client's name for a tool that the provider names.
std::string_view client_tool_name(const NameMap& names, std::string_view sent);

}  // namespace meridian
