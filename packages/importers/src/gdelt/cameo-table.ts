// Mapping of GDELT's CAMEO event codes. MAPPINGS.md shows this table; a test keeps both equal.
// Source: CAMEO codebook 1.1b3. Only material conflict and threats are imported; any other
// root is left out and counted.

import type { Category } from '@tocsin/domain/report/report'

export interface CameoEvent {
  readonly words: string
  /** Null: left out. */
  readonly category: Category | null
  readonly tactics: readonly string[]
}

/** By code; a missing code is mapped by its longest known prefix, down to the root. */
export const cameoEvents: Readonly<Record<string, CameoEvent>> = {
  '137': event('threaten with violent repression', 'threat', 'other:repression'),
  '138': event('threaten with military force', 'threat'),
  '14': event('protest', 'protest'),
  '145': event('protest violently, riot', 'protest', 'other:riot'),
  '15': event('exhibit military or police posture', 'threat', 'other:force-posture'),
  '17': event('coerce', null),
  '171': event('seize or damage property', 'other', 'other:property'),
  '1711': event('confiscate property', 'other', 'other:confiscation'),
  '1712': event('destroy property', 'infrastructure-destroyed'),
  '1723': event('impose curfew', 'movement-denied', 'movement-denied'),
  '1724': event('impose state of emergency or martial law', 'imposed-rule'),
  '174': event('expel or deport', 'displacement'),
  '175': event('use violent repression', 'attack-on-civilians', 'other:repression'),
  '18': event('assault', 'attack'),
  '181': event('abduct, take hostage', 'abduction'),
  '182': event('physically assault', 'attack-on-civilians'),
  '1823': event('kill by physical assault', 'killing'),
  '183': event('bomb', 'explosion'),
  '1831': event('carry out suicide bombing', 'explosion', 'suicide'),
  '1832': event('carry out vehicular bombing', 'explosion', 'ied'),
  '1833': event('carry out roadside bombing', 'explosion', 'ied'),
  '184': event('use as human shield', 'attack-on-civilians'),
  '186': event('assassinate', 'killing'),
  '19': event('fight', 'clash'),
  '191': event('impose blockade', 'blockade'),
  '192': event('occupy territory', 'territory-seized'),
  '194': event('fight with artillery and tanks', 'shelling'),
  '195': event('employ aerial weapons', 'air-strike'),
  '1952': event('employ remotely piloted aerial munitions', 'air-strike', 'drone'),
  '20': event('use unconventional mass violence', 'attack-on-civilians'),
  '201': event('engage in mass expulsion', 'displacement', 'mass-displacement'),
  '202': event('engage in mass killings', 'killing'),
  '204': event('use weapons of mass destruction', 'explosion', 'other:mass-destruction')
}

/** The mapping of a code: its own, or that of its longest known prefix. */
export function cameoEventOf(code: string): CameoEvent | null {
  for (let length = code.length; length >= 2; length--) {
    const event = cameoEvents[code.slice(0, length)]
    if (event !== undefined) return event
  }
  return null
}

/**
 * The code with its three or four digits: spreadsheets drop a leading zero, which the root code
 * restores if the file has it. Null if two digits are ambiguous (14: 014 or 140), or the root does
 * not match.
 */
export function wholeCameoCode(code: string, root: string | null): string | null {
  const forms =
    code.length === 2
      ? [`0${code}`, `${code}0`]
      : [code, ...(code.length === 3 ? [`0${code}`] : [])]
  if (root !== null) return forms.find(form => form.startsWith(root.padStart(2, '0'))) ?? null
  if (code.length > 2) return code
  const isNews = forms.some(form => (cameoEventOf(form)?.category ?? null) !== null)
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

function event(
  words: string,
  category: Category | null,
  ...tactics: readonly string[]
): CameoEvent {
  return { words, category, tactics }
}
