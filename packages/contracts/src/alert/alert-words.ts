// Reasons for a retracted, resolved, reopened or revised alert, in words. The data holds the code, for
// programs.

import { wordsOfCode } from '../incident/incident-names.ts'

export const reasonNames: Readonly<Record<string, string>> = {
  'support-fell-away': 'its evidence no longer supports it',
  'support-returned': 'its evidence supports it again',
  'same-situation': 'other reports show the same situation',
  'later-trigger': 'a later incident followed',
  'higher-level': 'it has become more severe',
  'situation-ended': 'the situation ended',
  'situation-goes-on': 'the situation continues',
  'area-above-usual': 'its area has risen above the usual',
  'closed-by-operator': 'closed by an officer',
  'reopened-by-operator': 'reopened by an officer',
  merged: 'merged with another alert',
  'engine-changed': 'not confirmed when all reports were assessed again'
}

/** A reason in words; anything but a code is returned as it is. Pure. */
export function reasonText(reason: string): string {
  if (Object.hasOwn(reasonNames, reason)) return reasonNames[reason] as string
  return /^[a-z]+(-[a-z]+)+$/.test(reason) ? wordsOfCode(reason) : reason
}
