#include "cloud/refusal.h"

#include <boost/json.hpp>

namespace meridian {
namespace {

namespace json = boost::json;

// A provider's row for a kind of refusal.
struct Words {
  int status;
  std::string_view type;
  std::string_view message;
};

// Codes and statuses: AWS's service model of bedrock-runtime, and AWS's common errors.
Words bedrock_words(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::Invalid:
      return {400, "ValidationException", "The request is not valid."};
    case RefusalKind::NoSuchPath:
      return {404, "UnknownOperationException", "Unknown operation."};
    case RefusalKind::NoSuchModel:
      return {400, "ValidationException", "The provided model identifier is invalid."};
    case RefusalKind::MissingKey:
      return {403, "MissingAuthenticationTokenException", "Missing Authentication Token"};
    case RefusalKind::WrongKey:
      return {403, "AccessDeniedException", "The credential is not authorized to use this model."};
    case RefusalKind::WrongSignature:
      return {
          403,
          "InvalidSignatureException",
          "The request signature we calculated does not match the signature you provided. Check "
          "your AWS Secret Access Key and signing method."};
    case RefusalKind::UnknownClient:
      return {403,
              "UnrecognizedClientException",
              "The security token included in the request is invalid."};
    case RefusalKind::ExpiredToken:
      return {
          403, "ExpiredTokenException", "The security token included in the request is expired"};
    case RefusalKind::Throttled:
      return {429, "ThrottlingException", "Too many requests, please wait before trying again."};
    case RefusalKind::Broken:
      return {500, "InternalServerException", "The system encountered an unexpected error."};
    case RefusalKind::Overloaded:
      return {503, "ServiceUnavailableException", "Bedrock is unable to process your request."};
  }
  return {};
}

Words anthropic_words(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::Invalid:
      return {400, "invalid_request_error", "The request is not valid."};
    case RefusalKind::NoSuchPath:
      return {404, "not_found_error", "Not Found"};
    case RefusalKind::NoSuchModel:
      return {404, "not_found_error", "There is no such model."};
    case RefusalKind::MissingKey:
      return {401, "authentication_error", "x-api-key header is required"};
    case RefusalKind::WrongKey:
    case RefusalKind::WrongSignature:
    case RefusalKind::UnknownClient:
    case RefusalKind::ExpiredToken:
      return {401, "authentication_error", "invalid x-api-key"};
    case RefusalKind::Throttled:
      return {429, "rate_limit_error", "This request would exceed the rate limit."};
    case RefusalKind::Broken:
      return {500, "api_error", "Internal server error"};
    case RefusalKind::Overloaded:
      return {529, "overloaded_error", "Overloaded"};
  }
  return {};
}

struct OpenAiWords {
  int status;
  std::string_view type;
  std::string_view code;  // Empty: null.
  std::string_view message;
};

OpenAiWords openai_words(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::Invalid:
      return {400, "invalid_request_error", "", "The request is not valid."};
    case RefusalKind::NoSuchPath:
      return {404, "invalid_request_error", "unknown_url", "Unknown request URL."};
    case RefusalKind::NoSuchModel:
      return {404, "invalid_request_error", "model_not_found", "The model does not exist."};
    case RefusalKind::MissingKey:
      return {401, "invalid_request_error", "", "You didn't provide an API key."};
    case RefusalKind::WrongKey:
    case RefusalKind::WrongSignature:
    case RefusalKind::UnknownClient:
    case RefusalKind::ExpiredToken:
      return {401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."};
    case RefusalKind::Throttled:
      return {429, "rate_limit_error", "rate_limit_exceeded", "Rate limit reached for requests."};
    case RefusalKind::Broken:
      return {500, "server_error", "", "The server had an error while processing your request."};
    case RefusalKind::Overloaded:
      return {
          503, "service_unavailable_error", "server_is_overloaded", "The server is overloaded."};
  }
  return {};
}

struct GoogleWords {
  int status;
  std::string_view name;
  std::string_view message;
};

GoogleWords google_words(RefusalKind kind) {
  switch (kind) {
    case RefusalKind::Invalid:
      return {400, "INVALID_ARGUMENT", "Request contains an invalid argument."};
    case RefusalKind::NoSuchPath:
    case RefusalKind::NoSuchModel:
      return {404, "NOT_FOUND", "Publisher Model was not found or is not available there."};
    case RefusalKind::MissingKey:
    case RefusalKind::WrongKey:
    case RefusalKind::WrongSignature:
    case RefusalKind::UnknownClient:
    case RefusalKind::ExpiredToken:
      return {401, "UNAUTHENTICATED", "Request had invalid authentication credentials."};
    case RefusalKind::Throttled:
      return {429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later."};
    case RefusalKind::Broken:
      return {500, "INTERNAL", "Internal error encountered."};
    case RefusalKind::Overloaded:
      return {503, "UNAVAILABLE", "The service is currently unavailable."};
  }
  return {};
}

// Azure's gateway speaks first where the key or the deployment is wrong, with codes of its own.
std::string_view azure_code(RefusalKind kind, int status, std::string_view openai_code) {
  if (kind == RefusalKind::NoSuchModel) return "DeploymentNotFound";
  if (status == 401) return "401";
  if (status == 429) return "429";
  return openai_code;
}

std::string text_or(const std::string& own, std::string_view usual) {
  return own.empty() ? std::string(usual) : own;
}

CloudReply bedrock_reply(const CloudRefusal& refusal, std::string_view request_id) {
  const auto words = bedrock_words(refusal.kind);
  CloudReply reply;
  reply.status = words.status;
  reply.fields = {{"content-type", "application/json"},
                  {"x-amzn-requestid", std::string(request_id)},
                  {"x-amzn-errortype", std::string(words.type) + ":http://internal.amazon.com/"}};
  reply.body = json::serialize(json::object{{"message", text_or(refusal.message, words.message)}});
  return reply;
}

CloudReply anthropic_reply(const CloudRefusal& refusal, std::string_view request_id) {
  const auto words = anthropic_words(refusal.kind);
  CloudReply reply;
  reply.status = words.status;
  reply.fields = {{"content-type", "application/json"}, {"request-id", std::string(request_id)}};
  reply.body = json::serialize(json::object{
      {"type", "error"},
      {"error", {{"type", words.type}, {"message", text_or(refusal.message, words.message)}}},
      {"request_id", request_id}});
  return reply;
}

CloudReply openai_reply(const CloudRefusal& refusal, bool azure, std::string_view request_id) {
  const auto words = openai_words(refusal.kind);
  const auto code = azure ? azure_code(refusal.kind, words.status, words.code) : words.code;
  CloudReply reply;
  reply.status = words.status;
  reply.fields = {{"content-type", "application/json"}, {"x-request-id", std::string(request_id)}};
  json::object error{{"message", text_or(refusal.message, words.message)},
                     {"type", words.type},
                     {"param", nullptr},
                     {"code", nullptr}};
  if (!refusal.param.empty()) {
    error["param"] = refusal.param;
  }
  if (!code.empty()) {
    error["code"] = code;
  }
  reply.body = json::serialize(json::object{{"error", std::move(error)}});
  return reply;
}

CloudReply google_reply(const CloudRefusal& refusal) {
  const auto words = google_words(refusal.kind);
  CloudReply reply;
  reply.status = words.status;
  reply.fields = {{"content-type", "application/json; charset=UTF-8"}};
  reply.body = json::serialize(json::object{{"error",
                                             {{"code", words.status},
                                              {"message", text_or(refusal.message, words.message)},
                                              {"status", words.name}}}});
  return reply;
}

bool claude_on_vertex(CloudOperation operation) {
  return operation == CloudOperation::RawPredict || operation == CloudOperation::StreamRawPredict ||
         operation == CloudOperation::RawCountTokens;
}

CloudReply by_provider(const CloudRefusal& refusal,
                       const CloudSite& site,
                       CloudOperation operation,
                       std::string_view request_id) {
  switch (site.provider) {
    case Provider::Bedrock:
      return bedrock_reply(refusal, request_id);
    case Provider::Vertex:
      // The model's side answers in Anthropic's shape, the platform in Google's.
      return claude_on_vertex(operation) && refusal.kind == RefusalKind::Invalid
                 ? anthropic_reply(refusal, request_id)
                 : google_reply(refusal);
    case Provider::Gemini:
      return google_reply(refusal);
    case Provider::Anthropic:
      return anthropic_reply(refusal, request_id);
    case Provider::OpenAi:
    case Provider::Compatible:
      return operation == CloudOperation::Messages ? anthropic_reply(refusal, request_id)
                                                   : openai_reply(refusal, false, request_id);
    case Provider::Azure:
      return openai_reply(refusal, true, request_id);
  }
  return {};
}

}  // namespace

CloudReply dress(const CloudRefusal& refusal,
                 const CloudSite& site,
                 CloudOperation operation,
                 std::string_view request_id) {
  auto reply = by_provider(refusal, site, operation, request_id);
  if (refusal.retry_after_s) {
    reply.fields.emplace_back("retry-after", std::to_string(*refusal.retry_after_s));
  }
  return reply;
}

}  // namespace meridian
