// Words of the page of an area, and of the lists of incidents and reports.

import { pluralIn } from '../language/language.ts'

const plural = pluralIn('en')

const area = {
  lead: 'Areas with open alerts first, then those with most incidents in the time chosen.',
  allAreas: 'Areas',
  neighbours: 'Neighbours',
  columns: { openAlerts: 'Open alerts', incidents: 'Incidents' },
  listLeads: {
    incidents: 'Incidents put together from reports, the last changed first.',
    reports: 'Reports of incidents, the last reported first.'
  },
  place: 'Place',
  placeHint: 'Region, country or theatre',
  noSuchPlace: 'No region, country or theatre has this name. Pick one from the list.',
  category: 'Category',
  source: 'Source',
  outcome: 'Outcome',
  all: 'all',
  file: 'Export CSV',
  titles: {
    1: 'Incidents a day by category',
    7: 'Incidents a week by category',
    30: 'Incidents in 30 days by category'
  },
  span: (from: string, to: string) => `${from} to ${to}`,
  others: 'Others',
  described: (count: number, from: string, to: string, kinds: string) =>
    `${plural(count, 'incident', 'incidents')} from ${from} to ${to}: ${kinds}.`,
  kind: (name: string, count: number) => `${name} ${count.toLocaleString('en')}`,
  unsure: (count: number) => `Day unsure: ${count.toLocaleString('en')}`,
  notAll: (count: number) => `Only the ${count.toLocaleString('en')} that changed last are here.`,
  noAlerts: 'No alert in this time.',
  moreAlerts: (count: number) => `${count.toLocaleString('en')} more`,
  band: (from: string, to: string, status: string) => `${from} to ${to}, ${status}`,
  incidents: (count: number) => (count === 1 ? 'incident' : 'incidents'),
  before: (count: number) => `${count.toLocaleString('en')} in as many days before`,
  deaths: 'deaths, at least',
  alertCount: (all: number, open: number) =>
    `${all === 1 ? 'alert' : 'alerts'}, ${open.toLocaleString('en')} open`,
  newest: (shown: number, all: number) =>
    shown === all ? 'last changed first' : `the ${shown} that changed last`,
  whole: 'All incidents',
  reportCount: (count: number) => plural(count, 'report', 'reports'),
  map: (place: string) => `Map of ${place}`,
  lists: 'List',
  listNames: { incidents: 'Incidents', reports: 'Reports' },
  outcomes: {
    counted: 'in an incident',
    withdrawn: 'withdrawn',
    drill: 'drill',
    'no-theatre': 'in no theatre'
  },
  noTheatre: {
    lead: 'Reports whose place lies in no declared theatre, the newest first. They are stored, and no rule sees them. Declare a theatre that holds them (tocsin theatres set) and send them again, or correct their place.',
    count: (count: number) => `${count.toLocaleString('en')} in the last 7 days.`,
    none: 'Every report lies in a theatre.',
    newest: (count: number) => `The newest ${count.toLocaleString('en')} are listed.`,
    why: 'Why'
  },
  deathsOf: (deaths: string) => `deaths ${deaths}`,
  credibility: (credibility: number) => `credibility ${credibility}`,
  none: 'None matches. That may be a lack of reports.',
  older: 'Show more'
} as const

export const part = { area }
