// What the routes of the local API work with. Everything in it outlives them.
#pragma once

#include <functional>
#include <string>

#include "base/time.h"
#include "http/loop.h"
#include "store/store.h"
#include "worker/worker.h"

namespace slipway::local_api {

class EventHub;
class WriteQueue;
class SettingsKeeper;

struct Target {
  std::string name;   // "slipway", "webhook", "rest"
  std::string cloud;  // the address, for people
};

struct Context {
  http::Loop& loop;
  store::Store& store;
  Worker& worker;
  std::function<Now()> clock;
  Target target;
  EventHub& events;
  WriteQueue& writes;
  SettingsKeeper& settings;
};

}  // namespace slipway::local_api
