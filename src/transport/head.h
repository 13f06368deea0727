#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace meridian {

// The header fields of a request that the gateway acts on. Others are found by `find_field`.
enum class Field : std::uint8_t {
  Authorization,
  XApiKey,
  ApiKey,
  XGoogApiKey,
  LitellmApiKey,
  ContentType,
  Host,
  Traceparent,
  CallId,          // x-litellm-call-id
  Timeout,         // x-litellm-timeout
  StreamTimeout,   // x-litellm-stream-timeout
  NumRetries,      // x-litellm-num-retries
  Tags,            // x-litellm-tags
  AllowedRegions,  // x-meridian-allowed-regions
  Workload,        // x-meridian-workload
  SdkRetryCount,   // x-stainless-retry-count
  AnthropicVersion,
  AnthropicBeta,
};

inline constexpr std::size_t kFields = 18;

enum class Method : std::uint8_t { Get, Post, Head, Put, Delete, Options, Other };

// What is asked of an HTTP/1.x head. Views point into the bytes that were parsed.
struct Head {
  std::size_t bytes = 0;  // Of the head itself; the body begins after them.
  unsigned status = 0;
  Method method = Method::Other;
  std::string_view target;
  bool http_1_0 = false;
  bool keep_alive = false;
  bool chunked = false;
  bool expects_continue = false;
  bool upgrade = false;
  std::optional<std::uint64_t> content_length;
  std::string_view content_type;                   // Of a reply.
  std::string_view raw;                            // The whole head, for `find_field`.
  std::array<std::string_view, kFields> fields{};  // Of a request.
  bool repeated_key = false;   // Two credentials in one head: nobody can say which one counts.
  bool repeated_rule = false;  // Nor of two residency rules.

  std::string_view operator[](Field field) const { return fields[static_cast<std::size_t>(field)]; }
};

enum class Parsed : std::uint8_t { Whole, Incomplete, Malformed, TooLarge };

inline constexpr std::size_t kHeadBytesMax = std::size_t{64} * 1024;

// Beast's parser judges the framing (repeated lengths, a length beside chunked, folded lines),
// which is where request smuggling lives; its containers are not used. Called again with more bytes
// it begins again: a head in two reads is rare.
Parsed parse_request(std::string_view bytes, Head& head);

// A reply to HEAD or one without a body is the caller's to know.
Parsed parse_response(std::string_view bytes, Head& head);

// The value of a field by its lower-case name, trimmed; empty when absent. Scans the head: for what
// is asked seldom.
std::string_view find_field(std::string_view raw_head, std::string_view lower_case_name);

// The same, of the last field of that name: where each proxy on the way may have added one.
std::string_view find_last_field(std::string_view raw_head, std::string_view lower_case_name);

}  // namespace meridian
