// What findings of other rules say about a situation: how far it reaches, that it repeats, that its
// area is above the usual. The alert of the situation has their numbers as facts, and a sentence of
// each.

import type { TextsByLanguage } from './definition.ts'

/** The pattern of situations. */
export const situationPattern = 'cluster'

/** Km around an open situation within which other alerts are part of it. */
export const situationReachKm = 60

export interface SituationLine {
  /** Prefix of its facts. */
  readonly fact: string
  /** Templates; `{…Value}` and other facts by their names. */
  readonly texts: Readonly<Record<keyof TextsByLanguage, string>>
}

/** By pattern, in the order of the sentences. */
export const situationLines: ReadonlyMap<string, SituationLine> = new Map([
  [
    'front',
    {
      fact: 'front',
      texts: {
        en: 'Front: {frontValue} {frontValue:attack|attacks} close together since {frontFromDay}, over {frontKm} km ({frontCountries}).',
        fr: 'Front : {frontValue} {frontValue:attaque rapprochée|attaques rapprochées} depuis le {frontFromDay}, sur {frontKm} km ({frontCountries}).'
      }
    }
  ],
  [
    'near-repeat',
    {
      fact: 'repeat',
      texts: {
        en: 'Repeated: {repeatValue} {repeatValue:attack|attacks} of one kind or by one actor since {repeatFromDay}, over {repeatKm} km.',
        fr: 'Répétition : {repeatValue} {repeatValue:attaque|attaques} d’un même type ou d’un même acteur depuis le {repeatFromDay}, sur {repeatKm} km.'
      }
    }
  ],
  [
    'surge',
    {
      fact: 'surge',
      texts: {
        en: 'Surge in {surgeArea}: {surgeValue} {surgeValue:attack|attacks} against {surgeBaseline} usual.',
        fr: 'Forte hausse à {surgeArea} : {surgeValue} {surgeValue:attaque|attaques} contre {surgeBaseline} d’habitude.'
      }
    }
  ],
  [
    'sustained-threat',
    {
      fact: 'threat',
      texts: {
        en: 'Sustained threat in {threatArea}: {threatValue} {threatValue:attack|attacks} against {threatBaseline} usual.',
        fr: 'Menace durable à {threatArea} : {threatValue} {threatValue:attaque|attaques} contre {threatBaseline} d’habitude.'
      }
    }
  ]
])
