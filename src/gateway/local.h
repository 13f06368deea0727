#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "gateway/snapshot.h"
#include "transport/head.h"

namespace meridian {

// A request that the gateway answers from what it knows itself.
struct LocalCall {
  Method method = Method::Get;
  std::string_view path;   // Without the query.
  std::string_view query;  // Without its '?'.
  std::string_view body;
  bool operator_is_asking = false;  // The master key; or, where none is set, a loopback address.
  bool key_is_good = false;         // May use the data plane.
  bool draining = false;
  TimePoint now;
};

struct LocalAnswer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

// The value of a query's parameter, percent-decoded; empty when absent.
std::string query_value(std::string_view query, std::string_view name);

// Whether somebody who runs the gateway is meant to read this: metrics, deployments, decisions.
// With a port of their own, clients' port has none of these pages.
bool is_operators_page(std::string_view path);

// What the gateway says about itself: models, health, readiness, deployments. Null: no such path
// here. Pure but for the board's atomics.
std::unique_ptr<LocalAnswer> answer_locally(const LocalCall& call, const Snapshot& snapshot);

}  // namespace meridian
