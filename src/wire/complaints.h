#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "wire/json.h"

namespace meridian {

// Collects the first thing that is wrong with a request; reading goes on harmlessly after it, so
// that the code that reads needs no error paths. Sentences name the field and its byte.
class Complaints {
 public:
  std::optional<std::size_t>
      message;  // The one being read: its fields are named "messages[2].role".
  std::string_view list = "messages";  // What the dialect calls that array.
  std::optional<Failure> failed;

  void say(std::string sentence);
  void fail(Failure failure);
  void missing(std::string_view field);

  // `what` follows the field's name: "has to be ...". A value that is not there is missing.
  void about(JsonValue value, std::string_view field, std::string_view what);

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

}  // namespace meridian
