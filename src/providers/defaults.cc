#include "providers/defaults.h"

#include <algorithm>
#include <optional>

#include "wire/codec.h"
#include "wire/json.h"
#include "wire/json_text.h"

namespace meridian {
namespace {

template <class T>
void fill(std::optional<T>& value, const std::optional<T>& standard) {
  if (!value) {
    value = standard;
  }
}

bool holds(const std::vector<std::pair<std::string, std::string>>& fields, std::string_view name) {
  return std::ranges::any_of(fields, [name](const auto& field) { return field.first == name; });
}

void append_field(std::string& out, std::string_view name, std::string_view json) {
  out += out.size() > 1 ? "," : "";
  append_quoted(name, out);
  out.append(":").append(json);
}

}  // namespace

Result<ChatRequest> read_defaults(
    const std::vector<std::pair<std::string, std::string>>& json_by_name) {
  const std::vector<std::pair<std::string, std::string>> needed = {
      {"model", "\"m\""}, {"messages", R"([{"role":"user","content":"x"}])"}};
  auto request =
      read_request(Dialect::OpenAiChat, with_fields(with_fields("{}", json_by_name), needed));
  if (request) {
    request->messages.clear();
    request->model.clear();
  }
  return request;
}

void apply_defaults(ChatRequest& request, const ChatRequest& defaults) {
  if (!request.max_tokens && defaults.max_tokens) {
    request.max_tokens = defaults.max_tokens;
    request.max_tokens_is_completion = defaults.max_tokens_is_completion;
  }
  if (request.tools.empty()) {
    request.tools = defaults.tools;
  }
  if (request.stop.empty()) {
    request.stop = defaults.stop;
  }
  if (request.thinking_json.empty()) {
    request.thinking_json = defaults.thinking_json;
  }
  fill(request.tool_choice, defaults.tool_choice);
  fill(request.parallel_tool_calls, defaults.parallel_tool_calls);
  fill(request.temperature, defaults.temperature);
  fill(request.top_p, defaults.top_p);
  fill(request.top_k, defaults.top_k);
  fill(request.n, defaults.n);
  fill(request.seed, defaults.seed);
  fill(request.user, defaults.user);
  fill(request.reasoning_effort, defaults.reasoning_effort);
  fill(request.response_format, defaults.response_format);
  for (const auto& field : defaults.other) {
    if (!holds(request.other, field.first)) {
      request.other.push_back(field);
    }
  }
}

std::string with_fields(std::string object,
                        const std::vector<std::pair<std::string, std::string>>& json_by_name) {
  if (json_by_name.empty()) {
    return object;
  }
  const auto parsed = thread_json_parser().parse(object);
  std::string out = "{";
  if (parsed) {
    for (const auto member : parsed->members()) {
      if (!holds(json_by_name, member.name)) {
        out += out.size() > 1 ? ",\"" : "\"";
        out.append(member.name).append("\":").append(member.value.raw());
      }
    }
  }
  for (const auto& [name, json] : json_by_name) {
    append_field(out, name, json);
  }
  return out + "}";
}

}  // namespace meridian
