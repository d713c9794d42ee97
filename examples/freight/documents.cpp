// Quotes and invoices: they follow from shipments where there are any.
#include <algorithm>
#include <array>

#include "base/check.h"
#include "freight/generate.h"
#include "freight/generate_impl.h"
#include "freight/words.h"

namespace slipway::freight {

namespace {

constexpr std::uint64_t minutes_per_day = 24 * 60;

// Draft, sent, declined, or overdue: what becomes of a quote that no shipment followed.
std::string_view open_quote_status(const Quote& quote, Random& random) {
  if (random.chance(1, 4)) return "DECLINED";
  if (quote.valid_until < today) return "EXPIRED";
  return random.chance(1, 4) ? "DRAFT" : "SENT";
}

std::string_view invoice_status(const Invoice& invoice, const Shipment* shipment, Random& random) {
  if (shipment != nullptr && shipment->status == "DRAFT") return "DRAFT";
  if (shipment != nullptr && shipment->status == "CANCELLED") return "VOID";
  if (today < later(invoice.created_at, 2 * minutes_per_day)) return "DRAFT";
  const bool due = later(invoice.created_at, 30 * minutes_per_day) < today;
  return random.chance(due ? 85 : 30, 100) ? "PAID" : "ISSUED";
}

}  // namespace

Quote Generator::quote(std::size_t index) const {
  CHECK(index < plan_.quotes);
  Random chance = random(Kind::quote, index);
  Quote quote;
  quote.id = id("quo_", chance);
  if (index < plan_.shipments && chance.chance(3, 5)) {
    Shipment booked = shipment(index);
    quote.shipment_id = std::move(booked.id);
    quote.customer_id = std::move(booked.customer_id);
    quote.mode = std::move(booked.mode);
    quote.origin_port = std::move(booked.origin_port);
    quote.destination_port = std::move(booked.destination_port);
    quote.currency = std::move(booked.currency);
    quote.status = "ACCEPTED";
    quote.amount_minor = booked.freight_cost_minor;
    quote.created_at = earlier(booked.created_at, 60 + chance.below(8 * minutes_per_day));
    quote.updated_at = booked.created_at;
    quote.valid_until = later(quote.created_at, 14 * minutes_per_day);
  } else {
    Home of = home(chance.below(plan_.customers));
    quote.customer_id = std::move(of.id);
    quote.currency = of.currency;
    const Route way = route(of.port, chance);
    quote.mode = way.mode;
    quote.origin_port = way.origin->code;
    quote.destination_port = way.destination->code;
    quote.amount_minor = std::int64_t(chance.between(150, 9000)) * 100;
    quote.created_at = earlier(today, 1 + chance.below(330 * minutes_per_day));
    quote.updated_at = std::min(today, later(quote.created_at, chance.below(5 * minutes_per_day)));
    quote.valid_until = later(quote.created_at, 14 * minutes_per_day);
    quote.status = open_quote_status(quote, chance);
  }
  if (quote.status != "DRAFT") quote.number = numbered("Q26-", index);
  if (chance.chance(1, 8)) quote.notes = remark(chance);
  return quote;
}

// The first line is the shipment's freight cost; a service where that is billed already or there is
// no shipment.
void Generator::add_lines(Invoice& invoice, const Shipment* shipment, Random& chance) const {
  const auto add = [&](std::string description, std::int64_t quantity, std::int64_t unit_price) {
    InvoiceLine line;
    line.position = std::int64_t(invoice.lines.size()) + 1;
    line.id = id("inl_", chance);
    line.description = std::move(description);
    line.quantity = quantity;
    line.unit_price_minor = unit_price;
    line.amount_minor = quantity * unit_price;
    invoice.total_minor += line.amount_minor;
    invoice.lines.push_back(std::move(line));
  };
  const auto price = [&](std::uint64_t low, std::uint64_t high) {
    return std::int64_t(chance.between(low, high)) * 100;
  };
  if (shipment != nullptr) {
    add("Freight " + shipment->mode + " " + shipment->origin_port + "–" +
            shipment->destination_port,
        1, shipment->freight_cost_minor);
    if (shipment->mode == "OCEAN")
      add("Terminal handling", std::int64_t(chance.between(1, 3)), 24'500);
    if (shipment->mode == "AIR")
      add("Security surcharge", std::int64_t(chance.between(1, 9)), 1'850);
    if (shipment->dangerous_goods) add("Dangerous goods surcharge", 1, price(90, 340));
  } else {
    add("Warehousing, per day", std::int64_t(chance.between(2, 30)), price(12, 60));
  }
  if (chance.chance(1, 2)) add("Customs clearance", 1, price(65, 190));
  if (chance.chance(1, 3)) add("Documentation fee", 1, 4'500);
  if (chance.chance(1, 10))
    add("Waiting time, per hour", std::int64_t(chance.between(1, 6)), 6'800);
}

Invoice Generator::invoice(std::size_t index) const {
  CHECK(index < plan_.invoices);
  Random chance = random(Kind::invoice, index);
  Invoice invoice;
  invoice.id = id("inv_", chance);
  std::optional<Shipment> of;
  if (plan_.shipments > 0) {
    of = shipment(index % plan_.shipments);
    invoice.shipment_id = of->id;
    invoice.customer_id = of->customer_id;
    invoice.currency = of->currency;
    // Billed when the goods have left, or at once while they have not.
    const WallTime billable = of->departs_at < today ? of->departs_at : of->created_at;
    invoice.created_at = std::min(today, later(billable, chance.below(5 * minutes_per_day)));
  } else {
    Home customer = home(chance.below(plan_.customers));
    invoice.customer_id = std::move(customer.id);
    invoice.currency = customer.currency;
    invoice.created_at = earlier(today, 1 + chance.below(330 * minutes_per_day));
  }
  const Shipment* shipment = of ? &*of : nullptr;
  invoice.updated_at = invoice.created_at;
  invoice.status = invoice_status(invoice, shipment, chance);
  if (invoice.status != "DRAFT") {
    invoice.number = numbered("I26-", index);
    invoice.issued_at = invoice.created_at;
    invoice.due_at = later(invoice.created_at, 30 * minutes_per_day);
  }
  if (invoice.status == "PAID") {
    invoice.updated_at =
        std::min(today, later(invoice.created_at, chance.below(40 * minutes_per_day)));
  }
  if (chance.chance(1, 12)) invoice.notes = remark(chance);
  const bool freight_unbilled = index < plan_.shipments;
  add_lines(invoice, freight_unbilled ? shipment : nullptr, chance);
  return invoice;
}

}  // namespace slipway::freight
