#include "wire/responses/stateless.h"

#include <fmt/format.h>

#include "wire/failures.h"

namespace meridian {

namespace {

std::string_view remedy_for(std::string_view field) {
  if (field == "background") {
    return "leave it out, and set `stream: true` for answers that take long";
  }
  if (field == "item_reference") {
    return "send the item itself in its place (the Vercel AI SDK does it with "
           "providerOptions.openai.store = false)";
  }
  return "leave it out, and send the earlier items in `input`: what was asked, and every item of "
         "each response's `output`";
}

}  // namespace

Failure needs_state(std::string_view field) {
  return bad_request(
      fmt::format("`{}` asks for something that was stored, and this gateway stores no responses; "
                  "{}",
                  field,
                  remedy_for(field)),
      "unsupported_parameter");
}

}  // namespace meridian
