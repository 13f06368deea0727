// AWS event stream: what is read can be written and is then the same bytes. The checksums of the
// input are mended first, as a fuzzer would never guess them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "wire/event_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace meridian;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  FrameReader raw;
  Frame frame;
  raw.feed(bytes);
  while (raw.next(frame)) {
    std::string again;
    append_frame(frame.headers, frame.payload, again);
    MERIDIAN_CHECK(bytes.contains(again));
  }
  // The first byte says how much of the rest is one header's text; then the frame is cut.
  if (size < 3) {
    return 0;
  }
  const auto length = std::min<std::size_t>(data[0], size - 3);
  const FrameHeader header{.name = ":event-type", .text = bytes.substr(3, length)};
  std::string whole;
  append_frame({&header, 1}, bytes.substr(3 + length), whole);
  FrameReader reader;
  const auto cut = std::min<std::size_t>(data[1], whole.size());
  reader.feed(std::string_view(whole).substr(0, cut));
  bool read = reader.next(frame);
  if (!read) {
    reader.feed(std::string_view(whole).substr(cut));
    read = reader.next(frame);
  }
  MERIDIAN_CHECK(read && frame.header(":event-type") == header.text);
  MERIDIAN_CHECK(frame.payload == bytes.substr(3 + length));
  return 0;
}
