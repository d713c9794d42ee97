// Believable rows of a freight company. Each row is a function of (seed, its table, its index), so
// that any size needs no memory, one seed gives one set of rows, and a row can name another without
// looking it up. No clock: everything is told relative to a fixed day.
//
// Promises: every reference names a row of the same plan; an invoice's lines add up to its total; a
// status fits the dates; money and weights fit the 32 bits of a Prisma Int; texts are UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"

namespace slipway::freight {

struct Plan {
  std::uint64_t seed = 1;
  std::size_t customers = 200;
  std::size_t shipments = 2000;
  std::size_t quotes = 1200;
  std::size_t invoices = 1500;

  // Nothing can be shipped, quoted or billed without a customer.
  bool possible() const { return customers > 0 || shipments + quotes + invoices == 0; }
};

constexpr WallTime today{1795348800000};  // 2026-11-22T12:00:00Z

struct Customer {
  std::string id, name, country, city, email;
  std::optional<std::string> vat_number;
  std::int64_t credit_limit_minor = 0;
  std::string currency;
  WallTime created_at, updated_at;
};

struct Shipment {
  std::string id;
  std::optional<std::string> number, reference;
  std::string customer_id;
  std::string mode, incoterm, origin_port, destination_port, status, description;
  std::int64_t pieces = 1, gross_weight_grams = 0;
  bool dangerous_goods = false;
  std::int64_t goods_value_minor = 0, freight_cost_minor = 0;
  std::string currency;
  WallTime departs_at, arrives_at;
  std::optional<std::string> notes, details;  // details: JSON
  WallTime created_at, updated_at;
};

struct Quote {
  std::string id;
  std::optional<std::string> number;
  std::string customer_id;
  std::optional<std::string> shipment_id;
  std::string mode, origin_port, destination_port, status;
  std::int64_t amount_minor = 0;
  std::string currency;
  WallTime valid_until;
  std::optional<std::string> notes;
  WallTime created_at, updated_at;
};

struct InvoiceLine {
  std::string id;
  std::int64_t position = 1;
  std::string description;
  std::int64_t quantity = 1, unit_price_minor = 0, amount_minor = 0;
};

struct Invoice {
  std::string id;
  std::optional<std::string> number;
  std::string customer_id;
  std::optional<std::string> shipment_id;
  std::string status;
  std::int64_t total_minor = 0;
  std::string currency;
  std::optional<WallTime> issued_at, due_at;
  std::optional<std::string> notes;
  WallTime created_at, updated_at;
  std::vector<InvoiceLine> lines;
};

class Generator {
 public:
  explicit Generator(const Plan& plan);  // plan.possible()

  // index: 0 … the plan's number of such rows - 1.
  Customer customer(std::size_t index) const;
  Shipment shipment(std::size_t index) const;
  Quote quote(std::size_t index) const;
  Invoice invoice(std::size_t index) const;

 private:
  enum class Kind : std::uint64_t { customer = 1, shipment, quote, invoice };
  struct Home;   // the part of a customer that other rows need
  struct Route;  // from, to, how, and how long it takes

  Random random(Kind kind, std::size_t index) const;
  std::string id(const char* prefix, Random& random) const;
  Home home(std::size_t customer) const;
  Route route(std::size_t home_port, Random& random) const;
  void add_lines(Invoice& invoice, const Shipment* shipment, Random& random) const;

  Plan plan_;
};

}  // namespace slipway::freight
