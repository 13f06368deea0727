#include "cloud/event_frame.h"

#include <array>
#include <cstdint>

#include <boost/crc.hpp>

namespace meridian {
namespace {

constexpr std::size_t kPreludeBytes = 12;
constexpr std::size_t kCrcBytes = 4;
constexpr char kString = 7;

void append_u32(std::string& out, std::size_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    out += static_cast<char>((value >> shift) & 0xFFU);
  }
}

void append_crc(std::string& out, std::size_t from) {
  boost::crc_32_type crc;
  crc.process_bytes(out.data() + from, out.size() - from);
  append_u32(out, crc.checksum());
}

struct Header {
  std::string_view name;
  std::string_view value;
};

void append_message(std::string& out,
                    const std::array<Header, 3>& headers,
                    std::string_view payload) {
  std::size_t headers_bytes = 0;
  for (const auto& header : headers) {
    headers_bytes += 1 + header.name.size() + 1 + 2 + header.value.size();
  }
  const auto begin = out.size();
  append_u32(out, kPreludeBytes + headers_bytes + payload.size() + kCrcBytes);
  append_u32(out, headers_bytes);
  append_crc(out, begin);
  for (const auto& header : headers) {
    out += static_cast<char>(header.name.size());
    out.append(header.name);
    out += kString;
    out += static_cast<char>(header.value.size() >> 8U);
    out += static_cast<char>(header.value.size() & 0xFFU);
    out.append(header.value);
  }
  out.append(payload);
  append_crc(out, begin);
}

}  // namespace

void append_event(std::string& out, std::string_view event_type, std::string_view payload) {
  append_message(out,
                 {{{":event-type", event_type},
                   {":content-type", "application/json"},
                   {":message-type", "event"}}},
                 payload);
}

void append_exception(std::string& out, std::string_view exception_type, std::string_view payload) {
  append_message(out,
                 {{{":exception-type", exception_type},
                   {":content-type", "application/json"},
                   {":message-type", "exception"}}},
                 payload);
}

}  // namespace meridian
