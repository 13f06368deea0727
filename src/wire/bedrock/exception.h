#pragma once

#include <optional>

#include "base/failure.h"
#include "wire/event_stream.h"

namespace meridian {

// What a frame of Bedrock's event stream says went wrong: `:message-type` "exception", whose
// payload has the words, or "error", whose headers have them. Nothing: it is an event.
std::optional<Failure> bedrock_frame_failure(const Frame& frame);

}  // namespace meridian
