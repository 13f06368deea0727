#include "wire/request_fields.h"

#include <string>

#include <fmt/format.h>

#include "wire/failures.h"
#include "wire/gateway_fields.h"

namespace meridian {

Result<JsonValue> parse_request(std::string_view json) {
  auto& parser = thread_json_parser();
  const auto document = parser.parse(json);
  if (!document) {
    return std::unexpected(bad_request("the body is not valid JSON: " + to_text(document.error())));
  }
  if (const auto bad = parser.check_escapes()) {
    return std::unexpected(bad_request("the body is not valid JSON: " + to_text(*bad)));
  }
  if (!document->is(JsonValue::Type::Object)) {
    return std::unexpected(bad_request("the body has to be a JSON object"));
  }
  return *document;
}

void keep_field(const JsonValue::Member& member, OtherFields& other, Complaints& complaints) {
  const auto name = member.name;
  if (name.contains('\\')) {
    complaints.say(fmt::format(
        "the name \"{}\" is written with escapes; top-level names have to be plain", name));
    return;
  }
  if (for_the_gateway(name) || !member.value.given()) {
    return;
  }
  if (other.size() >= kOtherFieldsMax) {
    complaints.say(fmt::format(
        "the body has more than {} fields that no dialect knows; leave them out", kOtherFieldsMax));
    return;
  }
  if (std::ranges::find(other, name, &OtherFields::value_type::first) != other.end()) {
    complain_of_repetition(name, complaints);
  }
  other.emplace_back(name, member.raw());
}

void complain_of_repetition(std::string_view name, Complaints& complaints) {
  complaints.say(fmt::format("`{}` is there twice; write it once", name));
}

}  // namespace meridian
