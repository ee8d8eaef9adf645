// Words of splits and merges of incidents.

export const incidentActsEn = {
  split: 'Split…',
  merge: 'Merge…',
  splitWhat: (what: string) => `Split: ${what}`,
  mergeWhat: (what: string) => `Merge: ${what}`,
  splitTitle: 'Split this incident',
  splitLead:
    'Choose the reports that are about another event. At least one stays. Alerts are worked out again at once.',
  leaving: 'Reports that leave',
  mergeTitle: 'Merge this incident with another',
  mergeLead:
    'Both become one event with the reports of both, and count once. Alerts are worked out again at once.',
  other: 'The other incident',
  choose: 'Choose one',
  noOther:
    'No other event of this alert can be the same one: two reports of one source are never one event.',
  note: 'Note',
  readers: 'Who may read your name and the note',
  declare: { split: 'Split', merge: 'Merge' },
  declareAfter: { split: 'Split nonetheless', merge: 'Merge nonetheless' },
  asking: 'Sending…',
  done: {
    split: 'Split. The alerts are being worked out again.',
    merge: 'Merged. The alerts are being worked out again.'
  },
  conflict: (detail: string) => `Not done: ${detail} Look at it again; what you typed is kept.`
} as const
