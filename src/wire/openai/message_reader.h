#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "wire/chat.h"
#include "wire/json.h"

namespace meridian {

// Collects the first thing that is wrong with a request; reading goes on harmlessly after it, so
// that the code that reads needs no error paths. Sentences name the field and its byte.
class Complaints {
 public:
  std::optional<std::size_t>
      message;  // The one being read: its fields are named "messages[2].role".
  std::optional<Failure> failed;

  void say(std::string sentence);
  void missing(std::string_view field);
  bool expect(JsonValue value,
              JsonValue::Type type,
              std::string_view field,
              std::string_view wanted);
  void string(JsonValue value, std::string_view field, std::string& to);
  std::optional<std::int64_t> integer(JsonValue value, std::string_view field);
  std::optional<double> number(JsonValue value, std::string_view field);
  std::optional<bool> boolean(JsonValue value, std::string_view field);

 private:
  std::string full_name(std::string_view field) const;
  void wrong(JsonValue value, std::string_view field, std::string_view wanted);
};

// One of `messages`. `to` has to be empty.
void read_openai_message(JsonValue value, Message& to, Complaints& complaints);

// The parts of an assistant's message, in a request or in a reply: thinking, text, refusal, tool
// calls.
void read_openai_assistant(JsonValue value, std::vector<Part>& to, Complaints& complaints);

}  // namespace meridian
