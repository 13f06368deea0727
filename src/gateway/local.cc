#include "gateway/local.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "gateway/version.h"
#include "wire/codec.h"

namespace meridian {

namespace {

namespace json = boost::json;

// LiteLLM's constant: clients only want a number there.
constexpr std::int64_t kCreated = 1'677'610'602;

std::unique_ptr<LocalAnswer> answer(int status, const json::value& body) {
  auto made = std::make_unique<LocalAnswer>();
  made->status = status;
  made->body = json::serialize(body);
  return made;
}

std::unique_ptr<LocalAnswer> refuse(int status, std::string message, std::string code) {
  const Failure failure{.kind = FailureKind::BadRequest,
                        .status = status,
                        .message = std::move(message),
                        .code = std::move(code)};
  auto made = std::make_unique<LocalAnswer>();
  made->status = status;
  made->body = write_error(Dialect::OpenAiChat, failure, {});
  return made;
}

std::unique_ptr<LocalAnswer> need_key() {
  return refuse(401,
                "no API key, or not the right one; send the header \"Authorization: Bearer <key>\"",
                "invalid_api_key");
}

std::unique_ptr<LocalAnswer> need_operator(const Snapshot& snapshot) {
  return snapshot.settings.general.master_key.empty()
             ? refuse(403,
                      "without a master_key this answers on the loopback address only; set "
                      "general_settings.master_key",
                      "forbidden")
             : refuse(401,
                      "this needs the master key: \"Authorization: Bearer <master_key>\"",
                      "invalid_api_key");
}

json::object model_entry(std::string_view name) {
  return {{"id", name}, {"object", "model"}, {"created", kCreated}, {"owned_by", "meridian"}};
}

std::unique_ptr<LocalAnswer> list_models(const Snapshot& snapshot) {
  json::array data;
  for (const auto& group : snapshot.settings.fleet.groups) {
    data.push_back(model_entry(group.name));
  }
  std::set<std::string_view> aliases;
  for (const auto& [alias, group] : snapshot.settings.fleet.aliases) {
    aliases.insert(alias);
  }
  for (const auto alias : aliases) {
    data.push_back(model_entry(alias));
  }
  return answer(200, json::object{{"object", "list"}, {"data", std::move(data)}});
}

std::unique_ptr<LocalAnswer> one_model(std::string_view name, const Snapshot& snapshot) {
  if (!snapshot.settings.fleet.find(name)) {
    return refuse(404,
                  fmt::format("no model \"{}\" is served here; GET /v1/models lists those that are",
                              name.substr(0, 100)),
                  "model_not_found");
  }
  return answer(200, model_entry(name));
}

std::string_view word_of(Standing standing) {
  switch (standing) {
    case Standing::Ready:
      return "ready";
    case Standing::TrialDue:
      return "half-open";
    case Standing::Resting:
      return "resting";
    case Standing::QuotaBlocked:
      return "quota";
    case Standing::AccountBlocked:
      return "account-blocked";
    case Standing::Misconfigured:
      return "misconfigured";
    case Standing::Draining:
      return "draining";
  }
  return "";
}

struct RegionState {
  int deployments = 0;
  int ready = 0;
};

json::array regions_of(const Snapshot& snapshot, TimePoint now) {
  std::map<std::string_view, RegionState> regions;
  for (const auto& deployment : snapshot.settings.fleet.deployments) {
    auto& region = regions[deployment.label];
    ++region.deployments;
    const auto standing = snapshot.board->view(deployment.id, now).standing;
    region.ready += deployment.configured && standing == Standing::Ready ? 1 : 0;
  }
  json::array list;
  for (const auto& [name, region] : regions) {
    const auto* const state = region.ready == region.deployments ? "ready"
                              : region.ready > 0                 ? "degraded"
                                                                 : "down";
    list.push_back(json::object{{"region", name},
                                {"state", state},
                                {"deployments", region.deployments},
                                {"ready", region.ready}});
  }
  return list;
}

json::object deployment_state(const Deployment& deployment,
                              const Snapshot& snapshot,
                              TimePoint now) {
  const auto view = snapshot.board->view(deployment.id, now);
  json::object state{
      {"model", fmt::format("{}/{}", name_of(deployment.provider), deployment.model)},
      {"model_name", snapshot.settings.fleet[deployment.group].name},
      {"model_id", deployment.name},
      {"region", deployment.label},
      {"provider_region", deployment.location.region},
      {"state", deployment.configured ? word_of(view.standing) : "not-configured"},
      {"in_flight", view.in_flight}};
  if (view.until > now) {
    state["seconds_left"] = to_ms(view.until - now) / 1000;
  }
  if (view.measured) {
    state["first_token_ms"] = view.base_ms * view.slowness;
  }
  if (view.round_trip_ms > 0) {
    state["round_trip_ms"] = view.round_trip_ms;
  }
  if (!deployment.configured) {
    state["why"] = deployment.not_configured_why;
  }
  return state;
}

std::unique_ptr<LocalAnswer> health(const LocalCall& call, const Snapshot& snapshot) {
  json::object body{{"status", call.draining ? "draining" : "healthy"},
                    {"region", snapshot.gateway_region},
                    {"version", kVersion},
                    {"config", snapshot.settings.hash},
                    {"regions", regions_of(snapshot, call.now)}};
  if (call.operator_is_asking) {
    json::array healthy;
    json::array unhealthy;
    for (const auto& deployment : snapshot.settings.fleet.deployments) {
      const bool ready = deployment.configured &&
                         snapshot.board->view(deployment.id, call.now).standing == Standing::Ready;
      (ready ? healthy : unhealthy).push_back(deployment_state(deployment, snapshot, call.now));
    }
    body["healthy_count"] = healthy.size();
    body["unhealthy_count"] = unhealthy.size();
    body["healthy_endpoints"] = std::move(healthy);
    body["unhealthy_endpoints"] = std::move(unhealthy);
  }
  return answer(200, body);
}

// Can this gateway serve that group, under that rule, now? What a global load balancer should ask.
std::unique_ptr<LocalAnswer> readiness(const LocalCall& call, const Snapshot& snapshot) {
  json::object body{{"status", "healthy"}, {"region", snapshot.gateway_region}};
  if (call.draining) {
    body["status"] = "draining";
    return answer(503, body);
  }
  const auto model = query_value(call.query, "model");
  if (model.empty()) {
    return answer(200, body);
  }
  auto rule = snapshot.settings.residency;
  if (const auto word = query_value(call.query, "residency"); !word.empty()) {
    if (!places_named(word)) {
      return refuse(400,
                    fmt::format("residency: \"{}\" is no region, country or group of them",
                                word.substr(0, 40)),
                    "invalid_value");
    }
    const std::vector<std::string> words{word};
    rule = rule.and_also(Policy::of(words));
  }
  RouteRequest request;
  request.model = model;
  request.residency = &rule;
  Plan plan;
  Rng rng(0);  // Readiness is about whether, not about whom.
  make_plan(request, snapshot.world(), call.now, rng, plan);
  const bool ready =
      std::ranges::any_of(plan.attempts, [](const auto& attempt) { return !attempt.panic; });
  body["model"] = model;
  if (!ready) {
    body["status"] =
        plan.none == NoPlan::Residency ? "residency_unavailable" : "no_healthy_deployment";
  }
  return answer(ready ? 200 : 503, body);
}

json::object litellm_params_of(const DeploymentParams& params, const Deployment& deployment) {
  json::object shown{{"model", params.model}};
  const auto show = [&](const char* name, const std::string& value) {
    if (!value.empty()) {
      shown[name] = value;
    }
  };
  show("aws_region_name", params.aws_region);
  show("vertex_project", params.vertex_project);
  show("vertex_location", params.vertex_location);
  if (deployment.rpm) {
    shown["rpm"] = *deployment.rpm;
  }
  if (deployment.tpm) {
    shown["tpm"] = *deployment.tpm;
  }
  return shown;
}

std::unique_ptr<LocalAnswer> model_info(const Snapshot& snapshot) {
  json::array data;
  for (const auto& deployment : snapshot.settings.fleet.deployments) {
    const auto& price = snapshot.settings.prices[index_of(deployment.id)];
    json::object facts{{"id", deployment.name},
                       {"region", deployment.label},
                       {"provider_region", deployment.location.region},
                       {"country", deployment.location.country},
                       {"tier", deployment.tier},
                       {"mode", deployment.can.mode.empty() ? "chat" : deployment.can.mode}};
    if (price.known) {
      // Micro-dollars a million tokens are 1e-12 dollars a token.
      facts["input_cost_per_token"] = static_cast<double>(price.input) * 1e-12;
      facts["output_cost_per_token"] = static_cast<double>(price.output) * 1e-12;
    }
    if (deployment.can.input_tokens_max) {
      facts["max_input_tokens"] = *deployment.can.input_tokens_max;
    }
    data.push_back(json::object{
        {"model_name", snapshot.settings.fleet[deployment.group].name},
        {"litellm_params",
         litellm_params_of(snapshot.settings.params[index_of(deployment.id)], deployment)},
        {"model_info", std::move(facts)}});
  }
  return answer(200, json::object{{"data", std::move(data)}});
}

int hex(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

bool is_one_of(std::string_view path, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, path) != names.end();
}

}  // namespace

std::string query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) == name && equals != std::string_view::npos) {
      return percent_decoded(pair.substr(equals + 1));
    }
  }
  return {};
}

bool is_operators_page(std::string_view path) {
  return is_one_of(path, {"/metrics", "/model/info", "/v1/model/info", "/explain"}) ||
         path.starts_with("/_cloud/");
}

std::unique_ptr<LocalAnswer> answer_locally(const LocalCall& call, const Snapshot& snapshot) {
  if (call.method != Method::Get && call.method != Method::Head) {
    return nullptr;
  }
  if (is_one_of(call.path, {"/health/liveliness", "/health/liveness"})) {
    auto alive = std::make_unique<LocalAnswer>();
    alive->body = "\"I'm alive!\"";
    return alive;
  }
  if (call.path == "/health") {
    return health(call, snapshot);
  }
  if (call.path == "/health/readiness") {
    return readiness(call, snapshot);
  }
  if (is_one_of(call.path, {"/v1/models", "/models"})) {
    return call.key_is_good ? list_models(snapshot) : need_key();
  }
  for (const std::string_view prefix : {"/v1/models/", "/models/"}) {
    if (call.path.starts_with(prefix)) {
      return call.key_is_good
                 ? one_model(percent_decoded(call.path.substr(prefix.size())), snapshot)
                 : need_key();
    }
  }
  if (is_one_of(call.path, {"/model/info", "/v1/model/info"})) {
    return call.operator_is_asking ? model_info(snapshot) : need_operator(snapshot);
  }
  return nullptr;
}

}  // namespace meridian
