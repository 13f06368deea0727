#pragma once

#include <memory>

#include "wire/codec.h"

namespace meridian {

// Anthropic's server-sent events, each under its name: its SDKs pass over data without one.
// message_start waits for the event behind Start, so that counts which come at the beginning stand
// in it. One message_delta at the end has the reason and the last counts: other providers give them
// after the reason, or not at all (then they are 0).
std::unique_ptr<StreamWriter> make_anthropic_stream_writer(StreamStyle style);

}  // namespace meridian
