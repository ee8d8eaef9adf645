// Codes of areas in CAP alerts: ISO 3166 exactly; SAME, FIPS and UGC of the United States and the
// places of CAP-CP in Canada as their state or province; EMMA and NUTS in Europe as their country.
// An alert for a county is an alert somewhere in its state.

export interface CodedArea {
  readonly country: string
  readonly admin1: string | null
}

/** Source: FIPS 5-2; digits and letters in order. */
const states =
  '01AL 02AK 04AZ 05AR 06CA 08CO 09CT 10DE 11DC 12FL 13GA 15HI 16ID 17IL 18IN 19IA 20KS 21KY 22LA 23ME 24MD 25MA ' +
  '26MI 27MN 28MS 29MO 30MT 31NE 32NV 33NH 34NJ 35NM 36NY 37NC 38ND 39OH 40OK 41OR 42PA 44RI 45SC 46SD 47TN 48TX ' +
  '49UT 50VT 51VA 53WA 54WV 55WI 56WY'
/** Source: the Standard Geographical Classification of Statistics Canada. */
const provinces = '10NL 11PE 12NS 13NB 24QC 35ON 46MB 47SK 48AB 59BC 60YT 61NT 62NU'

const stateByNumber = readNumbers(states)
const provinceByNumber = readNumbers(provinces)
const stateLetters = new Set(stateByNumber.values())

function readNumbers(text: string): ReadonlyMap<string, string> {
  return new Map(text.split(' ').map(item => [item.slice(0, 2), item.slice(2)] as const))
}

const isoNames = /iso/i

export function isIsoSystem(system: string): boolean {
  return isoNames.test(system)
}

interface CodeSystem {
  readonly names: RegExp
  read(code: string): CodedArea | null
}

const systems: readonly CodeSystem[] = [
  { names: isoNames, read: readIso },
  // SAME is the part of the county, then FIPS; FIPS6 alike, FIPS without the part.
  {
    names: /^(?:same|fips)/i,
    read: code => readSubdivision('US', stateByNumber.get(/^\d?(\d\d)\d{3}$/.exec(code)?.[1] ?? ''))
  },
  { names: /^ugc$/i, read: readUgc },
  {
    names: /^profile:CAP-CP:Location/i,
    read: code => readSubdivision('CA', provinceByNumber.get(/^(\d\d)\d*$/.exec(code)?.[1] ?? ''))
  },
  { names: /^(?:emma_id|nuts\d?|warncell_nuts)$/i, read: readEuropean }
]

/** The area of a code in a code system; null if either is unknown. Pure. */
export function findCodedArea(system: string, code: string): CodedArea | null {
  return systems.find(({ names }) => names.test(system.trim()))?.read(code.trim()) ?? null
}

function readIso(code: string): CodedArea | null {
  if (!/^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/.test(code)) return null
  return { country: code.slice(0, 2), admin1: code.length > 2 ? code : null }
}

function readSubdivision(country: string, letters: string | undefined): CodedArea | null {
  return letters === undefined ? null : { country, admin1: `${country}-${letters}` }
}

/** Zones at sea begin with other letters than those of states. */
function readUgc(code: string): CodedArea | null {
  const letters = /^([A-Z]{2})[CZ]\d{3}$/.exec(code)?.[1]
  return letters !== undefined && stateLetters.has(letters) ? readSubdivision('US', letters) : null
}

/** Source: Eurostat and MeteoAlarm write EL and UK where ISO has GR and GB. */
const isoByEuropean: Readonly<Record<string, string>> = { EL: 'GR', UK: 'GB' }

function readEuropean(code: string): CodedArea | null {
  const letters = /^([A-Z]{2})[A-Z0-9]*$/.exec(code)?.[1]
  return letters === undefined ? null : { country: isoByEuropean[letters] ?? letters, admin1: null }
}
