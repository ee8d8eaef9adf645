// Areas of the map that were split after it was drawn, with their successors. An obsolete area
// equals its successors: a report may state either. Renamed codes and merged areas are handled when
// the tables are built.

/**
 * Successors by the map's code, in alphabetical order: a code that lists itself is still in force,
 * for the remainder. ISO 3166-2.
 */
const successors: Readonly<Record<string, readonly string[]>> = {
  'AZ-SA': ['AZ-SA', 'AZ-SAK'],
  'BD-C': ['BD-C', 'BD-H'],
  'BH-16': ['BH-13', 'BH-14', 'BH-17'],
  'BI-BR': ['BI-BR', 'BI-RM'],
  'BW-NW': ['BW-CH', 'BW-NW'],
  'CD-BN': ['CD-KG', 'CD-KL', 'CD-MN'],
  'CD-EQ': ['CD-EQ', 'CD-MO', 'CD-NU', 'CD-SU', 'CD-TU'],
  'CD-KA': ['CD-HK', 'CD-HL', 'CD-LU', 'CD-TA'],
  'CD-KE': ['CD-KE', 'CD-LO', 'CD-SA'],
  'CD-KW': ['CD-KC', 'CD-KS'],
  'CD-OR': ['CD-BU', 'CD-HU', 'CD-IT', 'CD-TO'],
  'CI-LC': ['CI-LC', 'CI-YM'],
  'CI-LG': ['CI-AB', 'CI-LG'],
  'DZ-01': ['DZ-01', 'DZ-49', 'DZ-50'],
  'DZ-07': ['DZ-07', 'DZ-51'],
  'DZ-08': ['DZ-08', 'DZ-52'],
  'DZ-11': ['DZ-11', 'DZ-53', 'DZ-54'],
  'DZ-30': ['DZ-30', 'DZ-55'],
  'DZ-33': ['DZ-33', 'DZ-56'],
  'DZ-39': ['DZ-39', 'DZ-57'],
  'DZ-47': ['DZ-47', 'DZ-58'],
  'ET-SN': ['ET-SI', 'ET-SN', 'ET-SW'],
  'GB-NTH': ['GB-NNH', 'GB-WNH'],
  'GH-BA': ['GH-AF', 'GH-BE', 'GH-BO'],
  'GH-NP': ['GH-NE', 'GH-NP', 'GH-SV'],
  'GH-TV': ['GH-OT', 'GH-TV'],
  'GH-WP': ['GH-WN', 'GH-WP'],
  'GL-QA': ['GL-AV', 'GL-QT'],
  'HR-12': ['HR-11', 'HR-12'],
  'ID-KI': ['ID-KI', 'ID-KU'],
  'ID-PA': ['ID-PA', 'ID-PE', 'ID-PS', 'ID-PT'],
  'ID-PB': ['ID-PB', 'ID-PD'],
  'KE-200': ['KE-13', 'KE-15', 'KE-29', 'KE-35', 'KE-36'],
  'KE-300': ['KE-14', 'KE-19', 'KE-21', 'KE-28', 'KE-39', 'KE-40'],
  'KE-400': ['KE-06', 'KE-09', 'KE-18', 'KE-22', 'KE-23', 'KE-25', 'KE-26', 'KE-41'],
  'KE-500': ['KE-07', 'KE-24', 'KE-46'],
  'KE-600': ['KE-08', 'KE-16', 'KE-17', 'KE-27', 'KE-34', 'KE-38'],
  'KE-700': [
    'KE-01',
    'KE-02',
    'KE-05',
    'KE-10',
    'KE-12',
    'KE-20',
    'KE-31',
    'KE-32',
    'KE-33',
    'KE-37',
    'KE-42',
    'KE-43',
    'KE-44',
    'KE-47'
  ],
  'KE-800': ['KE-03', 'KE-04', 'KE-11', 'KE-45'],
  'KH-3': ['KH-25', 'KH-3'],
  'KP-02': ['KP-02', 'KP-14'],
  'KP-06': ['KP-06', 'KP-15'],
  'KZ-35': ['KZ-35', 'KZ-62'],
  'KZ-63': ['KZ-10', 'KZ-63'],
  'KZ-ALA': ['KZ-19', 'KZ-33', 'KZ-75'],
  'KZ-YUZ': ['KZ-61', 'KZ-79'],
  'LA-VI': ['LA-VI', 'LA-XS'],
  'LA-XI': ['LA-XI', 'LA-XS'],
  'LB-AS': ['LB-AK', 'LB-AS'],
  'LB-BI': ['LB-BH', 'LB-BI'],
  'ME-03': ['ME-03', 'ME-23'],
  'ME-13': ['ME-13', 'ME-22'],
  'ME-16': ['ME-16', 'ME-24'],
  'MM-04': ['MM-04', 'MM-18'],
  'MR-NKC': ['MR-13', 'MR-14', 'MR-15'],
  'MV-26': ['MV-26', 'MV-MLE'],
  'MW-CT': ['MW-CT', 'MW-KR'],
  'MZ-L': ['MZ-L', 'MZ-MPM'],
  'NA-OK': ['NA-KE', 'NA-KW'],
  'NP-BH': ['NP-P5', 'NP-P6'],
  'NP-JA': ['NP-P2', 'NP-P3'],
  'NP-LU': ['NP-P4', 'NP-P5'],
  'NP-NA': ['NP-P2', 'NP-P3'],
  'NP-RA': ['NP-P5', 'NP-P6'],
  'NP-SA': ['NP-P1', 'NP-P2'],
  'PA-8': ['PA-10', 'PA-8'],
  'PG-SHM': ['PG-HLA', 'PG-SHM'],
  'PG-WHM': ['PG-JWK', 'PG-WHM'],
  'PH-MAG': ['PH-MGN', 'PH-MGS'],
  'PS-GZZ': ['PS-DEB', 'PS-GZA', 'PS-KYS', 'PS-NGZ', 'PS-RFH'],
  'PS-WBK': [
    'PS-BTH',
    'PS-HBN',
    'PS-JEM',
    'PS-JEN',
    'PS-JRH',
    'PS-NBS',
    'PS-QQA',
    'PS-RBH',
    'PS-SLT',
    'PS-TBS',
    'PS-TKM'
  ],
  'QA-RA': ['QA-RA', 'QA-SH'],
  'SD-KS': ['SD-GK', 'SD-KS'],
  'SI-003': ['SI-003', 'SI-207'],
  'SI-028': ['SI-028', 'SI-196'],
  'SI-050': ['SI-050', 'SI-213'],
  'SI-054': ['SI-054', 'SI-197'],
  'SI-058': ['SI-058', 'SI-204', 'SI-210'],
  'SI-079': ['SI-079', 'SI-209'],
  'SI-084': ['SI-084', 'SI-201'],
  'SI-085': ['SI-085', 'SI-203', 'SI-206'],
  'SI-087': ['SI-087', 'SI-202', 'SI-205'],
  'SI-113': ['SI-113', 'SI-198', 'SI-200'],
  'SI-130': ['SI-130', 'SI-199', 'SI-211', 'SI-212'],
  'SI-140': ['SI-140', 'SI-208'],
  'SL-N': ['SL-N', 'SL-NW'],
  'ST-S': ['ST-01', 'ST-02', 'ST-03', 'ST-04', 'ST-05', 'ST-06'],
  'TM-A': ['TM-A', 'TM-S'],
  'TN-14': ['TN-12', 'TN-14'],
  'TZ-14': ['TZ-14', 'TZ-31'],
  'YE-HD': ['YE-HD', 'YE-SU']
}

/** The successors of an area of the map; empty if it was not split. Pure. */
export function listSuccessors(code: string): readonly string[] {
  return successors[code] ?? []
}

/** True for an obsolete code. Pure. */
export function isRetired(code: string): boolean {
  const own = listSuccessors(code)
  return own.length > 0 && !own.includes(code)
}

/**
 * The area that counts if one is stated and one is found: the stated one, or the successor that it
 * denotes there. Pure.
 */
export function chooseArea(stated: string | null, found: string | null): string | null {
  if (stated === null) return found
  return found !== null && isRetired(stated) && listSuccessors(stated).includes(found)
    ? found
    : stated
}

/**
 * True if something in one may be in the other: they are equal, or one is obsolete and the other
 * its successor. Pure.
 */
export function canBeSameArea(a: string, b: string): boolean {
  return (
    a === b ||
    (isRetired(a) && listSuccessors(a).includes(b)) ||
    (isRetired(b) && listSuccessors(b).includes(a))
  )
}
