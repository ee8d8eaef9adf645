// Areas of the map that have been cut since it was drawn, and what they were cut into. An area that is no more is one with its successors: a report may
// state either. Codes that only changed, and areas that were joined, are put right when the tables are made.

/** Successors by the code that the map has, in alphabetical order: a code among its own is in force still, for what is left. ISO 3166-2. */
const successors: Readonly<Record<string, readonly string[]>> = {
  'CD-BN': ['CD-KG', 'CD-KL', 'CD-MN'],
  'CD-EQ': ['CD-EQ', 'CD-MO', 'CD-NU', 'CD-SU', 'CD-TU'],
  'CD-KA': ['CD-HK', 'CD-HL', 'CD-LU', 'CD-TA'],
  'CD-KE': ['CD-KE', 'CD-LO', 'CD-SA'],
  'CD-KW': ['CD-KC', 'CD-KS'],
  'CD-OR': ['CD-BU', 'CD-HU', 'CD-IT', 'CD-TO'],
  'ET-SN': ['ET-SI', 'ET-SN', 'ET-SW'],
  'GL-QA': ['GL-AV', 'GL-QT'],
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
  'KZ-ALA': ['KZ-19', 'KZ-33', 'KZ-75'],
  'KZ-YUZ': ['KZ-61', 'KZ-79'],
  'MR-NKC': ['MR-13', 'MR-14', 'MR-15'],
  'NA-OK': ['NA-KE', 'NA-KW'],
  'NP-BH': ['NP-P5', 'NP-P6'],
  'NP-JA': ['NP-P2', 'NP-P3'],
  'NP-LU': ['NP-P4', 'NP-P5'],
  'NP-NA': ['NP-P2', 'NP-P3'],
  'NP-RA': ['NP-P5', 'NP-P6'],
  'NP-SA': ['NP-P1', 'NP-P2'],
  'PH-MAG': ['PH-MGN', 'PH-MGS'],
  'PS-GZZ': ['PS-DEB', 'PS-GZA', 'PS-KYS', 'PS-NGZ', 'PS-RFH'],
  'PS-WBK': ['PS-BTH', 'PS-HBN', 'PS-JEM', 'PS-JEN', 'PS-JRH', 'PS-NBS', 'PS-QQA', 'PS-RBH', 'PS-SLT', 'PS-TBS', 'PS-TKM']
}

/** What an area of the map was cut into; none for one that was not. Pure. */
export function successorsOf(code: string): readonly string[] {
  return successors[code] ?? []
}

/** True for a code that is in force no more. Pure. */
export function isRetired(code: string): boolean {
  const own = successorsOf(code)
  return own.length > 0 && !own.includes(code)
}

/** The area that counts where one is stated and one is found: the stated one, or the successor that it means there. Pure. */
export function countingArea(stated: string | null, found: string | null): string | null {
  if (stated === null) return found
  return found !== null && isRetired(stated) && successorsOf(stated).includes(found) ? found : stated
}

/** True where what lies in the one may lie in the other: they are the same, or one is no more and the other was cut from it. Pure. */
export function mayBeSameArea(a: string, b: string): boolean {
  return a === b || (isRetired(a) && successorsOf(a).includes(b)) || (isRetired(b) && successorsOf(b).includes(a))
}
