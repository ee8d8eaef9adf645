// Reasons for a retracted, resolved, reopened or revised alert, in words. The data holds the code, for
// programs.

import { type CodeName, findName } from '../incident/incident-names.ts'

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

/** A reason in words; anything but a code is returned as it is. Pure. */
export function reasonText(reason: string, language: keyof CodeName = 'en'): string {
  const isCode = Object.hasOwn(reasonNames, reason) || /^[a-z]+(-[a-z]+)+$/.test(reason)
  return isCode ? findName(reasonNames, reason, language) : reason
}
