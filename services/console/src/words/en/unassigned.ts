// Words of the view of reports in no theatre.

const unassigned = {
  lead: 'Reports whose place lies in no declared theatre, the newest first. They are stored, and no rule sees them. Declare a theatre that holds them (tocsin theatres set) and send them again, or correct their place.',
  count: (count: number) => `${count.toLocaleString('en')} in the last 7 days.`,
  none: 'Every report lies in a theatre.',
  newest: (count: number) => `The newest ${count.toLocaleString('en')} are listed.`,
  source: 'Source',
  place: 'Place',
  why: 'Why'
} as const

export const part = { unassigned }
