#include "script.h"

#include <algorithm>

#include "model/canonical_json.h"
#include "rules.h"
#include "scopes.h"

namespace slipway::sim {

namespace {
using std::chrono::hours;
using std::chrono::seconds;
}  // namespace

Script::Script(Run& run, Network& network, std::vector<std::unique_ptr<Device>>& devices)
    : run_(run),
      network_(network),
      devices_(devices),
      rows_(run.random.between(1, 5)),
      panels_(run, rows_),
      longest_pause_(run.random.chance(1, 3) ? Duration(300) : Duration(6000)),
      machine_chance_(run.random.between(0, 250)),
      count_chance_(run.random.between(100, 700)),
      group_chance_(run.random.between(0, 400)),
      copy_chance_(run.random.chance(1, 2) ? 0 : run.random.between(20, 200)),
      restore_chance_(run.random.between(5, 60)),
      compact_chance_(run.random.chance(1, 3) ? run.random.between(50, 400) : 0) {
  draw_faults();
}

// Each seed has faults of its own: most kinds absent, some frequent.
void Script::draw_faults() {
  const auto rate = [&](std::uint64_t most) {
    return run_.random.chance(1, 2) ? 0 : run_.random.between(1, most);
  };
  FaultRates f;
  f[Fault::lost_before] = rate(300), f[Fault::lost_after] = rate(300);
  f[Fault::silence] = rate(30), f[Fault::repeat] = rate(300), f[Fault::replay] = rate(200);
  f[Fault::slow] = rate(50), f[Fault::garbled] = rate(300), f[Fault::no_page] = rate(400);
  f[Fault::stale] = rate(100), f[Fault::refused_500] = rate(150);
  f[Fault::refused_503] = rate(100), f[Fault::late_answer] = rate(20);
  f[Fault::refused_422] = run_.random.chance(1, 4) ? rate(60) : 0;
  f[Fault::gateway] = run_.random.chance(1, 4) ? rate(100) : 0;
  f[Fault::poke_lost] = rate(500), f[Fault::poke_repeated] = rate(300);
  // Devices that hear of changes late are the ones whose writes meet.
  f[Fault::stream_dead] = run_.random.chance(1, 2) ? 1000 : rate(200);
  f[Fault::disk_crash] = rate(150);
  f[Fault::disk_fails] = run_.random.chance(1, 2) ? rate(150) : 0;
  if (run_.random.chance(1, 4)) {  // a good day
    f = {};
    f[Fault::lost_after] = 20, f[Fault::repeat] = 50;
  }
  network_.faults = f;
  network_.usual_delay = run_.random.chance(1, 2) ? Duration(40) : Duration(1500);
  network_.full_pull_delay = run_.random.chance(1, 2) ? Duration(0) : Duration(8000);
  network_.full_pull_limit =
      run_.random.chance(2, 3) ? std::int64_t(run_.random.between(1, 2)) : 1000;
  network_.page_limit = run_.random.chance(1, 3) ? std::int64_t(run_.random.between(1, 4)) : 1000;
}

// A change of fields that have rules, of a row that is shown and on what it shows.
store::Mutation Script::counted(Device& device) {
  const auto rows = query(device.raw(), "SELECT id, stock, peak, tags FROM Parent ORDER BY id");
  if (rows.empty()) return {"Parent", id("p"), "CREATE_PARENT", {{"stock", 10}}};
  const TextRow& row = rows[run_.random.below(rows.size())];
  const std::int64_t stock = std::atoll(row[1].c_str()), peak = std::atoll(row[2].c_str());
  json::array tags = parse_json(row[3], "tags").value().as_array();
  json::object payload;
  const std::uint64_t which = run_.random.below(6);
  if (which < 2 || run_.random.chance(1, 4)) {
    payload["stock"] = stock + std::int64_t(run_.random.below(12)) - 3;
  }
  if (which == 2) payload["peak"] = peak + std::int64_t(run_.random.below(30)) - 12;
  if (which == 3) {
    const json::value tag("t" + std::to_string(run_.random.below(5)));
    const auto at = std::find(tags.begin(), tags.end(), tag);
    if (at == tags.end())
      tags.push_back(tag);
    else
      tags.erase(at);
    payload["tags"] = std::move(tags);
  }
  if (which == 4) payload["place"] = "w" + std::to_string(run_.random.below(4));
  if (which == 5) payload["memo"] = "m" + std::to_string(run_.random.below(4));
  return {"Parent", row[0], "UPDATE_PARENT", std::move(payload)};
}

store::Mutation Script::mutation(Device& device) {
  const auto text = [&](const char* kind) { return kind + std::to_string(run_.random.below(4)); };
  const std::string parent = id("p");
  if (run_.random.chance(count_chance_, 1000)) return counted(device);
  switch (run_.random.below(12)) {
    case 0:
    case 1:
      return {"Parent",
              parent,
              "CREATE_PARENT",
              {{"name", text("n")}, {"amount", std::int64_t(run_.random.below(3))}}};
    case 2:
    case 3:
      return {"Child", id("c"), "CREATE_CHILD", {{"title", text("t")}, {"parentId", parent}}};
    case 4:
      return {"Guard", id("g"), "CREATE_GUARD", {{"note", text("g")}, {"parentId", parent}}};
    case 5:
    case 6:
      return {"Parent", parent, "UPDATE_PARENT", {{"name", text("m")}}};
    case 7:
      return {"Parent", parent, "UPDATE_PARENT", {{"amount", std::int64_t(run_.random.below(9))}}};
    case 8:
      if (run_.random.chance(1, 2)) {
        return {"Guard", id("g"), "UPDATE_GUARD", {{"note", text("h")}, {"parentId", parent}}};
      }
      return {"Child", id("c"), "UPDATE_CHILD", {{"title", text("u")}, {"parentId", parent}}};
    case 9:
      return {"Child", id("c"), "UPDATE_CHILD", {{"title", text("v")}}};
    case 10:
      return {"Parent", parent, "DELETE_PARENT", {}};
    default:
      if (run_.random.chance(1, 2)) return {"Guard", id("g"), "DELETE_GUARD", {}};
      return {"Child", id("c"), "DELETE_CHILD", {}};
  }
}

// False: this step is the machine's.
bool Script::person(Device& device) {
  if (run_.random.chance(machine_chance_, 1000)) return false;
  const std::uint64_t dice = run_.random.below(100);
  if (dice < 26) {
    panels_.decide(device);
  } else {
    std::vector<store::Mutation> mutations;
    const bool group = run_.random.chance(group_chance_, 1000);
    for (std::uint64_t n = group ? run_.random.between(2, 3) : 1; n > 0; --n) {
      mutations.push_back(mutation(device));
      if (rules_) touch_what_has_rules(mutations.back());
      // Counted and not drawn: the rest of the world stays what it is.
      constexpr std::uint64_t changes_per_approval = 8;
      std::string& action = mutations.back().action;
      if (action == "UPDATE_PARENT" && ++parent_changes_ % changes_per_approval == 0)
        action = online_action;
      run_.trace(device.name() + " : " + mutations.back().action + " " +
                 *mutations.back().entity_id + " " + canonical_json(mutations.back().payload));
    }
    (void)device.write(std::move(mutations));
  }
  return true;
}

// Signed out, signed in again, or by mistake with another company's token.
void Script::change_token(Device& device) {
  auto token = Token(run_.random.below(3));
  // The first contact decides which cloud is the desk's own.
  if (token == Token::foreign && device.cursor() < 0) token = Token::revoked;
  run_.trace(device.name() + " ! shows another token: " + std::to_string(int(token)));
  network_.cloud().hand_out(device.index(), token);
  device.transport().reset();
  device.tell(event::TokenChanged{});
}

void Script::machine(Device& device) {
  const std::size_t index = device.index();
  switch (run_.random.below(14)) {
    case 13:
      if (run_.random.chance(1, 2)) return expire_receipts();
      return compact(std::int64_t(run_.random.below(run_.random.chance(1, 2) ? 3 : 30)),
                     run_.random.chance(1, 2));
    case 11:
      return change_token(device);
    case 12:
      network_.cloud().neighbour_writes();
      return run_.seen("the neighbour writes");
    case 0:
    case 1:
      run_.trace(device.name() + " ! crashes");
      device.crash();
      return;
    case 2:
      run_.trace(device.name() + " ! simulate offline");
      return device.tell(event::OfflineSimulated{run_.random.chance(1, 2)});
    case 3:
      run_.trace(device.name() + " ! pause");
      return device.tell(event::Paused{run_.random.chance(1, 2)});
    case 4:
      run_.trace(device.name() + " ! partition");
      if (!network_.partitioned.erase(index)) network_.partitioned.insert(index);
      return device.tell(event::NetworkChanged{run_.random.chance(1, 2)});
    case 5:
      run_.trace("cloud ! restarts");
      run_.seen("cloud restart");
      network_.cloud_down = run_.random.chance(1, 3);
      return network_.cloud().restart();
    case 6:
      network_.cloud_down = false;
      return device.tell(event::SyncRequested{});
    case 7:
      run_.trace(device.name() + " ! its clock jumps");
      return device.step_clock();
    case 8:
      if (!run_.random.chance(1, 3)) return;
      run_.trace("      ! everything sleeps for hours");
      leap_ = hours(1) + run_.up_to(hours(30));
      return;
    case 9:
      run_.trace(device.name() + " ! its connection is cut");
      return device.transport().reset();
    default:
      leap_ = run_.up_to(seconds(100));
  }
}

// A desk's disk, or the cloud's, goes on for some calls, then it fails or the machine does.
void Script::befall_disk(Device& device) {
  const bool crashes = network_.draw(Fault::disk_crash), fails = network_.draw(Fault::disk_fails);
  if (!crashes && !fails) return;
  constexpr DiskFault kinds[] = {DiskFault::io_error, DiskFault::full, DiskFault::short_write,
                                 DiskFault::busy};
  const DiskFault kind = crashes ? DiskFault::crash : kinds[run_.random.below(std::size(kinds))];
  const Mishap mishap{kind, 1 + run_.random.below(200), run_.random.chance(1, 2)};
  if (run_.random.chance(1, 3)) return network_.cloud().befall(mishap);
  if (device.disk().is_troubled()) return device.repair_disk();
  device.befall(mishap);
}

void Script::compact(std::int64_t kept, bool clock_is_wrong) {
  run_.trace("cloud ! keeps the past of " + std::to_string(kept) + " commits");
  network_.cloud().compact(kept, clock_is_wrong);
}

void Script::expire_receipts() {
  if (run_.leaves_out(Fault::receipts_expire)) return;
  run_.trace("cloud ! receipts expire");
  network_.cloud().expire_receipts();
}

bool Script::restore_cloud() {
  if (run_.leaves_out(Fault::cloud_restored)) return false;
  return network_.cloud().restore();
}

// A copy from just before has another scope, and all else as it was.
void Script::change_scope() {
  if (scope_restores_->chance(1, 2)) network_.cloud().back_up();
  run_.trace("cloud ! gives " + devices_.back()->name() + " another scope");
  network_.cloud().give_scope(devices_.back()->index(), draw_scope(run_.random));
}

// The first contact decides which cloud is the desk's own: a copy from before it has none.
void Script::back_up_desk(Device& device) {
  if (device.cursor() < 0) return;
  constexpr std::size_t copies_max = 4;
  auto copy = device.back_up();
  if (!copy) return;
  if (desk_copies_.size() == copies_max) desk_copies_.erase(desk_copies_.begin());
  desk_copies_.push_back(std::move(*copy));
}

// Mostly a copy of its own; by another desk's, two work on from one file.
void Script::restore_desk(Device& device) {
  if (desk_copies_.empty() || run_.leaves_out(Fault::desk_restored)) return;
  const Device::Copy& copy = desk_copies_[run_.random.below(desk_copies_.size())];
  const bool is_own = copy.device == device.index();
  const auto is_scoped = [&](std::size_t index) { return devices_[index]->is_scoped(); };
  if (!is_own && (run_.random.chance(2, 3) || is_scoped(device.index()) || is_scoped(copy.device)))
    return;
  run_.seen(is_own ? "a desk is restored" : "a desk goes on from another one's file");
  panels_.forget(device);
  device.restore(copy, run_.random.chance(1, 3));
}

// A full pull is soon over: what may befall it is not left to chance alone.
Device* Script::in_full_pull() {
  for (const auto& device : devices_) {
    const auto pull = device->is_up() ? device->full_pull() : std::nullopt;
    if (pull && pull->after) return device.get();
  }
  return nullptr;
}

Duration Script::pause() {
  return run_.up_to(in_full_pull() ? Duration(100) : longest_pause_);
}

void Script::disturb_full_pull(Device& device) {
  const std::uint64_t dice = run_.random.below(6);
  if (dice == 0) {
    run_.trace(device.name() + " ! crashes");
    device.crash();
  } else if (dice == 1) {
    compact(0, true);
  } else if (dice == 2 && restore_cloud()) {
    run_.seen("cloud restored during a full pull");
  } else {
    Device& other = *devices_[run_.random.below(devices_.size())];
    if (other.is_up()) (void)person(other);
  }
}

// One that replaces by another that does: what was added up cannot be told apart later.
void Script::declare_rule(Device& device) {
  constexpr Rule replacing[] = {Rule::manual, Rule::server, Rule::client};
  const char* const field = rules_->chance(1, 2) ? "place" : "memo";
  device.declare(field, replacing[rules_->below(3)]);
}

// Somebody ends the program, changes its configuration, and starts it again.
void Script::configure(Device& device) {
  device.crash();
  declare_rule(device);
  device.open();
}

// Where rules change, what they are about is written more often.
void Script::touch_what_has_rules(store::Mutation& mutation) {
  if (mutation.action != "UPDATE_PARENT" || !rules_->chance(1, 2)) return;
  const char* const field = rules_->chance(1, 2) ? "place" : "memo";
  mutation.payload = {{field, "r" + std::to_string(rules_->below(4))}};
}

void Script::step() {
  Device& device = *devices_[run_.random.below(devices_.size())];
  if (!device.is_up()) {
    run_.trace(device.name() + " ! starts again");
    if (declares_scopes_ && &device == devices_.back().get() && run_.random.chance(1, 2))
      device.declare(draw_scope(run_.random));
    if (rules_ && rules_->chance(1, 2)) declare_rule(device);
    return device.open();
  }
  if (rules_ && rules_->chance(1, 12)) return configure(device);
  befall_disk(device);
  if (run_.random.chance(copy_chance_, 1000)) network_.cloud().back_up();
  if (run_.random.chance(restore_chance_, 1000) && restore_cloud()) return;
  if (copies_desks_ && run_.random.chance(1, 10)) back_up_desk(device);
  if (copies_desks_ && run_.random.chance(1, 12)) return restore_desk(device);
  if (run_.random.chance(compact_chance_, 1000))
    compact(std::int64_t(run_.random.below(4)), run_.random.chance(1, 2));
  if (scope_restores_ && scope_restores_->chance(1, 20) && restore_cloud()) return;
  if (scope_restores_ && run_.random.chance(1, 20)) change_scope();
  Device* const puller = in_full_pull();
  if (puller && run_.random.chance(2, 3)) return disturb_full_pull(*puller);
  if (!person(device)) machine(device);
}

}  // namespace slipway::sim
