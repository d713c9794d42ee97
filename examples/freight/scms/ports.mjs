// Which UN/LOCODE stands for a country: its usual port of entry, or the airport or border city that
// freight for a land-locked country goes to. The data name no ports: these are choices of ours.

/** @type {Record<string, { country: string, port: string }>} by the name that the data use */
export const destinations = {
  Afghanistan: { country: "AF", port: "AFKBL" },
  Angola: { country: "AO", port: "AOLAD" },
  Belize: { country: "BZ", port: "BZBZE" },
  Benin: { country: "BJ", port: "BJCOO" },
  Botswana: { country: "BW", port: "BWGBE" },
  "Burkina Faso": { country: "BF", port: "BFOUA" },
  Burundi: { country: "BI", port: "BIBJM" },
  Cameroon: { country: "CM", port: "CMDLA" },
  "Congo, DRC": { country: "CD", port: "CDMAT" },
  "Côte d'Ivoire": { country: "CI", port: "CIABJ" },
  "Dominican Republic": { country: "DO", port: "DOSDQ" },
  Ethiopia: { country: "ET", port: "ETADD" },
  Ghana: { country: "GH", port: "GHTEM" },
  Guatemala: { country: "GT", port: "GTSTC" },
  Guinea: { country: "GN", port: "GNCKY" },
  Guyana: { country: "GY", port: "GYGEO" },
  Haiti: { country: "HT", port: "HTPAP" },
  Kazakhstan: { country: "KZ", port: "KZALA" },
  Kenya: { country: "KE", port: "KEMBA" },
  Kyrgyzstan: { country: "KG", port: "KGFRU" },
  Lebanon: { country: "LB", port: "LBBEY" },
  Lesotho: { country: "LS", port: "LSMSU" },
  Liberia: { country: "LR", port: "LRMLW" },
  Libya: { country: "LY", port: "LYTIP" },
  Malawi: { country: "MW", port: "MWLLW" },
  Mali: { country: "ML", port: "MLBKO" },
  Mozambique: { country: "MZ", port: "MZMPM" },
  Namibia: { country: "NA", port: "NAWVB" },
  Nigeria: { country: "NG", port: "NGAPP" },
  Pakistan: { country: "PK", port: "PKKHI" },
  Rwanda: { country: "RW", port: "RWKGL" },
  Senegal: { country: "SN", port: "SNDKR" },
  "Sierra Leone": { country: "SL", port: "SLFNA" },
  "South Africa": { country: "ZA", port: "ZADUR" },
  "South Sudan": { country: "SS", port: "SSJUB" },
  Sudan: { country: "SD", port: "SDPZU" },
  Swaziland: { country: "SZ", port: "SZMTS" },
  Tanzania: { country: "TZ", port: "TZDAR" },
  Togo: { country: "TG", port: "TGLFW" },
  Uganda: { country: "UG", port: "UGKLA" },
  Vietnam: { country: "VN", port: "VNSGN" },
  Zambia: { country: "ZM", port: "ZMLUN" },
  Zimbabwe: { country: "ZW", port: "ZWHRE" },
};

/** Where goods come from, by a word in "manufacturing site"; the first that is found counts. */
const origins = [
  [/\b(india|IN|nashik|mylan|hetero|aurobindo|strides|cipla|ranbaxy)\b/i, "INNSA"],
  [/\b(germany|DE|wiesbaden|ludwigshafen)\b/i, "DEHAM"],
  [/\b(japan)\b/i, "JPYOK"],
  [/\b(UK|ware|crawley)\b/i, "GBFXT"],
  [/\b(france)\b/i, "FRLEH"],
  [/\b(italy|IT|anagni)\b/i, "ITGOA"],
  [/\b(NL|netherlands)\b/i, "NLRTM"],
  [/\b(korea)\b/i, "KRPUS"],
  [/\b(china)\b/i, "CNSHA"],
  [/\b(thailand)\b/i, "THLCH"],
  [/\b(canada)\b/i, "CAMTR"],
  [/\b(USA?|chembio|bio-rad)\b/i, "USNYC"],
  [/\b(switzerland|basel)\b/i, "CHBSL"],
  [/\b(madrid|aranda)\b/i, "ESVLC"],
  [/\b(south africa|cape town)\b/i, "ZADUR"],
];

/** Where the site names no country that we know: the hub of the programme's buyers. */
export const originUnknown = "NLRTM";

/** @param {string} manufacturingSite */
export function originPort(manufacturingSite) {
  const known = origins.find(([word]) => word.test(manufacturingSite));
  return known ? known[1] : originUnknown;
}
