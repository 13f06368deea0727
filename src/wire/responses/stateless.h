#pragma once

#include <string_view>

#include "base/failure.h"

namespace meridian {

// OpenAI keeps responses and conversations for later requests to refer to; a gateway in several
// regions keeps none. `field` is what asks for it: "previous_response_id", "conversation",
// "background", "item_reference". A BadRequest that says what to send instead.
Failure needs_state(std::string_view field);

}  // namespace meridian
