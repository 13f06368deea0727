#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/failure.h"
#include "wire/chat.h"
#include "wire/complaints.h"
#include "wire/json.h"

namespace meridian {

// What the readers of all clients' dialects share: the walk over a request's top-level fields. A
// field that the dialect knows is read by its own function, once; one that is for the gateway is
// passed over; every other is kept as it is.

// A field by its name, and the member function of `Reader` that reads it. Not called for null.
template <class Reader>
struct RequestField {
  std::string_view name;
  void (Reader::*read)(JsonValue value);
};

// The body's object. Failure: BadRequest with what is wrong and where.
Result<JsonValue> parse_request(std::string_view json);

// Fields that no function reads, JSON by name, in the client's order.
using OtherFields = std::vector<std::pair<std::string, std::string>>;

// No dialect has a tenth as many; finding one that is there twice among any number would cost more
// than the request is worth.
inline constexpr std::size_t kOtherFieldsMax = 256;

// Into `other`, unless it is for the gateway.
void keep_field(const JsonValue::Member& member, OtherFields& other, Complaints& complaints);

// Complains of a field that is there for the second time: parsers differ on which one counts.
void complain_of_repetition(std::string_view name, Complaints& complaints);

// `Reader` has `kFields`, an array of at most 32 RequestField<Reader>.
template <class Reader>
void walk_fields(JsonValue document, Reader& reader, OtherFields& other, Complaints& complaints) {
  constexpr const auto& kFields = Reader::kFields;
  static_assert(kFields.size() <= 32);
  std::array<bool, kFields.size()> seen{};
  for (const auto& member : document.members()) {
    const auto* const found = std::ranges::find(kFields, member.name, &RequestField<Reader>::name);
    if (found == kFields.end()) {
      keep_field(member, other, complaints);
      continue;
    }
    if (std::exchange(seen.at(static_cast<std::size_t>(found - kFields.begin())), true)) {
      complain_of_repetition(member.name, complaints);
    }
    if (member.value.given()) {
      (reader.*found->read)(member.value);
    }
  }
}

// A chat. `Reader` is made of (ChatRequest&, Complaints&, more...) and has, besides, `finish()`,
// called behind the last field: what is missing, what belongs together. Failure: BadRequest with
// the first complaint.
template <class Reader, class... More>
Result<ChatRequest> read_fields(Dialect dialect, std::string_view json, More... more) {
  const auto document = parse_request(json);
  if (!document) {
    return std::unexpected(document.error());
  }
  ChatRequest request;
  request.dialect = dialect;
  Complaints complaints;
  Reader reader(request, complaints, more...);
  walk_fields(*document, reader, request.other, complaints);
  reader.finish();
  if (complaints.failed) {
    return std::unexpected(std::move(*complaints.failed));
  }
  return request;
}

}  // namespace meridian
