#include "providers/prepare.h"

#include "wire/json_text.h"

namespace meridian {

void prepare_anthropic(Preparing& at) {
  auto& upstream = at.upstream;
  const auto& given = upstream.params.api_base;
  const auto base = take_base(at, "api_base", given.empty() ? "https://api.anthropic.com" : given);
  // People write the address with more or less of the path; all of them mean the same.
  std::string_view path = base.path;
  for (const std::string_view tail : {"/messages", "/v1"}) {
    if (path.ends_with(tail)) {
      path.remove_suffix(tail.size());
    }
  }
  upstream.dialect = Dialect::AnthropicMessages;
  upstream.path = std::string(path) + "/v1/messages";
  upstream.stream_path = upstream.path;
  upstream.count_form = CountForm::Anthropic;
  upstream.count.path = upstream.path + "/count_tokens";
  at.fields.emplace_back("anthropic-version", "2023-06-01");
  if (!upstream.params.inference_geo.empty()) {
    // Where it may be processed is the operator's to say: it replaces whatever the client wrote.
    std::string json;
    append_quoted(upstream.params.inference_geo, json);
    upstream.forced.emplace_back("inference_geo", std::move(json));
  }
}

}  // namespace meridian
