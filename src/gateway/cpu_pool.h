#pragma once

#include <cstddef>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "transport/loop.h"

namespace meridian {

// Bodies from this size on are translated and signed away from the workers: a megabyte takes
// milliseconds, for which every stream of the worker would stand still.
inline constexpr std::size_t kLargeBody = std::size_t{256} * 1024;

// A few threads for such work. A request waits for its own; others go on.
class CpuPool {
 public:
  // Calls `work` on one of the threads; the coroutine goes on, on its own loop, when it is done.
  // `work` may use what no other thread uses meanwhile. Must not throw.
  template <class Work>
  Awaitable<void> run(Executor home, Work& work) {
    const auto begin = [this, home, &work](auto handler) {
      // The guard keeps the loop from ending while its coroutine is away.
      boost::asio::post(threads_,
                        [&work,
                         handler = std::move(handler),
                         guard = boost::asio::make_work_guard(home)]() mutable {
                          work();
                          boost::asio::post(guard.get_executor(), std::move(handler));
                        });
    };
    co_await boost::asio::async_initiate<decltype(kUseAwaitable), void()>(begin, kUseAwaitable);
  }

  // Waits for what has begun. Before the loops are destroyed.
  void join() { threads_.join(); }

 private:
  static constexpr std::size_t kThreads = 2;

  boost::asio::thread_pool threads_{kThreads};
};

}  // namespace meridian
