// What the freight generator promises of its rows (examples/freight/generate.h).
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "freight/generate.h"
#include "freight/ports.h"
#include "freight/words.h"

namespace slipway::freight {
namespace {

const Plan plan{.seed = 7, .customers = 30, .shipments = 400, .quotes = 500, .invoices = 600};

bool fits_prisma_int(std::int64_t value) {
  return value >= 0 && value <= std::numeric_limits<std::int32_t>::max();
}

std::set<std::string> customer_ids(const Generator& rows) {
  std::set<std::string> ids;
  for (std::size_t i = 0; i < plan.customers; ++i) ids.insert(rows.customer(i).id);
  return ids;
}

std::set<std::string> shipment_ids(const Generator& rows) {
  std::set<std::string> ids;
  for (std::size_t i = 0; i < plan.shipments; ++i) ids.insert(rows.shipment(i).id);
  return ids;
}

bool is_port(const std::string& code) {
  for (const Port& port : ports()) {
    if (port.code == code) return true;
  }
  return false;
}

TEST(GeneratedRows, InvoiceLinesAddUpToTheTotal) {
  const Generator rows(plan);
  for (std::size_t i = 0; i < plan.invoices; ++i) {
    const Invoice invoice = rows.invoice(i);
    ASSERT_FALSE(invoice.lines.empty());
    std::int64_t sum = 0;
    for (std::size_t at = 0; at < invoice.lines.size(); ++at) {
      const InvoiceLine& line = invoice.lines[at];
      EXPECT_EQ(line.position, std::int64_t(at) + 1);
      EXPECT_EQ(line.amount_minor, line.quantity * line.unit_price_minor);
      sum += line.amount_minor;
    }
    EXPECT_EQ(sum, invoice.total_minor) << invoice.id;
    EXPECT_GT(sum, 0);
    EXPECT_TRUE(fits_prisma_int(sum));
  }
}

TEST(GeneratedRows, ReferencesNameRowsOfTheSamePlan) {
  const Generator rows(plan);
  const auto customers = customer_ids(rows);
  const auto shipments = shipment_ids(rows);
  ASSERT_EQ(customers.size(), plan.customers);
  ASSERT_EQ(shipments.size(), plan.shipments);
  for (std::size_t i = 0; i < plan.shipments; ++i) {
    EXPECT_TRUE(customers.contains(rows.shipment(i).customer_id));
  }
  std::size_t quotes_with_shipment = 0;
  for (std::size_t i = 0; i < plan.quotes; ++i) {
    const Quote quote = rows.quote(i);
    EXPECT_TRUE(customers.contains(quote.customer_id));
    EXPECT_TRUE(is_port(quote.origin_port) && is_port(quote.destination_port));
    if (!quote.shipment_id) continue;
    ++quotes_with_shipment;
    EXPECT_TRUE(shipments.contains(*quote.shipment_id));
  }
  EXPECT_GT(quotes_with_shipment, plan.shipments / 3);
  for (std::size_t i = 0; i < plan.invoices; ++i) {
    const Invoice invoice = rows.invoice(i);
    EXPECT_TRUE(customers.contains(invoice.customer_id));
    ASSERT_TRUE(invoice.shipment_id);
    EXPECT_TRUE(shipments.contains(*invoice.shipment_id));
  }
}

TEST(GeneratedRows, QuotesAndInvoicesBelongToTheirShipmentsCustomer) {
  const Generator rows(plan);
  for (std::size_t i = 0; i < plan.shipments; ++i) {
    const Shipment shipment = rows.shipment(i);
    EXPECT_EQ(rows.invoice(i).customer_id, shipment.customer_id);
    EXPECT_EQ(rows.invoice(i).lines.front().amount_minor, shipment.freight_cost_minor);
    const Quote quote = rows.quote(i);
    if (!quote.shipment_id) continue;
    EXPECT_EQ(quote.customer_id, shipment.customer_id);
    EXPECT_EQ(quote.amount_minor, shipment.freight_cost_minor);
    EXPECT_LT(quote.created_at, shipment.created_at);
  }
}

TEST(GeneratedRows, StatusesFitTheDates) {
  const Generator rows(plan);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < plan.shipments; ++i) {
    const Shipment s = rows.shipment(i);
    seen.insert(s.status);
    EXPECT_LT(s.created_at, s.departs_at);
    EXPECT_LT(s.departs_at, s.arrives_at);
    EXPECT_LE(s.created_at, s.updated_at);
    EXPECT_LE(s.updated_at, today);
    if (s.status == "DELIVERED") {
      EXPECT_LE(s.arrives_at, today);
    }
    if (s.status == "IN_TRANSIT") {
      EXPECT_TRUE(s.departs_at <= today && s.arrives_at > today);
    }
    if (s.status == "BOOKED" || s.status == "DRAFT") {
      EXPECT_GT(s.departs_at, today);
    }
    EXPECT_EQ(s.status == "DRAFT", !s.number);
  }
  EXPECT_EQ(seen,
            (std::set<std::string>{"DRAFT", "BOOKED", "IN_TRANSIT", "DELIVERED", "CANCELLED"}));
  for (std::size_t i = 0; i < plan.invoices; ++i) {
    const Invoice v = rows.invoice(i);
    EXPECT_EQ(v.status == "DRAFT", !v.issued_at);
    EXPECT_TRUE(v.created_at <= v.updated_at && v.updated_at <= today);
  }
  for (std::size_t i = 0; i < plan.quotes; ++i) {
    const Quote q = rows.quote(i);
    if (q.status == "EXPIRED") {
      EXPECT_LT(q.valid_until, today);
    }
    if (q.status == "SENT") {
      EXPECT_GE(q.valid_until, today);
    }
    EXPECT_TRUE(q.created_at <= q.updated_at && q.updated_at <= today);
  }
}

TEST(GeneratedRows, ShipmentsAreWithinTheRangesOfTheirColumns) {
  const Generator rows(plan);
  for (std::size_t i = 0; i < plan.shipments; ++i) {
    const Shipment s = rows.shipment(i);
    EXPECT_TRUE(is_port(s.origin_port) && is_port(s.destination_port));
    EXPECT_NE(s.origin_port, s.destination_port);
    EXPECT_GT(s.pieces, 0);
    EXPECT_GT(s.gross_weight_grams, 0);
    EXPECT_TRUE(fits_prisma_int(s.gross_weight_grams));
    EXPECT_TRUE(fits_prisma_int(s.goods_value_minor));
    EXPECT_TRUE(fits_prisma_int(s.freight_cost_minor));
  }
}

TEST(GeneratedRows, PortsAreSixtyOrMoreAndNoneTwice) {
  std::set<std::string_view> codes;
  for (const Port& port : ports()) {
    EXPECT_EQ(port.code.size(), 5u);
    EXPECT_TRUE(codes.insert(port.code).second) << port.code;
  }
  EXPECT_GE(codes.size(), 60u);
}

TEST(GeneratedRows, ContainerNumbersCarryTheirCheckDigit) {
  // ISO 6346: letters count 10, 12, 13 … without multiples of 11; weights are powers of two.
  const std::string letters = "A BCDEFGHIJK LMNOPQRSTU VWXYZ";
  Random random(3);
  for (int i = 0; i < 200; ++i) {
    const std::string number = container_number(random);
    ASSERT_EQ(number.size(), 11u);
    std::size_t sum = 0;
    for (std::size_t at = 0; at < 10; ++at) {
      const std::size_t letter = letters.find(number[at]);
      sum += (letter == std::string::npos ? std::size_t(number[at] - '0') : letter + 10) << at;
    }
    EXPECT_EQ(number[10], char('0' + sum % 11 % 10)) << number;
  }
}

TEST(GeneratedRows, ShipmentsWithoutQuotesOrInvoicesWithoutShipmentsAreFine) {
  const Generator rows({.seed = 1, .customers = 1, .shipments = 0, .quotes = 5, .invoices = 5});
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_FALSE(rows.quote(i).shipment_id);
    EXPECT_FALSE(rows.invoice(i).shipment_id);
    EXPECT_EQ(rows.invoice(i).customer_id, rows.customer(0).id);
  }
}

}  // namespace
}  // namespace slipway::freight
