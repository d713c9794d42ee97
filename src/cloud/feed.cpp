#include "base/planted.h"
#include "cloud/limits.h"
#include "cloud/sqlite_queries.h"
#include "cloud/sqlite_tables.h"

namespace slipway::cloud {

namespace {

struct Image {
  std::int64_t seq = 0, bytes = 0;
};

// The newest image of each row in a range that grows commit by commit.
struct Range {
  std::int64_t to = 0;
  std::map<EntityKey, Image> newest;
};

// Walks the commits after `from` in order while rows and receipts stay within the limit, and their
// bytes within page_bytes_max. A commit that does not fit ends the walk just before it, unless it
// is the very first one.
class Walk {
 public:
  Walk(sqlite::Database& database, TenantId tenant, const std::string& device, std::int64_t from,
       std::int64_t head, std::int64_t limit)
      : images_(database.cached(query::images_after)),
        receipts_(database.cached(query::receipts_after)),
        from_(from),
        head_(head),
        limit_(limit) {
    images_->bind_all(tenant, from + (planted(Bug::skips_a_commit_in_the_feed) ? 1 : 0));
    receipts_->bind_all(tenant, device, from, limit + 1);
    image_seq_ = images_->step() ? images_->integer(0) : after_all;
    receipt_seq_ = receipts_->step() ? receipts_->integer(0) : after_all;
  }

  Range run() {
    Range range{from_, {}};
    std::int64_t walked = 0, receipts = 0, bytes = 0;
    for (;;) {
      const std::int64_t seq = std::min(image_seq_, receipt_seq_);
      if (seq > head_) return range.to = head_, range;
      const Changed changed = rows_of(seq);
      const Receipts received = receipts_of(seq);
      walked += std::int64_t(changed.size());
      receipts += received.count;
      bytes += received.bytes;
      std::int64_t rows = std::int64_t(range.newest.size());
      for (const auto& [key, image] : changed) {
        const auto older = range.newest.find(key);
        rows += older == range.newest.end() ? 1 : 0;
        bytes += image.bytes - (older == range.newest.end() ? 0 : older->second.bytes);
      }
      const bool fits = rows + receipts <= limit_ && bytes <= page_bytes_max &&
                        walked <= limit_ * images_walked_per_page_row;
      if (!fits && seq > from_ + 1) return range.to = seq - 1, range;
      for (const auto& [key, image] : changed) range.newest[key] = image;
      if (!fits) return range.to = seq, range;
    }
  }

 private:
  static constexpr std::int64_t after_all = std::numeric_limits<std::int64_t>::max();

  using Changed = std::vector<std::pair<EntityKey, Image>>;
  Changed rows_of(std::int64_t seq) {
    Changed changed;
    while (image_seq_ == seq) {
      changed.push_back({{std::string(images_->text(1)), std::string(images_->text(2))},
                         {seq, images_->integer(3)}});
      image_seq_ = images_->step() ? images_->integer(0) : after_all;
    }
    return changed;
  }

  struct Receipts {
    std::int64_t count = 0, bytes = 0;
  };
  Receipts receipts_of(std::int64_t seq) {
    if (receipt_seq_ != seq) return {};
    const Receipts received{receipts_->integer(1), receipts_->integer(2)};
    receipt_seq_ = receipts_->step() ? receipts_->integer(0) : after_all;
    return received;
  }

  sqlite::Use images_, receipts_;
  std::int64_t from_, head_, limit_;
  std::int64_t image_seq_ = 0, receipt_seq_ = 0;
};

PageRow read_row(sqlite::Database& database, TenantId tenant, const EntityKey& key,
                 std::int64_t seq) {
  auto query = database.cached(query::image);
  query->bind_all(tenant, seq, key.type, key.id);
  if (!query->step()) throw sqlite::Failure(11, "the image of " + to_text(key) + " is missing");
  return {key,
          {seq, std::string(query->text(2))},
          query->integer(1) != 0,
          stored_object(query->text(0), "a row")};
}

}  // namespace

Page read_page(sqlite::Database& database, TenantId tenant, const std::string& device,
               const Version& from, const Version& head, std::int64_t limit) {
  const Range range = Walk(database, tenant, device, from.seq, head.seq, limit).run();
  Page page{from, {range.to, salt_of(database, tenant, range.to)}, {}, {}};
  page.rows.reserve(range.newest.size());
  for (const auto& [key, image] : range.newest) {
    page.rows.push_back(read_row(database, tenant, key, image.seq));
  }
  keep_to_scope(database, tenant, load_scope(database, tenant, device).scope, page);
  auto receipts = database.cached(query::receipts_between);
  receipts->bind_all(tenant, device, from.seq, range.to);
  while (receipts->step()) page.receipts.push_back(stored_receipt(receipts->text(0)));
  return page;
}

}  // namespace slipway::cloud
