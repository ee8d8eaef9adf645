// Mapping of GDELT's CAMEO event codes. MAPPINGS.md shows this table; a test keeps both equal.
// Source: CAMEO codebook 1.1b3. Only material conflict and threats are imported; any other
// root is left out and counted.

import type { Category } from '@tocsin/contracts/theatre/report'

export interface CameoEvent {
  readonly words: string
  /** Null: left out. */
  readonly category: Category | null
  readonly tactics: readonly string[]
}

/** By code; a missing code is mapped by its longest known prefix, down to the root. */
export const cameoEvents: Readonly<Record<string, CameoEvent>> = {
  '137': buildEvent('threaten with violent repression', 'threat', 'other:repression'),
  '138': buildEvent('threaten with military force', 'threat'),
  '14': buildEvent('protest', 'protest'),
  '145': buildEvent('protest violently, riot', 'protest', 'other:riot'),
  '15': buildEvent('exhibit military or police posture', 'threat', 'other:force-posture'),
  '17': buildEvent('coerce', null),
  '171': buildEvent('seize or damage property', 'other', 'other:property'),
  '1711': buildEvent('confiscate property', 'other', 'other:confiscation'),
  '1712': buildEvent('destroy property', 'infrastructure-destroyed'),
  '1723': buildEvent('impose curfew', 'movement-denied', 'movement-denied'),
  '1724': buildEvent('impose state of emergency or martial law', 'imposed-rule'),
  '174': buildEvent('expel or deport', 'displacement'),
  '175': buildEvent('use violent repression', 'attack-on-civilians', 'other:repression'),
  '18': buildEvent('assault', 'attack'),
  '181': buildEvent('abduct, take hostage', 'abduction'),
  '182': buildEvent('physically assault', 'attack-on-civilians'),
  '1823': buildEvent('kill by physical assault', 'killing'),
  '183': buildEvent('bomb', 'explosion'),
  '1831': buildEvent('carry out suicide bombing', 'explosion', 'suicide'),
  '1832': buildEvent('carry out vehicular bombing', 'explosion', 'ied'),
  '1833': buildEvent('carry out roadside bombing', 'explosion', 'ied'),
  '184': buildEvent('use as human shield', 'attack-on-civilians'),
  '186': buildEvent('assassinate', 'killing'),
  '19': buildEvent('fight', 'clash'),
  '191': buildEvent('impose blockade', 'blockade'),
  '192': buildEvent('occupy territory', 'territory-seized'),
  '194': buildEvent('fight with artillery and tanks', 'shelling'),
  '195': buildEvent('employ aerial weapons', 'air-strike'),
  '1952': buildEvent('employ remotely piloted aerial munitions', 'air-strike', 'drone'),
  '20': buildEvent('use unconventional mass violence', 'attack-on-civilians'),
  '201': buildEvent('engage in mass expulsion', 'displacement', 'mass-displacement'),
  '202': buildEvent('engage in mass killings', 'killing'),
  '204': buildEvent('use weapons of mass destruction', 'explosion', 'other:mass-destruction')
}

/** The mapping of a code: its own, or that of its longest known prefix. */
export function findCameoEvent(code: string): CameoEvent | null {
  for (let length = code.length; length >= 2; length--) {
    const buildEvent = cameoEvents[code.slice(0, length)]
    if (buildEvent !== undefined) return buildEvent
  }
  return null
}

/**
 * The code with its three or four digits: spreadsheets drop a leading zero, which the root code
 * restores if the file has it. Null if two digits are ambiguous (14: 014 or 140), or the root does
 * not match.
 */
export function completeCameoCode(code: string, root: string | null): string | null {
  const forms =
    code.length === 2
      ? [`0${code}`, `${code}0`]
      : [code, ...(code.length === 3 ? [`0${code}`] : [])]
  if (root !== null) return forms.find(form => form.startsWith(root.padStart(2, '0'))) ?? null
  if (code.length > 2) return code
  const isNews = forms.some(form => (findCameoEvent(form)?.category ?? null) !== null)
  return isNews ? null : (forms[0] as string)
}

/** Precision by ActionGeo_Type, km. */
export const gdeltPlaces: Readonly<
  Record<string, { readonly words: string; readonly radiusKm: number }>
> = {
  '1': { words: 'a country', radiusKm: 500 },
  '2': { words: 'a state of the USA', radiusKm: 200 },
  '3': { words: 'a city of the USA', radiusKm: 10 },
  '4': { words: 'a city of the world', radiusKm: 10 },
  '5': { words: 'a state or province of the world', radiusKm: 150 }
}

function buildEvent(
  words: string,
  category: Category | null,
  ...tactics: readonly string[]
): CameoEvent {
  return { words, category, tactics }
}
