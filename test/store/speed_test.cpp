// How fast captures and settlements are: rates for people to read, no promise.
#include <chrono>
#include <ctime>
#include <iostream>

#include "device.h"

namespace slipway::store {
namespace {

class Stopwatch {
 public:
  ~Stopwatch() {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun_;
    std::cout << what_ << ": " << std::int64_t(double(count_) / took.count()) << " a second\n";
  }
  Stopwatch(std::string what, std::int64_t count) : what_(std::move(what)), count_(count) {}

 private:
  std::string what_;
  std::int64_t count_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

TEST(Speed, OfTenThousandCapturesAndTheirSettlement) {
  constexpr int entries = 10000, batch = 64;
  Device desk;
  desk.meet();
  std::vector<WriteRequest> requests;
  for (int i = 0; i < entries; ++i) {
    requests.push_back({{Device::mutation("Parent", "p" + std::to_string(i), "CREATE_PARENT",
                                          R"({"name":"somebody"})")},
                        false,
                        {}});
  }
  {
    const Stopwatch watch("captures in batches of 64", entries);
    for (int i = 0; i < entries; i += batch) {
      const auto part =
          std::span(requests).subspan(std::size_t(i), std::size_t(std::min(batch, entries - i)));
      for (const auto& answer : desk->write(part, desk.now())) ASSERT_TRUE(answer);
    }
  }
  {
    const Stopwatch watch("entries settled by pages of 500", entries);
    for (int i = 0; i < entries; i += 500) ASSERT_EQ(desk.settle_all().settled.size(), 500u);
  }
  EXPECT_EQ(desk.one("SELECT count(*) FROM SyncShadow WHERE state = 'SAME'"),
            std::to_string(entries));
}

// By the processor's time, so that other programs do not count.
TEST(Speed, OfAWriteDoesNotFallWithTheLengthOfItsLane) {
  constexpr int lane = 8000, measured = 500;
  Device desk;
  desk.meet();
  desk.create_parent("p");
  const auto write = [&](int count) {
    std::vector<WriteRequest> requests;
    for (int i = 0; i < count; ++i)
      requests.push_back({{Device::mutation("Parent", "p", "UPDATE_PARENT",
                                            R"({"name":")" + std::to_string(i) + "\"}")},
                          false,
                          {}});
    const std::clock_t begun = std::clock();
    for (const auto& answer : desk->write(requests, desk.now())) EXPECT_TRUE(answer);
    return double(std::clock() - begun) / CLOCKS_PER_SEC;
  };
  const double short_lane = write(measured);
  write(lane);
  const double long_lane = write(measured);
  std::cout << measured << " writes: " << short_lane << " s in a short lane, " << long_lane
            << " s in one of " << lane << '\n';
  EXPECT_LT(long_lane, 4 * short_lane);
}

TEST(Speed, OfABatchBehindALongParkedLaneAndOfCountingWhatIsHeld) {
  constexpr int entries = 5000;
  Device desk;
  desk.meet();
  const EntryId parked = desk.create_parent("p");
  desk.push();
  const Page page = desk.page({}, {receipt(desk.entry(parked), Verdict::conflict, "x")});
  desk.finish(page.receipts, page);
  std::vector<WriteRequest> requests;
  for (int i = 0; i < entries; ++i) {
    requests.push_back(
        {{i % 2 ? Device::mutation("Child", "c" + std::to_string(i), "CREATE_CHILD",
                                   R"({"parentId":"p"})")
                : Device::mutation("Parent", "q", i ? "UPDATE_PARENT" : "CREATE_PARENT",
                                   R"({"name":")" + std::to_string(i) + "\"}")},
         false,
         {}});
  }
  {
    const Stopwatch watch("captures, half of them in one lane", entries);
    for (const auto& answer : desk->write(requests, desk.now())) ASSERT_TRUE(answer);
  }
  {
    const Stopwatch watch("held entries counted", entries / 2);
    EXPECT_EQ(desk->held()->count(), entries / 2);
  }
  const Stopwatch watch("entries of one lane sent, past those held", entries / 2);
  for (int i = 0; i < entries / 2; i += 500) ASSERT_EQ(desk.settle_all().settled.size(), 500u);
}

}  // namespace
}  // namespace slipway::store
