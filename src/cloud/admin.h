#pragma once

#include <string>
#include <string_view>

#include "cloud/conditions.h"
#include "cloud/traffic_log.h"

namespace meridian {

// The simulated cloud's own API, under /_cloud/:
//
//   GET    /_cloud/regions            every region that was asked for or has a fault
//   PUT    /_cloud/regions/{region}   {"state":"slow","factor":8}, as read_fault_json takes it
//   GET    /_cloud/log?since=N&limit=M   what reached which region, after entry N
//   DELETE /_cloud/log
//   POST   /_cloud/reset              everything healthy, the log empty
//
// Reached by the cloud's main port and, inside a gateway, by the gateway's own. Any thread; does
// not wait.
class CloudAdmin {
 public:
  static constexpr std::string_view kPrefix = "/_cloud/";

  CloudAdmin(Conditions& conditions, TrafficLog& log) : conditions_(conditions), log_(log) {}

  struct Answer {
    int status = 200;
    std::string json;
  };

  // `target` may have a query.
  Answer handle(std::string_view method, std::string_view target, std::string_view body);

 private:
  Answer regions() const;
  Answer set_region(std::string_view region, std::string_view body);
  Answer log_after(std::string_view query) const;

  Conditions& conditions_;
  TrafficLog& log_;
};

}  // namespace meridian
