#include "freight/words.h"

#include <array>
#include <span>

namespace slipway::freight {

namespace {

using Words = std::span<const std::string_view>;

std::string_view pick(Random& random, Words words) {
  return words[random.below(words.size())];
}

std::string digits(Random& random, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += char('0' + random.below(10));
  return text;
}

constexpr std::string_view names[] = {
    "Nordlicht",  "Müller",    "Åkerlund", "Søndergaard", "Van Dijk",  "Delacroix", "Moretti",
    "Álvarez",    "Kowalski",  "Novák",    "Hartwell",    "Blackwood", "Pinnacle",  "Evergreen",
    "Silverline", "Atlas",     "Meridian", "Hanseatic",   "Baltic",    "Adriatic",  "Pacific",
    "Orient",     "Lotus",     "Jade",     "Sakura",      "Tanaka",    "Chen",      "Nguyen",
    "Sharma",     "Patel",     "Okonkwo",  "Mwangi",      "Ferreira",  "Santos",    "O'Brien",
    "MacLeod",    "Lindqvist", "Eriksen",  "Papadakis",   "Yıldız",    "Al-Rashid", "Cohen",
    "Falcon",     "Granite",   "Cobalt",   "Redwood",     "Harbour",   "Lighthouse"};

constexpr std::string_view trades[] = {
    "Maschinenbau",   "Foods",     "Textiles", "Automotive", "Medical",     "Chemicals",
    "Electronics",    "Furniture", "Tools",    "Coffee",     "Steel",       "Plastics",
    "Paper",          "Ceramics",  "Optics",   "Trading",    "Instruments", "Pumps",
    "Wind Energy",    "Solar",     "Toys",     "Sports",     "Cosmetics",   "Spices",
    "Wine & Spirits", "Bicycles",  "Lighting", "Packaging",  "Seeds",       "Bearings"};

struct LegalForm {
  std::string_view country;
  std::string_view form;
};
constexpr LegalForm legal_forms[] = {
    {"DE", "GmbH"},       {"DE", "AG"},           {"DE", "GmbH & Co. KG"},
    {"NL", "B.V."},       {"BE", "N.V."},         {"FR", "S.A.S."},
    {"ES", "S.L."},       {"PT", "Lda."},         {"IT", "S.r.l."},
    {"GR", "A.E."},       {"SI", "d.o.o."},       {"HR", "d.o.o."},
    {"PL", "Sp. z o.o."}, {"DK", "A/S"},          {"SE", "AB"},
    {"NO", "AS"},         {"FI", "Oy"},           {"TR", "A.Ş."},
    {"RO", "S.R.L."},     {"US", "Inc."},         {"US", "LLC"},
    {"US", "Corp."},      {"MX", "S.A. de C.V."}, {"PA", "S.A."},
    {"BR", "Ltda."},      {"AR", "S.A."},         {"CL", "SpA"},
    {"PE", "S.A.C."},     {"CO", "S.A.S."},       {"AE", "FZCO"},
    {"CN", "Co., Ltd."},  {"TW", "Co., Ltd."},    {"KR", "Co., Ltd."},
    {"JP", "K.K."},       {"SG", "Pte. Ltd."},    {"MY", "Sdn. Bhd."},
    {"TH", "Co., Ltd."},  {"VN", "JSC"},          {"IN", "Pvt. Ltd."},
    {"AU", "Pty Ltd"},    {"ZA", "(Pty) Ltd"},    {"CA", "Inc."}};

std::string_view legal_form(Random& random, std::string_view country) {
  std::array<std::string_view, 4> forms;
  std::size_t count = 0;
  for (const LegalForm& known : legal_forms) {
    if (known.country == country && count < forms.size()) forms[count++] = known.form;
  }
  return count > 0 ? forms[random.below(count)] : std::string_view("Ltd");
}

constexpr Goods all_goods[] = {
    {"Machine parts", false, 42000, 120000},
    {"Roasted coffee in bags", false, 60000, 38000},
    {"Ceramic tiles on pallets", false, 950000, 90000},
    {"Laptop computers", false, 2400, 81000},
    {"Lithium-ion batteries, UN 3480", true, 14000, 56000},
    {"Paint, UN 1263", true, 24000, 9000},
    {"Perfumery products, UN 1266", true, 8000, 42000},
    {"Cotton T-shirts in cartons", false, 12000, 16000},
    {"Bicycles, boxed", false, 17000, 64000},
    {"Ball bearings", false, 28000, 47000},
    {"HIV rapid tests, kits of 100", false, 1500, 8000},
    {"Frozen shrimp, reefer at −18 °C", false, 20000, 21000},
    {"Wine in cases", false, 16000, 14000},
    {"Solar modules", false, 22000, 11000},
    {"Tyres for lorries", false, 55000, 26000},
    {"Surgical instruments", false, 3000, 190000},
    {"Oak furniture, flat-packed", false, 38000, 22000},
    {"Crêpe paper and garlands", false, 9000, 4500},
    {"Polypropylene granulate in big bags", false, 1000000, 115000},
    {"Pump assemblies", false, 130000, 310000},
    {"Seed potatoes in sacks", false, 25000, 1800},
    {"Wind turbine gearbox", false, 15000000, 18000000},
};

constexpr std::string_view vessel_names[] = {
    "Elbe Trader",  "Northern Spirit", "Pacific Heron", "Cape Arkona",   "Blue Marlin Express",
    "Orion Bridge", "Santa Helena",    "Jade Empress",  "Baltic Falcon", "Atlantic Sonata"};

constexpr std::string_view remarks[] = {"Customer asks for a call before delivery.",
                                        "Keep dry. Do not stack.",
                                        "Original bills of lading by courier to Zürich.",
                                        "Ring at gate 3, forklift on site until 16:00.",
                                        "Cut-off is tight: documents first.",
                                        "Please quote the customer's order number on all papers.",
                                        "T1 needed; the broker is informed.",
                                        "Partial delivery agreed by phone."};

}  // namespace

std::string company_name(Random& random, std::string_view country) {
  std::string name(pick(random, names));
  if (random.chance(1, 4)) name.append(" & ").append(pick(random, names));
  name.append(" ").append(pick(random, trades));
  return name.append(" ").append(legal_form(random, country));
}

std::string email(std::string_view company, Random& random) {
  constexpr std::string_view boxes[] = {"logistics", "shipping", "einkauf", "import", "office"};
  std::string host;
  for (const char c : company) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) host += c;
    if (c >= 'A' && c <= 'Z') host += char(c - 'A' + 'a');
    if (c == ' ' && !host.empty() && host.back() != '-') host += '-';
    if (host.size() >= 24) break;
  }
  while (!host.empty() && host.back() == '-') host.pop_back();
  return std::string(pick(random, boxes)) + "@" + host + ".example";
}

std::string vat_number(std::string_view country, Random& random) {
  return std::string(country) + digits(random, 9);
}

std::string_view currency(std::string_view country) {
  constexpr std::string_view euro[] = {"DE", "NL", "BE", "FR", "ES", "PT",
                                       "IT", "GR", "SI", "HR", "FI", "IE"};
  for (const std::string_view member : euro) {
    if (member == country) return "EUR";
  }
  return country == "GB" ? "GBP" : "USD";
}

const Goods& goods(Random& random) {
  return all_goods[random.below(std::size(all_goods))];
}

std::string vessel(Random& random) {
  return std::string(pick(random, vessel_names)) + " " + std::to_string(random.between(100, 649)) +
         (random.chance(1, 2) ? "E" : "W");
}

std::string_view remark(Random& random) {
  return pick(random, remarks);
}

std::string container_number(Random& random) {
  constexpr std::string_view owners[] = {"MSKU", "HLXU", "TCLU", "CMAU", "OOLU", "TGHU"};
  std::string number = std::string(pick(random, owners)) + digits(random, 6);
  int sum = 0;
  for (int i = 0; i < 10; ++i) {
    int value = number[i] - '0';
    if (number[i] >= 'A') {  // A is 10, and multiples of 11 are left out
      value = number[i] - 'A' + 10;
      value += (value + 9) / 10 - 1;
    }
    sum += value << i;
  }
  return number + char('0' + sum % 11 % 10);
}

std::string air_waybill(Random& random) {
  constexpr std::string_view airlines[] = {"020", "057", "176", "160", "180", "235"};
  const std::uint64_t serial = random.below(10'000'000);
  std::string text = std::to_string(serial);
  text.insert(0, 7 - text.size(), '0');
  return std::string(pick(random, airlines)) + "-" + text + std::to_string(serial % 7);
}

}  // namespace slipway::freight
