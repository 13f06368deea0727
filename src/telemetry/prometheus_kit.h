#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "regions/fleet.h"

namespace meridian {

// Where Prometheus finds one gateway.
struct ScrapeTarget {
  std::string address;  // "gateway.eu-west-1.example.net:4000".
  std::string region;   // Where it runs: becomes the label `region` of `up`.
};

struct KitFile {
  std::string name;  // "prometheus.yml"
  std::string text;
};

// What an operator puts into Prometheus for this fleet: prometheus.yml, the seed's alerts as they
// are, the tuned alerts, an alert for each region that must be there, and queries. The files of
// deploy/prometheus are this for a fleet without deployments and one gateway at localhost:4000 in
// us-west-2; no `targets` means that gateway.
std::vector<KitFile> prometheus_kit(const Fleet& fleet, std::span<const ScrapeTarget> targets);

// `meridian prometheus`: every file, each after a line "# file: NAME".
std::string kit_text(std::span<const KitFile> files);

}  // namespace meridian
