// One promise of a profile, and how it is put to the test. Checks are independent of each other:
// each makes its own rows. The first of a profile is what all others are built on.
#pragma once

#include "conformance/report.h"

namespace slipway::conformance {

template <class Api>
struct Check {
  const char* name;     // stable
  const char* promise;  // one sentence, as what holds
  const char* why;      // one sentence, as what users meet where it does not hold
  Outcome (*run)(Api& api);
};

}  // namespace slipway::conformance
