// Words of the wall.

const first = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

export const wallEn = {
  title: 'Wall',
  unacknowledged: 'unacknowledged',
  longest: (age: string) => `longest ${age}`,
  none: 'all have an owner',
  extreme: 'extreme',
  unassigned: (n: number) => `${n.toLocaleString('en')} unassigned`,
  fresh: 'new in',
  inADay: '24 hours',
  changes: 'Last ten changes',
  became: (what: string) => `${first(what)}: `,
  isNew: 'new',
  graver: (before: string, after: string) => `${first(before)} → ${first(after)}: `,
  live: '● Live',
  notLive: '○ Not live',
  silent: (n: number, all: number) => `${n} of ${all} sources silent`
} as const
