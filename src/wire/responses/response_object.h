#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "wire/chat.h"
#include "wire/json_writer.h"

namespace meridian {

// What stays the same in every copy of one response object.
struct ResponseHead {
  std::string id;            // "resp_...".
  std::int64_t created = 0;  // Seconds since the epoch.
  std::string model;
  std::string echo;  // What it repeats of its request, members of an object; empty: not known.
};

// How far a response has come, with what belongs to it.
struct ResponseState {
  std::string_view output;               // Its items, JSON separated by commas.
  const FinishReason* finish = nullptr;  // Null: in progress, or failed.
  const Usage* usage = nullptr;
  const Failure* failure = nullptr;
};

// An id in this dialect for a reply that has one in another: "resp_" and what identifies it.
// `number` tells items apart, each with a prefix of its own.
std::string response_id(std::string_view id);
std::string item_id(std::string_view prefix, std::string_view id, std::int64_t number);

// "completed" or "incomplete".
std::string_view status_of(FinishReason finish);

void write_response(const ResponseHead& head, const ResponseState& state, JsonWriter& json);

}  // namespace meridian
