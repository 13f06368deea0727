#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "providers/script.h"

namespace meridian {

// The words in which stories are told.

// Misconfigured with this sentence.
std::unexpected<Failure> no_credential(std::string why);

// What a server answers; not `done` when it does not.
Script<ErrandResult> fetch(Desk* desk, FetchUrl errand);

// Sleeps. The value says nothing.
Script<bool> pause(Desk* desk, std::chrono::seconds length);

// The value of an environment variable; empty: not set, or set to nothing.
Script<std::string> variable(Desk* desk, std::string name);

// A file's text; nothing: it cannot be read.
Script<std::optional<std::string>> file(Desk* desk, std::string path);

// "~/.aws/config" under this machine's home. Without a HOME, the path as given.
Script<std::string> under_home(Desk* desk, std::string path);

// A secret as it is written into a head: blanks and line ends at either end cut off. Nothing: what
// is left holds a control character and could end the header line.
std::optional<std::string> header_safe(std::string_view text);

}  // namespace meridian
