// Words of working on many alerts at once: headings, presets, selection and acts on all that is
// selected.

import { pluralIn } from '../../language/language.ts'

const plural = pluralIn('en')
const alerts = (count: number): string => plural(count, 'alert', 'alerts')

export const queueEn = {
  more: 'More',
  groupBy: 'Group',
  groupings: {
    none: 'None',
    country: 'By country',
    area: 'By area',
    rule: 'By rule',
    owner: 'By owner',
    severity: 'By severity'
  },
  noArea: 'No area stated',
  groupCount: (count: number, worst: string) => `${alerts(count)}, gravest ${worst}`,

  presets: 'Views of the list',
  preset: {
    whole: 'Open',
    unacknowledged: 'Unacknowledged',
    mine: 'Mine',
    closed: 'Resolved',
    severe: 'Severe, unassigned',
    new: 'New, unassigned'
  },
  savedView: {
    name: 'Save this view for all officers as',
    save: 'Save',
    rename: 'Rename',
    done: (name: string) => `Saved for all officers: ${name}.`,
    delete: 'Delete this view',
    deleteAsk: (name: string) => `All officers lose “${name}”. Delete it?`,
    deleted: 'View deleted.'
  },
  copyLink: 'Copy link',
  silence: 'Silence these severities, pattern, place, certainty',
  ofView: 'to this view',

  files: {
    title: 'This list as a file:',
    formats: { csv: 'CSV', geojson: 'GeoJSON' },
    without: (parts: string) => `Not narrowed by: ${parts}.`
  },

  select: (headline: string) => `Select: ${headline}`,
  selectAll: 'Select all listed',
  selectAllUpTo: (max: number) => `Select the first ${max} alerts`,
  selected: (count: number) => `${alerts(count)} selected`,
  selectedMost: (max: number) => `No more than ${max} at a time.`,
  clear: 'Select none',
  unlisted: (count: number) =>
    `${alerts(count)} of these ${count === 1 ? 'is' : 'are'} not in the list as it is now:`,
  unpickUnlisted: (count: number) => (count === 1 ? 'Unselect it' : 'Unselect them'),
  bulk: {
    title: 'Act on all that is selected',
    open: 'Act on them',
    act: 'Act',
    acts: {
      acknowledgement: 'Acknowledge',
      take: 'Assign to me',
      'give-back': 'Give back',
      resolution: 'Close'
    },
    note: 'Note for all of them (optional)',
    closeSure: (count: number, as: string) =>
      `${alerts(count)} will be closed as “${as}” and call nobody any more. Close them?`,
    closeAll: (count: number) => `Yes, close ${alerts(count)}`,
    closeNot: 'Do not close',
    go: (act: string, count: number) => `${act}: ${alerts(count)}`,
    asking: (done: number, all: number) => `${done} of ${all} answered…`,
    results: 'What became of it',
    allDone: (count: number) => `Done for ${alerts(count)}.`,
    someNot: (done: number, not: number) =>
      `Done for ${done}. Not for ${alerts(not)}: each is below, and still selected as it is now.`,
    someWait: (waiting: number) =>
      `Not decided yet for ${alerts(waiting)}: the outcome will appear below.`,
    gone: 'No longer visible to you.'
  }
} as const
