// Reasons for a retracted, resolved or reopened alert, in words. The data holds the code, for programs.

import { wordsOfCode } from '../incident/incident-names.ts'

export const reasonNames: Readonly<Record<string, string>> = {
  'support-fell-away': 'what it rested on fell away',
  'support-returned': 'what it rested on came back',
  'same-situation': 'the same situation, told by other reports',
  'later-trigger': 'it goes on with a later incident',
  'higher-level': 'it has grown graver',
  'situation-ended': 'the situation ended',
  'situation-goes-on': 'the situation goes on after all',
  'closed-by-operator': 'closed by an officer',
  merged: 'one with another alert'
}

/** A reason in words; anything but a code is returned as it is. Pure. */
export function reasonText(reason: string): string {
  if (Object.hasOwn(reasonNames, reason)) return reasonNames[reason] as string
  return /^[a-z]+(-[a-z]+)+$/.test(reason) ? wordsOfCode(reason) : reason
}
