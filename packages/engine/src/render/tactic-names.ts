// Tactics as people name them. Codes are for programs.

import type { Language } from '../rules/definition.ts'

const names: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
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

/** The name of a tactic; a free one (`other:homes-burnt`) by its own words. */
export function nameTactic(tactic: string, language: Language): string {
  return names[tactic]?.[language] ?? tactic.replace(/^other:/, '').replaceAll('-', ' ')
}
