#include "transport/head.h"

#include <algorithm>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace meridian {

namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using View = boost::beast::string_view;

std::string_view text(View view) {
  return {view.data(), view.size()};
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool same_name(std::string_view given, std::string_view lower_case) {
  return std::ranges::equal(given, lower_case, {}, lower);
}

struct Known {
  std::string_view name;
  Field field;
};

constexpr std::array<Known, kFields> kKnown{{
    {"authorization", Field::Authorization},
    {"x-api-key", Field::XApiKey},
    {"api-key", Field::ApiKey},
    {"x-goog-api-key", Field::XGoogApiKey},
    {"x-litellm-api-key", Field::LitellmApiKey},
    {"content-type", Field::ContentType},
    {"host", Field::Host},
    {"traceparent", Field::Traceparent},
    {"x-litellm-call-id", Field::CallId},
    {"x-litellm-timeout", Field::Timeout},
    {"x-litellm-stream-timeout", Field::StreamTimeout},
    {"x-litellm-num-retries", Field::NumRetries},
    {"x-litellm-tags", Field::Tags},
    {"x-meridian-allowed-regions", Field::AllowedRegions},
    {"x-meridian-workload", Field::Workload},
    {"x-stainless-retry-count", Field::SdkRetryCount},
    {"anthropic-version", Field::AnthropicVersion},
    {"anthropic-beta", Field::AnthropicBeta},
}};

bool is_credential(Field field) {
  return field == Field::Authorization || field == Field::XApiKey || field == Field::ApiKey ||
         field == Field::XGoogApiKey || field == Field::LitellmApiKey;
}

// RFC 3986 3.2.2 and 3.2.3: a name or an address, perhaps a port. Others would be read by some as
// one host and by some as another.
bool is_host(std::string_view text) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,;=:[]%";
  return std::ranges::all_of(text, [&](char c) {
    const char folded = lower(c);
    return (folded >= 'a' && folded <= 'z') || is_digit(c) || kMarks.contains(c);
  });
}

// RFC 9112 3.2.2: a server takes a whole URL as well, as clients of proxies send it. Whose name
// stands in it changes nothing here.
std::string_view origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() > scheme.size() && same_name(target.substr(0, scheme.size()), scheme)) {
      const auto path = target.find_first_of("/?", scheme.size());
      return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
    }
  }
  return target;
}

Method method_of(http::verb verb) {
  if (verb == http::verb::post) {
    return Method::Post;
  }
  if (verb == http::verb::get) {
    return Method::Get;
  }
  if (verb == http::verb::head) {
    return Method::Head;
  }
  if (verb == http::verb::put) {
    return Method::Put;
  }
  if (verb == http::verb::delete_) {
    return Method::Delete;
  }
  return verb == http::verb::options ? Method::Options : Method::Other;
}

template <bool IsRequest>
class HeadParser final : public http::basic_parser<IsRequest> {
 public:
  explicit HeadParser(Head& head) : head_(head) {
    this->header_limit(kHeadBytesMax);
    this->body_limit(boost::none);  // The body's size is the caller's business.
    this->skip(true);
  }

 private:
  void on_field_impl(http::field name, View spelled, View value, error_code& failed) override {
    // Beast passes over any coding that does not end in chunked, and takes the body for empty: what
    // follows would be read as the next request.
    if (name == http::field::transfer_encoding && !same_name(text(value), "chunked")) {
      failed = http::error::bad_transfer_encoding;
      return;
    }
    // Beast reads "5, 5" as 5 (RFC 9110 8.6 lets it); a peer that does not would see another end.
    if (name == http::field::content_length && !std::ranges::all_of(text(value), is_digit)) {
      failed = http::error::bad_content_length;
      return;
    }
    if constexpr (IsRequest) {
      if (name == http::field::expect) {
        head_.expects_continue = same_name(text(value), "100-continue");
        return;
      }
      on_request_field(text(spelled), text(value), failed);
    } else if (name == http::field::content_type) {
      head_.content_type = text(value);
    }
  }

  void on_request_field(std::string_view spelled, std::string_view value, error_code& failed) {
    for (const auto& known : kKnown) {
      if (known.name.size() == spelled.size() && same_name(spelled, known.name)) {
        auto& slot = head_.fields[static_cast<std::size_t>(known.field)];
        if (slot.data() != nullptr) {
          head_.repeated_key = head_.repeated_key || is_credential(known.field);
          head_.repeated_rule = head_.repeated_rule || known.field == Field::AllowedRegions;
          if (known.field == Field::Host) {
            failed = http::error::bad_field;  // Two hosts: two servers could see two requests.
          }
        }
        if (known.field == Field::Host && !is_host(value)) {
          failed = http::error::bad_field;
        }
        slot = value;
        return;
      }
    }
  }

  void on_request_impl(http::verb verb, View, View target, int version, error_code&) override {
    head_.method = method_of(verb);
    head_.target = origin_form(text(target));
    head_.http_1_0 = version < 11;
  }

  void on_response_impl(int status, View, int version, error_code&) override {
    head_.status = static_cast<unsigned>(status);
    head_.http_1_0 = version < 11;
  }

  void on_header_impl(error_code&) override {}

  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}

  std::size_t on_body_impl(View, error_code&) override { return 0; }

  void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t, View, error_code&) override { return 0; }

  void on_finish_impl(error_code&) override {}

  Head& head_;
};

// What Beast lets pass and RFC 9112 does not. True where a server behind us, or one before us,
// could see another message than we do.
bool is_ambiguous(const Head& head) {
  // A bare line feed inside a value may be two fields elsewhere (2.2); a folded line (5.2) may be a
  // field of its own, and Beast unfolds it into memory that is gone when it returns.
  for (auto at = head.raw.find('\n'); at != std::string_view::npos;
       at = head.raw.find('\n', at + 1)) {
    const bool folded =
        at + 1 < head.raw.size() && (head.raw[at + 1] == ' ' || head.raw[at + 1] == '\t');
    if (at == 0 || head.raw[at - 1] != '\r' || folded) {
      return true;
    }
  }
  // 6.1: HTTP/1.0 has no chunks, so a proxy of that time looks for the end elsewhere.
  return head.http_1_0 && head.chunked;
}

template <bool IsRequest>
Parsed parse(std::string_view bytes, Head& head) {
  head = {};
  HeadParser<IsRequest> parser(head);
  error_code failed;
  head.bytes = parser.put(boost::asio::buffer(bytes), failed);
  if (failed == http::error::need_more) {
    return bytes.size() >= kHeadBytesMax ? Parsed::TooLarge : Parsed::Incomplete;
  }
  if (failed == http::error::header_limit) {
    return Parsed::TooLarge;
  }
  if (failed) {
    return Parsed::Malformed;
  }
  if (!parser.is_header_done()) {
    return Parsed::Incomplete;
  }
  head.keep_alive = parser.keep_alive();
  head.chunked = parser.chunked();
  head.upgrade = parser.upgrade();
  if (const auto length = parser.content_length()) {
    head.content_length = *length;
  }
  head.raw = bytes.substr(0, head.bytes);
  if (is_ambiguous(head)) {
    return Parsed::Malformed;
  }
  if constexpr (IsRequest) {
    if (head.http_1_0) {
      head.expects_continue = false;  // RFC 9110 10.1.1: it would not understand the answer.
    } else if (head[Field::Host].data() == nullptr) {
      return Parsed::Malformed;  // RFC 9112 3.2.
    }
  }
  return Parsed::Whole;
}

}  // namespace

Parsed parse_request(std::string_view bytes, Head& head) {
  return parse<true>(bytes, head);
}

Parsed parse_response(std::string_view bytes, Head& head) {
  return parse<false>(bytes, head);
}

namespace {

// The first field of that name behind the next line's end, trimmed; what follows it stays in
// `head`. Nothing: there is none.
std::optional<std::string_view> next_field(std::string_view& head, std::string_view name) {
  auto line_end = head.find("\r\n");  // The first line is not a field, or has been seen.
  while (line_end != std::string_view::npos) {
    head.remove_prefix(line_end + 2);
    line_end = head.find("\r\n");
    const auto line = head.substr(0, line_end);
    if (line.size() > name.size() && line[name.size()] == ':' &&
        same_name(line.substr(0, name.size()), name)) {
      auto value = line.substr(name.size() + 1);
      const auto first = value.find_first_not_of(" \t");
      if (first == std::string_view::npos) {
        return std::string_view();
      }
      value.remove_prefix(first);
      return value.substr(0, value.find_last_not_of(" \t") + 1);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view find_field(std::string_view raw_head, std::string_view lower_case_name) {
  return next_field(raw_head, lower_case_name).value_or(std::string_view());
}

std::string_view find_last_field(std::string_view raw_head, std::string_view lower_case_name) {
  std::string_view last;
  while (const auto found = next_field(raw_head, lower_case_name)) {
    last = *found;
  }
  return last;
}

}  // namespace meridian
