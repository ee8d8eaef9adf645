// How an alert is marked, the same in list, map and on paper: its shape says how grave it is, the
// glyph in it what happened. Paths in a box of 28 by 28.

import type { Severity } from './shown-alert.ts'

export const markSide = 28

export const markShapes: Readonly<Record<Severity, string>> = {
  extreme:
    'M16.83 1.98L26.02 11.17a4 4 0 0 1 0 5.66L16.83 26.02a4 4 0 0 1-5.66 0L1.98 16.83a4 4 0 0 1 0-5.66L11.17 1.98a4 4 0 0 1 5.66 0z',
  severe:
    'M7.3 2.8h13.4a4.5 4.5 0 0 1 4.5 4.5v13.4a4.5 4.5 0 0 1-4.5 4.5H7.3a4.5 4.5 0 0 1-4.5-4.5V7.3a4.5 4.5 0 0 1 4.5-4.5z',
  moderate: 'M2.6 14a11.4 11.4 0 1 0 22.8 0a11.4 11.4 0 1 0-22.8 0z',
  minor: 'M4.8 14a9.2 9.2 0 1 0 18.4 0a9.2 9.2 0 1 0-18.4 0z'
}

/** Lines without a fill. */
export const glyphs = {
  siege:
    'M18.69 11.32a5.4 5.4 0 0 1 0 5.36M16.68 18.69a5.4 5.4 0 0 1-5.36 0M9.31 16.68a5.4 5.4 0 0 1 0-5.36M11.32 9.31a5.4 5.4 0 0 1 5.36 0M12.9 14a1.1 1.1 0 1 0 2.2 0a1.1 1.1 0 1 0-2.2 0',
  attack:
    'M14 8.2v3M14 16.8v3M8.2 14h3M16.8 14h3M9.9 9.9l2 2M16.1 16.1l2 2M18.1 9.9l-2 2M11.9 16.1l-2 2',
  abduction:
    'M9.6 10.8a2 2 0 1 0 4 0a2 2 0 1 0-4 0M8 19c0-2.9 1.5-4.3 3.6-4.3s3.6 1.4 3.6 4.3M16 11.4h4.4M18.4 9.2l2.2 2.2-2.2 2.2',
  supply: 'M10.6 20l1.6-12M17.4 20l-1.6-12M14 9v1.6M14 17.4V19M8.2 14h11.6',
  advice: 'M12.4 8.8H9v10.4h3.4M13 14h7M17.4 11.4L20 14l-2.6 2.6',
  actor:
    'M10.1 11a2.3 2.3 0 1 0 4.6 0a2.3 2.3 0 1 0-4.6 0M8.2 19.2c0-3 1.8-4.4 4.2-4.4s4.2 1.4 4.2 4.4M18.4 8.6v4.4M16.2 10.8h4.4',
  tactic: 'M15.4 8l-5 6.8h3.8l-1.4 5.2 5.2-7h-3.9z',
  territory: 'M10.4 20V8.6M10.4 9h8l-1.9 2.7 1.9 2.7h-8',
  repeat:
    'M9.2 12.4a5.1 5.1 0 0 1 9-1.6M18.5 8.2V11h-2.8M18.8 15.6a5.1 5.1 0 0 1-9 1.6M9.5 19.8V17h2.8',
  surge: 'M8.4 18l3.6-4 2.4 2.4 5-6M16 10h3.5v3.5',
  spread:
    'M12.9 14a1.1 1.1 0 1 0 2.2 0a1.1 1.1 0 1 0-2.2 0M11.6 16.4l-3 3M8.4 16.8v2.8h2.8M16.4 11.6l3-3M16.8 8.4h2.8v2.8M11.6 11.6l-2.4-2.4M16.4 16.4l2.4 2.4'
} as const

export type Glyph = keyof typeof glyphs

const ofPattern: Readonly<Record<string, Glyph>> = {
  siege: 'siege',
  'abduction-to-killing': 'abduction',
  'supply-line-interdiction': 'supply',
  'third-party-convergence': 'advice',
  'new-actor': 'actor',
  'new-tactic': 'tactic',
  'territory-lost': 'territory',
  'repeat-victimisation': 'repeat',
  'sustained-threat': 'repeat',
  surge: 'surge',
  'widening-arc': 'spread'
}

/** What most rules look for is attacks. */
export function computeGlyph(pattern: string | undefined): Glyph {
  return ofPattern[pattern ?? ''] ?? 'attack'
}
