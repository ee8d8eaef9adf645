// What became of areas since the map was drawn, as far as the map itself can't tell: codes that changed, areas that were joined, and which settlements
// tell into which of its successors a part of a cut area went (`src/area-successors.ts`). Entered by hand; no source at hand checks what
// they stand for.

/** New codes of areas that changed theirs, or were joined to others. ISO 3166-2. */
export const joinedTo: Readonly<Record<string, string>> = {
  'CI-02': 'CI-SM',
  'CI-11': 'CI-LC',
  'CI-12': 'CI-SM',
  'CI-13': 'CI-CM',
  'CI-14': 'CI-WR',
  'CI-15': 'CI-GD',
  'CI-16': 'CI-LG',
  'CI-17': 'CI-WR',
  'CI-18': 'CI-GD',
  'CI-19': 'CI-MG',
  'CZ-KA': 'CZ-41',
  'CZ-KR': 'CZ-52',
  'CZ-LI': 'CZ-51',
  'CZ-OL': 'CZ-71',
  'CZ-PA': 'CZ-53',
  'CZ-PL': 'CZ-32',
  'CZ-US': 'CZ-42',
  'CZ-ZL': 'CZ-72',
  'EE-78': 'EE-79',
  'EE-86': 'EE-87',
  'GB-ANT': 'GB-ANN',
  'GB-ARD': 'GB-AND',
  'GB-ARM': 'GB-ABC',
  'GB-BLA': 'GB-MEA',
  'GB-BLY': 'GB-CCG',
  'GB-BMH': 'GB-BCP',
  'GB-BNB': 'GB-ABC',
  'GB-CGV': 'GB-ABC',
  'GB-CKF': 'GB-MEA',
  'GB-CLR': 'GB-CCG',
  'GB-CSR': 'GB-LBC',
  'GB-DGN': 'GB-MUL',
  'GB-DOW': 'GB-NMD',
  'GB-DRY': 'GB-DRS',
  'GB-FER': 'GB-FMO',
  'GB-LMV': 'GB-CCG',
  'GB-LRN': 'GB-MEA',
  'GB-LSB': 'GB-LBC',
  'GB-MFT': 'GB-MUL',
  'GB-MYL': 'GB-CCG',
  'GB-NDN': 'GB-AND',
  'GB-NTA': 'GB-ANN',
  'GB-NYM': 'GB-NMD',
  'GB-OMH': 'GB-FMO',
  'GB-POL': 'GB-BCP',
  'GB-STB': 'GB-DRS',
  'IT-AO': 'IT-23',
  'IT-CI': 'IT-SU',
  'IT-OG': 'IT-NU',
  'IT-OT': 'IT-SS',
  'IT-VS': 'IT-SU',
  'KE-110': 'KE-30',
  'KZ-AKT': 'KZ-15',
  'KZ-MAN': 'KZ-47',
  'KZ-SEV': 'KZ-59',
  'LY-AJ': 'LY-WA',
  'LY-GD': 'LY-NL',
  'LY-MZ': 'LY-JG',
  'LY-TN': 'LY-TB',
  'MX-DIF': 'MX-CMX',
  'NO-01': 'NO-30',
  'NO-02': 'NO-30',
  'NO-04': 'NO-34',
  'NO-05': 'NO-34',
  'NO-06': 'NO-30',
  'NO-07': 'NO-38',
  'NO-08': 'NO-38',
  'NO-09': 'NO-42',
  'NO-10': 'NO-42',
  'NO-12': 'NO-46',
  'NO-14': 'NO-46',
  'NO-16': 'NO-50',
  'NO-17': 'NO-50',
  'NO-19': 'NO-54',
  'NO-20': 'NO-54',
  'NP-BA': 'NP-P3',
  'NP-DH': 'NP-P4',
  'NP-GA': 'NP-P4',
  'NP-KA': 'NP-P6',
  'NP-KO': 'NP-P1',
  'NP-MA': 'NP-P7',
  'NP-ME': 'NP-P1',
  'NP-SE': 'NP-P7',
  'PH-BCD': 'PH-NEC',
  'PH-LAP': 'PH-CEB',
  'PH-MDE': 'PH-CEB',
  'PH-MNL': 'PH-00',
  'TT-ETO': 'TT-TOB',
  'TT-WTO': 'TT-TOB',
  'TW-TPQ': 'TW-NWT'
}

/** Areas of today by GeoNames' codes of theirs. */
const byAdminCode: Readonly<Record<string, string>> = {
  'CD.02': 'CD-EQ',
  'CD.04': 'CD-KE',
  'CD.13': 'CD-BU',
  'CD.14': 'CD-HK',
  'CD.15': 'CD-HL',
  'CD.16': 'CD-HU',
  'CD.17': 'CD-IT',
  'CD.18': 'CD-KS',
  'CD.19': 'CD-KG',
  'CD.20': 'CD-KL',
  'CD.21': 'CD-LO',
  'CD.22': 'CD-LU',
  'CD.23': 'CD-KC',
  'CD.24': 'CD-MN',
  'CD.25': 'CD-MO',
  'CD.26': 'CD-NU',
  'CD.27': 'CD-SA',
  'CD.28': 'CD-SU',
  'CD.29': 'CD-TA',
  'CD.30': 'CD-TO',
  'CD.31': 'CD-TU',
  'KE.10': 'KE-01',
  'KE.11': 'KE-02',
  'KE.12': 'KE-03',
  'KE.13': 'KE-04',
  'KE.14': 'KE-05',
  'KE.15': 'KE-06',
  'KE.16': 'KE-07',
  'KE.17': 'KE-08',
  'KE.18': 'KE-09',
  'KE.19': 'KE-10',
  'KE.20': 'KE-11',
  'KE.21': 'KE-12',
  'KE.22': 'KE-13',
  'KE.23': 'KE-14',
  'KE.24': 'KE-15',
  'KE.25': 'KE-16',
  'KE.26': 'KE-17',
  'KE.27': 'KE-18',
  'KE.28': 'KE-19',
  'KE.29': 'KE-20',
  'KE.30': 'KE-21',
  'KE.31': 'KE-22',
  'KE.32': 'KE-23',
  'KE.33': 'KE-24',
  'KE.34': 'KE-25',
  'KE.35': 'KE-26',
  'KE.36': 'KE-27',
  'KE.37': 'KE-28',
  'KE.38': 'KE-29',
  'KE.39': 'KE-31',
  'KE.40': 'KE-32',
  'KE.41': 'KE-33',
  'KE.42': 'KE-34',
  'KE.43': 'KE-35',
  'KE.44': 'KE-36',
  'KE.45': 'KE-37',
  'KE.46': 'KE-38',
  'KE.47': 'KE-39',
  'KE.48': 'KE-40',
  'KE.49': 'KE-41',
  'KE.50': 'KE-42',
  'KE.51': 'KE-43',
  'KE.52': 'KE-44',
  'KE.53': 'KE-45',
  'KE.54': 'KE-46',
  'KE.55': 'KE-47',
  'KZ.10': 'KZ-61',
  'KZ.1537272': 'KZ-79',
  'NA.40': 'NA-KE',
  'NA.41': 'NA-KW',
  'NP.1': 'NP-P1',
  'NP.2': 'NP-P2',
  'NP.3': 'NP-P3',
  'NP.4': 'NP-P4',
  'NP.5': 'NP-P5',
  'NP.6': 'NP-P6',
  'NP.7': 'NP-P7'
}

/** Settlements that GeoNames has in another area than they lie in, or in one that was cut since: its number, and the area. */
const byGeonameId: Readonly<Record<number, string>> = {
  // Thika
  179330: 'KE-13',
  // Lisala
  211734: 'CD-MO',
  // Kabinda
  215527: 'CD-LO',
  // Gandajika
  216449: 'CD-LO',
  // Bongandanga
  218229: 'CD-MO',
  // Shukat as Sufi
  281093: 'PS-RFH',
  // Rafah
  281102: 'PS-RFH',
  // An Nusayrat
  281109: 'PS-DEB',
  // Khuza'a
  281119: 'PS-KYS',
  // Khan Yunis
  281124: 'PS-KYS',
  // Jabalya
  281129: 'PS-NGZ',
  // Gaza
  281133: 'PS-GZA',
  // Dayr al Balah
  281141: 'PS-DEB',
  // Bayt Lahya
  281145: 'PS-NGZ',
  // Bayt Hanun
  281146: 'PS-NGZ',
  // Bani Suhayla
  281148: 'PS-KYS',
  // Al Fukhkhari
  281160: 'PS-KYS',
  // Al Burayj
  281161: 'PS-DEB',
  // Abasan al Kabira
  281165: 'PS-KYS',
  // Yirga Alem
  325780: 'ET-SI',
  // Wendo
  326321: 'ET-SI',
  // Tepi
  327694: 'ET-SW',
  // Mizan Teferi
  330534: 'ET-SW',
  // Leku
  332129: 'ET-SI',
  // Hagere Selam
  335286: 'ET-SI',
  // Bonga
  341742: 'ET-SW',
  // Hawassa
  343137: 'ET-SI',
  // Gemena
  2315728: 'CD-SU',
  // An Nasr
  6967857: 'PS-RFH',
  // Al Qarara
  6967865: 'PS-KYS',
  // Umm an Nasr
  6967877: 'PS-NGZ',
  // Juhr ad Dik
  6967895: 'PS-GZA',
  // Az Zuwayda
  6967990: 'PS-DEB',
  // Al Musaddar
  6968050: 'PS-DEB',
  // Wadi as Salqa
  6968055: 'PS-DEB',
  // Al Mughraqa
  6968063: 'PS-GZA'
}

/** The successor of a cut area that a settlement of GeoNames is known to lie in; null where it says nothing. Pure. */
export function successorAt(
  place: { readonly geonameId: number; readonly adminCode: string },
  successors: readonly string[]
): string | null {
  // What is left of a cut area keeps the settlements that nothing else is known of.
  const code = byGeonameId[place.geonameId] ?? byAdminCode[place.adminCode] ?? (place.adminCode === 'ET.54' ? 'ET-SN' : null)
  return code !== null && successors.includes(code) ? code : null
}

/** Codes of all areas that settlements tell. */
export const toldCodes: ReadonlySet<string> = new Set([...Object.values(byAdminCode), ...Object.values(byGeonameId), 'ET-SN'])
