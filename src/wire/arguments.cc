#include "wire/arguments.h"

#include "wire/json.h"
#include "wire/json_writer.h"

namespace meridian {

std::string arguments_object(std::string_view arguments) {
  if (arguments.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return "{}";
  }
  auto& parser = thread_json_parser();
  const auto value = parser.parse(arguments);
  const bool valid = value && !parser.check_escapes();
  if (valid && value->is(JsonValue::Type::Object)) {
    return std::string(arguments);
  }
  if (valid && value->is(JsonValue::Type::Null)) {
    return "{}";
  }
  std::string wrapped;
  JsonWriter json(wrapped);
  json.begin_object().key("arguments");
  if (valid) {
    json.raw(value->raw());
  } else {
    json.string(arguments);
  }
  json.end_object();
  return wrapped;
}

}  // namespace meridian
