// Patterns, and reasons for a retracted, resolved, reopened or revised alert, in words. The data has the
// code, for programs.

import { type CodeName, nameCode } from '../incident/incident-names.ts'

export const reasonNames: Readonly<Record<string, CodeName>> = {
  'support-fell-away': {
    en: 'its evidence no longer supports it',
    fr: 'ses éléments ne la soutiennent plus'
  },
  'support-returned': {
    en: 'its evidence supports it again',
    fr: 'ses éléments la soutiennent de nouveau'
  },
  'same-situation': {
    en: 'other reports show the same situation',
    fr: 'd’autres signalements montrent la même situation'
  },
  'later-trigger': { en: 'a later incident followed', fr: 'un autre incident a suivi' },
  'higher-level': { en: 'it has become more severe', fr: 'elle s’est aggravée' },
  'situation-ended': { en: 'the situation ended', fr: 'la situation est terminée' },
  'situation-goes-on': { en: 'the situation continues', fr: 'la situation continue' },
  'area-above-usual': {
    en: 'its area has risen above the usual',
    fr: 'sa région dépasse son habitude'
  },
  'closed-by-operator': { en: 'closed by an officer', fr: 'close par un officier' },
  'reopened-by-operator': { en: 'reopened by an officer', fr: 'rouverte par un officier' },
  merged: { en: 'merged with another alert', fr: 'fusionnée avec une autre alerte' },
  'engine-changed': {
    en: 'not confirmed when all reports were assessed again',
    fr: 'pas confirmée quand tout a été réexaminé'
  }
}

/** Patterns, as the product names them within a sentence. */
export const patternNames: Readonly<Record<string, CodeName>> = {
  'abduction-to-killing': { en: 'abduction to killing', fr: 'meurtre après enlèvement' },
  absence: { en: 'absence', fr: 'absence' },
  'all-of': { en: 'all of', fr: 'tout à la fois' },
  cluster: { en: 'cluster', fr: 'concentration d’attaques' },
  'compound-crisis': { en: 'compound crisis', fr: 'crise composée' },
  'coordinated-attack': { en: 'coordinated attack', fr: 'attaque coordonnée' },
  count: { en: 'count', fr: 'nombre d’incidents' },
  'cumulative-deaths': { en: 'cumulative deaths', fr: 'morts cumulées' },
  'distinct-count': { en: 'distinct count', fr: 'nombre de valeurs différentes' },
  'findings-absence': { en: 'findings absence', fr: 'constats : absence' },
  'findings-all-of': { en: 'findings all of', fr: 'constats : tout à la fois' },
  'findings-count': { en: 'findings count', fr: 'constats : nombre' },
  'findings-distinct-count': {
    en: 'findings distinct count',
    fr: 'constats : valeurs différentes'
  },
  'findings-sequence': { en: 'findings sequence', fr: 'constats : suite' },
  'findings-sum': { en: 'findings sum', fr: 'constats : somme' },
  'first-seen': { en: 'first seen', fr: 'première apparition' },
  front: { en: 'front', fr: 'front' },
  'mass-casualty': { en: 'mass casualty', fr: 'attaque très meurtrière' },
  'near-repeat': { en: 'near repeat', fr: 'répétition à proximité' },
  'new-actor': { en: 'new actor', fr: 'nouvel acteur' },
  'new-tactic': { en: 'new tactic', fr: 'nouvelle tactique' },
  'rare-count': { en: 'rare count', fr: 'nombre rare' },
  'repeat-victimisation': { en: 'repeat victimisation', fr: 'victimes répétées' },
  'reporting-blackout': { en: 'reporting blackout', fr: 'silence des sources' },
  'retaliation-watch': { en: 'retaliation watch', fr: 'risque de représailles' },
  sequence: { en: 'sequence', fr: 'suite d’incidents' },
  siege: { en: 'siege', fr: 'siège' },
  sum: { en: 'sum', fr: 'somme' },
  'supply-line-interdiction': {
    en: 'supply line interdiction',
    fr: 'coupure d’une voie de ravitaillement'
  },
  surge: { en: 'surge', fr: 'hausse' },
  'sustained-threat': { en: 'sustained threat', fr: 'menace durable' },
  'territory-lost': { en: 'territory lost', fr: 'perte de territoire' },
  'third-party-convergence': { en: 'third party convergence', fr: 'convergence de tiers' },
  'widening-arc': { en: 'widening arc', fr: 'extension des attaques' }
}

/** A reason in words; anything but a code is returned as it is. Pure. */
export function reasonText(reason: string, language: keyof CodeName = 'en'): string {
  const isCode = Object.hasOwn(reasonNames, reason) || /^[a-z]+(-[a-z]+)+$/.test(reason)
  return isCode ? nameCode(reasonNames, reason, language) : reason
}
