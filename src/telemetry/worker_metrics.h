#pragma once

#include "health/view.h"
#include "telemetry/facts.h"
#include "telemetry/region_labels.h"
#include "telemetry/snapshot.h"

namespace meridian {

// The counters of one thread: each worker owns one, and so does the owner of health and probes.
// Only that thread may call any member, so nothing is locked and nothing is atomic; nothing
// allocates but `use`. How a worker uses it:
//
//   metrics.use(*labels);                     // At the start, and when new settings arrive.
//   metrics.request_began();                  // When a request's head has been read.
//   metrics.attempt({.region = labels->of(id), .failure = kind, .took = now - began, ...});
//   metrics.request({.outcome = ..., .region = ..., ...});  // Exactly once for each that began.
//
// A scrape posts to each worker in turn, which adds its own numbers, and writes the page when all
// have:
//
//   metrics.snapshot_into(scrape->counts);    // On the worker's own thread.
//   body = metrics_text(scrape->counts, state);  // exposition.h
class WorkerMetrics {
 public:
  // Makes room for these labels. Counters of labels already known go on.
  void use(const RegionLabels& labels);

  void request_began() { ++counts_.requests_began; }

  void request(const RequestSeen& seen);

  void attempt(const AttemptSeen& seen);

  void probe(const ProbeSeen& seen);

  // A HealthEvent: a deployment of this region changed to `now_is`.
  void health_changed(RegionIndex region, Standing now_is);

  void residency_denied(ResidencyDenial why);

  // An answer came from a region that the request's rule does not allow. Never happens; the gateway
  // checks each answer by a second way (Policy::allows on the deployment's possible places), and
  // the alert pages at the first.
  void residency_violated(RegionIndex region);

  void reloaded(ReloadOutcome outcome);

  void credential_renewed(bool ok);

  void connection_opened(Side side);
  void connection_closed(Side side);

  // Adds this thread's counters to `into`.
  void snapshot_into(MetricsSnapshot& into) const { into.add(counts_); }

 private:
  RegionCounts& at(RegionIndex region);

  MetricsSnapshot counts_;
};

}  // namespace meridian
