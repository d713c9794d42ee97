#include "freight/ports.h"

namespace slipway::freight {

namespace {

using enum Region;

constexpr Port all[] = {
    {"DEHAM", "Hamburg", europe, true},
    {"DEBRV", "Bremerhaven", europe, true},
    {"DEDUI", "Duisburg", europe, true},
    {"NLRTM", "Rotterdam", europe, true},
    {"NLAMS", "Amsterdam", europe, true},
    {"BEANR", "Antwerpen", europe, true},
    {"FRLEH", "Le Havre", europe, true},
    {"FRMRS", "Marseille", europe, true},
    {"ESVLC", "Valencia", europe, true},
    {"ESALG", "Algeciras", europe, true},
    {"ESBCN", "Barcelona", europe, true},
    {"PTSIE", "Sines", europe, true},
    {"ITGOA", "Genova", europe, true},
    {"ITTRS", "Trieste", europe, true},
    {"GRPIR", "Piraeus", europe, true},
    {"SIKOP", "Koper", europe, true},
    {"HRRJK", "Rijeka", europe, true},
    {"PLGDN", "Gdańsk", europe, true},
    {"DKAAR", "Aarhus", europe, true},
    {"SEGOT", "Göteborg", europe, true},
    {"NOOSL", "Oslo", europe, true},
    {"FIHEL", "Helsinki", europe, true},
    {"GBFXT", "Felixstowe", europe, true},
    {"GBSOU", "Southampton", europe, true},
    {"IEDUB", "Dublin", europe, false},
    {"TRIST", "İstanbul", europe, true},
    {"ROCND", "Constanța", europe, true},
    {"USNYC", "New York", north_america, true},
    {"USLAX", "Los Angeles", north_america, true},
    {"USLGB", "Long Beach", north_america, true},
    {"USSAV", "Savannah", north_america, true},
    {"USHOU", "Houston", north_america, true},
    {"USSEA", "Seattle", north_america, true},
    {"CAMTR", "Montréal", north_america, true},
    {"CAVAN", "Vancouver", north_america, true},
    {"MXZLO", "Manzanillo", north_america, true},
    {"PAONX", "Colón", north_america, false},
    {"BRSSZ", "Santos", south_america, true},
    {"ARBUE", "Buenos Aires", south_america, true},
    {"CLVAP", "Valparaíso", south_america, true},
    {"PECLL", "Callao", south_america, false},
    {"COCTG", "Cartagena", south_america, false},
    {"AEJEA", "Jebel Ali", middle_east, true},
    {"SAJED", "Jeddah", middle_east, true},
    {"ILHFA", "Haifa", middle_east, false},
    {"EGPSD", "Port Said", africa, false},
    {"MAPTM", "Tanger Med", africa, false},
    {"NGAPP", "Apapa", africa, false},
    {"KEMBA", "Mombasa", africa, false},
    {"ZADUR", "Durban", africa, false},
    {"CNSHA", "Shanghai", asia, true},
    {"CNNGB", "Ningbo", asia, true},
    {"CNSZX", "Shenzhen", asia, true},
    {"CNTAO", "Qingdao", asia, true},
    {"HKHKG", "Hong Kong", asia, true},
    {"TWKHH", "Kaohsiung", asia, false},
    {"KRPUS", "Busan", asia, false},
    {"JPYOK", "Yokohama", asia, false},
    {"JPUKB", "Kobe", asia, false},
    {"SGSIN", "Singapore", asia, false},
    {"MYPKG", "Port Klang", asia, false},
    {"THLCH", "Laem Chabang", asia, false},
    {"VNSGN", "Ho Chi Minh City", asia, false},
    {"INNSA", "Nhava Sheva", asia, false},
    {"LKCMB", "Colombo", asia, false},
    {"AUSYD", "Sydney", oceania, true},
    {"AUMEL", "Melbourne", oceania, true},
    {"NZAKL", "Auckland", oceania, false},
};

}  // namespace

std::span<const Port> ports() {
  return all;
}

}  // namespace slipway::freight
