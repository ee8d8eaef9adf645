// Words of the wall.

import { capital } from '../../language/language.ts'

export const wallEn = {
  title: 'Wall',
  unacknowledged: 'unacknowledged',
  longest: (age: string) => `longest ${age}`,
  none: 'all have an owner',
  extreme: 'extreme',
  unassigned: (n: number) => `${n.toLocaleString('en')} unassigned`,
  fresh: 'new in',
  inADay: '24 hours',
  changes: 'Last changes',
  became: (what: string) => `${capital(what)}: `,
  isNew: 'new',
  graver: (before: string, after: string) => `${capital(before)} → ${capital(after)}: `,
  live: '● Live',
  notLive: '○ Not live',
  silent: (n: number, all: number) => `${n} of ${all} sources silent`
} as const
