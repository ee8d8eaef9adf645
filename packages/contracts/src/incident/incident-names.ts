// Kinds of incident and tactics as people name them, within a sentence. Codes are for programs.

import type { Category } from '../theatre/report.ts'

export interface CodeName {
  readonly en: string
  readonly fr: string
}

export const categoryNames: Readonly<Record<Category, CodeName>> = {
  attack: { en: 'attack', fr: 'attaque' },
  'attack-on-civilians': { en: 'attack on civilians', fr: 'attaque contre des civils' },
  clash: { en: 'clash', fr: 'affrontement' },
  ambush: { en: 'ambush', fr: 'embuscade' },
  explosion: { en: 'explosion', fr: 'explosion' },
  'air-strike': { en: 'air strike', fr: 'frappe aérienne' },
  shelling: { en: 'shelling', fr: 'bombardement' },
  abduction: { en: 'abduction', fr: 'enlèvement' },
  release: { en: 'release of people', fr: 'libération de personnes' },
  killing: { en: 'killing', fr: 'meurtre' },
  looting: { en: 'looting', fr: 'pillage' },
  arson: { en: 'arson', fr: 'incendie volontaire' },
  'infrastructure-destroyed': {
    en: 'destruction of infrastructure',
    fr: 'infrastructure détruite'
  },
  blockade: { en: 'blockade', fr: 'blocus' },
  'movement-denied': { en: 'movement denied', fr: 'circulation interdite' },
  'aid-denied': { en: 'aid denied', fr: 'aide refusée' },
  'access-restored': { en: 'access restored', fr: 'accès rétabli' },
  'territory-seized': { en: 'seizure of territory', fr: 'prise de territoire' },
  'imposed-rule': { en: 'imposed rule', fr: 'règle imposée' },
  displacement: { en: 'displacement', fr: 'déplacement' },
  'food-insecurity': { en: 'hunger', fr: 'faim' },
  'school-closure': { en: 'closure of schools', fr: 'fermeture d’écoles' },
  advisory: { en: 'advisory', fr: 'consigne de sécurité' },
  appeal: { en: 'appeal', fr: 'appel' },
  threat: { en: 'threat', fr: 'menace' },
  protest: { en: 'protest', fr: 'manifestation' },
  statistic: { en: 'statistic', fr: 'statistique' },
  other: { en: 'other incident', fr: 'autre incident' }
}

export const tacticNames: Readonly<Record<string, CodeName>> = {
  'aid-denied': { en: 'aid denied', fr: 'aide refusée' },
  'base-overrun': { en: 'base overrun', fr: 'base enlevée' },
  convoy: { en: 'attack on a convoy', fr: 'attaque de convoi' },
  drone: { en: 'drone attack', fr: 'attaque de drone' },
  encirclement: { en: 'encirclement', fr: 'encerclement' },
  execution: { en: 'execution', fr: 'exécution' },
  'fuel-blockade': { en: 'blockade of fuel', fr: 'blocus du carburant' },
  'hostage-video': { en: 'video of hostages', fr: 'vidéo d’otages' },
  hunger: { en: 'hunger', fr: 'faim' },
  ied: { en: 'improvised bomb', fr: 'engin explosif improvisé' },
  'leader-killed': { en: 'killing of a leader', fr: 'assassinat d’un responsable' },
  'mass-displacement': { en: 'mass displacement', fr: 'déplacement massif' },
  'mass-grave': { en: 'mass grave', fr: 'charnier' },
  'movement-denied': { en: 'movement denied', fr: 'déplacements empêchés' },
  'no-medical-care': { en: 'no medical care', fr: 'absence de soins' },
  'ordered-departure': { en: 'staff ordered to leave', fr: 'départ ordonné du personnel' },
  'road-block': { en: 'road block', fr: 'barrage routier' },
  'school-closure': { en: 'closure of schools', fr: 'fermeture d’écoles' },
  suicide: { en: 'suicide attack', fr: 'attentat-suicide' },
  tax: { en: 'forced taxes', fr: 'taxes imposées' }
}

/** A category for people: `attack on civilians`. Pure. */
export function categoryName(category: string): string {
  return nameCode(categoryNames, category, 'en')
}

/** The name of a tactic; a free one (`other:homes-burnt`) by its own words. Pure. */
export function nameTactic(tactic: string, language: keyof CodeName): string {
  return nameCode(tacticNames, tactic, language).replace(/^other:/, '')
}

/** Names what has no other name by the words of its code. Pure. */
export function nameCode(
  names: Readonly<Record<string, CodeName>>,
  code: string,
  language: keyof CodeName
): string {
  return Object.hasOwn(names, code) ? (names[code] as CodeName)[language] : formatCode(code)
}

/** Names by code in one language. Pure. */
export function namesIn<K extends string>(
  names: Readonly<Record<K, CodeName>>,
  language: keyof CodeName
): Readonly<Record<K, string>> {
  const all = Object.entries<CodeName>(names).map(([code, name]) => [code, name[language]])
  return Object.fromEntries(all) as Record<K, string>
}

/** The words of a code without a name of its own: `health-facility` as `health facility`. Pure. */
export function formatCode(code: string): string {
  return code.replaceAll('-', ' ')
}
