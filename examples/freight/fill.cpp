#include "freight/fill.h"

#include "slipway_freight_files.h"
#include "sqlite/migrate.h"

namespace slipway::freight {

namespace {

using sqlite::Database;
using sqlite::Statement;

void write_customers(Database& database, const Generator& rows, std::size_t count) {
  Statement insert = database.prepare(
      R"(INSERT INTO "Customer" ("id", "name", "country", "city", "email", "vatNumber",
         "creditLimitMinor", "currency", "createdAt", "updatedAt")
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?))");
  for (std::size_t i = 0; i < count; ++i) {
    const Customer c = rows.customer(i);
    insert.bind_all(c.id, c.name, c.country, c.city, c.email, c.vat_number, c.credit_limit_minor,
                    c.currency, to_text(c.created_at), to_text(c.updated_at));
    insert.run();
  }
}

void write_shipments(Database& database, const Generator& rows, std::size_t count) {
  Statement insert = database.prepare(
      R"(INSERT INTO "Shipment" ("id", "number", "reference", "customerId", "mode", "incoterm",
         "originPort", "destinationPort", "status", "description", "pieces", "grossWeightGrams",
         "dangerousGoods", "goodsValueMinor", "freightCostMinor", "currency", "departsAt",
         "arrivesAt", "notes", "details", "createdAt", "updatedAt")
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))");
  for (std::size_t i = 0; i < count; ++i) {
    const Shipment s = rows.shipment(i);
    insert.bind_all(s.id, s.number, s.reference, s.customer_id, s.mode, s.incoterm, s.origin_port,
                    s.destination_port, s.status, s.description, s.pieces, s.gross_weight_grams,
                    int(s.dangerous_goods), s.goods_value_minor, s.freight_cost_minor, s.currency,
                    to_text(s.departs_at), to_text(s.arrives_at), s.notes, s.details,
                    to_text(s.created_at), to_text(s.updated_at));
    insert.run();
  }
}

void write_quotes(Database& database, const Generator& rows, std::size_t count) {
  Statement insert = database.prepare(
      R"(INSERT INTO "Quote" ("id", "number", "customerId", "shipmentId", "mode", "originPort",
         "destinationPort", "status", "amountMinor", "currency", "validUntil", "notes",
         "createdAt", "updatedAt")
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))");
  for (std::size_t i = 0; i < count; ++i) {
    const Quote q = rows.quote(i);
    insert.bind_all(q.id, q.number, q.customer_id, q.shipment_id, q.mode, q.origin_port,
                    q.destination_port, q.status, q.amount_minor, q.currency,
                    to_text(q.valid_until), q.notes, to_text(q.created_at), to_text(q.updated_at));
    insert.run();
  }
}

std::optional<std::string> optional_text(const std::optional<WallTime>& at) {
  if (!at) return std::nullopt;
  return to_text(*at);
}

void write_invoices(Database& database, const Generator& rows, std::size_t count) {
  Statement insert = database.prepare(
      R"(INSERT INTO "Invoice" ("id", "number", "customerId", "shipmentId", "status", "totalMinor",
         "currency", "issuedAt", "dueAt", "notes", "createdAt", "updatedAt")
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))");
  Statement insert_line = database.prepare(
      R"(INSERT INTO "InvoiceLine" ("id", "invoiceId", "position", "description", "quantity",
         "unitPriceMinor", "amountMinor")
         VALUES (?, ?, ?, ?, ?, ?, ?))");
  for (std::size_t i = 0; i < count; ++i) {
    const Invoice v = rows.invoice(i);
    insert.bind_all(v.id, v.number, v.customer_id, v.shipment_id, v.status, v.total_minor,
                    v.currency, optional_text(v.issued_at), optional_text(v.due_at), v.notes,
                    to_text(v.created_at), to_text(v.updated_at));
    insert.run();
    for (const InvoiceLine& line : v.lines) {
      insert_line.bind_all(line.id, v.id, line.position, line.description, line.quantity,
                           line.unit_price_minor, line.amount_minor);
      insert_line.run();
    }
  }
}

bool has_rows(Database& database) {
  Statement query = database.prepare(
      R"(SELECT EXISTS (SELECT 1 FROM "Customer") OR EXISTS (SELECT 1 FROM "Shipment")
         OR EXISTS (SELECT 1 FROM "Quote") OR EXISTS (SELECT 1 FROM "Invoice"))");
  return query.step() && query.integer(0) != 0;
}

}  // namespace

void create_tables(Database& database) {
  sqlite::Transaction transaction(database);
  if (!sqlite::table_exists(database, "Customer")) database.execute(std::string(file_schema_sql));
  transaction.commit();
}

Result<void> fill(Database& database, const Plan& plan, bool append) {
  database.execute("PRAGMA foreign_keys = ON");
  sqlite::Transaction transaction(database);
  if (!append && has_rows(database)) {
    return fail(ErrorKind::conflict, "rows-exist", database.path() + " has freight rows already",
                "Nothing was changed. Name another file, or add to it with --append and another "
                "--seed.");
  }
  const Generator rows(plan);
  write_customers(database, rows, plan.customers);
  write_shipments(database, rows, plan.shipments);
  write_quotes(database, rows, plan.quotes);
  write_invoices(database, rows, plan.invoices);
  transaction.commit();
  return {};
}

}  // namespace slipway::freight
