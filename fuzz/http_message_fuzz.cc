// An HTTP message as it arrives: the first byte says whether it is a request or a reply, the second
// where it is cut. What is found lies within the bytes, and cuts change neither head nor body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "transport/body_end.h"
#include "transport/head.h"

namespace {

using namespace meridian;

bool within(std::string_view whole, std::string_view part) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_head(const Head& head, std::string_view bytes) {
  MERIDIAN_CHECK(head.bytes > 0 && head.bytes <= std::min(bytes.size(), kHeadBytesMax));
  MERIDIAN_CHECK(within(bytes, head.target) && within(bytes, head.content_type));
  for (const auto field : head.fields) {
    MERIDIAN_CHECK(within(bytes, field));
    MERIDIAN_CHECK(field.find_first_of("\r\n") == std::string_view::npos);
  }
  // Where two servers could disagree on the end, there is no head at all.
  MERIDIAN_CHECK(!(head.chunked && head.content_length));
}

struct Body {
  std::size_t bytes = 0;
  std::string payload;
  bool reached = false;
  bool malformed = false;
  friend bool operator==(const Body&, const Body&) = default;
};

Body read_body(BodyEnd end, std::string_view bytes, std::size_t piece) {
  Body body;
  while (body.bytes < bytes.size()) {
    const auto next = bytes.substr(body.bytes, piece);
    const auto taken =
        end.take(next, [&body](std::string_view payload) { body.payload.append(payload); });
    body.bytes += taken;
    if (taken < next.size()) {
      break;
    }
  }
  body.reached = end.reached();
  body.malformed = end.malformed();
  return body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) {
    return 0;
  }
  const bool request = data[0] % 2 == 0;
  const std::size_t piece = 1U + data[1];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto parse = request ? parse_request : parse_response;

  Head head;
  const auto parsed = parse(bytes, head);
  for (std::size_t cut = piece; cut < bytes.size(); cut += piece) {
    Head part;
    const auto so_far = parse(bytes.substr(0, cut), part);
    // What is wrong stays wrong, and a head ends where it ends.
    MERIDIAN_CHECK(so_far == Parsed::Incomplete || so_far == parsed);
    MERIDIAN_CHECK(so_far != Parsed::Whole || part.bytes == head.bytes);
  }
  if (parsed != Parsed::Whole) {
    return 0;
  }
  check_head(head, bytes);
  find_field(head.raw, "content-length");
  find_last_field(head.raw, "x-forwarded-for");

  const auto end = request ? BodyEnd::of_request(head) : BodyEnd::of_reply(head);
  const auto rest = bytes.substr(head.bytes);
  const auto body = read_body(end, rest, std::max<std::size_t>(rest.size(), 1));
  MERIDIAN_CHECK(body == read_body(end, rest, piece));
  MERIDIAN_CHECK(!(body.reached && body.malformed));
  return 0;
}
