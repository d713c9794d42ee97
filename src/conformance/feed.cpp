#include "conformance/feed.h"

namespace slipway::conformance {

namespace {

bool lies_in(std::int64_t seq, const Page& page) {
  return seq > page.from.seq && seq <= page.to.seq;
}

constexpr const char* counter =
    "Commits must become visible in the order of their numbers: take the number inside of the "
    "transaction, under a lock on the tenant, not from a sequence, or a reader passes by a commit "
    "that is not yet visible.";

}  // namespace

std::optional<Fault> Feed::take(const Page& page) {
  if (page.from != cursor_) {
    return Fault{"A page begins at the cursor that was asked for, " + to_text(cursor_),
                 "one from " + to_text(page.from),
                 "Devices drop a page that begins elsewhere, and ask again for ever."};
  }
  for (const PageRow& row : page.rows) {
    if (!lies_in(row.version.seq, page)) {
      return Fault{"Each row of a page was changed by one of its commits",
                   "a row of commit " + std::to_string(row.version.seq) + " in the page from " +
                       to_text(page.from) + " to " + to_text(page.to),
                   "A page is the exact difference between its two commits, as of the later one."};
    }
    rows_.emplace(row.entity.id, row);
  }
  for (const Receipt& receipt : page.receipts) {
    if (!lies_in(receipt.seq, page)) {
      return Fault{"Each receipt of a page is of one of its commits",
                   "a receipt of commit " + std::to_string(receipt.seq) + " in the page from " +
                       to_text(page.from) + " to " + to_text(page.to),
                   "A device settles an entry when its cursor passes the receipt's commit."};
    }
    receipts_.emplace(receipt.id, receipt);
  }
  cursor_ = page.to;
  ++pages_;
  return std::nullopt;
}

std::optional<Fault> Feed::lacks(const std::map<std::string, Receipt>& written_by_row_id) const {
  int lost = 0, doubled = 0, without_receipt = 0, other = 0;
  for (const auto& [id, receipt] : written_by_row_id) {
    const auto count = rows_.count(id);
    if (count == 0) ++lost;
    if (count > 1) ++doubled;
    if (count == 1 && rows_.find(id)->second.version.seq != receipt.seq) ++other;
    if (receipts_.count(receipt.id) != 1) ++without_receipt;
  }
  const auto all = std::to_string(written_by_row_id.size());
  const std::string expected = "Each of " + all + " rows and receipts once, as of its own commit";
  if (lost + doubled > 0) {
    return Fault{
        expected,
        std::to_string(lost) + " rows left out, " + std::to_string(doubled) +
            " told more than once",
        lost > 0 ? counter : "A row that was changed in one commit is told in one page, once."};
  }
  if (other > 0)
    return Fault{expected, std::to_string(other) + " rows with the version of another commit",
                 "A row's version is the commit that its receipt names."};
  if (without_receipt == 0) return std::nullopt;
  return Fault{expected,
               std::to_string(without_receipt) + " entries without a receipt, or with several",
               "Each page has the receipts of its commits that are this device's: only they settle "
               "an entry."};
}

}  // namespace slipway::conformance
