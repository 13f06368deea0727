#pragma once

#include <string>
#include <string_view>

namespace meridian {

// AWS's event stream framing, the sending side: lengths and headers in big endian, a CRC-32 of the
// prelude and one of the whole (vnd.amazon.eventstream, smithy's specification). Written here a
// second time on purpose: wire/event_stream.h is what it judges.

// An event with a JSON payload, appended.
void append_event(std::string& out, std::string_view event_type, std::string_view payload);

// An exception inside a stream: "throttlingException".
void append_exception(std::string& out, std::string_view exception_type, std::string_view payload);

}  // namespace meridian
