// Words that the generator's rows are made of: company names, goods, vessels, and numbers that
// carry a check digit. All chance comes from the Random given.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"

namespace slipway::freight {

struct Goods {
  std::string_view description;
  bool dangerous;
  int grams_per_piece;  // a typical piece
  int minor_per_piece;  // what it is typically worth
};

std::string company_name(Random& random, std::string_view country);
std::string email(std::string_view company, Random& random);  // ends in ".example" (RFC 2606)
std::string vat_number(std::string_view country, Random& random);
std::string_view currency(std::string_view country);  // EUR, GBP, CHF or, as freight has it, USD

const Goods& goods(Random& random);
std::string vessel(Random& random);
std::string_view remark(Random& random);
std::string container_number(Random& random);  // ISO 6346: owner, six digits, check digit
std::string air_waybill(Random& random);       // airline, "-", seven digits, their remainder by 7

}  // namespace slipway::freight
