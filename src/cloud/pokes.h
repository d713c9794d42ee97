// Who listens to a tenant's commits, and what each listener has been told: the cloud's end of the
// stream of changes.
//
// After each commit every listener of the tenant hears of the new head, with the page that leads
// there where that is small and lacks none of the listener's own receipts (its push answer brings
// those). What is told is a hint: a lost poke is made good by the next one, or by a pull. What
// could not be read, since the storage was busy or failed, is told at one of the next looks. A
// listener whose token was revoked or has expired hears nothing more.
//
// One thread, the ledger's; ledger and identity must outlive it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/identity.h"
#include "cloud/ledger.h"

namespace slipway::cloud {

class Listener {
 public:
  virtual ~Listener() = default;
  // The poke as JSON; with the rows that lead to the head, or without.
  virtual void tell(const Version& head, std::string_view poke, bool with_rows) = 0;
  virtual bool gone() const = 0;
};

class Pokes {
 public:
  Pokes(Ledger& ledger, Identity& identity) : ledger_(ledger), identity_(identity) {}

  // Tells the head at once to the listener that `begin` makes. `cursor` is where it stands;
  // nothing: it pulls first. Errors: "history-changed" and those of the storage; then none was
  // made.
  using Begin = std::function<std::unique_ptr<Listener>()>;
  Result<void> add(const TokenOwner& owner, const std::optional<Version>& cursor,
                   const Begin& begin);

  void committed(TenantId tenant);  // by this process
  void look();                      // for commits of other processes, and for who has left

  std::size_t size() const;
  struct Open {
    std::size_t of_device = 0, of_tenant = 0;
  };
  Open open_for(const TokenOwner& owner) const;

 private:
  struct Entry {
    TokenOwner owner;  // as it was when it began to listen
    Version told;      // as far as it has been told of commits
    std::unique_ptr<Listener> listener;
  };

  // What all those hear that have been told the same, written once.
  struct Text {
    News news;
    std::string plain;
    std::string with_page;  // "": there is none that is small
  };
  Result<Text> read(TenantId tenant, const Version& from);
  static void tell(Entry& entry, const TokenOwner& owner, const Text& text);
  void note_behind();
  bool tell_all(TenantId tenant, std::vector<Entry>& entries);  // false: the storage failed

  Ledger& ledger_;
  Identity& identity_;
  std::map<TenantId, std::vector<Entry>> tenants_;
  std::set<TenantId> owed_;  // who is yet to be told of what is committed
  unsigned looks_ = 0;
};

}  // namespace slipway::cloud
