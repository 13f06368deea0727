#include "wire/gemini/request_writer.h"

#include <algorithm>
#include <array>
#include <limits>

#include "wire/documents.h"
#include "wire/gemini/message_writer.h"
#include "wire/gemini/thinking.h"
#include "wire/gemini/tools_writer.h"
#include "wire/json.h"
#include "wire/json_writer.h"
#include "wire/turns.h"
#include "wire/unsupported.h"

namespace meridian {

namespace {

using Words = std::pair<std::string_view, std::string_view>;

// Members of Gemini's own body that LiteLLM's clients and files spell its way.
constexpr std::array<Words, 3> kSpellings{{{"safety_settings", "safetySettings"},
                                           {"cached_content", "cachedContent"},
                                           {"model_armor_config", "modelArmorConfig"}}};

// Members of generationConfig that a client may write at the top, as OpenAI or LiteLLM take them.
constexpr std::array<Words, 8> kConfigFields{{{"presence_penalty", "presencePenalty"},
                                              {"frequency_penalty", "frequencyPenalty"},
                                              {"responseModalities", "responseModalities"},
                                              {"mediaResolution", "mediaResolution"},
                                              {"speechConfig", "speechConfig"},
                                              {"imageConfig", "imageConfig"},
                                              {"audioTimestamp", "audioTimestamp"},
                                              {"routingConfig", "routingConfig"}}};

// LiteLLM's, and in its files.
constexpr std::string_view kThinkingLevel = "thinking_level";

// Google's names are in capitals, LiteLLM's are not. What is no name is left for Google to refuse.
std::string google_level(std::string json) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const bool name = json.size() > 2 && json.front() == '"' &&
                    std::all_of(json.begin() + 1, json.end() - 1, lower);
  if (name) {
    std::ranges::transform(json, json.begin(), [lower](char c) {
      return lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
    });
  }
  return json;
}

class RequestWriter {
 public:
  RequestWriter(const ChatRequest& request, const WriteRules& rules, std::string& out)
      : request_(request),
        rules_(rules),
        unsupported_(rules),
        turns_(arrange(request, Signer::Gemini)),
        json_(out),
        config_(config_text_) {}

  std::optional<Failure> write();

 private:
  bool wanted(std::string_view name) const { return !unsupported_.dropped_by_name(name); }

  bool newest() const { return gemini_thinking(rules_.model) == GeminiThinking::Level; }

  bool any_tools() const { return !request_.tools.empty() && wanted("tools"); }

  // The JSON of a field that the internal model does not know, if the client gave it.
  const std::string* other_named(std::string_view name) const {
    const auto found =
        std::ranges::find(request_.other, name, &std::pair<std::string, std::string>::first);
    return found == request_.other.end() ? nullptr : &found->second;
  }

  void system();
  void sampling();
  void seed();
  void choices();
  void chances();
  void response_format();
  void thinking();
  void other();
  bool own_field(std::string_view name, std::string_view value);
  void other_field(std::string_view name, std::string_view value);

  const ChatRequest& request_;
  const WriteRules& rules_;
  Unsupported unsupported_;
  Turns turns_;
  JsonWriter json_;
  bool chosen_among_ = false;  // `allowed_tools` is written.
  bool told_chances_ = false;  // So are `logprobs` and `top_logprobs`.
  std::string config_text_;    // Members of generationConfig.
  JsonWriter config_;
};

std::optional<Failure> RequestWriter::write() {
  if (turns_.opaque != nullptr) {
    return refuse_message(request_.dialect, rules_.provider_name);
  }
  json_.begin_object().key("contents");
  if (auto failed = write_gemini_contents(turns_, rules_.provider_name, newest(), json_)) {
    return failed;
  }
  refuse_citations(request_, unsupported_);
  system();
  if (any_tools()) {
    chosen_among_ = write_gemini_tools(request_, other_named("tool_choice"), unsupported_, json_);
  }
  sampling();
  response_format();
  thinking();
  other();
  if (!config_text_.empty()) {
    json_.key("generationConfig").raw("{" + config_text_ + "}");
  }
  json_.end_object();
  return unsupported_.failure();
}

void RequestWriter::system() {
  const auto is_text = [](const Part* part) { return std::holds_alternative<TextPart>(*part); };
  if (std::ranges::none_of(turns_.system, is_text)) {
    return;
  }
  json_.key("systemInstruction").begin_object().key("parts").begin_array();
  for (const auto* part : turns_.system) {
    if (const auto* text = std::get_if<TextPart>(part)) {
      json_.begin_object().key("text").string(text->text).end_object();
    }
  }
  json_.end_array().end_object();
}

void RequestWriter::sampling() {
  if (request_.max_tokens && wanted("max_tokens")) {
    config_.key("maxOutputTokens").integer(*request_.max_tokens);
  }
  if (request_.temperature && wanted("temperature")) {
    config_.key("temperature").real(*request_.temperature);
  }
  if (request_.top_p && wanted("top_p")) {
    config_.key("topP").real(*request_.top_p);
  }
  if (request_.top_k && wanted("top_k")) {
    config_.key("topK").integer(*request_.top_k);
  }
  if (wanted("stop") &&
      std::ranges::any_of(request_.stop, [](const auto& stop) { return !stop.empty(); })) {
    config_.key("stopSequences").begin_array();
    for (const auto& stop : request_.stop) {
      if (!stop.empty()) {
        config_.string(stop);
      }
    }
    config_.end_array();
  }
  seed();
  choices();
  chances();
}

void RequestWriter::seed() {
  using Limits = std::numeric_limits<std::int32_t>;
  if (!request_.seed || !wanted("seed")) {
    return;
  }
  if (*request_.seed < Limits::min() || *request_.seed > Limits::max()) {
    unsupported_.field("seed", "(a number of more than 32 bits)");
  } else {
    config_.key("seed").integer(*request_.seed);
  }
}

// Only chat's replies have several.
void RequestWriter::choices() {
  const auto count = request_.n.value_or(1);
  if (count == 1 || !wanted("n")) {
    return;
  }
  if (request_.dialect == Dialect::OpenAiChat) {
    config_.key("candidateCount").integer(count);
  } else {
    unsupported_.field("n", "(a translated reply has one choice)");
  }
}

// `logprobs: true`, and how many others of each token `top_logprobs` wants to see. The text
// completions' `logprobs` is a number, and theirs have another form.
void RequestWriter::chances() {
  const auto* asked = other_named("logprobs");
  if (asked == nullptr || *asked != "true" || !wanted("logprobs") ||
      request_.dialect != Dialect::OpenAiChat) {
    return;
  }
  told_chances_ = true;
  config_.key("responseLogprobs").boolean(true);
  const auto* top = other_named("top_logprobs");
  if (top != nullptr && *top != "0" && wanted("top_logprobs")) {
    config_.key("logprobs").raw(*top);
  }
}

void RequestWriter::response_format() {
  const auto& format = request_.response_format;
  if (!format || format->kind == ResponseFormat::Kind::Text || !wanted("response_format")) {
    return;
  }
  if (any_tools() && !newest()) {
    // "Function calling with a response mime type: 'application/json' is unsupported", says 2.5.
    unsupported_.field("response_format", "(together with `tools`)");
    return;
  }
  config_.key("responseMimeType").string("application/json");
  if (!format->schema_json.empty()) {
    config_.key("responseJsonSchema").raw(format->schema_json);
  }
}

// The level that an operator's file names holds where the client says nothing of it.
void RequestWriter::thinking() {
  const auto asked = gemini_thinking_config(request_, rules_.model, unsupported_);
  const auto* level = other_named(kThinkingLevel);
  if (!asked.empty()) {
    config_.key("thinkingConfig").raw(asked);
  } else if (level != nullptr && wanted(kThinkingLevel) && !newest()) {
    unsupported_.field(kThinkingLevel);
  } else if (level != nullptr && wanted(kThinkingLevel)) {
    config_.key("thinkingConfig").begin_object();
    config_.key("thinkingLevel").raw(google_level(*level)).end_object();
  }
}

void RequestWriter::other() {
  for (const auto& [name, value] : request_.other) {
    if (wanted(name)) {
      other_field(name, value);
    }
  }
}

// A field that Gemini has itself.
bool RequestWriter::own_field(std::string_view name, std::string_view value) {
  const auto* own = std::ranges::find(kSpellings, name, &Words::first);
  if (own != kSpellings.end()) {
    json_.key(own->second).raw(value);
    return true;
  }
  own = std::ranges::find(kConfigFields, name, &Words::first);
  if (own != kConfigFields.end()) {
    config_.key(own->second).raw(value);
    return true;
  }
  if (name != "generationConfig" && name != "generation_config") {
    return false;
  }
  if (const auto fields = thread_json_parser().parse(value)) {
    for (const auto& member : fields->members()) {
      config_.key(member.name).raw(member.raw());
    }
  }
  return true;
}

void RequestWriter::other_field(std::string_view name, std::string_view value) {
  // These are written elsewhere; a choice among no tools says nothing.
  const bool done =
      name == kThinkingLevel || (told_chances_ && (name == "logprobs" || name == "top_logprobs")) ||
      (name == "tool_choice" && (chosen_among_ || !any_tools())) || own_field(name, value);
  if (done) {
    return;
  }
  if (name == "service_tier") {
    if (value != R"("auto")" && value != R"("default")") {
      unsupported_.field(name, value);
    }
    return;
  }
  switch (judge_field(request_.dialect, name, value)) {
    case ForeignField::Harmless:
      break;
    case ForeignField::Impossible:
      unsupported_.field(name);
      break;
    case ForeignField::Unknown:
      json_.key(name).raw(value);
      break;
  }
}

}  // namespace

Result<std::string> write_gemini_request(const ChatRequest& request, const WriteRules& rules) {
  std::string out;
  if (auto failed = RequestWriter(request, rules, out).write()) {
    return std::unexpected(std::move(*failed));
  }
  return out;
}

}  // namespace meridian
