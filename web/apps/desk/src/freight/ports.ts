// The ports that the desk knows by name (UN/LOCODE). Others are shown by their code alone.

export const ports: Readonly<Record<string, string>> = {
  AEJEA: "Jebel Ali",
  ARBUE: "Buenos Aires",
  AUSYD: "Sydney",
  BEANR: "Antwerp",
  BRSSZ: "Santos",
  CAVAN: "Vancouver",
  CNNGB: "Ningbo",
  CNSHA: "Shanghai",
  CNSZX: "Shenzhen",
  DEBRV: "Bremerhaven",
  DEFRA: "Frankfurt",
  DEHAM: "Hamburg",
  ESVLC: "Valencia",
  FRLEH: "Le Havre",
  GBFXT: "Felixstowe",
  GBLON: "London",
  GRPIR: "Piraeus",
  HKHKG: "Hong Kong",
  INNSA: "Nhava Sheva",
  ITGOA: "Genoa",
  JPTYO: "Tokyo",
  KRPUS: "Busan",
  MXVER: "Veracruz",
  MYPKG: "Port Klang",
  NLRTM: "Rotterdam",
  PLGDN: "Gdańsk",
  SGSIN: "Singapore",
  TRIST: "Istanbul",
  TWKHH: "Kaohsiung",
  USHOU: "Houston",
  USLAX: "Los Angeles",
  USNYC: "New York",
  USSAV: "Savannah",
  VNSGN: "Ho Chi Minh City",
  ZADUR: "Durban",
};

export function portName(code: string): string {
  return ports[code] ?? code;
}
