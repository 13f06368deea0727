// Server-sent events: the same events wherever the bytes are cut.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "wire/sse.h"

namespace {

std::string read(std::string_view bytes, std::size_t piece) {
  meridian::SseReader reader(4096);
  meridian::SseEvent event;
  std::string seen;
  const auto note = [&] { seen.append(event.name).append("|").append(event.data).append(";"); };
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::string copy(bytes.substr(at, piece));
    reader.feed(copy);
    while (reader.next(event)) {
      MERIDIAN_CHECK(reader.event_begin() < reader.event_end());
      MERIDIAN_CHECK(reader.event_end() <= copy.size());
      note();
    }
  }
  if (reader.last(event)) {
    note();
  }
  return reader.overflowed() ? "overflowed" : seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) {
    return 0;
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  MERIDIAN_CHECK(read(bytes, 1U + data[0]) == read(bytes, bytes.size()));
  return 0;
}
