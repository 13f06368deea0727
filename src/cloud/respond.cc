#include "cloud/respond.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "cloud/answer.h"
#include "cloud/ask.h"
#include "cloud/hash.h"
#include "cloud/sign_in.h"
#include "cloud/speak.h"
#include "cloud/token_desk.h"

namespace meridian {
namespace {

// What one request is judged and answered by.
struct Hearing {
  const CloudCall& call;
  const CloudSite& site;
  const CloudRoute& route;
  const CloudPaceRules& pace;
  WallTime now;
  std::uint64_t hash;  // Of place, target and body: the same request is answered the same.
  std::string request_id;
};

std::string request_id_of(std::uint64_t hash, WallTime now) {
  const auto other =
      hash_of("id", hash ^ static_cast<std::uint64_t>(now.time_since_epoch().count()));
  return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
                     hash >> 32U,
                     hash >> 16U & 0xFFFFU,
                     hash & 0xFFFU,
                     other >> 48U & 0xFFFU,
                     other & 0xFFFFFFFFFFFFU);
}

CloudPerformance refused(const Hearing& hearing, const CloudRefusal& refusal) {
  const auto pace = pace_of(hearing.site.region, 0, hearing.hash, hearing.pace);
  return to_performance(dress(refusal, hearing.site, hearing.route.operation, hearing.request_id),
                        pace.round_trip);
}

CloudPerformance plain(const Hearing& hearing, std::string json) {
  const auto pace = pace_of(hearing.site.region, 0, hearing.hash, hearing.pace);
  CloudReply reply;
  reply.fields = {{"content-type", "application/json"}, {"x-request-id", hearing.request_id}};
  reply.body = std::move(json);
  return to_performance(std::move(reply), pace.round_trip);
}

CloudPerformance embeddings(const Hearing& hearing,
                            const CloudEmbedding& asked,
                            std::size_t prompt_bytes,
                            std::string_view model) {
  const auto tokens = tokens_of(prompt_bytes);
  auto made = plain(hearing, embeddings_json(asked, model, tokens));
  if (hearing.site.provider == Provider::Bedrock) {
    made.fields.emplace_back("x-amzn-bedrock-input-token-count", std::to_string(tokens));
  }
  return made;
}

bool counts_only(CloudOperation operation) {
  return operation == CloudOperation::BedrockCountTokens ||
         operation == CloudOperation::MessagesCountTokens ||
         operation == CloudOperation::RawCountTokens ||
         operation == CloudOperation::GeminiCountTokens;
}

CloudPerformance converse(const Hearing& hearing, const CloudAsk& ask, std::string_view model) {
  const auto answer = make_answer(ask, hearing.site.region, hearing.hash);
  if (counts_only(hearing.route.operation)) {
    return plain(hearing, counted_json(hearing.route.operation, answer.tokens_in));
  }
  const auto pace = pace_of(hearing.site.region, answer.tokens_in, hearing.hash, hearing.pace);
  const auto whole = pace.first_token + pace.per_token * answer.tokens_out;
  auto made = speak({.answer = answer,
                     .operation = hearing.route.operation,
                     .provider = hearing.site.provider,
                     .model = model,
                     .query = hearing.route.query,
                     .stream = ask.stream,
                     .include_usage = ask.include_usage,
                     .created = hearing.now.time_since_epoch().count(),
                     .latency_ms = std::llround(to_ms(whole)),
                     .request_id = hearing.request_id});
  made.first = pace.first_token;
  made.per_token = pace.per_token;
  return made;
}

// Healthy, as far as the region goes. What is learnt of the request goes into the entry.
CloudPerformance answered(const Hearing& hearing, TrafficEntry& entry) {
  const auto operation = hearing.route.operation;
  if (const auto refusal = sign_in(hearing.call, hearing.site, operation, hearing.now)) {
    return refused(hearing, *refusal);
  }
  if (operation == CloudOperation::GoogleToken || operation == CloudOperation::EntraToken ||
      operation == CloudOperation::Sts) {
    const auto pace = pace_of(hearing.site.region, 0, hearing.hash, hearing.pace);
    return to_performance(serve_token(operation, hearing.call, hearing.now), pace.round_trip);
  }
  if (operation == CloudOperation::Models) {
    return plain(hearing,
                 models_json(hearing.site.provider, hearing.now.time_since_epoch().count()));
  }
  if (operation == CloudOperation::Unknown) {
    return refused(hearing, {.kind = RefusalKind::NoSuchPath});
  }
  const auto ask = read_ask({.operation = operation,
                             .provider = hearing.site.provider,
                             .model = hearing.route.model,
                             .version = hearing.call.header("anthropic-version")},
                            hearing.call.body);
  if (!ask) {
    return refused(hearing, ask.error());
  }
  if (entry.model.empty()) {
    entry.model = ask->model;
  }
  entry.prompt_hash = of_prompt(ask->last_words);
  entry.probe = entry.probe || ask->tokens_max == 1;
  return ask->embedding ? embeddings(hearing, *ask->embedding, ask->prompt_bytes, entry.model)
                        : converse(hearing, *ask, entry.model);
}

void slow_down(CloudPerformance& performance, double factor) {
  const auto longer = [factor](Duration d) {
    return Duration(std::llround(static_cast<double>(d.count()) * factor));
  };
  performance.first = longer(performance.first);
  performance.per_token = longer(performance.per_token);
}

// How many beats come before a stream breaks: those of `amount` tokens, else about half of it.
std::size_t beats_until(const CloudPerformance& performance, std::optional<double> amount) {
  const auto body = performance.beats.size() - std::min(performance.tail, performance.beats.size());
  if (!amount) {
    return std::max<std::size_t>(body / 2, 1);
  }
  double tokens = 0;
  for (std::size_t i = 0; i < body; ++i) {
    tokens += performance.beats[i].tokens;
    if (tokens > *amount) {
      return i;
    }
  }
  return body;
}

// The connection breaks inside the piece after the last whole one.
void cut(CloudPerformance& performance, std::optional<double> amount) {
  performance.ending = CloudPerformance::Ending::CutInside;
  if (performance.chunked) {
    performance.beats.resize(
        std::min(beats_until(performance, amount) + 1, performance.beats.size()));
  }
}

// Ends as HTTP wants it, and not as the provider's protocol does.
void lie(CloudPerformance& performance, std::optional<double> amount) {
  if (performance.chunked) {
    const auto body =
        performance.beats.size() - std::min(performance.tail, performance.beats.size());
    performance.beats.resize(amount ? beats_until(performance, amount) : body);
  } else if (!performance.beats.empty()) {
    auto& body = performance.beats.front().bytes;
    body.resize(body.size() / 2);
  }
}

void fall_silent(CloudPerformance& performance, std::optional<double> amount) {
  if (!amount || !performance.chunked) {
    performance.opening = CloudPerformance::Opening::Silence;
    return;
  }
  performance.beats.resize(beats_until(performance, amount));
  performance.ending = CloudPerformance::Ending::Silence;
}

// A region's fault that replaces the answer. Nothing: it may be answered first.
std::optional<CloudRefusal> refusal_of(const Conditions::Moment& moment) {
  switch (moment.fault.kind) {
    case FaultKind::Throttled: {
      CloudRefusal refusal{.kind = RefusalKind::Throttled};
      if (moment.fault.amount) {
        refusal.retry_after_s = static_cast<int>(*moment.fault.amount);
      }
      return refusal;
    }
    case FaultKind::Erroring: {
      const auto probability = moment.fault.amount.value_or(1);
      if (moment.dice >= probability) {
        return std::nullopt;
      }
      // The same throw tells the two kinds apart, half and half.
      return CloudRefusal{.kind = moment.dice < probability / 2 ? RefusalKind::Broken
                                                                : RefusalKind::Overloaded};
    }
    case FaultKind::Retired:
      return CloudRefusal{.kind = RefusalKind::NoSuchModel};
    case FaultKind::Unauthorized:
      return CloudRefusal{.kind = RefusalKind::WrongKey};
    case FaultKind::Healthy:
    case FaultKind::Dark:
    case FaultKind::Slow:
    case FaultKind::Cutting:
    case FaultKind::Lying:
    case FaultKind::Stalling:
      break;
  }
  return std::nullopt;
}

void spoil(CloudPerformance& performance, const FaultSpec& fault) {
  const bool answers = performance.status == 200;
  switch (fault.kind) {
    case FaultKind::Dark:
      performance = {};
      performance.opening = CloudPerformance::Opening::Reset;
      break;
    case FaultKind::Slow:
      slow_down(performance, fault.amount.value_or(8));
      break;
    case FaultKind::Cutting:
      if (answers) cut(performance, fault.amount);
      break;
    case FaultKind::Lying:
      if (answers) lie(performance, fault.amount);
      break;
    case FaultKind::Stalling:
      fall_silent(performance, fault.amount);
      break;
    case FaultKind::Healthy:
    case FaultKind::Throttled:
    case FaultKind::Erroring:
    case FaultKind::Retired:
    case FaultKind::Unauthorized:
      break;
  }
}

}  // namespace

CloudResponse respond(const CloudCall& call,
                      Conditions& conditions,
                      const CloudPaceRules& pace,
                      WallTime now) {
  const auto site = site_of(call);
  const auto route = route_of(call.method, without_place(call.target), site.provider);
  const auto hash = hash_of(call.body, hash_of(call.target, hash_of(site.region)));
  const auto moment = conditions.arrive(site.region);
  const Hearing hearing{.call = call,
                        .site = site,
                        .route = route,
                        .pace = pace,
                        .now = now,
                        .hash = hash,
                        .request_id = request_id_of(hash, now)};
  CloudResponse response;
  auto& entry = response.entry;
  entry.region = site.region;
  entry.host = site.host;
  entry.operation = name_of(route.operation);
  entry.model = route.model;
  entry.bytes = call.body.size();
  entry.probe = !call.header("x-meridian-probe").empty();
  entry.fault = moment.fault.kind == FaultKind::Healthy ? std::string() : describe(moment.fault);

  // The answer is made even where a fault replaces it: the log says what the region was shown.
  response.performance = answered(hearing, entry);
  if (const auto refusal = refusal_of(moment)) {
    response.performance = refused(hearing, *refusal);
  }
  spoil(response.performance, moment.fault);
  const bool replies = response.performance.opening == CloudPerformance::Opening::Reply;
  entry.status = replies ? response.performance.status : 0;
  return response;
}

}  // namespace meridian
