#include "freight/generate.h"

#include <algorithm>

#include "base/check.h"
#include "freight/generate_impl.h"
#include "freight/words.h"

namespace slipway::freight {

namespace {

constexpr std::uint64_t minutes_per_day = 24 * 60;

std::size_t other_port(std::size_t home, Random& random) {
  const std::size_t at = random.below(ports().size() - 1);
  return at < home ? at : at + 1;
}

bool by_land(const Port& a, const Port& b) {
  return a.region == b.region && a.by_land && b.by_land;
}

std::string_view choose_mode(const Port& a, const Port& b, Random& random) {
  const std::uint64_t dice = random.below(100);
  if (by_land(a, b)) return dice < 58 ? "ROAD" : dice < 75 ? "RAIL" : dice < 90 ? "OCEAN" : "AIR";
  return dice < 76 ? "OCEAN" : "AIR";
}

struct Days {
  std::uint64_t least, most;
};

Days transit(std::string_view mode, bool near) {
  if (mode == "AIR") return {1, 4};
  if (mode == "ROAD") return {1, 6};
  if (mode == "RAIL") return {3, 11};
  return near ? Days{4, 14} : Days{14, 45};
}

// What 100 kg cost, about: the carrier's side of the price.
std::uint64_t minor_per_100_kg(std::string_view mode) {
  if (mode == "AIR") return 34000;
  if (mode == "ROAD") return 3100;
  if (mode == "RAIL") return 2200;
  return 1500;
}

std::string_view choose_incoterm(std::string_view mode, Random& random) {
  constexpr std::string_view sea[] = {"FOB", "CIF", "CFR", "FCA", "EXW", "DAP", "DDP", "FOB"};
  constexpr std::string_view any[] = {"EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FCA"};
  return (mode == "OCEAN" ? sea : any)[random.below(8)];
}

std::string_view choose_status(const Shipment& shipment, Random& random) {
  if (random.chance(4, 100)) return "CANCELLED";
  if (shipment.departs_at > today) {
    const bool fresh = today < later(shipment.created_at, 10 * minutes_per_day);
    return fresh && random.chance(2, 5) ? "DRAFT" : "BOOKED";
  }
  return shipment.arrives_at > today ? "IN_TRANSIT" : "DELIVERED";
}

std::string details_json(const Shipment& shipment, Random& random) {
  if (shipment.mode == "AIR") return R"({"airWaybill":")" + air_waybill(random) + R"("})";
  if (shipment.mode == "ROAD") {
    return R"({"truck":"HH-SL )" + std::to_string(random.between(100, 9999)) + R"("})";
  }
  if (shipment.mode == "RAIL") {
    return R"({"train":"DGS )" + std::to_string(random.between(40000, 95999)) + R"("})";
  }
  constexpr std::int64_t container_grams = 22'000'000;
  const std::int64_t count =
      std::min<std::int64_t>(shipment.gross_weight_grams / container_grams + 1, 6);
  std::string json = R"({"vessel":")" + vessel(random) + R"(","containers":[)";
  for (std::int64_t i = 0; i < count; ++i) {
    if (i > 0) json += ',';
    json += R"({"number":")" + container_number(random) + R"(","type":")" +
            (random.chance(2, 3) ? "40HC" : "20GP") + R"("})";
  }
  return json + "]}";
}

void load(Shipment& shipment, Random& random) {
  const Goods& cargo = goods(random);
  shipment.description = cargo.description;
  shipment.dangerous_goods = cargo.dangerous;
  const std::uint64_t grams_max = shipment.mode == "AIR" ? 4'000'000 : 24'000'000;
  const std::uint64_t pieces_max =
      std::clamp<std::uint64_t>(grams_max / std::uint64_t(cargo.grams_per_piece), 1, 900);
  shipment.pieces = std::int64_t(random.between(1, pieces_max));
  shipment.gross_weight_grams =
      shipment.pieces * cargo.grams_per_piece / 100 * std::int64_t(random.between(95, 112));
  shipment.goods_value_minor =
      shipment.pieces * cargo.minor_per_piece / 100 * std::int64_t(random.between(80, 130));
  const std::int64_t hundreds_of_kg = shipment.gross_weight_grams / 100'000 + 1;
  shipment.freight_cost_minor = 12'000 + hundreds_of_kg *
                                             std::int64_t(minor_per_100_kg(shipment.mode)) *
                                             std::int64_t(random.between(80, 140)) / 100;
}

}  // namespace

WallTime later(WallTime at, std::uint64_t minutes) {
  return at + Duration{std::int64_t(minutes) * 60'000};
}

WallTime earlier(WallTime at, std::uint64_t minutes) {
  return at + Duration{-std::int64_t(minutes) * 60'000};
}

std::string numbered(const char* prefix, std::size_t index) {
  std::string digits = std::to_string(index + 1);
  if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
  return prefix + digits;
}

Generator::Generator(const Plan& plan) : plan_(plan) {
  CHECK(plan.possible());
}

Random Generator::random(Kind kind, std::size_t index) const {
  Random of_seed(plan_.seed);
  Random of_kind(of_seed.next() ^ std::uint64_t(kind));
  return Random(of_kind.next() + index);
}

std::string Generator::id(const char* prefix, Random& random) const {
  return prefix + random.hex(8);
}

Generator::Home Generator::home(std::size_t customer) const {
  CHECK(customer < plan_.customers);
  Random chance = random(Kind::customer, customer);
  Home home;
  home.id = id("cus_", chance);
  home.port = chance.below(ports().size());
  home.currency = currency(ports()[home.port].country());
  return home;
}

Generator::Route Generator::route(std::size_t home_port, Random& random) const {
  const std::size_t other = other_port(home_port, random);
  const bool outward = random.chance(1, 2);
  Route route;
  route.origin = &ports()[outward ? home_port : other];
  route.destination = &ports()[outward ? other : home_port];
  route.mode = choose_mode(*route.origin, *route.destination, random);
  const auto [least, most] = transit(route.mode, route.origin->region == route.destination->region);
  route.minutes = random.between(least * minutes_per_day, most * minutes_per_day);
  return route;
}

Customer Generator::customer(std::size_t index) const {
  CHECK(index < plan_.customers);
  Random chance = random(Kind::customer, index);
  Customer customer;
  customer.id = id("cus_", chance);
  const Port& port = ports()[chance.below(ports().size())];  // drawn as in home()
  customer.country = port.country();
  customer.city = port.name;
  customer.name = company_name(chance, port.country());
  customer.email = email(customer.name, chance);
  if (chance.chance(4, 5)) customer.vat_number = vat_number(port.country(), chance);
  customer.credit_limit_minor = std::int64_t(chance.below(40)) * 250'000;
  customer.currency = currency(port.country());
  customer.created_at =
      earlier(today, chance.between(460, 1500) * minutes_per_day + chance.below(minutes_per_day));
  customer.updated_at = later(customer.created_at, chance.below(400 * minutes_per_day));
  return customer;
}

Shipment Generator::shipment(std::size_t index) const {
  CHECK(index < plan_.shipments);
  Random chance = random(Kind::shipment, index);
  Shipment shipment;
  shipment.id = id("shp_", chance);
  Home of = home(chance.below(plan_.customers));
  shipment.customer_id = std::move(of.id);
  shipment.currency = of.currency;
  const Route way = route(of.port, chance);
  shipment.mode = way.mode;
  shipment.incoterm = choose_incoterm(way.mode, chance);
  shipment.origin_port = way.origin->code;
  shipment.destination_port = way.destination->code;
  load(shipment, chance);
  shipment.created_at = earlier(today, 1 + chance.below(330 * minutes_per_day));
  shipment.departs_at =
      later(shipment.created_at, chance.between(2 * minutes_per_day, 35 * minutes_per_day));
  shipment.arrives_at = later(shipment.departs_at, way.minutes);
  shipment.status = choose_status(shipment, chance);
  shipment.updated_at = shipment.created_at;
  if (shipment.status == "IN_TRANSIT") shipment.updated_at = shipment.departs_at;
  if (shipment.status == "DELIVERED") shipment.updated_at = shipment.arrives_at;
  if (shipment.status != "DRAFT") shipment.number = numbered("S26-", index);
  if (chance.chance(3, 4)) {
    shipment.reference = "PO-" + std::to_string(chance.between(10'000, 999'999));
  }
  if (chance.chance(1, 5)) shipment.notes = remark(chance);
  if (shipment.status != "DRAFT") shipment.details = details_json(shipment, chance);
  return shipment;
}

}  // namespace slipway::freight
